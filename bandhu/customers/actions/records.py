"""What every change of a contact or company has in common: clean, lock, compare, write, tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from bandhu.customers import events
from bandhu.customers.cleaning import clean_custom
from bandhu.customers.disputed_ids import pair_claims_of, settle_claims
from bandhu.customers.models import Company, Contact, Tag
from bandhu.customers.point_values import POINT_KINDS, PointKind, clean_country, clean_points
from bandhu.customers.record_values import COLUMNS, TITLES, Problems, clean_columns, domain_of
from bandhu.identity.masking import DOT, may_see
from bandhu.identity.results import OutOfReach
from bandhu.platform import audit, conflicts, live
from bandhu.platform.custom_values import write_custom
from bandhu.platform.events import publish
from bandhu.platform.search.indexing import index_records
from bandhu.platform.sort_keys import sort_key
from bandhu.platform.texts import clean_line, fold

Record = Contact | Company
Changes = dict[str, tuple[Any, Any]]
KIND_OF: dict[type[models.Model], str] = {Contact: "contact", Company: "company"}


class EditConflict(conflicts.EditConflict):
    """Somebody saved the record in between. Three values for each field sent, as people read them:

    `base` what it was when you opened it, `theirs` what it is now, `yours` what you send.
    """

    def __init__(
        self, record: Any, base: dict[str, Any], theirs: dict[str, Any], yours: dict[str, Any]
    ) -> None:
        super().__init__(record.version, base, theirs, yours)
        self.record = record

    @property
    def clashing(self) -> list[str]:
        """Fields that both changed, to different values."""
        return [
            name
            for name, mine in self.yours.items()
            if self.base[name] != self.theirs[name] and mine not in (self.theirs[name], self.base[name])
        ]


@dataclass
class Cleaned:
    """Values ready to be written."""

    columns: dict[str, Any] = field(default_factory=dict)
    points: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    tags: list[str] | None = None
    custom: dict[str, Any] | None = None


def clean_record(
    model: type[Contact] | type[Company],
    values: Mapping[str, Any],
    *,
    actor: Any,
    record: Record | None = None,
    in_passing: bool = False,
) -> Cleaned:
    """Everything checked at once; raises ValidationError with the problems by field ("phones.0" for a list).

    `in_passing`: it is made beside something else (an enquiry), whose form has no boxes for the own fields that must be filled here.
    """
    problems, cleaned = Problems(), Cleaned()
    own = {name: value for name, value in values.items() if name in COLUMNS[model]}
    cleaned.columns = clean_columns(model, own, actor=actor, problems=problems)
    country = _country_of(values, record)
    for name, value in values.items():
        if name in POINT_KINDS:
            kind = POINT_KINDS[name]
            stored = {row.pk: row for row in getattr(record, name).all()} if record else {}
            rows = clean_points(kind, value or [], country=country, problems=problems, stored=stored)
            cleaned.points[name] = rows
            if name == "phones" and record is not None and stored:
                _check_hidden_numbers(actor, record, value or [], stored, problems)
        elif name == "tags":
            cleaned.tags = _clean_tags(value or [], problems)
        elif name not in own and name != "custom":
            raise TypeError(f"{model.__name__} has no value {name!r}")
    if record is None or "custom" in values:
        given = values.get("custom") or {}
        is_asked = record is None and not in_passing
        cleaned.custom = clean_custom(KIND_OF[model], given, actor, problems, is_new=is_asked)
    if record is not None and values.get("national_id") is not None:
        _check_hidden(actor, record, str(values["national_id"]), problems)
    ids = cleaned.points.get("external_ids", [])
    settle_claims(KIND_OF[model], ids, actor=actor, record=record, problems=problems)
    _check_parent(cleaned.columns, record, problems)
    problems.raise_if_any()
    return cleaned


def _country_of(values: Mapping[str, Any], record: Record | None) -> str:
    """Where phone numbers without a country code are read: the first address's country, else what is stored."""
    for address in values.get("addresses") or []:
        if isinstance(address, Mapping) and address.get("country"):
            try:
                return clean_country(address["country"])
            except ValidationError:
                return ""
    return record.country if record else ""


def _clean_tags(given: Iterable[Any], problems: Problems) -> list[str]:
    names: dict[str, str] = {}
    for place, one in enumerate(given):
        try:
            name = clean_line(one.name if isinstance(one, Tag) else one, 60)
        except ValidationError as problem:
            problems.add(f"tags.{place}", problem)
            continue
        if name:
            names.setdefault(fold(name)[:60], name)
    return list(names.values())


def _check_hidden(actor: Any, record: Record, sent: str, problems: Problems) -> None:
    """A mask must never be saved in place of the value, nor a value replaced by who cannot see it."""
    hidden = getattr(record, "national_id", "") and not may_see(actor, "customers.see_national_ids", record)
    if DOT in sent or hidden:
        text = _("You cannot change a value that is hidden from you.")
        problems.add("national_id", ValidationError(text, code="hidden"))


def _check_hidden_numbers(
    actor: Any, record: Record, sent: Iterable[Any], stored: Mapping[UUID, Any], problems: Problems
) -> None:
    """Who sees numbers covered may sort them and add one, but neither take one away nor write another in its place."""
    if may_see(actor, "customers.see_phones", record):
        return
    left = {str(pk): row for pk, row in stored.items()}
    for row in sent:
        known = left.pop(str(row.get("id")).lower(), None) if isinstance(row, Mapping) else None
        if known is not None and row.get("number", known.number) != known.number:
            left[str(known.pk)] = known
    if left:
        text = _("You cannot change a value that is hidden from you.")
        problems.add("phones", ValidationError(text, code="hidden"))


def _check_parent(columns: Mapping[str, Any], record: Record | None, problems: Problems) -> None:
    """A company below itself would make the tree endless."""
    above, steps = columns.get("parent"), 0
    while above is not None and steps < 100:
        if record is not None and above.pk == record.pk:
            problems.add("parent", ValidationError(_("A company cannot stand below itself."), code="circle"))
            return
        above, steps = above.parent, steps + 1


def locked(record: Record) -> Any:
    """The row as it is now, held until the transaction ends. A record in the bin is not found."""
    rows: Any = type(record).objects.select_for_update(of=("self",))
    fresh = rows.select_related("owner", "team").filter(pk=record.pk, deleted_at__isnull=True).first()
    if fresh is None:
        raise OutOfReach
    return fresh


def write_columns(record: models.Model, columns: Mapping[str, Any]) -> Changes:
    """Set what differs on the record (not saved yet); returns field → (before, after) as people read them."""
    changes: Changes = {}
    for name, value in columns.items():
        before = getattr(record, name)
        if before != value:
            setattr(record, name, value)
            changes[name] = (plain(before), plain(value))
    return changes


def plain(value: Any) -> Any:
    """A value as the audit trail and comparisons write it: linked records by their title."""
    return str(value) if isinstance(value, models.Model) else value


def derive(record: Record) -> None:
    """Columns that follow from others: the sort key, a company's domain."""
    if isinstance(record, Contact):
        record.sort_key = sort_key(record.sort_as or record.full_name)
    else:
        record.sort_key = sort_key(record.name)
        record.domain = domain_of(record.website)


def write_points(record: Record, kind: PointKind, rows: list[dict[str, Any]]) -> Changes:
    """Make the record's list exactly `rows`: known rows stay the same rows. Returns the change, or {}."""
    side = KIND_OF[type(record)]
    stored = list(kind.model._default_manager.filter(**{side: record}).order_by("pk"))
    before = [describe_point(kind, row) for row in stored]
    by_id: dict[UUID, Any] = {row.pk: row for row in stored}
    by_key = {kind.key(row.__dict__): row for row in stored}
    kept: set[UUID] = set()
    for values in rows:
        columns = {name: value for name, value in values.items() if name != "id"}
        row = by_id.get(values.get("id")) or by_key.get(kind.key(values))  # type: ignore[arg-type]
        if row is None or row.pk in kept:
            row = kind.model(**{side: record}, **columns)
            row.save(force_insert=True)
        elif any(getattr(row, name) != value for name, value in columns.items() if name != "as_typed"):
            for name, value in columns.items():
                setattr(row, name, value)
            row.save()
        kept.add(row.pk)
    kind.model._default_manager.filter(pk__in=[pk for pk in by_id if pk not in kept]).delete()
    after = [
        describe_point(kind, row)
        for row in kind.model._default_manager.filter(**{side: record}).order_by("pk")
    ]
    if any(row.get("is_disputed") for row in rows):
        pair_claims_of(side, record)
    return {kind.name: (before, after)} if before != after else {}


def describe_point(kind: PointKind, row: Any) -> str:
    """One phone, mail, … as a line of the audit trail; the primary one carries a star."""
    words = ", ".join(str(getattr(row, name)) for name in kind.shown if getattr(row, name))
    label = getattr(row, "label", "") or getattr(row, "kind", "")
    star = " ★" if getattr(row, "is_primary", False) else ""
    return f"{words} ({label}){star}" if label else f"{words}{star}"


def refresh_list_columns(record: Record) -> None:
    """Repeat the primary phone, mail and address on the record, where lists read them."""
    phone = record.phones.order_by("-is_primary", "pk").first()
    mail = record.mails.order_by("-is_primary", "pk").first()
    address = record.addresses.order_by("-is_primary", "pk").first()
    record.primary_phone = phone.number if phone else ""
    record.primary_mail = mail.address if mail else ""
    record.city = address.city if address else ""
    record.country = address.country if address else ""


def write_tags(record: Record, names: Sequence[str]) -> Changes:
    before = sorted(record.tags.values_list("name", flat=True))
    record.tags.set([tag_named(name) for name in names])
    after = sorted(record.tags.values_list("name", flat=True))
    return {"tags": (before, after)} if before != after else {}


def tag_named(name: str) -> Tag:
    """The tag of this name, made when there is none; "VIP" and "vip" are one."""
    tag, _made = Tag.objects.get_or_create(key=fold(name)[:60], defaults={"name": name})
    return tag


def write(record: Record, cleaned: Cleaned) -> Changes:
    """Write everything of a stored record; returns the changes. Nothing differing writes nothing."""
    changes = write_columns(record, cleaned.columns)
    for name, rows in cleaned.points.items():
        changes |= write_points(record, POINT_KINDS[name], rows)
    if cleaned.tags is not None:
        changes |= write_tags(record, cleaned.tags)
    if cleaned.custom is not None:
        changes |= write_custom(record, cleaned.custom, kind=KIND_OF[type(record)])
    if changes:
        derive(record)
        if cleaned.points:
            refresh_list_columns(record)
        record.version += 1
        record.save()
    return changes


def conflict_of(record: Record, version: int, cleaned: Cleaned) -> EditConflict:
    """The three values of each field sent, rebuilt from the audit trail of the versions in between."""
    theirs = current_values(record, cleaned)
    base = conflicts.values_at(record.pk, version, theirs)
    yours: dict[str, Any] = {name: plain(value) for name, value in cleaned.columns.items()}
    for name, rows in cleaned.points.items():
        kind = POINT_KINDS[name]
        yours[name] = [describe_point(kind, kind.model(**row)) for row in rows]
    if cleaned.tags is not None:
        yours["tags"] = sorted(cleaned.tags)
    for key, value in (cleaned.custom or {}).items():
        yours[f"custom.{key}"] = value
    return EditConflict(record, _json_like(base), _json_like(theirs), _json_like(yours))


def current_values(record: Record, cleaned: Cleaned) -> dict[str, Any]:
    """What is stored now in the fields that are being sent, as people read it."""
    values: dict[str, Any] = {name: plain(getattr(record, name)) for name in cleaned.columns}
    for name in cleaned.points:
        kind = POINT_KINDS[name]
        rows = getattr(record, name).order_by("pk")
        values[name] = [describe_point(kind, row) for row in rows]
    if cleaned.tags is not None:
        values["tags"] = sorted(record.tags.values_list("name", flat=True))
    for key in cleaned.custom or {}:
        values[f"custom.{key}"] = record.custom.get(key)
    return values


def _json_like(values: Mapping[str, Any]) -> dict[str, Any]:
    """Dates as the audit trail reads them back, so that the three can be compared."""
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()
    }


def announce(record: Record, verb: str, event: Any, *, actor: Any, changes: Changes | None = None) -> None:
    """Audit, search index, event, and a hint to open pages; in the transaction of the change."""
    kind = KIND_OF[type(record)]
    if changes:
        changes = changes | {"version": (record.version - 1, record.version)}
    audit.record_change(
        verb, actor=actor, kind=kind, record_id=record.pk, title=title_of(record), changes=changes
    )
    index_records(kind, [record.pk])
    publish(event, actor=actor)
    live.hint(f"{kind}:{record.pk}")


def title_of(record: Record) -> str:
    return str(getattr(record, TITLES[type(record)]))


def changed_event(record: Record, changes: Changes) -> events.ContactChanged | events.CompanyChanged:
    fields = sorted(changes)
    if isinstance(record, Contact):
        return events.ContactChanged(
            contact_id=str(record.pk), title=title_of(record), version=record.version, fields=fields
        )
    return events.CompanyChanged(
        company_id=str(record.pk), title=title_of(record), version=record.version, fields=fields
    )
