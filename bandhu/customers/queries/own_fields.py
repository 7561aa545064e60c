"""The fields an administrator added, as a record's page shows them."""

from __future__ import annotations

from typing import Any

from bandhu.platform.cells import words_of
from bandhu.platform.custom_fields import as_field, definitions, label_of, may_edit, may_see


def custom_lines(user: Any, record: Any, kind: str) -> list[dict[str, Any]]:
    """Name, label, words and whether this user may change them, of every field the user may see."""
    return [
        {
            "name": f"custom.{one.key}",
            "label": label_of(one),
            "value": words_of(record, as_field(one)),
            "may_change": one.type != "file" and may_edit(user, one),
        }
        for one in definitions(kind)
        if may_see(user, one)
    ]
