"""The read door of customers."""

from typing import Any

from bandhu.customers.models import Lifecycle
from bandhu.customers.queries.belongings import belongings_of
from bandhu.customers.queries.cards import Card, company_card, contact_card, label_of, phone_line
from bandhu.customers.queries.companies import (
    companies,
    companies_named,
    company_for,
    deleted_companies,
    hide_unseen_customers,
    people_of,
    seen_record,
    subsidiaries_of,
)
from bandhu.customers.queries.company_trees import CompanyTree, company_tree
from bandhu.customers.queries.comparison import Comparison, comparison
from bandhu.customers.queries.contacts import contact_for, contacts, contacts_named, deleted_contacts
from bandhu.customers.queries.duplicates import (
    AutomaticRules,
    Suspect,
    automatic_rules,
    duplicates_of,
    merge_for,
    merges,
    open_pairs,
    pair_for,
    pair_of,
    possible_duplicates,
    reasons_of_pair,
    scan_for,
    score_of,
)
from bandhu.customers.queries.exports import export_for, exports
from bandhu.customers.queries.history import LISTS, history_of_record
from bandhu.customers.queries.imports import (
    column_lines,
    encoding_alternatives,
    failed_file,
    failed_rows,
    import_for,
    imported_records,
    imports,
    kept_as,
    kept_records,
    kinds_offered,
    lifecycle_choices,
    looks,
    may_watch_import,
    reading_doubts,
    reasons_of,
    saved_mapping_for,
    saved_mappings,
    suspects,
    target_choices,
    warned_file,
    warned_rows,
)
from bandhu.customers.queries.merged import not_found
from bandhu.customers.queries.own_fields import custom_lines, custom_lines_of
from bandhu.customers.queries.places import LocalTime, local_time_of
from bandhu.customers.queries.point_lists import point_lists
from bandhu.customers.queries.relations import RelationLine, relation_of, relations_of
from bandhu.customers.queries.tags import tag_for, tags, tags_like, tags_with_use
from bandhu.customers.record_values import CHANNELS

LIFECYCLES: dict[str, Any] = dict(Lifecycle.choices)

__all__ = [
    "CHANNELS",
    "LIFECYCLES",
    "LISTS",
    "AutomaticRules",
    "Card",
    "CompanyTree",
    "Comparison",
    "LocalTime",
    "RelationLine",
    "Suspect",
    "automatic_rules",
    "belongings_of",
    "column_lines",
    "companies",
    "companies_named",
    "company_card",
    "company_for",
    "company_tree",
    "comparison",
    "contact_card",
    "contact_for",
    "contacts",
    "contacts_named",
    "custom_lines",
    "custom_lines_of",
    "deleted_companies",
    "deleted_contacts",
    "duplicates_of",
    "encoding_alternatives",
    "export_for",
    "exports",
    "failed_file",
    "failed_rows",
    "hide_unseen_customers",
    "history_of_record",
    "import_for",
    "imported_records",
    "imports",
    "kept_as",
    "kept_records",
    "kinds_offered",
    "label_of",
    "lifecycle_choices",
    "local_time_of",
    "looks",
    "may_watch_import",
    "merge_for",
    "merges",
    "not_found",
    "open_pairs",
    "pair_for",
    "pair_of",
    "people_of",
    "phone_line",
    "point_lists",
    "possible_duplicates",
    "reading_doubts",
    "reasons_of",
    "reasons_of_pair",
    "relation_of",
    "relations_of",
    "saved_mapping_for",
    "saved_mappings",
    "scan_for",
    "score_of",
    "seen_record",
    "subsidiaries_of",
    "suspects",
    "tag_for",
    "tags",
    "tags_like",
    "tags_with_use",
    "target_choices",
    "warned_file",
    "warned_rows",
]
