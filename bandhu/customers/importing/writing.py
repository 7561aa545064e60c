"""Lay a planned chunk down: records, points, tags, ids, audit, traces and failures, each by one COPY."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection, models
from django.utils import timezone

from bandhu.customers.importing.claims import Claims
from bandhu.customers.importing.copying import copy_dicts, copy_rows, json_text, update_rows
from bandhu.customers.importing.likeness import LIKELY
from bandhu.customers.importing.lookup import MODELS
from bandhu.customers.importing.pending import NAME_COLUMN, Pending
from bandhu.customers.models import (
    AlternativeName,
    Company,
    Contact,
    DuplicatePair,
    EmailAddress,
    ExternalId,
    Import,
    ImportedRow,
    Phone,
    PostalAddress,
    Relation,
    SocialHandle,
    Tag,
)
from bandhu.identity.models import User
from bandhu.platform.ids import new_id
from bandhu.platform.models import AuditEntry
from bandhu.platform.origin import current_origin
from bandhu.platform.registries import SearchDocument
from bandhu.platform.search.indexing import index_records, write_documents

UNCHANGING = ("id", "created_at", "created_by_id", "custom", "version", "updated_at")
UNAUDITED = ("sort_key", "primary_mail", "primary_phone", "city", "country", "created_at", "domain")


def write_records(run: Import, pendings: Iterable[Pending], now: datetime) -> None:
    """Write new and changed records with everything that belongs to them, and remember what was done."""
    # Companies first, those that are linked to before all: undo walks back and meets the people before them.
    work = sorted(
        (pending for pending in pendings if pending.has_changed),
        key=lambda one: (one.kind != "company", not one.linked),
    )
    for pending in work:
        pending.settle()
    for kind in ("company", "contact"):  # contacts point to companies
        mine = [pending for pending in work if pending.kind == kind]
        _write_new(run, kind, [pending for pending in mine if pending.is_new], now)
        _write_changed(kind, [pending for pending in mine if not pending.is_new], now)
    added = _write_points(work)
    tagged = _write_tags(work)
    _write_audit(run, work, now)
    _write_traces(run, work, added, tagged)
    _write_pairs(work)
    _index(work)


def _index(pendings: list[Pending]) -> None:
    """Everything written enters the search: new records from what is at hand, changed ones read again.

    People are also found by the name of their company, so its new name is written to them.
    """
    made = {pending.id: pending.title for pending in pendings if pending.kind == "company"}
    linked = {
        pending.columns.get("company_id")
        for pending in pendings
        if pending.kind == "contact" and pending.is_new
    }
    names = (
        dict(Company.objects.filter(pk__any_of=linked - {None} - set(made)).values_list("pk", "name")) | made
    )
    for kind in ("company", "contact"):
        mine = [pending for pending in pendings if pending.kind == kind]
        write_documents(kind, [_document(pending, names) for pending in mine if pending.is_new], all_new=True)
        index_records(kind, [pending.id for pending in mine if not pending.is_new])
    renamed = [
        one.id for one in pendings if one.kind == "company" and not one.is_new and "name" in one.former
    ]
    if renamed:
        index_records(
            "contact", list(Contact.objects.filter(company_id__any_of=renamed).values_list("pk", flat=True))
        )


def _document(pending: Pending, companies: dict[Any, str]) -> SearchDocument:
    """What the search knows of a new record; the same as `search_documents` reads for a stored one."""
    column = pending.columns.get
    phones = [number for number, _extension in pending.phones]
    mails = [address for _label, address in pending.mails.values()]
    details: tuple[Any, Any]
    if pending.kind == "contact":
        company = companies.get(column("company_id"), "")
        names = [pending.title, column("nickname") or "", *pending.names]
        details, words = (column("job_title"), company), [company] if company else []
    else:
        domain = column("domain") or ""
        names = [pending.title, column("legal_name") or "", *pending.names]
        details, words = (column("industry"), column("city")), [domain.partition(".")[0]] if domain else []
        mails += [f"@{domain}"] if domain else []
    return SearchDocument(
        record_id=pending.id,
        names=names,
        detail=" · ".join(part for part in details if part),
        words=words,
        phones=phones,
        mails=mails,
        owner_id=column("owner_id"),
        team_id=column("team_id"),
    )


def _write_new(run: Import, kind: str, pendings: list[Pending], now: datetime) -> None:
    rows = []
    for pending in pendings:
        row = {
            "id": pending.id,
            "created_at": now,
            **{column: value for column, value in pending.columns.items() if value is not None},
            "custom": json_text(pending.custom),
            "created_by_id": run.actor_id,
            "updated_at": now,
        }
        rows.append(row)
    copy_dicts(MODELS[kind], rows)


def _write_changed(kind: str, pendings: list[Pending], now: datetime) -> None:
    if not pendings:
        return
    columns = sorted({column for pending in pendings for column in pending.former})
    # A new mail or tag changes the record too: its version moves, so that an open page notices.
    names = [*columns, "custom", "version", "updated_at"]
    update_rows(
        MODELS[kind],
        names,
        [
            [
                pending.id,
                *(pending.columns.get(column) for column in columns),
                json_text(pending.custom),
                pending.version + 1,
                now,
            ]
            for pending in pendings
        ],
    )
    for pending in pendings:
        pending.version += 1


def _write_points(pendings: list[Pending]) -> dict[Any, dict[str, list[Any]]]:
    """Returns, for records that existed, the ids of what was added, by table."""
    added: dict[Any, dict[str, list[Any]]] = {}
    claims = Claims(pendings)
    lists: tuple[tuple[type[models.Model], Any], ...] = (
        (EmailAddress, _mail_rows),
        (Phone, _phone_rows),
        (PostalAddress, _address_rows),
        (SocialHandle, lambda p: [{"network": network, "handle": handle} for network, handle in p.socials]),
        (AlternativeName, lambda p: [{"name": name, "kind": kind} for name, kind in p.names.items()]),
        (ExternalId, claims.rows),
    )
    for model, rows_of in lists:
        rows = []
        for pending in pendings:
            for row in rows_of(pending):
                row["id"] = new_id()
                row[f"{pending.kind}_id"] = pending.id
                rows.append(row)
                if not pending.is_new:
                    added.setdefault(pending.id, {}).setdefault(model._meta.db_table, []).append(row["id"])
        copy_dicts(model, rows)
    _write_relations(pendings, added)
    claims.pair()
    return added


def _write_relations(pendings: list[Pending], added: dict[Any, dict[str, list[Any]]]) -> None:
    rows = []
    for pending in pendings:
        for company in pending.works_for:
            row = {"id": new_id(), "role": Relation.Role.WORKS_FOR.value, "created_at": timezone.now()}
            rows.append({**row, "from_contact_id": pending.id, "to_company_id": company})
            added.setdefault(pending.id, {}).setdefault(Relation._meta.db_table, []).append(row["id"])
    copy_dicts(Relation, rows)


def _mail_rows(pending: Pending) -> list[dict[str, Any]]:
    first = not pending.known.get("mails")
    return [
        {"label": label, "address": address, "key": key, "is_primary": first and place == 0}
        for place, (key, (label, address)) in enumerate(pending.mails.items())
    ]


def _phone_rows(pending: Pending) -> list[dict[str, Any]]:
    first = not pending.known.get("phones")
    return [
        {"label": label, "number": number, "extension": extension[:12], "as_typed": typed, "is_primary": first and place == 0}
        for place, ((number, extension), (label, typed)) in enumerate(pending.phones.items())
    ]  # fmt: skip


def _address_rows(pending: Pending) -> list[dict[str, Any]]:
    first = not pending.known.get("addresses")
    return [
        {**address, "is_primary": first and place == 0}
        for place, address in enumerate(pending.addresses.values())
    ]


def _write_tags(pendings: list[Pending]) -> dict[Any, list[str]]:
    """Stick tags on, making those that are new; returns the tag ids added to records that existed."""
    wanted: dict[str, str] = {}
    for pending in pendings:
        for key, name in pending.tags.items():
            wanted.setdefault(key, name)
    if not wanted:
        return {}
    Tag.objects.bulk_create(
        [Tag(key=key, name=name) for key, name in sorted(wanted.items())], ignore_conflicts=True
    )
    ids = dict(Tag.objects.filter(key__any_of=wanted).values_list("key", "pk"))
    added: dict[Any, list[str]] = {}
    for kind in ("company", "contact"):
        through = MODELS[kind].tags.through
        mine = [pending for pending in pendings if pending.kind == kind and pending.tags]
        rows = [(pending.id, ids[key]) for pending in mine for key in pending.tags]
        copy_rows(through._meta.db_table, [f"{kind}_id", "tag_id"], rows)
        for pending in mine:
            if not pending.is_new:
                added[pending.id] = [str(ids[key]) for key in pending.tags]
    return added


def _write_audit(run: Import, pendings: list[Pending], now: datetime) -> None:
    names = dict(User.objects.values_list("pk", "full_name"))
    actor_name = names.get(run.actor_id, "")
    origin = json_text({**current_origin(), "import": str(run.pk)})
    copy_rows(
        AuditEntry._meta.db_table,
        ["at", "actor_id", "actor_name", "origin", "verb", "record_kind", "record_id", "record_title", "changes"],
        (
            (
                now, run.actor_id, actor_name, origin, "created" if pending.is_new else "changed", pending.kind,
                pending.id, pending.title[:300], json_text(_changes(pending, names)),
            )
            for pending in pendings
        ),
    )  # fmt: skip


def _changes(pending: Pending, names: dict[Any, str]) -> dict[str, list[Any]]:
    """Field to [before, after], as the pages write it."""
    changes: dict[str, list[Any]] = {}
    touched = pending.columns if pending.is_new else pending.former
    for column in touched:
        after, before = pending.columns.get(column), pending.former.get(column)
        if column in UNAUDITED or (after in (None, "") and before in (None, "")):
            continue
        if column == "owner_id":
            before, after = names.get(before), names.get(after)
        changes[column.removesuffix("_id")] = [None if pending.is_new else before, after]
    for key in pending.former_custom:
        changes[f"custom.{key}"] = [pending.former_custom[key], pending.custom.get(key)]
    lists: tuple[tuple[str, list[str]], ...] = (
        ("phones", [number for number, _extension in pending.phones]),
        ("mails", [address for _label, address in pending.mails.values()]),
        (
            "addresses",
            [
                ", ".join(part for part in (a.get("street"), a.get("city"), a.get("country")) if part)
                for a in pending.addresses.values()
            ],
        ),
        ("socials", [f"{network}, {handle}" for network, handle in pending.socials]),
        ("other_names", list(pending.names)),
        ("external_ids", [f"{source}, {one}" for source, one in pending.external_ids]),
        ("tags", sorted(pending.tags.values())),
    )
    for name, after_list in lists:
        if after_list:
            changes[name] = [[], after_list]
    if not pending.is_new:
        changes["version"] = [pending.version - 1, pending.version]
    return changes


def _write_traces(
    run: Import, pendings: list[Pending], added: dict[Any, dict[str, list[Any]]], tagged: dict[Any, list[str]]
) -> None:
    copy_rows(
        ImportedRow._meta.db_table,
        ["run_id", "number", "record_kind", "record_id", "verb", "version", "before", "suspect_of", "suspect_score",
         "suspect_reasons", "undo"],
        (
            (
                run.pk, pending.number, pending.kind, pending.id, _verb(pending), pending.version,
                json_text(_before(pending, added, tagged)), *_suspicion(pending), "",
            )
            for pending in pendings
        ),
    )  # fmt: skip


def _suspicion(pending: Pending) -> tuple[Any, Any, str]:
    one = pending.suspect
    return (one.id, one.score, json_text(list(one.reasons))) if one else (None, None, "[]")


def _write_pairs(pendings: list[Pending]) -> None:
    """New records that probably repeat another one are waiting for a decision where the scan's pairs wait."""
    pairs = []
    for pending in pendings:
        if pending.suspect and pending.suspect.score >= LIKELY:
            first, second = sorted((pending.id, pending.suspect.id))
            sides = {f"first_{pending.kind}_id": first, f"second_{pending.kind}_id": second}
            pairs.append(
                DuplicatePair(
                    **sides,
                    score=pending.suspect.score,
                    reasons=list(pending.suspect.reasons),
                    found_by=DuplicatePair.Found.IMPORT,
                )
            )
    DuplicatePair.objects.bulk_create(pairs, ignore_conflicts=True)


def _verb(pending: Pending) -> str:
    if not pending.is_new:
        return "changed"
    return "linked" if pending.linked else "created"


def _before(pending: Pending, added: dict[Any, Any], tagged: dict[Any, Any]) -> dict[str, Any]:
    """Everything needed to put the record back as it was."""
    if pending.is_new:
        return {"added": added[pending.id]} if pending.id in added else {}
    former = dict(pending.former)
    if "sort_key" in former:
        former["sort_key"] = former["sort_key"].hex()
    return {
        "version": pending.version - 1,
        "columns": former,
        "after": {column: _plain(pending.columns.get(column)) for column in former if column != "sort_key"},
        "custom": pending.former_custom,
        "added": added.get(pending.id, {}),
        "tags": tagged.get(pending.id, []),
    }


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | bool) else str(value)


def lock_run(run: Import) -> bool:
    """Hold the import for this connection; False when another worker holds it. A dead worker's hold ends with it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", _lock_numbers(run))
        return bool(cursor.fetchone()[0])


def unlock_run(run: Import) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", _lock_numbers(run))


def _lock_numbers(run: Import) -> tuple[int, int]:
    return 7_251_002, int.from_bytes(run.pk.bytes[-4:], "big", signed=True)


__all__ = ["NAME_COLUMN", "lock_run", "unlock_run", "write_records"]
