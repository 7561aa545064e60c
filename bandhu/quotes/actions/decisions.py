"""What customers do with a quote: ask, accept, decline; and what time does. Whoever decides, it happens once."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bandhu.identity.acting import action
from bandhu.identity.ready_made import system_user
from bandhu.interactions.actions import log_interaction
from bandhu.interactions.models import Interaction
from bandhu.platform.notifications import notify
from bandhu.platform.record_kinds import record_kinds
from bandhu.platform.texts import clean_block, clean_line
from bandhu.quotes.actions.changes import KIND, about, announce, locked, paper_of, save
from bandhu.quotes.actions.orders import place_order
from bandhu.quotes.documents import hash_of
from bandhu.quotes.events import QuoteAccepted, QuoteAsked, QuoteDeclined, QuoteExpired
from bandhu.quotes.models import Acceptance, Quote, QuoteState
from bandhu.quotes.public_address import has_passed
from bandhu.sales.actions.changes import Changes

_SAID_YES = gettext_noop("%(name)s has accepted the quote %(number)s.")
_SAID_NO = gettext_noop("The quote %(number)s was declined: %(reason)s")
_HAS_ASKED = gettext_noop("%(name)s asks about the quote %(number)s.")


class NotOpen(ValidationError):
    """The quote cannot be decided on any more (or not yet); the message says why."""


@action("quotes.change_quote")
def accept_quote(
    quote: Quote,
    *,
    actor: Any,
    signed_name: str,
    document_hash: str = "",
    address: str | None = None,
    user_agent: str = "",
) -> Acceptance:
    """Yes to the version that was sent: an acceptance, an order, the events QuoteAccepted and OrderPlaced.

    On the public page the actor is the system user, and `document_hash` that of the page that was read: another one (a newer version was
    sent meanwhile) raises NotOpen. A second acceptance gives back the first one. Raises ValidationError without a name.
    """
    fresh = locked(quote)
    if fresh.state == QuoteState.ACCEPTED:
        return fresh.acceptance
    _require_open(fresh)
    name = clean_line(signed_name or "", 300)
    if not name:
        raise ValidationError({"signed_name": _("Write your name: it is your signature.")}, code="required")
    paper = paper_of(fresh)
    # What is kept must still be what was sent; a change behind our back would show here.
    if hash_of(paper.sent_document or {}) != paper.document_hash:
        raise NotOpen(_("The kept text of this quote does not match its seal. Please ask for a new version."))
    if (document_hash or paper.document_hash) != paper.document_hash:
        raise NotOpen(_("This quote has changed since you opened it. Please read it once more."))
    made = Acceptance.objects.create(
        quote=fresh, paper=paper, signed_name=name, address=address or None, user_agent=user_agent[:300],
        document_hash=paper.document_hash, recorded_by=None if actor.is_system else actor,
    )  # fmt: skip
    _decide(fresh, QuoteState.ACCEPTED)
    order = place_order(fresh, paper, actor=actor)
    event = QuoteAccepted(
        **about(fresh), order_id=str(order.pk), ordinal=paper.ordinal, signed_name=name,
        document_hash=paper.document_hash,
    )  # fmt: skip
    announce(fresh, "accepted", [event], actor=actor, changes=_to(QuoteState.ACCEPTED))
    _tell_owner(fresh, actor, _SAID_YES, "circle-check", name=name)
    return made


@action("quotes.change_quote")
def decline_quote(quote: Quote, *, actor: Any, reason: str) -> Quote:
    """No, with the reason. Declining again changes nothing."""
    fresh = locked(quote)
    if fresh.state == QuoteState.DECLINED:
        return fresh
    _require_open(fresh)
    cleaned = clean_block(reason or "", 2_000)
    if not cleaned:
        raise ValidationError({"reason": _("Say why, in a few words.")}, code="required")
    fresh.decline_reason = cleaned
    _decide(fresh, QuoteState.DECLINED)
    event = QuoteDeclined(**about(fresh), reason=cleaned)
    announce(fresh, "declined", [event], actor=actor, changes=_to(QuoteState.DECLINED))
    _tell_owner(fresh, actor, _SAID_NO, "circle-x", reason=cleaned[:200])
    return fresh


@transaction.atomic
def ask_about_quote(quote: Quote, *, question: str, asked_by: str = "") -> Interaction:
    """A question from the public page: onto the customer's timeline, and the owner is told. Raises ValidationError by field."""
    fresh = locked(quote)
    text, name = clean_block(question or "", 4_000), clean_line(asked_by or "", 120)
    if not text:
        raise ValidationError({"question": _("Write your question.")}, code="required")
    customer = fresh.customer
    if customer is None:
        raise NotOpen(_("This quote cannot be answered here any more."))
    actor, name = system_user(), name or str(customer)
    asked = log_interaction(
        customer, actor=actor, kind="quote_question", channel="web", direction=Interaction.Direction.IN,
        subject=str(fresh)[:300], body=text, details={"quote_id": str(fresh.pk), "asked_by": name}, source="quotes",
    )  # fmt: skip
    event = QuoteAsked(**about(fresh), question=text, asked_by=name)
    announce(fresh, "asked", [event], actor=actor)
    _tell_owner(fresh, actor, _HAS_ASKED, "message-circle-question-mark", name=name)
    return asked


def note_reading(quote: Quote) -> None:
    """The customer has opened the page; the first time is kept."""
    Quote.objects.filter(pk=quote.pk, first_read_at=None).update(first_read_at=timezone.now())


def expire_quotes() -> int:
    """Every open quote whose last day has passed runs out; returns how many."""
    number = 0
    for quote in Quote.objects.filter(state=QuoteState.SENT, valid_until__lt=timezone.localdate()):
        with transaction.atomic():
            fresh = locked(quote)
            if fresh.state == QuoteState.SENT and has_passed(fresh.valid_until):
                _decide(fresh, QuoteState.EXPIRED)
                event = QuoteExpired(**about(fresh))
                announce(fresh, "expired", [event], actor=system_user(), changes=_to(QuoteState.EXPIRED))
                number += 1
    return number


def _require_open(quote: Quote) -> None:
    if quote.state == QuoteState.SENT and not has_passed(quote.valid_until):
        return
    sentences = {
        QuoteState.ACCEPTED: _("This quote has been accepted already."),
        QuoteState.DECLINED: _("This quote was declined. Please ask for a new version."),
        QuoteState.DRAFT: _("A new version of this quote is being written. You will get it soon."),
        QuoteState.APPROVAL: _("A new version of this quote is being written. You will get it soon."),
    }
    ran_out = _("This quote has run out. Please ask for a new version.")
    raise NotOpen(sentences.get(QuoteState(quote.state), ran_out), code="state")


def _decide(quote: Quote, state: QuoteState) -> None:
    quote.state, quote.decided_at = state, timezone.now()
    save(quote)


def _to(state: QuoteState) -> Changes:
    return {"state": (str(QuoteState.SENT.label), str(state.label))}


def _tell_owner(quote: Quote, actor: Any, sentence: str, icon: str, **values: str) -> None:
    person = quote.owner or quote.created_by
    if person is not None and person != actor:
        notify(person, sentence, url=record_kinds[KIND].url(quote), icon=icon, number=quote.number, **values)
