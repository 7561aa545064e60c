"""Values that records about customers have in common: read, checked, compared with what somebody else saved."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.customers.models import Company, Contact
from bandhu.customers.record_values import Problems
from bandhu.platform.conflicts import EditConflict, values_at
from bandhu.platform.custom_values import checked_custom
from bandhu.platform.texts import clean_line, fold


@dataclass
class CleanedValues:
    """Values of a lead or a ticket, ready to be written; `tags` and `custom` are None where nothing was said of them."""

    columns: dict[str, Any] = field(default_factory=dict)
    tags: list[str] | None = None
    custom: dict[str, Any] | None = None


def read_values(
    values: Mapping[str, Any],
    columns: Collection[str],
    clean: Callable[[str, Any, Any], Any],
    actor: Any,
    problems: Problems,
) -> CleanedValues:
    """Columns by `clean(name, value, actor)`, and tags; what is wrong goes into `problems`. Own fields are the caller's."""
    cleaned = CleanedValues()
    for name, value in values.items():
        try:
            if name in columns:
                cleaned.columns[name] = clean(name, value, actor)
            elif name == "tags":
                cleaned.tags = clean_tags(value or [])
            elif name != "custom":
                raise TypeError(f"there is no value {name!r}")
        except ValidationError as problem:
            problems.add(name, problem)
    return cleaned


def clean_name(value: Any, _actor: Any) -> str:
    """One line that is not empty."""
    name = clean_line(value or "", 300)
    if not name:
        raise ValidationError(_("A name is needed."), code="required")
    return name


def clean_customer(model: type[Contact | Company], value: Any, actor: Any) -> Any:
    """A contact or company within the actor's reach, given as record, id or nothing."""
    if value in (None, ""):
        return None
    if isinstance(value, model):
        return value
    try:
        found = model.objects.visible_to(actor).filter(pk=UUID(str(value))).first()
    except ValueError:
        found = None
    if found is None:
        raise ValidationError(_("There is no such customer."), code="unknown")
    return found


def clean_tags(given: Any) -> list[str]:
    """Names of tags, each once."""
    names = [clean_line(getattr(one, "name", one), 60) for one in given]
    return list({fold(name)[:60]: name for name in names if name}.values())


def clean_custom(
    kind: str, given: Mapping[str, Any], actor: Any, problems: Problems, *, is_new: bool
) -> dict[str, Any]:
    """The administrator's own fields by key; problems go where they belong."""
    try:
        return checked_custom(kind, given, actor, is_new=is_new)
    except ValidationError as problem:
        for name, found in problem.error_dict.items():
            for one in found:
                problems.add(name, one)
    return {}


def conflict_of(record: Any, version: int, yours: dict[str, Any], theirs: dict[str, Any]) -> EditConflict:
    """The three values of each field sent, rebuilt from the audit trail of the versions in between."""
    return EditConflict(record.version, values_at(record.pk, version, theirs), theirs, yours)


def json_value(value: Any) -> Any:
    """A value as an API answer or a conflict carries it."""
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if hasattr(value, "isoformat") else value
