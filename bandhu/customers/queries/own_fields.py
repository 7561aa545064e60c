"""The fields an administrator added, as a record's page shows them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.urls import reverse

from bandhu.platform.cells import words_of
from bandhu.platform.custom_fields import as_field, definitions, label_of, may_edit, may_see
from bandhu.platform.models import CustomField


def file_link(one: CustomField, value: Any) -> str:
    """Where the file of a field of type file is fetched; empty for any other value."""
    is_file = one.type == "file" and isinstance(value, dict)
    return reverse("platform:file", args=[value["id"]]) if is_file else ""


def custom_lines(user: Any, record: Any, kind: str) -> list[dict[str, Any]]:
    """Name, label, words and whether this user may change them, of every field the user may see."""
    return custom_lines_of(user, [record], kind)[record.pk]


def custom_lines_of(user: Any, records: Iterable[Any], kind: str) -> dict[UUID, list[dict[str, Any]]]:
    """The same of several records of a kind, by their ids."""
    seen = [(one, as_field(one), may_edit(user, one)) for one in definitions(kind) if may_see(user, one)]
    return {
        record.pk: [
            {
                "name": field.name,
                "label": label_of(one),
                "value": words_of(record, field),
                "may_change": may_change,
                "link": file_link(one, record.custom.get(one.key)),
            }
            for one, field, may_change in seen
        ]
        for record in records
    }
