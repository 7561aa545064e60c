"""Custom fields: definitions cached by a version number, values checked by type.

A value lives in the record's `custom` under the definition's key; absent means empty. Renaming a field rewrites no
record, adding one writes none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bandhu.platform.files import delete_file, store_file
from bandhu.platform.models import CustomField, CustomFieldVersion, StoredFile
from bandhu.platform.record_kinds import Field, RecordKind, record_kinds
from bandhu.platform.related import fields_of
from bandhu.platform.web_addresses import WebAddressError, is_safe_link, tidy_web_address
from bandhu.ui.digits import to_latin

TEXT_LIMIT, LONG_LIMIT = 500, 20_000
_VERSION = f"SELECT number FROM {CustomFieldVersion._meta.db_table} WHERE id = 1"  # noqa: S608 (our own table)
_known: dict[str, tuple[int, list[CustomField]]] = {}


def definitions(kind: str, version: int | None = None) -> list[CustomField]:
    """The fields of this kind of record, in their order; retired ones are left out. Who asks for several kinds reads the version once."""
    version = _version() if version is None else version
    cached = _known.get(kind)
    if cached is None or cached[0] != version:
        cached = version, list(CustomField.objects.filter(record_kind=kind, retired_at__isnull=True))
        _known[kind] = cached
    return cached[1]


def _version() -> int:
    # Every list and form asks this: building the statement anew would cost more than running it.
    with connection.cursor() as cursor:
        cursor.execute(_VERSION)
        row = cursor.fetchone()
    return row[0] if row else 0


def definition_for(kind: str, key: str) -> CustomField | None:
    return next((one for one in definitions(kind) if one.key == key), None)


def label_of(field: CustomField) -> str:
    """Its name in the active language, else in English, else whichever was written."""
    return _in_language(field.labels) or field.key


def choices_of(field: CustomField) -> list[tuple[str, str]]:
    """(key, name in the active language) of a choice field."""
    return [
        (one["key"], _in_language(one.get("labels", {})) or one["key"])
        for one in field.options.get("choices", [])
    ]


def may_see(user: Any, field: CustomField) -> bool:
    return _role_fits(user, field.visible_to_roles)


def may_edit(user: Any, field: CustomField) -> bool:
    return may_see(user, field) and _role_fits(user, field.editable_by_roles)


def fields_for(user: Any, kind: str, version: int | None = None) -> list[Field]:
    """The custom fields `user` may see, as fields of the record kind (lists, filters, export)."""
    return [as_field(one) for one in definitions(kind, version) if may_see(user, one)]


def seen_values(user: Any, kind: str, record: Any) -> dict[str, Any]:
    """The record's own fields by key as stored, those `user` may see (an API's answer)."""
    return seen_values_by(user, kind)(record)


def seen_values_by(user: Any, kind: str) -> Callable[[Any], dict[str, Any]]:
    """What gives `seen_values` of each of many records; the definitions are read once."""
    keys = [one.key for one in definitions(kind) if may_see(user, one)]
    return lambda record: {key: record.custom[key] for key in keys if key in record.custom}


def all_fields(user: Any, kind: RecordKind) -> list[Field]:
    """What `user` may ask a kind for: its fields, its own ones, and the own ones of the records it points to."""
    version = _version() if kind.custom_fields else None
    own = fields_for(user, kind.name, version) if kind.custom_fields else []
    return [*fields_of(user, kind), *own, *_of_related(user, kind, version)]


def _of_related(user: Any, kind: RecordKind, version: int | None) -> Iterator[Field]:
    for relation, name in kind.asks_own_fields_of.items():
        related = record_kinds[name]
        if not user.holds(related.view_permission):
            continue
        for one in fields_for(user, name, version):
            yield replace(
                one, name=f"{relation}.{one.name}", label=_("%(record)s: %(field)s") % {"record": related.label, "field": one.label}, path=f"{relation}__{one.path}",
                sort="", setting="", importable=False, in_list=False, custom_of=relation, related_permission=related.view_permission,
            )  # fmt: skip


def as_field(one: CustomField) -> Field:
    """The description lists, filters and exports work with; its name is "custom.<key>"."""
    return Field(
        name=f"custom.{one.key}",
        label=label_of(one),
        type={"link": "url"}.get(one.type, one.type),
        path=f"custom__{one.key}",
        sort=f"custom__{one.key}" if one.is_filterable and one.type in ("text", "number", "date") else "",
        setting=f"custom.{one.key}",
        choices=(lambda: choices_of(one)) if one.type in ("choice", "choices") else None,
        group=_("Own fields"),
        importable=one.type != "file",
        custom_key=one.key,
    )


def clean_value(field: CustomField, raw: Any) -> Any:
    """The JSON value to store; None for empty. Raises ValidationError saying what is wrong and what would be right."""
    if raw is None or raw == "" or raw == []:
        return None
    return _CLEANERS[field.type](field, raw)


def clean_values(kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """All of `given` (key → raw) checked; raises ValidationError by "custom.<key>"."""
    cleaned, errors = {}, {}
    for key, raw in given.items():
        field = definition_for(kind, key)
        if field is None:
            errors[f"custom.{key}"] = ValidationError(_("There is no such field."), code="unknown")
            continue
        try:
            cleaned[key] = clean_value(field, raw)
            if cleaned[key] is None and field.is_required:
                raise ValidationError(_("“%(field)s” may not be empty.") % {"field": label_of(field)})
        except ValidationError as error:
            errors[f"custom.{key}"] = error
    if errors:
        raise ValidationError(errors)
    return cleaned


def missing_required(kind: str, given: Mapping[str, Any]) -> list[CustomField]:
    """Required fields a new record does not fill."""
    return [one for one in definitions(kind) if one.is_required and given.get(one.key) in (None, "", [])]


def _in_language(texts: Mapping[str, str]) -> str:
    language = (get_language() or "en").split("-")[0]
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")


def _role_fits(user: Any, roles: list[str]) -> bool:
    if not roles or user.is_system:
        return True
    held = {role.key for role in user.roles.all()}
    return "administrator" in held or bool(held & set(roles))


@dataclass(frozen=True)
class Upload:
    """A file sent for a field of type file; whoever writes the record keeps it (`keep_upload`)."""

    name: str
    content: Iterable[bytes]
    by: Any

    def __str__(self) -> str:
        return self.name


def keep_upload(field_key: str, upload: Upload, *, kind: str, record_id: UUID) -> dict[str, str]:
    """Keep the file for the record; the JSON value to store. Raises ValidationError when it is empty or too large."""
    place = f"{kind}.{field_key}"
    try:
        stored = store_file(
            record_kind=place,
            record_id=record_id,
            name=upload.name,
            content=upload.content,
            created_by=upload.by,
        )
    except ValidationError as problem:
        raise ValidationError({f"custom.{field_key}": problem.messages}) from None
    return {"id": str(stored.pk), "name": stored.name}


def drop_file(value: Any, record_id: UUID) -> None:
    """Throw away the file a value of this record named; one that belongs to another record stays."""
    if isinstance(value, dict) and "id" in value:
        for stored in StoredFile.objects.filter(pk=value["id"], record_id=record_id, deleted_at__isnull=True):
            delete_file(stored)


def _plain(raw: Any) -> str:
    """One value as text; a list or an object is none."""
    if isinstance(raw, Mapping | list | tuple):
        raise ValidationError(_("Write a text."))
    return str(raw).strip()


def _text(field: CustomField, raw: Any) -> str:
    text = _plain(raw)
    limit = int(field.options.get("max_length") or TEXT_LIMIT)
    if len(text) > limit:
        raise ValidationError(_("At most %(limit)s characters.") % {"limit": limit})
    if "\x00" in text:
        raise ValidationError(_("The text contains characters that cannot be stored."))
    return text


def _long_text(field: CustomField, raw: Any) -> str:
    text = _plain(raw).replace("\x00", "")
    if len(text) > LONG_LIMIT:
        raise ValidationError(_("At most %(limit)s characters.") % {"limit": LONG_LIMIT})
    return text


def _decimal(raw: Any) -> Decimal:
    try:
        number = Decimal(re.sub(r"[\s,\u00a0]", "", to_latin(str(raw))))
    except InvalidOperation:
        raise ValidationError(_("Write a number, like 1250 or 12.5.")) from None
    if not number.is_finite() or abs(number) >= Decimal(10) ** 15:
        raise ValidationError(_("This number is too large."))
    return number


def _number(field: CustomField, raw: Any) -> int | float:
    number = _decimal(raw)
    low, high = field.options.get("minimum"), field.options.get("maximum")
    if low is not None and number < Decimal(str(low)):
        raise ValidationError(_("At least %(limit)s.") % {"limit": low})
    if high is not None and number > Decimal(str(high)):
        raise ValidationError(_("At most %(limit)s.") % {"limit": high})
    return int(number) if number == number.to_integral_value() else float(number)


def _money(field: CustomField, raw: Any) -> dict[str, Any]:
    """{"amount": whole minor units, "currency": ISO 4217}; plain numbers are minor units already."""
    currency = field.options.get("currency", "BDT")
    if isinstance(raw, Mapping):
        currency, raw = str(raw.get("currency") or currency).upper(), raw.get("amount")
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise ValidationError(_("Currencies have three letters, like BDT."))
    amount = _decimal(raw)
    if amount != amount.to_integral_value():
        raise ValidationError(_("Give money in whole minor units, like 1250 for 12.50."))
    return {"amount": int(amount), "currency": currency}


def _date(field: CustomField, raw: Any) -> str:
    try:
        return (raw if isinstance(raw, date) else date.fromisoformat(to_latin(str(raw)))).isoformat()[:10]
    except ValueError:
        raise ValidationError(_("Write a date, like 2026-11-22.")) from None


def _choice(field: CustomField, raw: Any) -> str:
    if raw not in [one["key"] for one in field.options.get("choices", [])]:
        raise ValidationError(_("This is not one of the choices."))
    return str(raw)


def _choices(field: CustomField, raw: Any) -> list[str]:
    return sorted({_choice(field, one) for one in (raw if isinstance(raw, list | tuple) else [raw])})


def _yes_no(field: CustomField, raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    word = str(raw).strip().casefold()
    if word in ("true", "1", "yes", "on"):
        return True
    if word in ("false", "0", "no", "off"):
        return False
    raise ValidationError(_("Say yes or no."))


def _link(field: CustomField, raw: Any) -> str:
    text = _text(field, raw)
    if text.lower().startswith(("mailto:", "tel:")) and is_safe_link(text):
        return text
    try:
        return tidy_web_address(text)
    except WebAddressError as problem:
        raise ValidationError(str(problem.message), code=problem.code) from None


def _file(field: CustomField, raw: Any) -> Upload | dict[str, str]:
    """An upload, or the value as it is stored already: a file of this very field."""
    if isinstance(raw, Upload):
        return raw
    place = f"{field.record_kind}.{field.key}"
    try:
        pk = UUID(str(raw["id"]))
        stored = StoredFile.objects.get(pk=pk, record_kind=place, deleted_at__isnull=True)
    except (TypeError, KeyError, ValueError, StoredFile.DoesNotExist):
        raise ValidationError(_("Choose a file; a text cannot stand for it.")) from None
    return {"id": str(stored.pk), "name": stored.name}


_CLEANERS: dict[str, Any] = {
    "text": _text,
    "long_text": _long_text,
    "number": _number,
    "money": _money,
    "date": _date,
    "choice": _choice,
    "choices": _choices,
    "boolean": _yes_no,
    "link": _link,
    "file": _file,
}
