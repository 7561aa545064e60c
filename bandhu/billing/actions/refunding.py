"""Refunds that providers are asked for: each once, also where an answer is lost.

Before a provider is asked, the refund is written down as unclear; its answer makes it pending, done or failed. So a crash or a lost
answer leaves what is true: it was asked, and nobody knows. Then the provider is asked what became of it, and only where it is sure to
have done nothing it is asked again. Where it cannot say, a person looks.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from bandhu.billing.account_keys import gateway_of, keys_of
from bandhu.billing.actions.notices import hold_refund
from bandhu.billing.actions.payments import tell_refund
from bandhu.billing.actions.telling import announce, locked
from bandhu.billing.gateways.port import (
    GatewayError,
    GatewayRefused,
    GatewayUnreached,
    RefundAnswer,
    refund_asked_about,
)
from bandhu.billing.models import GatewayNotice, Payment, PaymentAttempt, PaymentKind, PaymentState
from bandhu.billing.models.payments import BEING_ASKED
from bandhu.identity.ready_made import system_user
from bandhu.platform.search.indexing import index_records

_ASK_AFTER, _ASK_UNTIL, _MOST_ASKED = timedelta(hours=1), timedelta(days=30), 50
_STATES = {"done": PaymentState.DONE, "failed": PaymentState.FAILED}


def send_refund(refund_id: UUID | str) -> None:
    """Ask the provider to give back, or what became of it; called by a job, again after failures.

    Raises GatewayDown for the job to try again.
    """
    refund = Payment.objects.select_related("refunds", "account").get(pk=refund_id)
    if refund.state not in BEING_ASKED or refund.account is None:
        return
    attempt = _attempt_of(refund)
    if refund.state == PaymentState.PENDING and not refund.reference:
        if _claimed(refund):
            _ask(refund, attempt, is_first=True)
        return
    found = _what_became(refund, attempt)
    if found is None:
        hold_refund(refund, attempt)
    elif found.state != "never":
        _settle(refund, attempt, found)
    elif refund.state == PaymentState.UNCLEAR:
        _ask(refund, attempt, is_first=False)


def ask_about_refunds() -> int:
    """Refunds nobody knows the end of, for a month; returns how many are settled now. What waits for a person is not asked about."""
    now = timezone.now()
    rows = Payment.objects.filter(
        Q(state=PaymentState.UNCLEAR)
        | Q(state=PaymentState.PENDING) & (~Q(reference="") | Q(created_at__lt=now - timedelta(days=1))),
        kind=PaymentKind.REFUND, account__isnull=False, created_at__range=(now - _ASK_UNTIL, now - _ASK_AFTER),
    ).exclude(notices__outcome=GatewayNotice.Outcome.HELD)  # fmt: skip
    asked = list(rows.order_by("created_at").values_list("pk", flat=True)[:_MOST_ASKED])
    for pk in asked:
        try:
            send_refund(pk)
        except GatewayError:
            continue  # the next run asks again
    return Payment.objects.filter(pk__in=asked).exclude(state__in=BEING_ASKED).count()


@transaction.atomic
def settle_refund(refund: Payment, state: str, reference: str, why: str, *, actor: Any) -> None:
    """What is known now: "done", "failed" or "pending" at the provider. Its notice may have been quicker."""
    invoice = locked(refund.invoice)
    fresh = Payment.objects.select_for_update().get(pk=refund.pk)
    if fresh.state not in BEING_ASKED:
        return
    fresh.reference = reference[:200] or fresh.reference
    fresh.state = _STATES.get(state, PaymentState.PENDING)
    fresh.save(update_fields=["state", "reference"])
    index_records("payment", [fresh.pk])
    if fresh.state == PaymentState.DONE:
        tell_refund(invoice, fresh, actor=actor)
    elif fresh.state == PaymentState.FAILED:
        changes = {"refund": (str(fresh.amount), why or None)}
        announce(invoice, "refund_refused", actor=actor, changes=changes)


def _attempt_of(refund: Payment) -> PaymentAttempt | None:
    """How the payment that is given back was begun."""
    assert refund.refunds is not None  # kept by the database
    notice = refund.refunds.notices.filter(attempt__isnull=False).select_related("attempt").first()
    return notice.attempt if notice else None


def _claimed(refund: Payment) -> bool:
    """Write down that it is being asked for; False where somebody else does so."""
    rows = Payment.objects.filter(pk=refund.pk, state=PaymentState.PENDING, reference="")
    return bool(rows.update(state=PaymentState.UNCLEAR))


def _ask(refund: Payment, attempt: PaymentAttempt | None, *, is_first: bool) -> None:
    paid, account = refund.refunds, refund.account
    assert paid is not None and account is not None and refund.amount is not None and paid.amount is not None
    try:
        answer = gateway_of(account).refund(
            keys_of(account), begun_reference=attempt.provider_reference if attempt else "", payment_reference=paid.reference,
            money=refund.amount, whole=paid.amount, key=refund.pk.hex, reason=refund.note,
        )  # fmt: skip
    except GatewayUnreached:
        if is_first:
            Payment.objects.filter(pk=refund.pk, state=PaymentState.UNCLEAR).update(
                state=PaymentState.PENDING
            )
        raise
    except GatewayRefused as refusal:
        answer, why = RefundAnswer("failed"), str(refusal)
    else:
        why = ""
    if answer.state == "failed" and not is_first:
        hold_refund(refund, attempt)  # refused perhaps because the first time it was done
    else:
        _settle(refund, attempt, answer, why)


def _settle(refund: Payment, attempt: PaymentAttempt | None, answer: RefundAnswer, why: str = "") -> None:
    if answer.state == "pending" and not (answer.reference or refund.reference):
        hold_refund(refund, attempt)  # nothing to ask about it by
    else:
        settle_refund(refund, answer.state, answer.reference, why, actor=system_user())


def _what_became(refund: Payment, attempt: PaymentAttempt | None) -> RefundAnswer | None:
    """What the provider says of it; None where it cannot say."""
    assert refund.refunds is not None and refund.account is not None
    try:
        return refund_asked_about(
            gateway_of(refund.account), keys_of(refund.account), order_number=attempt.order_number if attempt else "",
            payment_reference=refund.refunds.reference, key=refund.pk.hex, reference=refund.reference,
        )  # fmt: skip
    except GatewayRefused:
        return None
