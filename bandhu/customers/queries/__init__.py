"""The read door of customers."""

from bandhu.customers.queries.cards import Card, company_card, contact_card
from bandhu.customers.queries.companies import (
    companies,
    companies_named,
    company_for,
    deleted_companies,
    people_of,
    subsidiaries_of,
)
from bandhu.customers.queries.contacts import contact_for, contacts, deleted_contacts
from bandhu.customers.queries.relations import RelationLine, relation_of, relations_of
from bandhu.customers.queries.tags import tag_for, tags, tags_like, tags_with_use

__all__ = [
    "Card",
    "RelationLine",
    "companies",
    "companies_named",
    "company_card",
    "company_for",
    "contact_card",
    "contact_for",
    "contacts",
    "deleted_companies",
    "deleted_contacts",
    "people_of",
    "relation_of",
    "relations_of",
    "subsidiaries_of",
    "tag_for",
    "tags",
    "tags_like",
    "tags_with_use",
]
