"""Writing to a customer first, by a number: the conversation that goes on with it, else a new one, which is its writer's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bandhu.channels.actions import open_exchange
from bandhu.channels.models import ApprovedTemplate, Channel
from bandhu.channels.queries import capabilities_of, is_too_late
from bandhu.customers.models import Contact, Phone
from bandhu.identity.acting import action
from bandhu.identity.models import User
from bandhu.identity.ready_made import system_user
from bandhu.inbox.actions.sending import ANSWER, Upload, send_reply, send_template
from bandhu.inbox.assigning import give_to
from bandhu.interactions.models import Conversation, Message
from bandhu.platform.models import StoredFile


@action(ANSWER)
def begin_conversation(
    contact: Contact,
    *,
    actor: User,
    channel: Channel,
    phone: Phone,
    text: str = "",
    template: ApprovedTemplate | None = None,
    values: Sequence[str] | Mapping[str, str] = (),
    uploads: Iterable[Upload] = (),
    file: StoredFile | None = None,
    purpose: str = "service",
    send_at: datetime | None = None,
) -> Message:
    """Write to `phone`, one of the contact's, by `channel`: `text`, or a `template` of the channel with its `values`, and with its file as of `send_template`.

    It leaves as answers do: after the writer's seconds, or at `send_at`. An open conversation with the number goes on; a new one is given
    to its writer. Raises ValidationError by field (channel, number, purpose, text, template, values, file) and then keeps nothing.
    """
    conversation, is_new = open_exchange(contact, actor=actor, channel=channel, phone=phone, purpose=purpose)
    if is_new or conversation.assignee_id is None:
        # Whoever may write may have what they began, though they may not give work to others.
        give_to(conversation, system_user(), actor, is_told=False)
    if template is not None:
        made: Message = send_template(
            conversation, actor=actor, template=template, values=values, uploads=uploads, file=file, send_at=send_at
        )  # fmt: skip
        return made
    _refuse_text(conversation, text)
    written: Message = send_reply(conversation, actor=actor, text=text, send_at=send_at)
    return written


def _refuse_text(conversation: Conversation, text: str) -> None:
    """Of what its service would not carry. Raises ValidationError."""
    can = capabilities_of(conversation.place)
    if is_too_late(conversation, can):
        words = _("Nothing but an approved template arrives before the customer has written. Choose one.")
        raise ValidationError({"template": words})
    if can is not None and len(text.strip()) > can.max_length:
        words = ngettext(
            "One message carries at most %(number)d character. Shorten the text, or send two messages.",
            "One message carries at most %(number)d characters. Shorten the text, or send two messages.",
            can.max_length,
        )
        raise ValidationError({"text": words % {"number": can.max_length}})
