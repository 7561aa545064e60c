"""Overdue invoices: on the days the administrator chose a letter to the customer, a follow-up for the owner, the subscription held.

Each step of an invoice happens once: it is written down in the transaction in which its letter goes into the outbox, on the locked
row of the invoice, and the database refuses a second. What was paid meanwhile is not reminded of.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.http import Http404
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from bandhu.billing.actions.mailing import mail_invoice
from bandhu.billing.actions.pausing import pause, resume
from bandhu.billing.actions.subscription_telling import (
    facts_of_subscription,
    locked_subscription,
    save_and_tell,
)
from bandhu.billing.actions.telling import facts_of
from bandhu.billing.events import InvoiceOverdue, SubscriptionPastDue
from bandhu.billing.letters import invoice_letter
from bandhu.billing.models import (
    BILLED_STATES,
    OPEN_STATES,
    DunningEffect,
    Invoice,
    InvoiceKind,
    Reminder,
    Subscription,
    SubscriptionState,
)
from bandhu.billing.queries import issuer
from bandhu.channels.models import Mail, MailAccount
from bandhu.channels.queries import letter_called, sending_accounts
from bandhu.identity.models import User
from bandhu.identity.ready_made import system_user
from bandhu.interactions.actions import plan_follow_up
from bandhu.platform.events import publish
from bandhu.ui.formats import Reader

_DUE_WITHIN = timedelta(hours=8)
Step = dict[str, Any]


def remind_of_due_invoices(today: date | None = None) -> int:
    """Take the steps each open invoice has reached since its due date; returns how many invoices took one.

    An invoice that reached several at once (the job stood still) gets the last one's letter and follow-up, and every effect.
    """
    on, who = today or timezone.localdate(), issuer()
    steps: list[Step] = who.dunning_steps if who else []
    if not steps:
        return 0
    first = min(one["days"] for one in steps)
    rows = Invoice.objects.filter(
        # Who reminds of another system's invoices did so there.
        import_key=None,
        kind=InvoiceKind.INVOICE,
        state__in=OPEN_STATES,
        due_on__lte=on - timedelta(days=first),
    )
    return sum(_remind(pk, steps, on) for pk in rows.order_by("due_on", "pk").values_list("pk", flat=True))


@transaction.atomic
def _remind(invoice_id: UUID, steps: Sequence[Step], on: date) -> bool:
    # No joins: after waiting for the lock they would still show what the row pointed to before.
    invoice = Invoice.objects.select_for_update().get(pk=invoice_id)
    if not invoice.is_open or invoice.due_on is None:
        return False
    late = (on - invoice.due_on).days
    known = set(invoice.reminders.values_list("days", flat=True))
    fresh = [one for one in steps if one["days"] <= late and one["days"] not in known]
    if not fresh:
        return False
    mail, problem = _send(invoice, fresh[-1]["letter"])
    Reminder.objects.bulk_create(
        Reminder(
            invoice=invoice,
            days=one["days"],
            mail=mail if one is fresh[-1] else None,
            problem=problem if one is fresh[-1] else "",
        )
        for one in fresh
    )
    effects = {one["effect"] for one in fresh}
    if invoice.subscription_id and effects - {""}:
        _hold(invoice.subscription_id, pauses=DunningEffect.PAUSE in effects)
    if fresh[-1]["task"] or problem:
        _follow_up(invoice, late, problem)
    event = InvoiceOverdue(**facts_of(invoice), days=late, balance_minor=invoice.balance.minor)
    publish(event, actor=system_user())
    return True


def _send(invoice: Invoice, letter: str) -> tuple[Mail | None, str]:
    """The letter of this key in the outbox; or why it could not be written, for the owner to see."""
    if not letter:
        return None, ""
    if not letter_called(letter).is_active:
        return None, _("This letter is out of use.")
    system = system_user()
    try:
        with transaction.atomic():
            words = invoice_letter(invoice, system, letter)
            mail = mail_invoice(
                invoice, actor=system, account=account_for(invoice.owner), subject=words.subject, body=words.body,
                is_automatic=True,
            )  # fmt: skip
    except (ValidationError, PermissionDenied, Http404) as refusal:
        return None, words_of(refusal)
    return mail, ""


def account_for(owner: User | None) -> MailAccount:
    """The mailbox automatic letters go out from: the house's, else the owner's or the owner's team's. Raises ValidationError."""
    found = sending_accounts(system_user()).first()
    if found is None and owner is not None and owner.is_active:
        found = sending_accounts(owner).first()
    if found is None:
        raise ValidationError(_("There is no mailbox to write from."), code="no_account")
    return found


def words_of(refusal: Exception) -> str:
    """Why a letter was not written, as one sentence."""
    if isinstance(refusal, ValidationError):
        return " ".join(refusal.messages)[:300]
    return str(refusal)[:300]


def _hold(subscription_id: UUID, *, pauses: bool) -> None:
    """The subscription of an unpaid invoice is past due, or rests until it is paid."""
    subscription = locked_subscription(subscription_id)
    if subscription.state not in BILLED_STATES:
        return
    if pauses:
        subscription.is_held_by_dunning = True
        pause(subscription, system_user())
    elif subscription.state != SubscriptionState.PAST_DUE:
        _set_state(subscription, SubscriptionState.PAST_DUE)


def lift_holds() -> int:
    """Subscriptions held for unpaid invoices go on once none of theirs is overdue; returns how many."""
    held = Subscription.objects.filter(Q(state=SubscriptionState.PAST_DUE) | Q(is_held_by_dunning=True))
    return sum(lift_hold(pk) for pk in list(held.order_by("pk").values_list("pk", flat=True)))


@transaction.atomic
def lift_hold(subscription_id: UUID) -> bool:
    """The same for one; whether it goes on."""
    subscription = locked_subscription(subscription_id)
    is_past_due = subscription.state == SubscriptionState.PAST_DUE
    if not (is_past_due or subscription.is_held_by_dunning):
        return False
    overdue = Q(kind=InvoiceKind.INVOICE, state__in=OPEN_STATES, due_on__lt=timezone.localdate())
    if subscription.invoices.filter(overdue).exists():
        return False
    if is_past_due:
        _set_state(subscription, SubscriptionState.ACTIVE)
    else:
        resume(subscription, system_user())
    return True


def _set_state(subscription: Subscription, state: str) -> None:
    before, subscription.state = subscription.state, state
    event = None
    if state == SubscriptionState.PAST_DUE:
        event = SubscriptionPastDue(**facts_of_subscription(subscription))
    save_and_tell(
        subscription, "changed", actor=system_user(), event=event, changes={"state": (before, state)}
    )


def _follow_up(invoice: Invoice, late: int, problem: str) -> None:
    """For the owner, in the owner's language; an invoice of nobody is only told of by the event."""
    customer, owner = invoice.contact or invoice.company, invoice.owner
    if customer is None or owner is None or not owner.is_active:
        return
    with translation.override(owner.language or "en"):
        text = _("Invoice %(number)s is overdue since %(days)s days: %(amount)s are open.")
        reader = Reader(language=owner.language or "en")
        days = reader.in_digits(str(late))
        what = text % {"number": invoice.number, "days": days, "amount": invoice.balance.written(reader)}
        if problem:
            what += " " + _("The reminder was not sent: %(problem)s") % {"problem": problem}
    plan_follow_up(customer, actor=system_user(), what=what, due_at=timezone.now() + _DUE_WITHIN, owner=owner)
