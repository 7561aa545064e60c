"""Reading payment accounts, attempts and notices."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from bandhu.billing.models import GatewayNotice, Invoice, PaymentAccount, PaymentAttempt
from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import require_anywhere

MANAGE, RECONCILE = "billing.manage_billing", "billing.reconcile_payments"
OPEN_NOTICES = (GatewayNotice.Outcome.HELD, GatewayNotice.Outcome.WAITING)


def payment_accounts(user: Any) -> QuerySet[PaymentAccount]:
    """All of them; raises Denied."""
    require_anywhere(user, MANAGE)
    return PaymentAccount.objects.order_by("position", "name")


def payment_account_for(user: Any, account_id: UUID) -> PaymentAccount:
    """One; raises Denied or OutOfReach."""
    found = payment_accounts(user).filter(pk=account_id).first()
    if found is None:
        raise OutOfReach
    return found


def accounts_offered(invoice: Invoice) -> list[PaymentAccount]:
    """Those a customer may pay this invoice through."""
    if not invoice.is_open or invoice.balance.minor <= 0:
        return []
    rows = PaymentAccount.objects.filter(is_active=True)
    return [one for one in rows if not one.currencies or invoice.currency in one.currencies]


def account_of_notices(token: str) -> PaymentAccount:
    """The account behind an address for notices; raises OutOfReach. Nobody is signed in: each notice proves itself."""
    found = PaymentAccount.objects.filter(token=token).first() if 20 <= len(token) <= 64 else None
    if found is None:
        raise OutOfReach
    return found


def attempt_of(invoice: Invoice, number: str) -> PaymentAttempt:
    """An attempt to pay this invoice by our own order number; raises OutOfReach."""
    try:
        found = PaymentAttempt.objects.select_related("account", "invoice").filter(
            pk=UUID(number), invoice=invoice
        )
    except ValueError:
        raise OutOfReach from None
    attempt = found.first()
    if attempt is None:
        raise OutOfReach
    return attempt


def notices(user: Any, *, open_only: bool = False) -> QuerySet[GatewayNotice]:
    """What providers told, the newest first; raises Denied."""
    require_anywhere(user, RECONCILE)
    rows = GatewayNotice.objects.select_related(
        "account", "attempt__invoice", "payment__invoice", "settled_by"
    )
    return (rows.filter(outcome__in=OPEN_NOTICES) if open_only else rows).order_by("-received_at", "-pk")


def notice_for(user: Any, notice_id: UUID) -> GatewayNotice:
    """One; raises Denied or OutOfReach."""
    found = notices(user).filter(pk=notice_id).first()
    if found is None:
        raise OutOfReach
    return found
