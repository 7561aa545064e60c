"""From records to what the API answers: masked as the caller's grants say, in few statements for a whole page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from bandhu.customers import queries
from bandhu.customers.api import schemas
from bandhu.customers.point_values import POINT_KINDS
from bandhu.customers.record_values import COMPANY_COLUMNS, CONTACT_COLUMNS
from bandhu.identity.masking import MASKS, within
from bandhu.platform import custom_fields
from bandhu.platform.listing import Listing, listing_for
from bandhu.platform.paging import keyset_page
from bandhu.platform.queries import search
from bandhu.platform.record_kinds import record_kinds
from bandhu.platform.rest import ListQuery, filter_tree

_LINKS = ("owner", "team", "company", "parent")
_FACTS = ("id", "version", "last_touched_at", "next_step_due_at", "created_at", "updated_at")
# What decides whether the caller may know the company of a contact.
_COMPANY = tuple(f"company__{name}" for name in ("name", "deleted_at", "owner_id", "team_id"))
# "masked" is ours to say.
_LIST_COLUMNS = {
    name: [column for column in out.model_fields if column != "masked"]
    for name, (_in, out) in schemas.LISTS.items()
}
Row = dict[str, Any]


def shape(request: HttpRequest, kind: str, record: Any) -> Row:
    """One contact or company as the API shows it to the caller."""
    return _shape_row(request, kind, {path: _at(record, path) for path in _read(kind)})


def shape_by_id(request: HttpRequest, kind: str, record_id: UUID) -> Row:
    """The same by its id, asking for no more than is shown. Raises OutOfReach (404)."""
    visible = queries.contacts if kind == "contact" else queries.companies
    # Not first(): to put one row in order, Django compares every column it reads.
    rows = visible(request.user).filter(pk=record_id).values(*_read(kind))[:1]
    row = next(iter(rows), None)
    if row is None:
        raise queries.not_found(request.user, record_kinds[kind].model, record_id)
    return _shape_row(request, kind, row)


def _shape_row(request: HttpRequest, kind: str, row: Row) -> Row:
    visible = [one.key for one in custom_fields.definitions(kind) if custom_fields.may_see(request.user, one)]
    return _Shaper(request, kind, visible).shaped([row])[0]


class _Shaper:
    """From rows (what `_read` names) to the shape of the API; what is the same for all is asked once."""

    def __init__(self, request: HttpRequest, kind: str, visible: list[str]) -> None:
        self.user: Any = request.user
        self.kind, self.visible = kind, visible
        self.site = request.build_absolute_uri("/").rstrip("/")
        self.own = [
            (f"{name}_id" if name in _LINKS else name)
            for name in (*_FACTS, *_columns(kind))
            if name != "company"
        ]

    def shaped(self, rows: Sequence[Row], reasons: Mapping[UUID, str] | None = None) -> list[Row]:
        """Every row with its lists; `reasons`: why a search found it."""
        lists = queries.point_lists(self.kind, [row["id"] for row in rows], _LIST_COLUMNS)
        return [self._one(row, lists[row["id"]], (reasons or {}).get(row["id"])) for row in rows]

    def _one(self, row: Row, lists: dict[str, list[Any]], reason: str | None) -> Row:
        found = {name: row[name] for name in self.own} | lists
        self._cover_phones(row, lists["phones"])
        found["custom"] = {key: row["custom"][key] for key in self.visible if key in row["custom"]}
        found["url"] = self.site + record_kinds[self.kind].url(row["id"])
        found["matched"] = reason
        if self.kind == "contact":
            # The national id is always covered.
            found["national_id"] = MASKS["national_id"].cover(row["national_id"])
            seen = self._sees_company(row)
            found["company_id"] = row["company_id"] if seen else None
            found["company_name"] = row["company__name"] if seen else ""
        return found

    def _cover_phones(self, row: Row, phones: list[Row]) -> None:
        mask = MASKS["phone"]
        seen = within(self.user, mask.permission, {row["owner_id"]}, {row["team_id"]})
        for phone in phones:
            number = phone["number"] if seen else mask.cover(phone["number"])
            phone["masked"] = number != phone["number"]
            phone["number"] = number

    def _sees_company(self, row: Row) -> bool:
        if row["company_id"] is None or row["company__deleted_at"] is not None:
            return False
        return within(
            self.user, "customers.view_company", {row["company__owner_id"]}, {row["company__team_id"]}
        )


def _columns(kind: str) -> tuple[str, ...]:
    return CONTACT_COLUMNS if kind == "contact" else COMPANY_COLUMNS


def _read(kind: str) -> list[str]:
    """The paths of the values a shape is made of."""
    own = [f"{name}_id" if name in _LINKS else name for name in _columns(kind)]
    return [*_FACTS, *own, "custom", *(_COMPANY if kind == "contact" else ())]


def _at(record: Any, path: str) -> Any:
    for part in path.split("__"):
        record = getattr(record, part) if record is not None else None
    return record


def page(request: HttpRequest, kind: str, asked: ListQuery) -> Row:
    """A page of the list, or what a search finds, best first (which is one page)."""
    listing = listing_for(request.user, kind, {"filter": filter_tree(asked.filter), "sort": asked.sort})
    shaper = _Shaper(request, kind, [one.custom_key for one in listing.known if one.custom_key])
    if asked.q.strip():
        return {"items": _found(shaper, listing, asked.q, asked.limit), "next": None}
    rows, order = listing.ordered()
    paths = dict.fromkeys([*_read(kind), *(name.lstrip("-") for name in order)])
    found = keyset_page(rows.values(*paths), order, cursor=asked.cursor, limit=asked.limit)
    return {"items": shaper.shaped(found.items), "next": found.next or None}


def _found(shaper: _Shaper, listing: Listing, q: str, limit: int) -> list[Row]:
    hits = search(shaper.user, q, kinds=[shaper.kind], limit=limit)
    reasons = {hit.record_id: str(hit.explanation) for hit in hits}
    rows = {row["id"]: row for row in listing.rows().filter(pk__in=list(reasons)).values(*_read(shaper.kind))}
    return shaper.shaped([rows[pk] for pk in reasons if pk in rows], reasons)


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
