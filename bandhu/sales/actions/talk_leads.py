"""A lead of what a customer says in the inbox: by chat, by message, by mail to a mailbox that is not for leads."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.identity.acting import action
from bandhu.identity.models import User
from bandhu.identity.scoping import require
from bandhu.interactions.models import Conversation, Interaction, Message, MessageKind
from bandhu.sales.actions.leads import receive_lead
from bandhu.sales.models import Lead, LeadSource

READ = "interactions.view_conversation"
LONGEST_MESSAGE, MOST_SAID = 20_000, 50
# The ready-made sources that fit a channel; one that bears the channel's own name comes first.
_SOURCES = {"mail": "Mail", "form": "Website", "chat": "Website", "phone": "Telephone", "sms": "Telephone"}


@action("sales.create_lead", on_record=False)
def make_lead_of(conversation: Conversation, *, actor: User) -> Lead:
    """An enquiry of the customer of this exchange, in their words; the same one when asked for again.

    The time to answer runs from now: whoever talks with them has just learned what it is. Raises ValidationError while nobody knows who
    it is.
    """
    require(actor, READ, conversation)
    talk = Conversation.objects.select_for_update(of=("self",)).get(pk=conversation.pk)
    mark = f"conversation:{talk.pk}"
    if known := Lead.objects.filter(submission=mark, deleted_at__isnull=True).first():
        return known
    # One in the bin stays there; another may be made.
    Lead.objects.filter(submission=mark).update(submission=None)
    if talk.contact is None:
        raise ValidationError(_("File the conversation with a contact first: a lead is somebody's enquiry."))
    said = _said(talk)
    lead: Lead = receive_lead(
        actor=actor,
        contact=talk.contact,
        company=talk.company or talk.contact.company,
        title=talk.subject or said[:120].partition("\n")[0].strip(),
        message=said,
        language=talk.language,
        source=_source(talk.channel),
        landing_page=str(talk.details.get("page", ""))[:1000],
        team=talk.team or actor.team,
        submission=mark,
    )
    return lead


def _said(talk: Conversation) -> str:
    """The customer's words, the first ones first."""
    rows = Message.objects.filter(
        conversation=talk, kind=MessageKind.SAID, direction=Interaction.Direction.IN
    )
    texts = rows.order_by("pk").values_list("text", flat=True)[:MOST_SAID]
    return "\n\n".join(filter(None, (text.strip() for text in texts)))[:LONGEST_MESSAGE]


def _source(channel: str) -> LeadSource | None:
    rows = LeadSource.objects.filter(is_active=True)
    own = rows.filter(name__iexact=channel).first()
    return own or rows.filter(name=_SOURCES.get(channel, "")).first()
