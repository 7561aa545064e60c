"""Mails about a chat: the link by which it goes on elsewhere, what was said, an answer the visitor was no longer there to see."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from bandhu.channels.actions.chats import transcript_of
from bandhu.channels.actions.notices import send_notice
from bandhu.channels.chat_tokens import LINK_DAYS, link_token
from bandhu.channels.models import Channel
from bandhu.channels.queries import mailbox_of_house
from bandhu.customers.models import EmailAddress
from bandhu.interactions.models import Conversation, Message, MessageState
from bandhu.platform.mail_addresses import mail_key
from bandhu.platform.public_url import absolute
from bandhu.platform.queue import enqueue
from bandhu.platform.rate_limits import allow
from bandhu.ui import formats

UNSEEN = "channels.mail_unseen"
# Somebody who is there has seen an answer by then; more than one mail in this time would be a nuisance.
WAIT, REST = timedelta(minutes=3), timedelta(minutes=30)
# What all visitors of one channel together may have mailed to them: more at once is a flood, whoever the addresses belong to.
_MAILS_AN_HOUR = 60
_REACHED = (MessageState.SENDING, MessageState.SENT, MessageState.DELIVERED, MessageState.READ)


def mail_link(channel: Channel, chat: Conversation) -> bool:
    """Mail the visitor a link to go on with; False without an address, a mailbox, or when it was asked for too often."""
    with translation.override(chat.language or "en"):
        body = _("Open this link to go on with your chat. It works for %(days)d days; do not pass it on.")
        body = _in_their_digits(body % {"days": LINK_DAYS})
        return _mail_asked_for(
            channel, chat, f"{body}\n\n{link_of(channel, chat)}", names_them=_is_trusted(chat)
        )


def mail_transcript(channel: Channel, chat: Conversation) -> bool:
    """Mail the visitor what was said; as `mail_link`. False as well where nobody of the house answered and the address is not proven to be
    theirs: else anybody could have the house mail their own words to anybody.
    """
    if not _is_trusted(chat):
        return False
    with translation.override(chat.language or "en"):
        return _mail_asked_for(channel, chat, transcript_of(channel, chat), names_them=True)


def _in_their_digits(words: str) -> str:
    """In the digits of the language the visitor is written to in."""
    return formats.Reader(translation.get_language() or "en").in_digits(words)


def look_after_answer(conversation_id: UUID, sent_at: datetime) -> None:
    """Look in a while whether the visitor saw what was answered."""
    at = max(sent_at, timezone.now()) + WAIT
    enqueue(UNSEEN, at=at, queueing_lock=f"unseen:{conversation_id}", conversation_id=str(conversation_id))


@transaction.atomic
def mail_unseen(conversation_id: UUID) -> bool:
    """Mail what the visitor has not seen, with the link; called by the job."""
    chat = Conversation.objects.select_for_update(of=("self",)).filter(pk=conversation_id).first()
    channel = (
        Channel.objects.filter(pk__in=[chat.place], kind="chat", deleted_at=None).first() if chat else None
    )
    if chat is None or channel is None or not chat.person_address:
        return False
    last = parse_datetime(chat.details.get("mailed_at", "") or "")
    if last is not None and last > timezone.now() - REST:
        return False
    unseen = Message.objects.filter(conversation=chat, direction="out", kind="said", state=MessageState.SENT)
    fresh = unseen.filter(at__gt=last) if last else unseen
    texts = [one.text for one in fresh.order_by("pk")[:20]]
    if not texts:
        return False
    with translation.override(chat.language or "en"):
        words = _("Open this link to answer. It works for %(days)d days; do not pass it on.")
        words = _in_their_digits(words % {"days": LINK_DAYS})
        body = "\n\n".join([*texts, words, link_of(channel, chat)])
        sent = _mail(channel, chat, _("An answer from %(name)s"), body)
    if sent:
        chat.details |= {"mailed_at": timezone.now().isoformat()}
        chat.save(update_fields=["details"])
    return sent


def link_of(channel: Channel, chat: Conversation) -> str:
    """The address by which the chat goes on on any device."""
    return absolute(reverse("channels:chat_continued", args=[channel.pk, link_token(channel.pk, chat.pk)]))


def _is_trusted(chat: Conversation) -> bool:
    """Whether a colleague talked with the visitor, or the address is one of the contact's who they proved to be."""
    written = Message.objects.filter(conversation=chat, direction="out", kind="said", state__in=_REACHED)
    if written.filter(author__isnull=False).exists():
        return True
    if chat.contact_id is None or not chat.person_address:
        return False
    return EmailAddress.objects.filter(contact=chat.contact_id, key=mail_key(chat.person_address)).exists()


def _mail_asked_for(channel: Channel, chat: Conversation, body: str, *, names_them: bool) -> bool:
    """What a visitor asks for, as far as the channel's share of the hour goes."""
    if (
        not chat.person_address
        or not allow(f"chat-asked:{channel.pk}", _MAILS_AN_HOUR / 3600, _MAILS_AN_HOUR)[0]
    ):
        return False
    return _mail(channel, chat, _("Your chat with %(name)s"), body, names_them=names_them)


def _mail(channel: Channel, chat: Conversation, subject: str, body: str, *, names_them: bool = True) -> bool:
    account = mailbox_of_house(team_id=channel.team_id)
    if account is None or not chat.person_address:
        return False
    if (
        not allow(f"chat-mail:{chat.pk}", 1 / 600, 3)[0]
        or not allow(f"chat-mail:{chat.person_address.lower()}", 1 / 3600, 6)[0]
    ):
        return False
    name = channel.settings.get("title") or channel.name
    sent = send_notice(
        account, address=chat.person_address, name=chat.person_name if names_them else "", contact=chat.contact, subject=subject % {"name": name}, body=body
    )  # fmt: skip
    return sent is not None
