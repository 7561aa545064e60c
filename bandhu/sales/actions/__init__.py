"""The write door of sales."""

from bandhu.sales.actions.assignment import assign_by_rules, assign_lead
from bandhu.sales.actions.lead_life import (
    close_lead,
    convert_lead,
    nurture_lead,
    plan_lead_step,
    reopen_lead,
    work_on_lead,
)
from bandhu.sales.actions.leads import change_lead, delete_lead, receive_lead, restore_lead
from bandhu.sales.actions.moves import MissingFields, move_opportunity
from bandhu.sales.actions.opportunities import (
    change_opportunity,
    create_opportunity,
    delete_opportunity,
    restore_opportunity,
)
from bandhu.sales.actions.parts import (
    add_competitor,
    add_stakeholder,
    plan_step,
    remove_competitor,
    remove_stakeholder,
    set_splits,
    settle_next_step,
)
from bandhu.sales.actions.pipelines import (
    add_stage,
    change_pipeline,
    change_reason,
    change_stage,
    create_pipeline,
    create_reason,
    delete_pipeline,
    delete_stage,
    put_in_order,
)
from bandhu.sales.actions.scoring import score_leads

__all__ = [
    "MissingFields",
    "add_competitor",
    "add_stage",
    "add_stakeholder",
    "assign_by_rules",
    "assign_lead",
    "change_lead",
    "change_opportunity",
    "change_pipeline",
    "change_reason",
    "change_stage",
    "close_lead",
    "convert_lead",
    "create_opportunity",
    "create_pipeline",
    "create_reason",
    "delete_lead",
    "delete_opportunity",
    "delete_pipeline",
    "delete_stage",
    "move_opportunity",
    "nurture_lead",
    "plan_lead_step",
    "plan_step",
    "put_in_order",
    "receive_lead",
    "remove_competitor",
    "remove_stakeholder",
    "reopen_lead",
    "restore_lead",
    "restore_opportunity",
    "score_leads",
    "set_splits",
    "settle_next_step",
    "work_on_lead",
]
