"""All that belongs to one customer, in one statement: eight small queries cost more in asking than in answering."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from django.db import connection, models

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
    Tag,
)
from bandhu.customers.point_values import POINT_KINDS
from bandhu.platform.json_rows import from_json

_TABLES: dict[str, type[models.Model]] = {name: kind.model for name, kind in POINT_KINDS.items()}


@dataclass
class Belongings:
    """The rows of one contact or company: what has a primary one with that first, tags by name, the rest as they were made."""

    phones: list[Phone] = field(default_factory=list)
    mails: list[EmailAddress] = field(default_factory=list)
    addresses: list[PostalAddress] = field(default_factory=list)
    socials: list[SocialHandle] = field(default_factory=list)
    other_names: list[AlternativeName] = field(default_factory=list)
    external_ids: list[ExternalId] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)


def belongings_of(record: Contact | Company) -> Belongings:
    """What belongs to the record, which came through a scoped query."""
    found = Belongings()
    with connection.cursor() as cursor:
        cursor.execute(_statement(type(record)), {"pk": record.pk})
        for name, row in cursor.fetchall():
            getattr(found, name).append(from_json(_model_of(name), row))
    for name in _TABLES:
        getattr(found, name).sort(key=lambda one: (not getattr(one, "is_primary", False), one.pk))
    found.tags.sort(key=lambda tag: tag.name)
    return found


@cache
def _statement(model: type[Contact | Company]) -> str:
    side = model._meta.model_name
    own = "SELECT '{name}', to_jsonb(one) FROM {table} one WHERE one.{side}_id = %(pk)s"
    tags = (
        "SELECT 'tags', to_jsonb(one) FROM {table} one JOIN {link} put ON put.tag_id = one.id"
        " WHERE put.{side}_id = %(pk)s"
    )
    relations = (
        "SELECT 'relations', to_jsonb(one) FROM {table} one"
        " WHERE one.from_{side}_id = %(pk)s OR one.to_{side}_id = %(pk)s"
    )
    parts = [own.format(name=name, table=one._meta.db_table, side=side) for name, one in _TABLES.items()]
    link = model.tags.through._meta.db_table
    parts.append(tags.format(table=Tag._meta.db_table, link=link, side=side))
    parts.append(relations.format(table=Relation._meta.db_table, side=side))
    return " UNION ALL ".join(parts)


def _model_of(name: str) -> type[models.Model]:
    return _TABLES.get(name) or (Tag if name == "tags" else Relation)
