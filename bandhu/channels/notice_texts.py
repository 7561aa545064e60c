"""What a person is shown of a kept notice: its words, never what opens a door."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

MOST_SHOWN = 20_000
_COVERED = re.compile(r"signature|token|secret|authorization|key", re.IGNORECASE)


def shown_body(body: bytes) -> str:
    """The body as text; JSON with line breaks. Cut to what a person looks at."""
    text = body[: 4 * MOST_SHOWN].decode("utf-8", "replace").replace("\x00", "�")
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)[:MOST_SHOWN]
    except (ValueError, RecursionError):
        return text[:MOST_SHOWN]


def shown_headers(headers: Mapping[str, str]) -> list[tuple[str, str]]:
    """Its headers; signatures and tokens only by their beginning."""
    return [
        (name, f"{value[:12]}…" if _COVERED.search(name) else value)
        for name, value in sorted(headers.items())
    ]
