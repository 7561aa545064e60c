"""The write door of sales."""

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

__all__ = [
    "MissingFields",
    "add_competitor",
    "add_stage",
    "add_stakeholder",
    "change_opportunity",
    "change_pipeline",
    "change_reason",
    "change_stage",
    "create_opportunity",
    "create_pipeline",
    "create_reason",
    "delete_opportunity",
    "delete_pipeline",
    "delete_stage",
    "move_opportunity",
    "plan_step",
    "put_in_order",
    "remove_competitor",
    "remove_stakeholder",
    "restore_opportunity",
    "set_splits",
    "settle_next_step",
]
