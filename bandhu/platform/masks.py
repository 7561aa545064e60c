"""What is left visible of a masked value."""

from __future__ import annotations

from typing import Any


def masked_value(value: Any, kind: str = "") -> str:
    """The last three characters of each value; enough to recognise it, too little to use it."""
    values = value if isinstance(value, list | tuple) else [value]
    return ", ".join(f"••••{str(one)[-3:]}" for one in values if one)
