"""What is wrong with a file, a row or a cell, in words a person can act on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise


class SourceProblem(Exception):
    """A file that cannot be read as it stands. `code` is stable for scripts, `sentence` is translated."""

    def __init__(self, code: str, message: str | Promise, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.message = message
        self.params = params

    @property
    def sentence(self) -> str:
        return str(self.message) % self.params if self.params else str(self.message)

    def __str__(self) -> str:
        return f"{self.code} {self.params}" if self.params else self.code


@dataclass(frozen=True, slots=True)
class CellProblem:
    """One cell (or, with `column` None, a whole row) that cannot be taken over."""

    code: str
    message: str | Promise
    column: str | None = None
    value: str = ""
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        return str(self.message) % {
            **self.params,
            "value": shortened(self.value),
            "column": self.column or "",
        }


def shortened(text: str, limit: int = 80) -> str:
    """`text` for a message: one line, at most `limit` characters, nothing that cannot be stored."""
    plain = " ".join(text.replace("\x00", "").encode("utf-8", "replace").decode().split())
    return plain if len(plain) <= limit else plain[: limit - 1] + "…"
