"""A list of records as a view describes it: filter, columns, sort; one page at a time, or all of it.

Definition (what SavedView keeps): {"filter": tree, "columns": [names], "sort": "name" or "-name", "group_by": name}.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.core.exceptions import EmptyResultSet, ValidationError
from django.db.models import Case, Count, F, QuerySet
from django.utils.translation import gettext as _

from bandhu.platform.custom_fields import all_fields
from bandhu.platform.custom_indexes import expression
from bandhu.platform.filters import Compiled, compile_filter
from bandhu.platform.gathering import link, with_columns
from bandhu.platform.paging import Page, keyset_page
from bandhu.platform.queries import search
from bandhu.platform.record_kinds import Field, RecordKind, record_kinds
from bandhu.platform.related import hide_unseen, is_partly_seen, seen_value
from bandhu.platform.texts import check_storable

MAX_COLUMNS = 30
MOST_FOUND = 200
# Counting on costs time and tells nobody more.
COUNT_LIMIT = 10_000
BELIEVED_SECONDS = 60
GROUPABLE = {"choice", "user", "team", "country", "language", "boolean"}


@dataclass(frozen=True)
class Listing:
    """A view made ready for one user: which fields are shown, how it is filtered and sorted."""

    user: Any
    kind: RecordKind
    columns: list[Field]
    sort: str
    compiled: Compiled
    group_by: Field | None = None
    text: str = ""
    definition: dict[str, Any] = field(default_factory=dict)
    # Every field the user may see, own and custom; read once for the whole page.
    known: Sequence[Field] = ()

    def rows(self, permission: str | None = None) -> QuerySet:
        """Every record of the list that `user` may see (or holds `permission` on), unordered."""
        rows = self.compiled.apply(self.kind.visible_to(self.user, permission))
        if self.text:
            hits = search(self.user, self.text, kinds=[self.kind.name], limit=MOST_FOUND)
            rows = rows.filter(pk__in=[hit.record_id for hit in hits])
        return rows

    def page(self, cursor: str | None = None, limit: int = 50) -> Page:
        """One page, with what the columns need already fetched."""
        rows, order = self.ordered()
        page = keyset_page(with_columns(rows, self.columns, order), order, cursor=cursor, limit=limit)
        link(page.items, self.columns)
        hide_unseen(self.user, self.kind, page.items, self.columns)
        return page

    def ordered(self) -> tuple[QuerySet, list[str]]:
        """The rows with the order they are to be paged in (for the API, which shapes them itself)."""
        return self._sorted(self.rows())

    def all(self, chunk: int = 1000) -> Iterator[Any]:
        """Every record in order, a chunk in memory at a time (export)."""
        cursor: str | None = None
        while True:
            page = self.page(cursor, chunk)
            yield from page.items
            if not page.next:
                return
            cursor = page.next

    def count(self) -> tuple[int, bool]:
        """How many, and whether there are more than that; that there are more is believed for a minute."""
        rows = self.rows().order_by().values("pk")[: COUNT_LIMIT + 1]
        # The statement with its values says whose list it is and how it is filtered.
        try:
            statement = rows.query.sql_with_params()
        except EmptyResultSet:
            return 0, False
        key = "listing-beyond:" + sha256(repr(statement).encode()).hexdigest()
        if cache.get(key):
            return COUNT_LIMIT, True
        found = rows.count()
        if found > COUNT_LIMIT:
            cache.set(key, True, BELIEVED_SECONDS)
        return min(found, COUNT_LIMIT), found > COUNT_LIMIT

    def groups(self) -> list[tuple[Any, int]]:
        """(value, how many) of the field the list is grouped by, the largest first."""
        if self.group_by is None:
            return []
        rows, path = self.rows().order_by(), self.group_by.path
        if self.group_by.annotate is not None:
            rows = self.group_by.annotate(rows)
        is_partly = is_partly_seen(self.user, self.group_by)
        seen = self._seen(self.group_by, path) if is_partly else F(path)
        rows = rows.annotate(grouped_by=seen)
        counted = rows.values_list("grouped_by").annotate(number=Count("pk", distinct=True))
        return list(counted.order_by("-number")[:200])

    def _sorted(self, rows: QuerySet) -> tuple[QuerySet, list[str]]:
        down, name = self.sort.startswith("-"), self.sort.lstrip("-")
        one = next((known for known in self.known if known.name == name), None)
        if one is None or not one.sort:
            return rows, ["id"]
        down, path = down != one.sort.startswith("-"), one.sort.removeprefix("-")
        if one.custom_key:
            rows = rows.annotate(sorted_by=expression(one.type, one.custom_key))
            return rows, ["-sorted_by" if down else "sorted_by"]
        if is_partly_seen(self.user, one):
            rows = rows.annotate(sorted_by=self._seen(one, path))
            return rows, ["-sorted_by" if down else "sorted_by"]
        return rows, [("-" if down else "") + path]

    def _seen(self, one: Field, path: str) -> Case:
        return seen_value(self.user, self.kind.model, one, path)


def listing_for(user: Any, kind_name: str, definition: Mapping[str, Any], *, text: str = "") -> Listing:
    """Raises ValidationError for a definition that cannot be understood."""
    check_storable(definition)
    kind = record_kinds[kind_name]
    fields = all_fields(user, kind)
    known = {one.name: one for one in fields}
    names = [name for name in definition.get("columns") or [] if name in known and known[name].in_list]
    sort = str(definition.get("sort") or kind.default_sort)
    sorted_by = known.get(sort.lstrip("-"))
    # Order and groups tell values as filters do: of a masked field, only who sees every one of them has any.
    if sorted_by is None or not sorted_by.sort or not user.holds_on_all(sorted_by.masked_by):
        if definition.get("sort"):
            raise ValidationError(_("The list cannot be sorted by “%(name)s”.") % {"name": sort[:60]})
        sort = kind.default_sort
    grouped = known.get(str(definition.get("group_by") or ""))
    if grouped is not None and (
        grouped.type not in GROUPABLE or grouped.custom_key or not user.holds_on_all(grouped.masked_by)
    ):
        raise ValidationError(_("The list cannot be grouped by “%(name)s”.") % {"name": grouped.label})
    return Listing(
        user=user,
        kind=kind,
        columns=[known[name] for name in (names or kind.default_columns)[:MAX_COLUMNS] if name in known],
        sort=sort,
        compiled=compile_filter(user, kind, definition.get("filter"), fields),
        group_by=grouped,
        text=text.strip(),
        definition=dict(definition),
        known=fields,
    )
