"""A company among those above and below it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count

from bandhu.customers.models import Company, Contact

MOST_BELOW = 1_000
# Each level is a call deeper, here and in the template.
DEEPEST = 25
_BELOW = """
    WITH RECURSIVE below(id, level) AS (
        SELECT %s::uuid, 0
        UNION SELECT company.id, level + 1 FROM customers_company company JOIN below ON company.parent_id = below.id
        WHERE company.deleted_at IS NULL AND level <= %s
    ) SELECT id, level FROM below LIMIT %s
"""
# UNION, not UNION ALL: a circle, should one ever get into the table, ends by itself.
_ABOVE = """
    WITH RECURSIVE above(id) AS (
        SELECT %s::uuid
        UNION SELECT company.parent_id FROM customers_company company JOIN above ON company.id = above.id
        WHERE company.parent_id IS NOT NULL
    ) SELECT id FROM above LIMIT %s
"""


@dataclass
class Branch:
    """A company and those directly below it, by name; `people` are its own contacts."""

    company: Company
    people: int
    below: list[Branch] = field(default_factory=list)

    @property
    def companies_below(self) -> int:
        """How many companies stand below, at any depth."""
        return sum(1 + one.companies_below for one in self.below)

    @property
    def all_people(self) -> int:
        """The contacts here and in all companies below."""
        return self.people + sum(one.all_people for one in self.below)


@dataclass(frozen=True)
class CompanyTree:
    """`above` from the top down, without the company itself; `is_cut` when more stand below than are shown."""

    above: list[Company]
    branch: Branch
    is_cut: bool


def company_tree(user: Any, company: Company) -> CompanyTree:
    """Who stands above and below `company`, as far as the user may see them, in four statements.

    What hangs below a company out of the user's reach is left out with it, and so is what stands above one.
    """
    found = _rows(_BELOW, company.pk, DEEPEST, MOST_BELOW + 2)
    kept = [pk for pk, level in found[: MOST_BELOW + 1] if level <= DEEPEST]
    rows = Company.objects.visible_to(user).filter(pk__in=kept).order_by("sort_key", "pk")
    children: dict[UUID | None, list[Company]] = defaultdict(list)
    for one in rows.only("pk", "name", "city", "lifecycle", "parent_id", "deleted_at"):
        children[one.parent_id].append(one)
    people = _people(user, kept)

    def grown(one: Company) -> Branch:
        # The company asked for is its own root: a circle cannot lead back to it.
        smaller = [grown(child) for child in children.pop(one.pk, []) if child.pk != company.pk]
        return Branch(one, people.get(one.pk, 0), smaller)

    return CompanyTree(list(_above(user, company)), grown(company), is_cut=len(found) > len(kept))


def _people(user: Any, ids: list[UUID]) -> dict[UUID | None, int]:
    rows = Contact.objects.visible_to(user).filter(company__in=ids).order_by()
    return dict(rows.values_list("company").annotate(Count("pk")))


def _above(user: Any, company: Company) -> Iterator[Company]:
    """From the top down; a company out of reach hides those above it."""
    known = Company.objects.visible_to(user).in_bulk([pk for (pk,) in _rows(_ABOVE, company.pk, MOST_BELOW)])
    line: list[Company] = []
    one = known.pop(company.parent_id, None) if company.parent_id else None
    while one is not None and one.pk != company.pk:
        line.append(one)
        one = known.pop(one.parent_id, None) if one.parent_id else None
    return reversed(line)


def _rows(query: str, *values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()
