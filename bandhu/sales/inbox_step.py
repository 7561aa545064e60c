"""“Make a lead” among what can be done with a conversation in one step."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from bandhu.identity.models import User
from bandhu.inbox.steps import StepKind
from bandhu.interactions.models import Conversation
from bandhu.sales.actions import make_lead_of
from bandhu.sales.queries import lead_of_conversation


def _make(conversation: Conversation, actor: User, _value: Any) -> Any:
    if lead_of_conversation(conversation) is not None:
        return None
    return str(make_lead_of(conversation, actor=actor).pk)


MAKE_LEAD = StepKind(
    name="lead", label=_("Make a lead"), icon="user-round-plus", do=_make, done=_("A lead was made.")
)
