"""Adding, changing and retiring fields without a developer."""

from __future__ import annotations

import re
import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.platform.audit import record_change
from bandhu.platform.authority import demand
from bandhu.platform.custom_fields import label_of
from bandhu.platform.models import CustomField, CustomFieldVersion
from bandhu.platform.queue import enqueue
from bandhu.platform.record_kinds import record_kinds

PERMISSION = "platform.manage_fields"
MOST_FIELDS = 300
MOST_INDEXED = 12
_CHANGEABLE = (
    "labels", "helps", "options", "is_required", "is_filterable", "visible_to_roles", "editable_by_roles", "position",
)  # fmt: skip


@transaction.atomic
def create_field(
    *,
    actor: Any,
    kind: str,
    type: str,
    labels: dict[str, str],
    options: dict[str, Any] | None = None,
    **more: Any,
) -> CustomField:
    """Add a field to a kind of record. Raises ValidationError by field, PermissionDenied."""
    demand(actor, PERMISSION)
    if kind not in record_kinds or not record_kinds[kind].custom_fields:
        raise ValidationError({"kind": _("Such records have no fields of one's own.")})
    if CustomField.objects.filter(record_kind=kind, retired_at__isnull=True).count() >= MOST_FIELDS:
        raise ValidationError({"kind": _("There are %(most)s fields already.") % {"most": MOST_FIELDS}})
    field = CustomField(
        record_kind=kind,
        type=type,
        labels=labels,
        options=options or {},
        position=CustomField.objects.filter(record_kind=kind).count(),
        **{name: value for name, value in more.items() if name in _CHANGEABLE},
    )
    _check(field)
    field.save()
    _settle(field, actor, "created", {"name": (None, label_of(field)), "type": (None, type)})
    return field


@transaction.atomic
def change_field(field: CustomField, *, actor: Any, **changes: Any) -> CustomField:
    """Change anything but key, kind and type (values would no longer fit). Raises ValidationError."""
    demand(actor, PERMISSION)
    before = {name: getattr(field, name) for name in _CHANGEABLE if name in changes}
    for name in before:
        setattr(field, name, changes[name])
    _check(field)
    field.save()
    _settle(field, actor, "changed", {name: (old, getattr(field, name)) for name, old in before.items()})
    return field


@transaction.atomic
def retire_field(field: CustomField, *, actor: Any) -> None:
    """Hide the field everywhere; its values stay until they are purged, so that it can come back."""
    demand(actor, PERMISSION)
    field.retired_at = timezone.now()
    field.save(update_fields=["retired_at"])
    _settle(field, actor, "retired", {})


@transaction.atomic
def restore_field(field: CustomField, *, actor: Any) -> None:
    """Undo `retire_field`."""
    demand(actor, PERMISSION)
    field.retired_at = None
    field.save(update_fields=["retired_at"])
    _settle(field, actor, "restored", {})


def _settle(field: CustomField, actor: Any, verb: str, changes: dict[str, Any]) -> None:
    # Drawn, not counted: what a rolled back transaction had cached must never look current again.
    CustomFieldVersion.objects.update_or_create(pk=1, defaults={"number": secrets.randbits(62)})
    enqueue("platform.index_custom_field", field_id=str(field.pk), queueing_lock=f"index:{field.key}")
    record_change(verb, actor=actor, kind="field", record_id=field.pk, title=label_of(field), changes=changes)


def _check(field: CustomField) -> None:
    errors: dict[str, str] = {}
    if field.type not in CustomField.Type.values:
        errors["type"] = _("There is no such type of field.")
    labels = {language: text.strip()[:120] for language, text in field.labels.items() if text.strip()}
    if not labels:
        errors["labels"] = _("Give the field a name.")
    field.labels = labels
    if field.type in ("choice", "choices"):
        problem = _choice_problem(field.options.get("choices", []))
        if problem:
            errors["options"] = problem
    if field.type == "money" and not re.fullmatch(r"[A-Z]{3}", field.options.get("currency", "BDT")):
        errors["options"] = _("Currencies have three letters, like BDT.")
    if field.is_filterable and _indexed(field) >= MOST_INDEXED:
        errors["is_filterable"] = _(
            "At most %(most)s fields can be searched fast. Take the mark from another one first."
        ) % {"most": MOST_INDEXED}
    if errors:
        raise ValidationError(errors)


def _choice_problem(choices: list[Any]) -> str:
    keys = [one.get("key") for one in choices if isinstance(one, dict)]
    if not keys or len(keys) != len(choices):
        return _("Write at least one choice.")
    if len(set(keys)) != len(keys):
        return _("Two choices are the same.")
    if any(not re.fullmatch(r"[a-z0-9_]{1,60}", str(key)) for key in keys):
        return _("Keys of choices have small letters, digits and underscores.")
    return "" if len(keys) <= 500 else _("At most 500 choices.")


def _indexed(field: CustomField) -> int:
    others = CustomField.objects.filter(
        record_kind=field.record_kind, is_filterable=True, retired_at__isnull=True
    )
    return others.exclude(pk=field.pk).count()
