"""Telephones, mails, addresses, … and tags of many customers at once.

As related objects they take a statement for each list and an object for each row, which costs a page of the API more
than everything else together; here they come in one statement, as what JSON makes of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

import orjson
from django.db import connection, models

from bandhu.customers.models import Company, Contact
from bandhu.customers.point_values import POINT_KINDS

_OWNERS: dict[str, type[models.Model]] = {"contact": Contact, "company": Company}
Lists = dict[str, list[Any]]


def point_lists(kind: str, ids: Sequence[UUID], columns: Mapping[str, Iterable[str]]) -> dict[UUID, Lists]:
    """The lists of customers the caller has been given: primary rows first, then the oldest; tags by name.

    `columns` says for each list ("phones") which columns its rows shall have ("id" among them). Every id is in the answer.
    """
    found: dict[str, Lists] = {str(pk): {name: [] for name in (*columns, "tags")} for pk in ids}
    if not ids:
        return {}
    statement = _statement(kind, tuple((name, tuple(shown)) for name, shown in columns.items()))
    # As one text: each list asks for the same ids, and writing an array out takes far longer than a word.
    wanted = f"{{{','.join(pk.hex for pk in ids)}}}"
    with connection.cursor() as cursor:
        cursor.execute(statement, {"ids": wanted})
        for name, rows in cursor.fetchall():
            for owner, row in orjson.loads(rows or "[]"):
                found[owner][name].append(row)
    for lists in found.values():
        lists["tags"].sort()
        for name in columns:
            if len(lists[name]) > 1:
                lists[name].sort(key=lambda row: (not row.get("is_primary"), row["id"]))
    return {pk: found[str(pk)] for pk in ids}


@cache
def _statement(kind: str, columns: tuple[tuple[str, tuple[str, ...]], ...]) -> str:
    """Made of names of our own models and columns; only the ids are given with each question."""
    quote = connection.ops.quote_name
    parts = []
    for name, shown in columns:
        pairs = ", ".join(f"'{column}', {quote(column)}" for column in shown)
        table = quote(POINT_KINDS[name].model._meta.db_table)
        parts.append(
            f"SELECT '{name}', json_agg(json_build_array({kind}_id, json_build_object({pairs})))::text"  # noqa: S608
            f" FROM {table} WHERE {kind}_id = ANY(%(ids)s::uuid[])"
        )
    tags: Any = _OWNERS[kind]._meta.get_field("tags")
    links, tag = quote(tags.m2m_db_table()), quote(tags.related_model._meta.db_table)
    parts.append(
        f"SELECT 'tags', json_agg(json_build_array(links.{kind}_id, tag.name))::text FROM {links} AS links "  # noqa: S608
        f"JOIN {tag} AS tag ON tag.id = links.tag_id WHERE links.{kind}_id = ANY(%(ids)s::uuid[])"
    )
    return " UNION ALL ".join(parts)
