"""What a row of the permission matrix is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

OPEN = "open"
"""Anybody, also without signing in."""
SIGNED_IN = "signed in"
"""Anybody who is signed in, with or without a role."""
OWN = "own"
"""Signed in, and only one's own: the world's example belongs to the holder."""


@dataclass(frozen=True)
class Row:
    """One address and method: who may use it, and with what to try it."""

    name: str
    method: str
    permission: str
    sees: tuple[str, ...] = ()
    arguments: dict[str, str] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    query: str = ""
    answers: tuple[int, ...] = ()
    anywhere: bool = False

    @property
    def is_api(self) -> bool:
        return self.name.startswith("/")

    @property
    def writes(self) -> bool:
        return self.method not in ("GET", "HEAD")

    def __str__(self) -> str:
        return f"{self.method} {self.name}"


def row(
    name: str,
    methods: str,
    permission: str,
    /,
    *,
    sees: str = "",
    data: dict[str, Any] | None = None,
    query: str = "",
    answers: tuple[int, ...] = (),
    anywhere: bool = False,
    **arguments: str,
) -> list[Row]:
    """One row for each of the methods ("GET POST"); see the top of matrix.py for the rest."""
    return [
        Row(name, method, permission, tuple(sees.split()), arguments, data or {}, query, answers, anywhere)
        for method in methods.split()
    ]
