"""From records to what the API answers: masked as the caller's grants say, in few statements for a whole page."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from bandhu.customers.point_values import POINT_KINDS
from bandhu.customers.queries import belongings_of
from bandhu.customers.record_values import COMPANY_COLUMNS, CONTACT_COLUMNS
from bandhu.identity.masking import masked, may_see
from bandhu.platform import custom_fields
from bandhu.platform.listing import listing_for
from bandhu.platform.queries import search
from bandhu.platform.record_kinds import record_kinds
from bandhu.platform.rest import Paging, page_of

_LINKS = ("owner", "team", "company", "parent")
_FACTS = ("id", "version", "last_touched_at", "next_step_due_at", "created_at", "updated_at")


def with_lists(rows: QuerySet) -> QuerySet:
    """Everything `shape` reads, fetched at once."""
    return rows.prefetch_related("tags", *POINT_KINDS)


Shaper = Callable[..., dict[str, Any]]


def shape(request: HttpRequest, kind: str, record: Any) -> dict[str, Any]:
    """One contact or company as the API shows it to the caller."""
    return shaper(request, kind)(record, lists=vars(belongings_of(record)))


def shaper(request: HttpRequest, kind: str) -> Shaper:
    """The shape of many records; what the caller may see of own fields is asked once."""
    user: Any = request.user
    visible = [one.key for one in custom_fields.definitions(kind) if custom_fields.may_see(user, one)]

    def shaped(
        record: Any, matched: str | None = None, lists: dict[str, list[Any]] | None = None
    ) -> dict[str, Any]:
        found = _own_values(kind, record) | _lists(user, record, lists or _fetched_lists(record))
        found["custom"] = {key: record.custom[key] for key in visible if key in record.custom}
        found["url"] = request.build_absolute_uri(record_kinds[kind].url(record))
        found["matched"] = matched
        return found | _of_contact(user, record) if kind == "contact" else found

    return shaped


def _own_values(kind: str, record: Any) -> dict[str, Any]:
    columns = CONTACT_COLUMNS if kind == "contact" else COMPANY_COLUMNS
    found: dict[str, Any] = {
        name: getattr(record, name) for name in (*_FACTS, *columns) if name not in _LINKS
    }
    return found | {f"{name}_id": getattr(record, f"{name}_id") for name in columns if name in _LINKS}


def _fetched_lists(record: Any) -> dict[str, list[Any]]:
    """What `with_lists` fetched for one record of many."""
    return {name: list(getattr(record, name).all()) for name in ("tags", *POINT_KINDS)}


def _lists(user: Any, record: Any, lists: dict[str, list[Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {"tags": sorted(tag.name for tag in lists["tags"])}
    for name in POINT_KINDS:
        rows = sorted(lists[name], key=lambda row: (not getattr(row, "is_primary", False), row.pk))
        found[name] = [_phone(user, record, row) for row in rows] if name == "phones" else rows
    return found


def _of_contact(user: Any, record: Any) -> dict[str, Any]:
    """The national id covered; the company only when the caller may see it."""
    company = record.company
    seen = (
        company is not None
        and company.deleted_at is None
        and may_see(user, "customers.view_company", company)
    )
    return {
        "national_id": masked(user, record, record.national_id, "national_id"),
        "company_id": company.pk if seen else None,
        "company_name": company.name if seen else "",
    }


def _phone(user: Any, record: Any, row: Any) -> dict[str, Any]:
    number = masked(user, record, row.number, "phone")
    return {
        "id": row.pk,
        "number": number,
        "extension": row.extension,
        "label": row.label,
        "is_primary": row.is_primary,
        "masked": number != row.number,
    }


def page(request: HttpRequest, kind: str, paging: Paging, q: str, filter: str, sort: str) -> dict[str, Any]:
    """A page of the list, or what a search finds, best first (which is one page)."""
    related = ("company",) if kind == "contact" else ()
    definition = {"filter": _tree(filter), "sort": sort}
    if q.strip():
        return _found(request, kind, paging.limit, q, related, definition)
    rows, order = listing_for(request.user, kind, definition).ordered()
    rows = with_lists(rows.select_related(*related))
    return page_of(rows, order, paging, shaper(request, kind))


def _found(
    request: HttpRequest, kind: str, limit: int, q: str, related: tuple[str, ...], definition: dict[str, Any]
) -> dict[str, Any]:
    hits = search(request.user, q, kinds=[kind], limit=limit)
    rows = listing_for(request.user, kind, definition).rows().filter(pk__in=[hit.record_id for hit in hits])
    known = {record.pk: record for record in with_lists(rows.select_related(*related))}
    shaped = shaper(request, kind)
    items = [shaped(known[hit.record_id], str(hit.explanation)) for hit in hits if hit.record_id in known]
    return {"items": items, "next": None}


def _tree(text: str) -> Any:
    if not text:
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise ValidationError({"filter": _("A filter is a JSON object.")}) from None


def arguments(payload: Any) -> dict[str, Any]:
    """What was sent as the actions take it: links without "_id", empty lists for null."""
    given = payload.dict(exclude_unset=True)
    for name in _LINKS:
        if f"{name}_id" in given:
            given[name] = given.pop(f"{name}_id")
    for name in POINT_KINDS:
        if name in given:
            given[name] = [sent_row(row) for row in given[name] or []]
    return given


def sent_row(row: dict[str, Any]) -> dict[str, Any]:
    """A row as the actions take it: a value that was not sent is not there, so that a known row keeps it."""
    return {name: value for name, value in row.items() if value is not None}
