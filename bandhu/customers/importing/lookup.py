"""What is already there: a few queries per chunk find every record its rows could mean."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from bandhu.customers.importing import sets  # noqa: F401 (registers the lookup)
from bandhu.customers.importing.pending import Pending
from bandhu.customers.imports.layouts import OWN_SOURCE
from bandhu.customers.models import (
    AlternativeName,
    Company,
    Contact,
    EmailAddress,
    ExternalId,
    Phone,
    PostalAddress,
    Relation,
    SocialHandle,
)
from bandhu.platform.sort_keys import sort_key
from bandhu.platform.texts import fold

PHONES = "customers.see_phones"
MODELS: dict[str, Any] = {"contact": Contact, "company": Company}


@dataclass
class Found:
    """Ids by key, oldest record first. `own_ids` are the external ids of one source that a record carries."""

    by_external_id: dict[str, UUID] = field(default_factory=dict)
    by_mail: dict[str, list[UUID]] = field(default_factory=lambda: defaultdict(list))
    by_phone: dict[str, list[UUID]] = field(default_factory=lambda: defaultdict(list))
    by_name: dict[str, UUID] = field(default_factory=dict)
    own_ids: dict[UUID, set[str]] = field(default_factory=lambda: defaultdict(set))
    taken_ids: set[str] = field(default_factory=set)
    by_pair: dict[tuple[str, str], UUID | None] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether there is any record a row could mean."""
        return bool(
            self.by_external_id or self.by_mail or self.by_phone or self.by_name or any(self.by_pair.values())
        )


def find_records(
    kind: str,
    actor: Any,
    *,
    source: str,
    external_ids: Iterable[str] = (),
    mails: Iterable[str] = (),
    phones: Iterable[str] = (),
    names: Iterable[str] = (),
    pairs: Iterable[tuple[str, str]] = (),
) -> Found:
    """Records of `kind` that the actor may change, by each of the keys. Records in the bin are not found.

    `taken_ids` are external ids of records the actor sees and may not change: a second one cannot be made. Of records
    out of reach nothing is told: a row with such an id makes a record whose id is disputed.
    """
    found = Found()
    within = MODELS[kind].objects.visible_to(actor, f"customers.change_{kind}").values("pk")
    side = f"{kind}_id"
    wanted = list(external_ids)
    if wanted:
        rows = ExternalId.objects.filter(
            source=source, external_id__any_of=wanted, **{f"{side}__isnull": False}
        )
        seen = _seen(kind, actor, rows)
        found.taken_ids = set(seen.values_list("external_id", flat=True))
        if found.taken_ids:
            own = rows.filter(**{f"{side}__in": within})
            found.by_external_id = dict(own.values_list("external_id", side))
        if source == OWN_SOURCE:
            found.by_external_id |= _by_own_id(within, wanted)
        found.taken_ids -= set(found.by_external_id)
    for model, column, keys, target in (
        (EmailAddress, "key", list(mails), found.by_mail),
        (Phone, "number", list(phones), found.by_phone),
    ):
        if keys:
            points = model.objects.filter(**{f"{column}__any_of": keys, f"{side}__in": within}).order_by(side)
            if model is Phone and not actor.holds_on_all(PHONES):
                # A number that is masked recognises nobody: what became of the row would tell whose it is.
                points = points.filter(
                    **{f"{side}__in": MODELS[kind].objects.visible_to(actor, PHONES).values("pk")}
                )
            for key, pk in points.values_list(column, side):
                target[key].append(pk)
    found.by_name = companies_by_name(names, actor) if kind == "company" else {}
    candidates = set(found.by_name.values()) | {
        pk for ids in (*found.by_mail.values(), *found.by_phone.values()) for pk in ids
    }
    if candidates and source:
        rows = ExternalId.objects.filter(source=source, **{f"{side}__any_of": candidates})
        for pk, external_id in rows.values_list(side, "external_id"):
            found.own_ids[pk].add(external_id)
    found.by_pair = _by_pair(list(pairs), within, kind, actor)
    return found


def _seen(kind: str, actor: Any, rows: QuerySet) -> QuerySet:
    """Those of the rows whose record the actor may know of."""
    if actor.holds_on_all(f"customers.view_{kind}"):
        return rows
    return rows.filter(**{f"{kind}_id__in": MODELS[kind].objects.visible_to(actor).values("pk")})


def _by_pair(
    pairs: list[tuple[str, str]], within: Any, kind: str, actor: Any
) -> dict[tuple[str, str], UUID | None]:
    """(source, id) to record; None where the actor sees the record and may not change it."""
    if not pairs:
        return {}
    side = f"{kind}_id"
    rows = ExternalId.objects.filter(
        source__any_of={source for source, _id in pairs}, external_id__any_of={one for _source, one in pairs}
    ).filter(**{f"{side}__isnull": False})
    seen = _seen(kind, actor, rows)
    known: dict[tuple[str, str], UUID | None] = dict.fromkeys(seen.values_list("source", "external_id"))
    mine = rows.filter(**{f"{side}__in": within}).values_list("source", "external_id", side)
    own = _by_own_id(within, (one for source, one in pairs if source == OWN_SOURCE))
    return (
        known
        | {(a, b): pk for a, b, pk in mine}
        | {(OWN_SOURCE, external_id): pk for external_id, pk in own.items()}
    )


def _by_own_id(within: Any, ids: Iterable[str]) -> dict[str, UUID]:
    """The records that were given these ids here: in the installation an export came from they are no external ids."""
    wanted = _uuids(ids)
    return (
        {str(pk): pk for pk in within.filter(pk__any_of=wanted).values_list("pk", flat=True)}
        if wanted
        else {}
    )


def _uuids(texts: Iterable[str]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def companies_by_name(names: Iterable[str], actor: Any) -> dict[str, UUID]:
    """Folded name to company, for the companies the actor may see. The index on sort keys finds them."""
    wanted = {fold(name): sort_key(name) for name in names if name}
    if not wanted:
        return {}
    rows = Company.objects.visible_to(actor).filter(sort_key__any_of=set(wanted.values())).order_by("-pk")
    known = {fold(name): pk for pk, name in rows.values_list("pk", "name")}
    return {name: known[name] for name in wanted if name in known}


def names_of(companies: Iterable[UUID | None]) -> dict[UUID, str]:
    """Folded names of these companies."""
    wanted = {pk for pk in companies if pk}
    rows = Company.objects.filter(pk__any_of=wanted).values_list("pk", "name") if wanted else []
    return {pk: fold(name) for pk, name in rows}


def companies_by_external_id(
    source: str, ids: Collection[str], actor: Any
) -> tuple[dict[str, UUID], set[str]]:
    """External id to company, for the companies the actor may see; and the ids of others, which cannot be given twice."""
    if not ids:
        return {}, set()
    within = Company.objects.visible_to(actor).values("pk")
    rows = ExternalId.objects.filter(source=source, external_id__any_of=ids, company__isnull=False)
    found = dict(rows.filter(company__in=within).values_list("external_id", "company_id"))
    if source == OWN_SOURCE:
        found |= _by_own_id(within, ids)
    return found, set(rows.values_list("external_id", flat=True)) - set(found)


def load(kind: str, ids: Iterable[UUID], number: int = 0) -> dict[UUID, Pending]:
    """The records as they are, locked until the chunk is written, with the keys of what they already have."""
    model = MODELS[kind]
    columns = [item.column for item in model._meta.concrete_fields]
    loaded: dict[UUID, Pending] = {}
    for record in model.objects.select_for_update(of=("self",)).filter(pk__any_of=ids).order_by("pk"):
        values = {column: getattr(record, column) for column in columns}
        values["sort_key"] = bytes(values["sort_key"])
        loaded[record.pk] = Pending(
            kind, record.pk, False, number, columns=values, custom=dict(record.custom), version=record.version
        )
    if loaded:
        _load_points(kind, loaded)
    return loaded


def _load_points(kind: str, loaded: dict[UUID, Pending]) -> None:
    side = f"{kind}_id"
    lists: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
        ("mails", EmailAddress, ("key",)),
        ("phones", Phone, ("number", "extension")),
        ("addresses", PostalAddress, ("country", "region", "city", "district", "postcode", "street")),
        ("socials", SocialHandle, ("network", "handle")),
        ("names", AlternativeName, ("name",)),
        ("external_ids", ExternalId, ("source", "external_id")),
    )
    for where, model, columns in lists:
        rows = model.objects.filter(**{f"{side}__any_of": loaded}).values_list(side, *columns)
        for pk, *key in rows:
            loaded[pk].known.setdefault(where, set()).add(key[0] if len(key) == 1 else tuple(key))
    if kind == "contact":
        related = Relation.objects.filter(from_contact__any_of=loaded, role=Relation.Role.WORKS_FOR)
        for pk, company in related.values_list("from_contact_id", "to_company_id"):
            loaded[pk].known.setdefault("works_for", set()).add(company)
    through = MODELS[kind].tags.through
    for pk, key in through.objects.filter(**{f"{side}__any_of": loaded}).values_list(side, "tag__key"):
        loaded[pk].known.setdefault("tags", set()).add(key)
