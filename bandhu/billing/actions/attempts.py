"""A customer sets out to pay: the provider is asked, outside any transaction, and what it said is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.billing.account_keys import gateway_of, keys_of
from bandhu.billing.actions.notices import apply_notice
from bandhu.billing.actions.payments import in_base
from bandhu.billing.actions.telling import locked
from bandhu.billing.gateways.port import GatewayError, Incoming, PaymentOrder, asked_about
from bandhu.billing.models import Invoice, PaymentAccount, PaymentAttempt

_KEPT_FOR = timedelta(minutes=20)
ASK_AFTER, ASK_UNTIL = timedelta(minutes=10), timedelta(days=3)


def begin_payment(
    invoice: Invoice, account: PaymentAccount, *, language: str, return_url: str, notice_url: str
) -> PaymentAttempt:
    """An attempt to pay what is open. `return_url` has "ATTEMPT" in the place of its id. Nobody is signed in: the caller knew the token.

    One that was begun a moment ago for the same amount is gone on with. Raises ValidationError with a sentence for the customer.
    """
    attempt, is_new = _attempt(invoice, account)
    if not is_new:
        return attempt
    order = _order(attempt, language, return_url.replace("ATTEMPT", attempt.order_number), notice_url)
    try:
        begun = gateway_of(account).begin(keys_of(account), order)
    except GatewayError as error:
        PaymentAttempt.objects.filter(pk=attempt.pk).update(state=PaymentAttempt.State.FAILED)
        text = _(
            "This way of paying does not answer at the moment. Please try again later, or pay another way."
        )
        raise ValidationError(text, code="gateway") from error
    attempt.provider_reference, attempt.address = begun.reference[:200], begun.address[:2000]
    attempt.form_fields = dict(begun.form)
    attempt.save(update_fields=["provider_reference", "address", "form_fields", "updated_at"])
    return attempt


def confirm_payment(attempt: PaymentAttempt, incoming: Incoming | None = None) -> PaymentAttempt:
    """Ask the provider what became of it, when the customer comes back or later; applied as its notice would be."""
    account = attempt.account
    if attempt.state in (PaymentAttempt.State.PAID, PaymentAttempt.State.HELD):
        return attempt
    notice = asked_about(
        gateway_of(account), keys_of(account), attempt.provider_reference, attempt.order_number, incoming
    )
    if notice is not None:
        apply_notice(account, notice)
        attempt.refresh_from_db()
    return attempt


def ask_about_attempts() -> int:
    """Ask about attempts nobody came back from, for three days; returns how many are settled now."""
    now = timezone.now()
    rows = PaymentAttempt.objects.filter(
        state=PaymentAttempt.State.STARTED, created_at__range=(now - ASK_UNTIL, now - ASK_AFTER)
    )
    settled = 0
    for attempt in rows.select_related("account").order_by("created_at")[:200]:
        try:
            settled += confirm_payment(attempt).state != PaymentAttempt.State.STARTED
        except GatewayError:
            continue  # the next run asks again
    return settled


@transaction.atomic
def _attempt(invoice: Invoice, account: PaymentAccount) -> tuple[PaymentAttempt, bool]:
    fresh = locked(invoice)
    if not fresh.is_open or fresh.balance.minor <= 0:
        raise ValidationError(_("Nothing is open on this invoice."), code="not_payable")
    if not account.is_active or (account.currencies and fresh.currency not in account.currencies):
        raise ValidationError(_("This way of paying is not offered for this invoice."), code="not_offered")
    since = timezone.now() - _KEPT_FOR
    known = PaymentAttempt.objects.filter(
        invoice=fresh, account=account, state=PaymentAttempt.State.STARTED, created_at__gte=since,
        amount_minor=fresh.balance.minor,
    ).exclude(address="")  # fmt: skip
    if found := known.order_by("-created_at").first():
        return found, False
    attempt = PaymentAttempt(invoice=fresh, account=account)
    attempt.keep_amount(fresh.balance, in_base(fresh.balance, timezone.localdate(), fresh))
    attempt.save(force_insert=True)
    return attempt, True


def _order(attempt: PaymentAttempt, language: str, return_url: str, notice_url: str) -> PaymentOrder:
    invoice, amount = attempt.invoice, attempt.amount
    assert amount is not None  # an attempt always has one
    buyer: dict[str, Any] = invoice.buyer
    return PaymentOrder(
        number=attempt.order_number,
        money=amount,
        title=invoice.number,
        language=language,
        return_url=return_url,
        notice_url=notice_url,
        name=str(buyer.get("person") or buyer.get("name") or "")[:100],
        mail=str(buyer.get("mail") or ""),
        city=str(buyer.get("city") or ""),
        country=str(buyer.get("country") or ""),
    )
