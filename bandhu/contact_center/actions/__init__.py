"""The write door of the contact center.

`offer_work`, `finish_work`, `rest_work`, `resume_work` and `route_queue` ask for no permission: they follow from what happened to the record, whose own
action was allowed. Call them before you lock the record: agents are locked first, then work, then records.
"""

from bandhu.contact_center.actions.agents import change_agent
from bandhu.contact_center.actions.offers import accept_work, decline_work
from bandhu.contact_center.actions.presence import beat, set_presence
from bandhu.contact_center.actions.resting import rest_work, resume_work
from bandhu.contact_center.actions.routing import claim_next, drain_agent, route_queue
from bandhu.contact_center.actions.setup import set_away_reason, set_queue, set_skill
from bandhu.contact_center.actions.work import (
    assign_work,
    finish_work,
    forget_work,
    move_work,
    offer_work,
    return_work,
)

__all__ = [
    "accept_work",
    "assign_work",
    "beat",
    "change_agent",
    "claim_next",
    "decline_work",
    "drain_agent",
    "finish_work",
    "forget_work",
    "move_work",
    "offer_work",
    "rest_work",
    "resume_work",
    "return_work",
    "route_queue",
    "set_away_reason",
    "set_presence",
    "set_queue",
    "set_skill",
]
