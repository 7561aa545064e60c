"""From draft to the customer: approval above the discount limit, sending, the next version."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bandhu.catalog.pricing import highest_discount, percent_text
from bandhu.channels.models import Mail, MailState
from bandhu.identity.acting import action
from bandhu.identity.masking import may_see
from bandhu.identity.models import User
from bandhu.identity.ready_made import system_user
from bandhu.identity.tokens import fingerprint
from bandhu.platform.notifications import notify
from bandhu.platform.record_kinds import record_kinds
from bandhu.platform.texts import clean_block
from bandhu.quotes.actions.changes import KIND, about, announce, locked, paper_of, save
from bandhu.quotes.approval import missing_approval
from bandhu.quotes.documents import document_of, hash_of
from bandhu.quotes.events import (
    QuoteApprovalAsked,
    QuoteApprovalRefused,
    QuoteApproved,
    QuoteChanged,
    QuoteSent,
)
from bandhu.quotes.models import RECURRING_COLUMNS, SUM_COLUMNS, Quote, QuoteLine, QuoteState, QuoteVersion
from bandhu.quotes.public_address import new_token
from bandhu.sales.actions.changes import Changes

APPROVE = "quotes.approve_quote"
# Quote and mail are written in one transaction; making the paper takes the time between.
_SAME_MOMENT = timedelta(minutes=1)
_ASKED = gettext_noop("The quote %(number)s waits for your approval: %(discount)s %% discount.")
_APPROVED = gettext_noop("The quote %(number)s was approved.")
_REFUSED = gettext_noop("The approval of the quote %(number)s was refused: %(reason)s")


@action("quotes.change_quote")
def send_quote(quote: Quote, *, actor: Any) -> Quote:
    """Freeze the draft as it is and open its public page. Raises NeedsApproval (`approval.py`), or ValidationError where something is missing."""
    fresh = locked(quote)
    paper = _draft(fresh)
    if problem := missing_approval(actor, paper):
        raise problem
    now = timezone.now()
    document = document_of(fresh, paper)
    paper.sent_at, paper.sent_by = now, None if actor.is_system else actor
    paper.sent_document, paper.document_hash = document, hash_of(document)
    paper.save()
    fresh.token_hash = fingerprint(new_token(fresh)) if not fresh.token_hash else fresh.token_hash
    fresh.sent_at, fresh.decided_at, fresh.decline_reason = now, None, ""
    valid_until = paper.valid_until.isoformat() if paper.valid_until else None
    event = QuoteSent(**about(fresh), ordinal=paper.ordinal, valid_until=valid_until)
    _into(fresh, QuoteState.SENT, "sent", event, actor)
    return fresh


@action("quotes.change_quote")
def ask_approval(quote: Quote, *, actor: Any, note: str = "") -> Quote:
    """Hand the draft to those who may approve it; they are told. Raises ValidationError where no approval is needed."""
    fresh = locked(quote)
    paper = _draft(fresh)
    problem = missing_approval(actor, paper)
    if problem is None:
        raise ValidationError(_("This quote needs no approval; you can send it."), code="not_needed")
    paper.approval_asked_by, paper.approval_note = actor, clean_block(note, 2_000)
    paper.save()
    discount, limit = percent_text(problem.discount), percent_text(problem.limit)
    event = QuoteApprovalAsked(**about(fresh), discount=discount, limit=limit)
    _into(fresh, QuoteState.APPROVAL, "approval_asked", event, actor)
    for person in _approvers(fresh):
        if person != actor:
            _tell(person, fresh, _ASKED, discount=discount)
    return fresh


@action(APPROVE)
def approve_quote(quote: Quote, *, actor: Any) -> Quote:
    """Allow its discounts, where the actor may give them; the quote can then be sent. Raises NeedsApproval or ValidationError."""
    fresh = locked(quote)
    paper = _waiting(fresh)
    if problem := missing_approval(actor, paper):
        raise problem
    paper.approved_by, paper.approved_at = actor, timezone.now()
    paper.approved_discount = highest_discount(list(paper.lines.all()))
    paper.save()
    event = QuoteApproved(**about(fresh), discount=percent_text(paper.approved_discount))
    _into(fresh, QuoteState.DRAFT, "approved", event, actor)
    _tell(paper.approval_asked_by, fresh, _APPROVED)
    return fresh


@action(APPROVE)
def refuse_approval(quote: Quote, *, actor: Any, reason: str) -> Quote:
    """Back to the draft, with the reason."""
    fresh = locked(quote)
    paper = _waiting(fresh)
    cleaned = clean_block(reason or "", 2_000)
    if not cleaned:
        raise ValidationError({"reason": _("Say why.")}, code="required")
    event = QuoteApprovalRefused(**about(fresh), reason=cleaned)
    _into(fresh, QuoteState.DRAFT, "approval_refused", event, actor)
    _tell(paper.approval_asked_by, fresh, _REFUSED, reason=cleaned[:200])
    return fresh


@action("quotes.change_quote")
def take_back(quote: Quote, *, actor: Any) -> Quote:
    """A quote that waits for approval becomes a draft again."""
    fresh = locked(quote)
    _waiting(fresh)
    _into(fresh, QuoteState.DRAFT, "changed", _changed(fresh, "state"), actor)
    return fresh


def undo_sending(mail: Mail) -> Quote | None:
    """A mail that made a draft sent was taken back: a draft again, unless the customer decided, or got it by another mail.

    The public address stays; its page says that the quote is being written. None where nothing was to be done.
    """
    with transaction.atomic():
        fresh = locked(Quote.objects.get(pk=str(mail.about_id)))
        paper = paper_of(fresh)
        if fresh.state != QuoteState.SENT or paper.sent_at is None or mail.written_at < paper.sent_at:
            return None
        if mail.written_at - paper.sent_at > _SAME_MOMENT:
            return None  # it was sent before, and this was one mail more
        others = Mail.objects.filter(about_kind=KIND, about_id=fresh.pk, written_at__gte=paper.sent_at)
        if others.exclude(pk=mail.pk).exclude(state=MailState.DRAFT).exists():
            return None
        paper.sent_at, paper.sent_by, paper.sent_document = None, None, None
        paper.document_hash = ""
        paper.save()
        fresh.sent_at = None
        _into(fresh, QuoteState.DRAFT, "sending_undone", _changed(fresh, "state"), system_user())
        return fresh


@action("quotes.change_quote")
def begin_version(quote: Quote, *, actor: Any) -> Quote:
    """The next version of a quote that was sent: a draft with the same lines. The customer's page says that one is being written."""
    fresh = locked(quote)
    if fresh.state not in (QuoteState.SENT, QuoteState.DECLINED, QuoteState.EXPIRED):
        raise ValidationError(
            _("Only a quote that was sent and not accepted gets a new version."), code="state"
        )
    former = paper_of(fresh)
    template = fresh.template
    days = template.valid_days if template else 30
    paper = QuoteVersion.objects.create(
        quote=fresh, ordinal=former.ordinal + 1, introduction=former.introduction, terms=former.terms,
        valid_until=timezone.localdate() + timedelta(days=days), made_by=None if actor.is_system else actor,
        **{name: getattr(former, name) for name in SUM_COLUMNS},
    )  # fmt: skip
    QuoteLine.objects.bulk_create(
        QuoteLine(paper=paper, **{name: getattr(line, name) for name in RECURRING_COLUMNS})
        for line in former.lines.all()
    )
    fresh.current, fresh.valid_until = paper, paper.valid_until
    _into(fresh, QuoteState.DRAFT, "changed", _changed(fresh, "current"), actor)
    return fresh


def _draft(quote: Quote) -> QuoteVersion:
    """The version to be sent; raises ValidationError where it is none or lacks something."""
    if not quote.is_draft:
        raise ValidationError(_("This quote is no draft any more."), code="state")
    paper = paper_of(quote)
    if not paper.lines.exists():
        raise ValidationError({"lines": _("There is nothing in this quote yet: add a line.")}, code="empty")
    if paper.valid_until is not None and paper.valid_until < timezone.localdate():
        raise ValidationError({"valid_until": _("This day has passed already.")}, code="past")
    return paper


def _waiting(quote: Quote) -> QuoteVersion:
    if quote.state != QuoteState.APPROVAL:
        raise ValidationError(_("This quote does not wait for approval."), code="state")
    return paper_of(quote)


def _into(quote: Quote, state: QuoteState, verb: str, event: Any, actor: Any) -> None:
    changes: Changes = {"state": (quote.get_state_display(), str(state.label))}
    quote.state = state
    save(quote)
    announce(quote, verb, [event], actor=actor, changes=changes)


def _changed(quote: Quote, name: str) -> QuoteChanged:
    return QuoteChanged(**about(quote), version=quote.version + 1, fields=[name])


def _approvers(quote: Quote) -> list[User]:
    """Everybody who may approve it and is no machine."""
    rows = User.objects.filter(is_active=True, is_system=False, roles__isnull=False).distinct()
    return [one for one in rows if one.holds(APPROVE) and may_see(one, APPROVE, quote)]


def _tell(person: User | None, quote: Quote, sentence: str, **values: str) -> None:
    if person is not None:
        url = record_kinds[KIND].url(quote)
        notify(person, sentence, url=url, icon="file-text", number=quote.number, **values)
