"""The write door of customers."""

from bandhu.customers.actions.attachments import attach_file, remove_file
from bandhu.customers.actions.companies import change_company, create_company
from bandhu.customers.actions.contacts import change_contact, create_contact
from bandhu.customers.actions.duplicates import (
    change_automatic_rules,
    judge_pair,
    run_scan,
    start_scan,
    stop_scan,
)
from bandhu.customers.actions.lifecycles import make_customers
from bandhu.customers.actions.merging import merge_records, undo_merge
from bandhu.customers.actions.personal_data import export_personal_data
from bandhu.customers.actions.persons import contact_behind, contact_found_or_made
from bandhu.customers.actions.points import add_point, change_point, make_primary, remove_point
from bandhu.customers.actions.records import EditConflict, tag_named
from bandhu.customers.actions.relations import end_relation, relate
from bandhu.customers.actions.removal import (
    delete_company,
    delete_contact,
    purge_company,
    purge_contact,
    restore_company,
    restore_contact,
)
from bandhu.customers.actions.tags import change_tag, create_tag, delete_tag, merge_tags
from bandhu.customers.actions.touches import plan_next_step, touch_customer

__all__ = [
    "EditConflict",
    "add_point",
    "attach_file",
    "change_automatic_rules",
    "change_company",
    "change_contact",
    "change_point",
    "change_tag",
    "contact_behind",
    "contact_found_or_made",
    "create_company",
    "create_contact",
    "create_tag",
    "delete_company",
    "delete_contact",
    "delete_tag",
    "end_relation",
    "export_personal_data",
    "judge_pair",
    "make_customers",
    "make_primary",
    "merge_records",
    "merge_tags",
    "plan_next_step",
    "purge_company",
    "purge_contact",
    "relate",
    "remove_file",
    "remove_point",
    "restore_company",
    "restore_contact",
    "run_scan",
    "start_scan",
    "stop_scan",
    "tag_named",
    "touch_customer",
    "undo_merge",
]
