"""What of a lead goes along when it becomes an opportunity, and what must be asked for then."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from bandhu.platform.custom_fields import clean_value, definitions, may_edit, may_see
from bandhu.platform.models import CustomField
from bandhu.sales.models import Lead


def carried_over(user: Any, lead: Lead) -> dict[str, Any]:
    """Values of the lead's own fields as they are stored, by the key of the opportunity's own field of the same name and type.

    Left out is what `user` may not see or fill in, files, and what the other field does not take: it stays with the lead.
    """
    known = {
        (one.type, name): one for one in definitions("lead") if may_see(user, one) for name in _names(one)
    }
    found: dict[str, Any] = {}
    for one in definitions("opportunity"):
        twin = next((known[one.type, name] for name in _names(one) if (one.type, name) in known), None)
        value = lead.custom.get(twin.key) if twin is not None else None
        if value is None or one.type == "file" or not may_edit(user, one):
            continue
        try:
            found[one.key] = clean_value(one, value)
        except ValidationError:
            continue  # another currency, a choice that field does not have
    return found


def needed_own_fields(user: Any) -> list[str]:
    """Names ("custom.<key>") of the own fields that `user` must fill in of a new opportunity."""
    return [
        f"custom.{one.key}" for one in definitions("opportunity") if one.is_required and may_edit(user, one)
    ]


def _names(field: CustomField) -> set[tuple[str, str]]:
    """(language, name) in every language it is named in."""
    return {(language, name.strip().casefold()) for language, name in field.labels.items() if name.strip()}
