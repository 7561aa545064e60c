"""What happens to invoices and payments. Amounts are minor units of their currency; ids are texts."""

from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from bandhu.platform.events import Event


@dataclass(frozen=True, kw_only=True)
class _Invoice:
    invoice_id: str
    contact_id: str | None
    company_id: str | None
    opportunity_id: str | None
    number: str
    amount_minor: int
    currency: str
    owner_id: str | None


@dataclass(frozen=True, kw_only=True)
class InvoiceIssued(_Invoice, Event, name="billing.invoice_issued", sentence=_("An invoice was issued")):
    issued_on: str
    due_on: str


@dataclass(frozen=True, kw_only=True)
class InvoicePaid(_Invoice, Event, name="billing.invoice_paid", sentence=_("An invoice was paid in full")):
    pass


@dataclass(frozen=True, kw_only=True)
class InvoiceOverdue(_Invoice, Event, name="billing.invoice_overdue", sentence=_("An invoice is overdue")):
    """Once for each reminder: `days` after the due date, `balance_minor` still owed."""

    days: int
    balance_minor: int


@dataclass(frozen=True, kw_only=True)
class InvoiceVoided(_Invoice, Event, name="billing.invoice_voided", sentence=_("An invoice was voided")):
    reason: str


@dataclass(frozen=True, kw_only=True)
class CreditNoteIssued(
    _Invoice, Event, name="billing.credit_note_issued", sentence=_("A credit note was issued")
):
    """`credited_invoice_id` is the invoice of which the amount is taken back."""

    credited_invoice_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class _Payment(_Invoice):
    payment_id: str
    paid_minor: int
    balance_minor: int
    method: str
    reference: str


@dataclass(frozen=True, kw_only=True)
class PaymentReceived(_Payment, Event, name="billing.payment_received", sentence=_("A payment came in")):
    """`paid_minor` of this payment; `balance_minor` is what is left of the invoice."""


@dataclass(frozen=True, kw_only=True)
class PaymentRefunded(
    _Payment, Event, name="billing.payment_refunded", sentence=_("A payment was given back")
):
    """`paid_minor` was given back."""


@dataclass(frozen=True, kw_only=True)
class PaymentChanged(
    _Payment, Event, name="billing.payment_changed", sentence=_("Own fields of a payment were filled")
):
    """`fields` names those that changed ("custom.<key>"); nothing else of a payment ever changes."""

    fields: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class GatewayNoticeHeld(
    Event, name="billing.gateway_notice_held", sentence=_("A payment notice waits for a person")
):
    notice_id: str
    account_id: str
    explanation: str


@dataclass(frozen=True, kw_only=True)
class _Subscription:
    subscription_id: str
    contact_id: str | None
    company_id: str | None
    number: str
    state: str
    amount_minor: int
    currency: str
    interval: str
    every: int
    owner_id: str | None


@dataclass(frozen=True, kw_only=True)
class SubscriptionStarted(
    _Subscription, Event, name="billing.subscription_started", sentence=_("A subscription was written")
):
    """`starts_on` is its first day, `trial_until` the first one that is paid for, after a trial."""

    starts_on: str
    trial_until: str | None


@dataclass(frozen=True, kw_only=True)
class SubscriptionRenewed(
    _Subscription, Event, name="billing.subscription_renewed", sentence=_("A period of a subscription began")
):
    """From `from_on` up to, not including, `to_on`; `invoice_id` is empty where nothing was to be paid."""

    from_on: str
    to_on: str
    invoice_id: str | None


@dataclass(frozen=True, kw_only=True)
class SubscriptionChanged(
    _Subscription, Event, name="billing.subscription_changed", sentence=_("A subscription was changed")
):
    """`fields` names what changed; `documents` are the invoices and credit notes of a change in mid-period."""

    fields: list[str]
    documents: list[str]


@dataclass(frozen=True, kw_only=True)
class SubscriptionPaused(
    _Subscription, Event, name="billing.subscription_paused", sentence=_("A subscription was paused")
):
    pass


@dataclass(frozen=True, kw_only=True)
class SubscriptionResumed(
    _Subscription, Event, name="billing.subscription_resumed", sentence=_("A subscription goes on")
):
    """`paused_days` were added to what had been paid for."""

    paused_days: int


@dataclass(frozen=True, kw_only=True)
class SubscriptionPastDue(
    _Subscription, Event, name="billing.subscription_past_due", sentence=_("A subscription is past due")
):
    pass


@dataclass(frozen=True, kw_only=True)
class SubscriptionRenewsSoon(
    _Subscription, Event, name="billing.subscription_renews_soon", sentence=_("A subscription renews soon")
):
    """`renews_on` is the first day of its next period."""

    renews_on: str


@dataclass(frozen=True, kw_only=True)
class SubscriptionEnded(
    _Subscription, Event, name="billing.subscription_ended", sentence=_("A subscription ended")
):
    ended_on: str
    reason: str
    documents: list[str]


@dataclass(frozen=True, kw_only=True)
class PaymentAccountChanged(
    Event, name="billing.payment_account_changed", sentence=_("A payment account was set up")
):
    """`change` is created or changed; `fields` are the names of what changed. Neither keys nor the secret address are in it."""

    account_id: str
    gateway: str
    title: str
    currencies: list[str]
    is_live: bool
    is_active: bool
    change: str
    fields: list[str] = field(default_factory=list)
