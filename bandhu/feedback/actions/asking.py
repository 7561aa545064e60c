"""Asking: seldom, not everybody, never twice about the same thing.

Whether somebody is asked is decided under a lock of the contact, so that two occasions at once ask one question.
"""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.models import Q
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.channels.actions import write_mail
from bandhu.channels.queries import drafted_from, is_public, letter_called, mailbox_of_house
from bandhu.customers.models import Contact, Lifecycle
from bandhu.feedback.events import FeedbackAsked
from bandhu.feedback.letters import FEEDBACK_LETTER, letter_values
from bandhu.feedback.models import Asking, AskingState, Occasion, Survey
from bandhu.feedback.public_address import public_url
from bandhu.identity.acting import action
from bandhu.identity.models import User
from bandhu.identity.ready_made import system_user
from bandhu.interactions.actions import write_message
from bandhu.interactions.models import Conversation, ConversationState
from bandhu.platform.events import publish
from bandhu.privacy.queries import may_contact
from bandhu.service.models import FINISHED, Ticket, TicketConversation

PURPOSE = "service"
# Channels on which the question goes by letter; on the others it is said in the conversation itself.
_BY_LETTER = {"", "mail", "form", "call", "phone"}
_AT_ONCE = 100


@action("feedback.ask")
def ask_contact(contact: Contact, *, actor: User, survey: Survey) -> Asking:
    """Ask somebody by hand, at once; the rest period holds here too. Raises ValidationError with the reason."""
    asking = _ask(survey, contact, agent=actor, at=timezone.now(), by_hand=True)
    if asking is None or asking.state == AskingState.SKIPPED:
        raise ValidationError(
            _("They were asked not long ago, or do not wish to be. Ask again after the rest.")
        )
    return asking


def ask_about(
    occasion: Occasion,
    about: tuple[str, UUID],
    contact: Contact,
    *,
    agent: User | None,
    channel: str,
    language: str = "",
) -> list[Asking]:
    """Something came to its end: put every survey that follows it to the contact. Repeated, nothing is asked twice."""
    found = []
    for survey in Survey.objects.filter(is_active=True, occasion=occasion):
        if survey.channels and channel not in survey.channels:
            continue
        if not survey.speaks_to(language or contact.language or "en"):
            continue
        at = timezone.now() + timedelta(minutes=survey.delay_minutes)
        asking = _ask(survey, contact, agent=agent, at=at, about=about, channel=channel, language=language)
        found += [asking] if asking else []
    return found


def ask_regularly(now: datetime | None = None) -> int:
    """Put the surveys that come round to customers whose turn it is; returns how many were asked."""
    now = now or timezone.now()
    return sum(
        _ask_round(survey, now)
        for survey in Survey.objects.filter(is_active=True, occasion=Occasion.REGULARLY)
    )


def _ask_round(survey: Survey, now: datetime) -> int:
    since = now - timedelta(days=survey.every_days)
    recently = Asking.objects.filter(survey=survey, send_at__gt=since).values("contact")
    rows = Contact.objects.filter(lifecycle=Lifecycle.CUSTOMER, deleted_at=None).exclude(primary_mail="")
    asked = 0
    for contact in rows.exclude(pk__in=recently).order_by("pk").iterator(chunk_size=1_000):
        if not survey.speaks_to(contact.language or "en"):
            continue
        asking = _ask(survey, contact, agent=None, at=now)
        asked += asking is not None and asking.state == AskingState.WAITING
    return asked


@transaction.atomic
def _ask(
    survey: Survey,
    contact: Contact,
    *,
    agent: User | None,
    at: datetime,
    about: tuple[str, UUID] | None = None,
    channel: str = "",
    language: str = "",
    by_hand: bool = False,
) -> Asking | None:
    """The asking, made or known; one that is skipped says why. None for who is not in the sample."""
    _hold(14, contact.pk)
    if ticket := _ticket_behind(about):
        _hold(15, ticket)  # its conversations may be with several contacts
    if about and (
        known := Asking.objects.filter(survey=survey, about_kind=about[0], about_id=about[1]).first()
    ):
        return known
    if not by_hand and not _is_drawn(survey, _lot(survey, contact, about, at)):
        return None
    reason = "asked" if ticket and _was_asked(ticket) else _why_not(survey, contact, channel, at)
    return Asking.objects.create(
        survey=survey,
        contact=contact,
        company=contact.company,
        about_kind=about[0] if about else "",
        about_id=about[1] if about else None,
        agent=None if agent is None or agent.is_system else agent,
        channel=channel,
        language=language or contact.language or "en",
        state=AskingState.SKIPPED if reason else AskingState.WAITING,
        reason=reason,
        send_at=at,
    )


def _hold(kind: int, pk: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))", [str(pk), kind])


def _ticket_behind(about: tuple[str, UUID] | None) -> UUID | None:
    """The ticket that something belongs to: a ticket and its conversations are one matter."""
    if about is None or about[0] == "ticket":
        return about[1] if about else None
    rows = TicketConversation.objects.filter(conversation=about[1], ticket__deleted_at__isnull=True)
    return rows.values_list("ticket", flat=True).first() if about[0] == "conversation" else None


def _was_asked(ticket: UUID) -> bool:
    """Whether the customer was, or is about to be, asked about this ticket or one of its conversations."""
    talks = TicketConversation.objects.filter(ticket=ticket).values("conversation")
    same = Q(about_kind="ticket", about_id=ticket) | Q(about_kind="conversation", about_id__in=talks)
    return Asking.objects.filter(same).exclude(state=AskingState.SKIPPED).exists()


def _lot(survey: Survey, contact: Contact, about: tuple[str, UUID] | None, at: datetime) -> str:
    """What is drawn for: the thing asked about, else the contact in this round."""
    if about:
        return str(about[1])
    return f"{contact.pk}{at.toordinal() // max(survey.every_days, 1)}"


def _is_drawn(survey: Survey, key: str) -> bool:
    """The same answer every time for the same thing: a repeated event draws no second lot."""
    return zlib.crc32(f"{survey.pk}{key}".encode()) % 100 < survey.sample_percent


def goes_by_letter(channel: str) -> bool:
    """Whether the question goes by mail: its link is the customer's own, so it is not said where anybody reads it."""
    return channel in _BY_LETTER or is_public(channel)


def _why_not(survey: Survey, contact: Contact, channel: str, at: datetime) -> str:
    """ "resting", "refused" or "unreachable"; "" where nothing speaks against it."""
    since = at - timedelta(days=survey.rest_days)
    asked = Asking.objects.filter(contact=contact, send_at__gt=since).exclude(state=AskingState.SKIPPED)
    if survey.rest_days and asked.exists():
        return "resting"
    if goes_by_letter(channel) and not contact.primary_mail:
        return "unreachable"
    if not may_contact(contact, PURPOSE, "mail" if goes_by_letter(channel) else channel):
        return "refused"
    return ""


def send_due(now: datetime | None = None) -> int:
    """Send what is due, each with its letter in one transaction; returns how many."""
    now = now or timezone.now()
    sent = 0
    for _turn in range(_AT_ONCE):
        if not (done := _send_one(now)):
            break
        sent += done == AskingState.SENT
    return sent


@transaction.atomic
def _send_one(now: datetime) -> str:
    """What became of the next one that no other worker holds; "" when none is left."""
    rows = Asking.objects.select_for_update(skip_locked=True, of=("self",)).select_related(
        "survey", "contact__company"
    )
    asking = rows.filter(state=AskingState.WAITING, send_at__lte=now).order_by("send_at").first()
    if asking is None:
        return ""
    if not _is_over(asking):
        asking.delete()  # it is asked anew when it comes to its end again
        return AskingState.SKIPPED
    try:
        with transaction.atomic():
            _put(asking)
    except (ValidationError, PermissionDenied, Http404):
        asking.state, asking.reason = AskingState.SKIPPED, "unreachable"
    else:
        asking.state, asking.sent_at = AskingState.SENT, now
        publish(
            FeedbackAsked(
                asking_id=str(asking.pk), survey_id=str(asking.survey_id), contact_id=str(asking.contact_id)
            )
        )
    asking.version += 1
    asking.save(update_fields=["state", "reason", "sent_at", "version"])
    return asking.state


def _is_over(asking: Asking) -> bool:
    """Whether what is asked about has not begun again meanwhile."""
    if asking.about_id is None:
        return True
    if asking.about_kind == "conversation":
        return Conversation.objects.filter(pk=asking.about_id, state=ConversationState.CLOSED).exists()
    if asking.about_kind == "ticket":
        return Ticket.objects.filter(pk=asking.about_id, stage__in=FINISHED).exists()
    return True


def _put(asking: Asking) -> None:
    """By letter, or as a message of the conversation. Raises ValidationError where neither goes."""
    system = system_user()
    conversation = _conversation(asking)
    if conversation is not None and not goes_by_letter(conversation.channel):
        words = asking.survey.words(asking.language)
        # Automatic: a question of ours is no answer to what the customer asked.
        text, facts = f"{words['question']}\n{public_url(asking)}", {"is_automatic": True}
        write_message(conversation, actor=system, text=text, details=facts)
        return
    template, account = (
        letter_called(FEEDBACK_LETTER.key),
        mailbox_of_house(_places(asking), asking.contact.team_id),
    )
    if account is None or not template.is_active:
        raise ValidationError(_("There is no mailbox to write from."))
    values: dict[str, Any] = letter_values(asking)
    drafted = drafted_from(template, asking.contact, system, language=asking.language, values=values)
    write_mail(
        asking.contact, actor=system, account=account, to=[asking.contact.primary_mail], subject=drafted.subject,
        body=drafted.body, purpose=PURPOSE, about=("asking", asking.pk), is_automatic=True,
    )  # fmt: skip


def _conversation(asking: Asking) -> Conversation | None:
    if asking.about_kind != "conversation" or asking.about_id is None:
        return None
    return Conversation.objects.filter(pk=asking.about_id).first()


def _places(asking: Asking) -> list[UUID]:
    """The mailboxes and channels in which it was talked about, the latest first: the question comes from where the answers came."""
    if asking.about_id is None or asking.about_kind not in ("conversation", "ticket"):
        return []
    behind = {"conversation": "pk", "ticket": "ticket_thread__ticket"}[asking.about_kind]
    talks = Conversation.objects.filter(**{behind: asking.about_id}).order_by("-last_message_at")
    return [pk for pk in talks.values_list("place", flat=True)[:20] if pk]


def expire_askings(now: datetime | None = None) -> int:
    """Questions nobody answered in their time are over; returns how many."""
    now = now or timezone.now()
    over = 0
    for survey in Survey.objects.all():
        rows = Asking.objects.filter(
            survey=survey, state=AskingState.SENT, sent_at__lt=now - timedelta(days=survey.expires_days)
        )
        over += rows.update(state=AskingState.EXPIRED)
    return over
