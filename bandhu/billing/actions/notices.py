"""What providers tell us: checked, kept as it came, and applied exactly once, in whatever order it arrives.

The row of the account is locked while a notice is applied, so that the same word told twice at the same moment meets itself.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from bandhu.billing.account_keys import gateway_of, keys_of
from bandhu.billing.actions.payments import (
    new_refund,
    refundable,
    tell_refund,
    why_not_payable,
    write_payment,
)
from bandhu.billing.actions.telling import locked
from bandhu.billing.events import GatewayNoticeHeld
from bandhu.billing.gateways.port import Forged, Incoming, NoticeKind, PaymentNotice, Unreadable, read_notice
from bandhu.billing.models import (
    GatewayNotice,
    Payment,
    PaymentAccount,
    PaymentAttempt,
    PaymentKind,
    PaymentMethod,
    PaymentState,
)
from bandhu.billing.models.payments import BEING_ASKED
from bandhu.billing.notice_texts import kept_body, kept_headers, storable
from bandhu.identity.ready_made import system_user
from bandhu.platform.events import publish
from bandhu.platform.money import Money
from bandhu.platform.notifications import notify
from bandhu.platform.rate_limits import allow

Outcome = GatewayNotice.Outcome
# What a notice is remembered by: told again, it changes nothing.
_REMEMBERED = (Outcome.APPLIED, Outcome.NOTED, Outcome.WAITING, Outcome.HELD, Outcome.SETTLED)
_ENDED = {
    NoticeKind.FAILED: PaymentAttempt.State.FAILED,
    NoticeKind.CANCELLED: PaymentAttempt.State.CANCELLED,
}
# A second, and at once: ten of one sender and then ten a day, a hundred of all and then a hundred a day.
_KEPT_OF_A_SENDER, _KEPT_OF_ALL = (10 / 86_400, 10), (100 / 86_400, 100)
MOST_KEPT_OF_REFUSED, REFUSED_KEPT_FOR = 2_000, timedelta(days=30)
Verdict = tuple[Outcome, str, Payment | None]


def take_notice(account: PaymentAccount, incoming: Incoming, *, sender: str = "") -> GatewayNotice:
    """Check, keep and apply what came to the account's address. Raises GatewayDown where the provider must be asked and is silent:
    then nothing is kept, and the provider sends it again. Of refused ones a few are kept, the others answered and forgotten."""
    try:
        notice = read_notice(gateway_of(account), keys_of(account), incoming)
    except Forged as refusal:
        return _refuse(account, incoming, Outcome.FORGED, f"{refusal}", sender)
    except Unreadable as refusal:
        return _refuse(account, incoming, Outcome.UNREADABLE, f"{refusal}", sender)
    return apply_notice(account, notice, incoming)


def _refuse(
    account: PaymentAccount, incoming: Incoming, outcome: Outcome, why: str, sender: str
) -> GatewayNotice:
    """Anybody who pays can see the address: few are kept of one sender and of all together, and little of each."""
    is_kept = (
        allow(f"refused-notices:{account.pk}:{sender}", *_KEPT_OF_A_SENDER)[0]
        and allow(f"refused-notices:{account.pk}", *_KEPT_OF_ALL)[0]
    )
    if not is_kept:
        return GatewayNotice(account=account, outcome=outcome)
    return _keep(account, incoming, outcome, why)


def forget_refused_notices() -> int:
    """Refused ones (forged, unreadable) go after a month; returns how many."""
    refused = GatewayNotice.objects.filter(
        outcome__in=(Outcome.FORGED, Outcome.UNREADABLE), received_at__lt=timezone.now() - REFUSED_KEPT_FOR
    )
    return refused.delete()[0]


@transaction.atomic
def apply_notice(
    account: PaymentAccount, notice: PaymentNotice, incoming: Incoming | None = None
) -> GatewayNotice:
    """Apply what a provider really said: once. Returns the kept notice with its outcome."""
    PaymentAccount.objects.select_for_update().get(pk=account.pk)
    attempt = _attempt_of(account, notice)
    if _is_known(account, notice):
        outcome, words, payment = Outcome.REPEATED, "", None
    else:
        outcome, words, payment = _JUDGES.get(notice.kind, _note)(account, notice, attempt)
    kept = _keep(
        account, incoming or Incoming(), outcome, words, notice=notice, attempt=attempt, payment=payment
    )
    if outcome == Outcome.HELD:
        _call_a_person(kept, attempt)
    if notice.kind == NoticeKind.PAID and outcome == Outcome.APPLIED:
        _apply_waiting(account, notice.payment_reference)
    return kept


def _is_known(account: PaymentAccount, notice: PaymentNotice) -> bool:
    known = GatewayNotice.objects.filter(
        account=account, event_key=notice.event_key[:255], outcome__in=_REMEMBERED
    )
    return bool(notice.event_key) and known.exists()


def _attempt_of(account: PaymentAccount, notice: PaymentNotice) -> PaymentAttempt | None:
    rows = PaymentAttempt.objects.select_for_update(of=("self",)).filter(account=account)
    if notice.order_number:
        try:
            return rows.filter(pk=UUID(notice.order_number)).first()
        except ValueError:
            return None
    if notice.begun_reference:
        return rows.filter(provider_reference=notice.begun_reference).first()
    paid = _payment_of(account, PaymentKind.PAYMENT, notice.payment_reference)
    known = GatewayNotice.objects.filter(payment=paid, attempt__isnull=False).first() if paid else None
    return known.attempt if known else None


def _payment_of(account: PaymentAccount, kind: str, reference: str) -> Payment | None:
    if not reference:
        return None
    return Payment.objects.filter(account=account, kind=kind, reference=reference).first()


def _paid(account: PaymentAccount, notice: PaymentNotice, attempt: PaymentAttempt | None) -> Verdict:
    known = _payment_of(account, PaymentKind.PAYMENT, notice.payment_reference)
    if known is not None:
        return Outcome.REPEATED, "", known
    if attempt is None:
        return Outcome.HELD, gettext_noop("Money came in for an order we do not know."), None
    problem = _why_held(notice, attempt)
    if not problem:
        invoice = locked(attempt.invoice)
        assert notice.money is not None  # _why_held refuses a notice without an amount
        problem = why_not_payable(invoice, notice.money)
        if not problem:
            payment = write_payment(
                invoice, actor=system_user(), amount=notice.money, method=PaymentMethod.GATEWAY,
                received_on=timezone.localdate(), reference=notice.payment_reference[:200], account=account,
            )  # fmt: skip
            _set(attempt, PaymentAttempt.State.PAID)
            return Outcome.APPLIED, "", payment
    if attempt.state != PaymentAttempt.State.PAID:
        _set(attempt, PaymentAttempt.State.HELD)
    return Outcome.HELD, problem, None


def _why_held(notice: PaymentNotice, attempt: PaymentAttempt) -> str:
    """Why a payment is not applied without a person; "" when nothing speaks against it."""
    if notice.money is None or not notice.payment_reference:
        return gettext_noop("The notice names no amount or no payment.")
    if attempt.state == PaymentAttempt.State.PAID:
        return gettext_noop("This order was paid already: a second payment came in.")
    if notice.money.currency != attempt.currency:
        return gettext_noop("Another currency came in than was asked for.")
    if notice.money != attempt.amount:
        return gettext_noop("Another amount came in than was asked for.")
    if notice.warning:
        return gettext_noop("The provider warns of this payment.")
    return ""


def _ended(account: PaymentAccount, notice: PaymentNotice, attempt: PaymentAttempt | None) -> Verdict:
    """A late word of failure takes nothing back from an attempt that was paid."""
    if attempt is not None and attempt.state == PaymentAttempt.State.STARTED:
        _set(attempt, _ENDED[notice.kind])
    return Outcome.NOTED, "", None


def _refunded(account: PaymentAccount, notice: PaymentNotice, attempt: PaymentAttempt | None) -> Verdict:
    known = _payment_of(account, PaymentKind.REFUND, notice.refund_reference)
    if known is not None and known.state not in BEING_ASKED:
        return Outcome.REPEATED, "", known
    payment = _payment_of(account, PaymentKind.PAYMENT, notice.payment_reference)
    if payment is None:
        return Outcome.WAITING, gettext_noop("A refund of a payment we have not heard of yet."), None
    invoice = locked(payment.invoice)
    asked = known or _asked_refund(payment, notice.money)
    if asked is None:
        if (
            notice.money is None
            or notice.money.currency != payment.currency
            or notice.money.minor > refundable(payment).minor
        ):
            return Outcome.HELD, gettext_noop("More was given back than was paid."), None
        asked = new_refund(
            payment, notice.money, actor=system_user(), method=PaymentMethod.GATEWAY, day=timezone.localdate()
        )
    asked.account, asked.state, asked.reference = account, PaymentState.DONE, notice.refund_reference[:200]
    asked.save(update_fields=["account", "state", "reference"])
    tell_refund(invoice, asked, actor=system_user())
    return Outcome.APPLIED, "", asked


def _asked_refund(payment: Payment, money: Money | None) -> Payment | None:
    """The refund we asked for whose number at the provider we do not know yet."""
    if money is None:
        return None
    rows = payment.refunded_by.filter(
        state__in=BEING_ASKED, amount_minor=money.minor, currency=money.currency
    )
    return rows.filter(reference="").order_by("created_at").first()


def _refund_failed(account: PaymentAccount, notice: PaymentNotice, attempt: PaymentAttempt | None) -> Verdict:
    known = _payment_of(account, PaymentKind.REFUND, notice.refund_reference)
    if known is None or known.state == PaymentState.FAILED:
        return Outcome.NOTED, "", known
    if known.state == PaymentState.DONE:
        return Outcome.HELD, gettext_noop("A refund that was done is said to have failed."), known
    known.state = PaymentState.FAILED
    known.save(update_fields=["state"])
    return Outcome.APPLIED, "", known


def _charged_back(account: PaymentAccount, notice: PaymentNotice, attempt: PaymentAttempt | None) -> Verdict:
    return Outcome.HELD, gettext_noop("The customer's bank takes the payment back."), None


def _note(account: PaymentAccount, notice: PaymentNotice, attempt: PaymentAttempt | None) -> Verdict:
    return Outcome.NOTED, "", None


_JUDGES: dict[NoticeKind, Any] = {
    NoticeKind.PAID: _paid,
    NoticeKind.FAILED: _ended,
    NoticeKind.CANCELLED: _ended,
    NoticeKind.REFUNDED: _refunded,
    NoticeKind.REFUND_FAILED: _refund_failed,
    NoticeKind.CHARGED_BACK: _charged_back,
}


def _apply_waiting(account: PaymentAccount, payment_reference: str) -> None:
    """Refunds that were told before their payment."""
    rows = GatewayNotice.objects.filter(account=account, outcome=Outcome.WAITING)
    for one in rows.filter(told__payment_reference=payment_reference).order_by("received_at"):
        notice = _told(one)
        outcome, words, payment = _JUDGES[notice.kind](account, notice, one.attempt)
        one.outcome, one.explanation, one.payment = outcome, words, payment
        one.save(update_fields=["outcome", "explanation", "payment"])
        if outcome == Outcome.HELD:
            _call_a_person(one, one.attempt)


def _told(kept: GatewayNotice) -> PaymentNotice:
    """A kept notice, to be judged again."""
    told = kept.told
    money = Money(told["minor"], told["currency"]) if told.get("currency") else None
    return PaymentNotice(
        kind=NoticeKind(told["kind"]), event=kept.event, event_key=kept.event_key, money=money,
        payment_reference=told["payment_reference"], refund_reference=told["refund_reference"],
    )  # fmt: skip


def _set(attempt: PaymentAttempt, state: str) -> None:
    attempt.state = state
    attempt.save(update_fields=["state", "updated_at"])


def _keep(
    account: PaymentAccount,
    incoming: Incoming,
    outcome: Outcome,
    explanation: str,
    *,
    notice: PaymentNotice | None = None,
    attempt: PaymentAttempt | None = None,
    payment: Payment | None = None,
) -> GatewayNotice:
    kept = GatewayNotice(
        account=account,
        event=notice.event[:120] if notice else "",
        event_key=notice.event_key[:255] if notice else "",
        headers=kept_headers(incoming.headers),
        body=kept_body(incoming.body),
        outcome=outcome,
        explanation=storable(explanation)[:500],
        told=_facts(notice) if notice else {},
        attempt=attempt,
        payment=payment,
    )
    if outcome in (Outcome.FORGED, Outcome.UNREADABLE):
        kept.body = kept.body[:MOST_KEPT_OF_REFUSED]
    kept.save(force_insert=True)
    return kept


def _facts(notice: PaymentNotice) -> dict[str, Any]:
    return {
        "kind": notice.kind.value,
        "order_number": notice.order_number[:64],
        "payment_reference": notice.payment_reference[:200],
        "refund_reference": notice.refund_reference[:200],
        "minor": notice.money.minor if notice.money else None,
        "currency": notice.money.currency if notice.money else "",
        "warning": notice.warning[:200],
    }


@transaction.atomic
def hold_refund(refund: Payment, attempt: PaymentAttempt | None) -> None:
    """Money was to be given back and nobody can say whether it went: it waits, once, for a person who looks at the provider's pages."""
    assert (
        refund.account is not None and refund.refunds is not None
    )  # only what a provider was asked for is held
    Payment.objects.select_for_update().get(pk=refund.pk)
    if refund.notices.filter(outcome=Outcome.HELD).exists():
        return
    words = gettext_noop("Money was to be given back, and the provider's answer was lost. Look there whether it went.")  # fmt: skip
    told = PaymentNotice(
        NoticeKind.OTHER, "refund", "", payment_reference=refund.refunds.reference, money=refund.amount
    )
    kept = _keep(
        refund.account, Incoming(), Outcome.HELD, words, notice=told, attempt=attempt, payment=refund
    )
    _call_a_person(kept, attempt)


def _call_a_person(kept: GatewayNotice, attempt: PaymentAttempt | None) -> None:
    event = GatewayNoticeHeld(
        notice_id=str(kept.pk), account_id=str(kept.account_id), explanation=kept.explanation
    )
    publish(event, actor=system_user())
    owner = attempt.invoice.owner if attempt else None
    if owner is not None and owner.is_active:
        notify(
            owner, gettext_noop("A payment notice of “%(account)s” waits for a person."), url="/payments/notices/",
            icon="circle-alert", account=kept.account.name,
        )  # fmt: skip
