"""Whoever has a conversation sees whom it is with: a customer who is nobody's goes along to their team."""

from __future__ import annotations

from bandhu.customers.actions.persons import give_nobodys
from bandhu.identity.models import User
from bandhu.interactions.models import Conversation


def take_along(conversation: Conversation, *, actor: User) -> None:
    """The team of who has it becomes the team of its contact and company, where those have neither an owner nor a team.

    Not the owner: answering once makes nobody anyone's customer.
    """
    holder = conversation.assignee
    if holder is None or holder.team is None:
        return
    for name in ("contact", "company"):
        if (customer := getattr(conversation, name)) is not None:
            setattr(conversation, name, give_nobodys(customer, actor=actor, team=holder.team))
