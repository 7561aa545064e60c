"""The read door of customers."""

from bandhu.customers.queries.cards import Card, company_card, contact_card, label_of, phone_line
from bandhu.customers.queries.companies import (
    companies,
    companies_named,
    company_for,
    deleted_companies,
    people_of,
    subsidiaries_of,
)
from bandhu.customers.queries.contacts import contact_for, contacts, contacts_named, deleted_contacts
from bandhu.customers.queries.duplicates import (
    AutomaticRules,
    Suspect,
    automatic_rules,
    latest_scan,
    merge_for,
    merges,
    open_pairs,
    pair_for,
    pair_of,
    possible_duplicates,
    score_of,
)
from bandhu.customers.queries.history import field_label, history_of_record
from bandhu.customers.queries.own_fields import custom_lines
from bandhu.customers.queries.places import LocalTime, local_time_of
from bandhu.customers.queries.relations import RelationLine, relation_of, relations_of
from bandhu.customers.queries.tags import tag_for, tags, tags_like, tags_with_use

__all__ = [
    "AutomaticRules",
    "Card",
    "LocalTime",
    "RelationLine",
    "Suspect",
    "automatic_rules",
    "companies",
    "companies_named",
    "company_card",
    "company_for",
    "contact_card",
    "contact_for",
    "contacts",
    "contacts_named",
    "custom_lines",
    "deleted_companies",
    "deleted_contacts",
    "field_label",
    "history_of_record",
    "label_of",
    "latest_scan",
    "local_time_of",
    "merge_for",
    "merges",
    "open_pairs",
    "pair_for",
    "pair_of",
    "people_of",
    "phone_line",
    "possible_duplicates",
    "relation_of",
    "relations_of",
    "score_of",
    "subsidiaries_of",
    "tag_for",
    "tags",
    "tags_like",
    "tags_with_use",
]
