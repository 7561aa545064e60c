"""REST: messages that belong to somebody else, split off into a conversation of their own and put back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Status
from pydantic import Field

from bandhu.customers import queries as customers
from bandhu.identity.scoping import require
from bandhu.inbox.api import SEE, ConversationOut
from bandhu.interactions import actions
from bandhu.interactions import queries as talks
from bandhu.interactions.models import Message
from bandhu.platform.rest import Given, answers, check_version, wanted_version, with_version

router = Router(tags=["conversations"])
CHANGE = "interactions.change_conversation"
_ONE = "/conversations/{conversation_id}"


class SplitIn(Given):
    """The ids of the messages that go, and with whom they are: at most one of contact_id and company_id, neither for nobody yet."""

    messages: list[UUID] = Field(min_length=1, max_length=500)
    contact_id: UUID | None = None
    company_id: UUID | None = None


@router.post(f"{_ONE}/splitting", response=answers(ConversationOut, 201))
def split_conversation(
    request: HttpRequest, response: HttpResponse, conversation_id: UUID, payload: SplitIn
) -> Any:
    """Take messages out into a conversation of their own, which is answered. 422 where a message is of another conversation, or nothing
    would stay."""
    found = talks.conversation_for(request.user, conversation_id)
    require(request.user, CHANGE, found)
    if payload.contact_id and payload.company_id:
        raise ValidationError({"company_id": _("Choose a contact or a company.")})
    customer: Any = None
    if payload.contact_id:
        customer = customers.contact_for(request.user, payload.contact_id)
    elif payload.company_id:
        customer = customers.company_for(request.user, payload.company_id)
    rows = Message.objects.visible_to(request.user, SEE).filter(conversation=found, pk__in=payload.messages)
    here = list(rows.values_list("pk", flat=True))
    if len(here) != len(set(payload.messages)):
        raise ValidationError({"messages": _("One of these messages is not in this conversation.")})
    apart = actions.split_conversation(
        found, actor=request.user, messages=here, customer=customer, version=wanted_version(request, found.version)
    )  # fmt: skip
    with_version(response, apart.version)
    return Status(201, apart)


@router.post(f"{_ONE}/joining", response=answers(ConversationOut))
def join_conversation(request: HttpRequest, response: HttpResponse, conversation_id: UUID) -> Any:
    """Undo a split: the messages go back to the conversation they were split off, which is answered; this one is gone. 422 for one that
    was not split off."""
    found = talks.conversation_for(request.user, conversation_id)
    check_version(request, found.version)
    origin = actions.join_again(found, actor=request.user)
    with_version(response, origin.version)
    return origin
