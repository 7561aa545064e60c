"""Messages moved from one conversation into another, and back. For apps above, inside their own action."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.interactions.actions.conversations import locked
from bandhu.interactions.actions.messages import recount
from bandhu.interactions.models import Conversation, ConversationState, Message
from bandhu.platform.ids import new_id
from bandhu.platform.texts import clean_line


def move_messages(
    conversation: Conversation,
    messages: Sequence[UUID],
    *,
    into: Conversation | None = None,
    subject: str = "",
) -> Conversation:
    """These messages stand in another conversation from now on: in `into`, else in a new one with the same person.

    The conversation itself keeps at least one message unless it is given up for `into`. Raises ValidationError by field. Entries
    on the timeline stay as they are: what was said was said.
    """
    conversation = locked(conversation)
    rows = Message.objects.filter(conversation=conversation, pk__in=messages).order_by("pk")
    chosen = list(rows.values_list("pk", flat=True))
    if len(chosen) != len(set(messages)) or not chosen:
        raise ValidationError({"messages": _("Some of these messages are no longer there. Look again.")})
    if into is None and not Message.objects.filter(conversation=conversation).exclude(pk__in=chosen).exists():
        raise ValidationError({"messages": _("At least one message stays where it is.")})
    target = locked(into) if into is not None else _beside(conversation, rows[0], subject)
    Message.objects.filter(pk__in=chosen).update(conversation=target)
    for one in (conversation, target):
        recount(one)
    return target


def _beside(conversation: Conversation, first: Message, subject: str) -> Conversation:
    """A new one with the same person in the same place. It answers to no id of the channel: what comes in goes to the old one."""
    return Conversation.objects.create(
        id=new_id(first.at),
        channel=conversation.channel,
        place=conversation.place,
        contact=conversation.contact,
        company=conversation.company,
        person_name=conversation.person_name,
        person_address=conversation.person_address,
        person_key=conversation.person_key,
        subject=clean_line(subject, 300) or conversation.subject,
        language=conversation.language,
        team=conversation.team,
        state=ConversationState.OPEN,
        last_message_at=first.at,
        created_at=first.at,
        details=conversation.details,
    )
