"""The choices of an import, checked: they come from a form, the API or a saved mapping."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.customers.importing.kinds import import_kinds
from bandhu.customers.imports.countries import country_code
from bandhu.customers.models import Import, Lifecycle
from bandhu.identity.models import Team, User
from bandhu.platform.texts import clean_line

MATCHES = {
    "contacts": ("external_id", "email", "phone"),
    "companies": ("external_id", "name", "email", "phone"),
}
CHOICES = {
    "on_match": ("update", "skip", "create"),
    "on_suspect": ("create", "skip", "update", "fail"),
    "bad_cells": ("fail", "note"),
    "date_order": ("", "dmy", "mdy"),
    "lifecycle": tuple(Lifecycle.values),
}


def ways_to_match(run: Import) -> tuple[str, ...]:
    """What may become of a row whose record is there. What hangs on a person makes no second copy of them."""
    ways = CHOICES["on_match"]
    return ways if import_kinds[run.kind].attach is None else tuple(way for way in ways if way != "create")


def clean_options(run: Import, given: Mapping[str, Any], actor: Any) -> dict[str, Any]:
    """Options as they are stored; unknown names raise TypeError, bad values ValidationError by name.

    The kind of rows may have options of its own (`ImportKind.clean`).
    """
    cleaned: dict[str, Any] = {}
    own = import_kinds[run.kind].clean
    problems: dict[str, ValidationError] = {}
    for name, value in given.items():
        try:
            cleaned[name] = own[name](value, actor) if name in own else _clean(run, name, value)
        except ValidationError as problem:
            problems[name] = problem
    if problems:
        raise ValidationError(problems)  # type: ignore[arg-type]
    return cleaned


def _clean(run: Import, name: str, value: Any) -> Any:
    if name in CHOICES:
        if value not in CHOICES[name] or (name == "on_match" and value not in ways_to_match(run)):
            raise ValidationError(_("Choose one of the values offered."), code="no_choice")
        return value
    if name == "match":
        return [key for key in MATCHES[import_kinds[run.kind].base] if key in value]
    if name == "overwrite":
        return bool(value)
    if name == "country":
        code = country_code(str(value)) if value else ""
        if value and not code:
            raise ValidationError(_("This country is not known."), code="no_country")
        return code
    if name in ("source", "company_source"):
        return clean_line(value or "", 60)
    if name == "tags":
        names = value if isinstance(value, list | tuple) else str(value or "").split(",")
        return [text for one in names if (text := clean_line(one, 60))]
    if name == "owner":
        return (
            "nobody"
            if value == "nobody"
            else _id_of(User.objects.filter(is_active=True, is_system=False), value)
        )
    if name == "team":
        return _id_of(Team.objects.all(), value)
    if name == "chosen_orders":
        return {
            one: order for one, order in dict(value).items() if one in run.header and order in ("dmy", "mdy")
        }
    raise TypeError(f"an import has no option {name!r}")


def _id_of(rows: Any, value: Any) -> str:
    if not value:
        return ""
    try:
        found = rows.filter(pk=UUID(str(value))).exists()
    except ValueError:
        found = False
    if not found:
        raise ValidationError(_("Choose one of the values offered."), code="no_choice")
    return str(value)
