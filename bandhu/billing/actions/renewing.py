"""What time does to subscriptions: each period that is due is billed, exactly once, in whatever order and however often the job runs.

Every period is a transaction of its own, on the locked row of the subscription: whoever comes second waits, and then finds the next
period not due. What is rolled back (a crash, a rate that is missing) leaves the period due for the next run; the database itself refuses
a second row for a period. A run that comes late bills period after period until it has caught up.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from bandhu.billing.actions.invoices import new_draft
from bandhu.billing.actions.issuing import issue_draft
from bandhu.billing.actions.subscription_telling import (
    announce_subscription,
    facts_of_subscription,
    locked_subscription,
    save_and_tell,
    today_of,
)
from bandhu.billing.actions.telling import Changes
from bandhu.billing.events import SubscriptionEnded, SubscriptionRenewed
from bandhu.billing.lines import LineDraft, tax_of
from bandhu.billing.models import (
    BILLED_STATES,
    BilledPart,
    BilledPeriod,
    Invoice,
    InvoiceKind,
    Subscription,
    SubscriptionLine,
    SubscriptionState,
)
from bandhu.billing.proration import share
from bandhu.catalog.queries import rounding_of
from bandhu.identity.ready_made import system_user
from bandhu.platform.money import Money, Rounding
from bandhu.ui.formats import Reader, day

# A week's subscription that was forgotten for twenty years.
MOST_AT_ONCE = 1_050
_AHEAD_OF_US = timedelta(days=1)


def bill_due_subscriptions(now: datetime | None = None) -> int:
    """Bill every period that has begun (in arrears: is over) where its customer is, until `now`; called by the clock. Returns how many.

    A subscription that cannot be billed keeps the sentence that says why (`problem`), and the others go on.
    """
    at = now or timezone.now()
    # Somewhere on earth it may be tomorrow already.
    until = (at + _AHEAD_OF_US).date()
    has_begun = Q(due_on=None, next_on__lte=until) | Q(due_on__lte=until)
    due = Subscription.objects.filter(has_begun, state__in=BILLED_STATES)
    rows = list(due.order_by("next_on", "pk").values_list("pk", flat=True))
    return sum(bill_what_is_due(pk, at) for pk in rows)


def bill_what_is_due(pk: UUID, at: datetime) -> int:
    """Every period of one subscription that is due at a moment; what stands in the way is kept as its `problem`. Returns how many."""
    billed = 0
    for _number in range(MOST_AT_ONCE):
        try:
            with transaction.atomic():
                subscription = locked_subscription(pk)
                if not _next(subscription, today_of(subscription, at), system_user()):
                    return billed
        except ValidationError as problem:
            _note_problem(pk, " ".join(problem.messages))
            return billed
        billed += 1
    return billed


def catch_up(subscription: Subscription, today: date, actor: Any) -> None:
    """Bill on a locked row all that is due, before somebody changes it. Raises ValidationError where that fails."""
    while _next(subscription, today, actor):
        pass


def _next(subscription: Subscription, today: date, actor: Any) -> bool:
    """Bill one period that is due, or end what has run out; whether there was anything to do."""
    if subscription.state not in BILLED_STATES or subscription.next_on > today:
        return False
    if subscription.state == SubscriptionState.TRIAL and subscription.in_arrears:
        _end_trial(subscription, actor)
    if subscription.is_all_billed:
        end(subscription, subscription.next_on, subscription.end_reason, actor=actor)
        return False
    if subscription.in_arrears and subscription.end_of_period() > today:
        return False
    _bill(subscription, actor)
    return True


def _end_trial(subscription: Subscription, actor: Any) -> None:
    """In arrears nothing is billed on the first day that is paid for; it runs from then on all the same."""
    subscription.state = SubscriptionState.ACTIVE
    changes: Changes = {"state": (SubscriptionState.TRIAL.value, subscription.state)}
    save_and_tell(subscription, "changed", actor=actor, changes=changes)


def bill_used_days(subscription: Subscription, until: date, actor: Any) -> Invoice | None:
    """In arrears, before something changes on the day `until`: the days used up to it are billed, the rest of the period later.

    On a locked row that has caught up. None where nothing was used or is to be paid.
    """
    if not subscription.in_arrears or subscription.next_on >= until:
        return None
    return _bill(subscription, actor, until)


def _bill(subscription: Subscription, actor: Any, used_until: date | None = None) -> Invoice | None:
    """The invoice of the next period: whole or, where it ends before or was used up to a day only, to the day."""
    full_from, full_to = subscription.whole_period()
    since, until = subscription.next_on, subscription.end_of_period()
    until = until if used_until is None else min(until, used_until)
    rounding = rounding_of(subscription.currency)
    pieces = [
        piece_of(one, (full_from, full_to), (since, until), rounding, subscription)
        for one in subscription.lines.select_related("product")
    ]
    period = BilledPeriod.objects.create(
        subscription=subscription, number=subscription.billed.count() + 1, from_on=since, to_on=until, full_from=full_from,
        full_to=full_to,
    )  # fmt: skip
    write_parts(subscription, pieces)
    period.invoice = write_invoice(
        subscription, [one.draft for one in pieces] if any(one.minor for one in pieces) else [], actor
    )
    period.save(update_fields=["invoice"])
    before = subscription.state
    # A period that is billed in two pieces is one of those agreed on.
    subscription.billed_periods += used_until is None or until == subscription.end_of_period()
    subscription.period += until == full_to
    subscription.next_on, subscription.problem = until, ""
    if subscription.state == SubscriptionState.TRIAL:
        subscription.state = SubscriptionState.ACTIVE
    changes = {"state": (before, subscription.state)} if before != subscription.state else {}
    event = SubscriptionRenewed(
        **facts_of_subscription(subscription),
        from_on=since.isoformat(),
        to_on=until.isoformat(),
        invoice_id=str(period.invoice.pk) if period.invoice else None,
    )
    billed = {"billed": (None, f"{since} – {until - timedelta(days=1)}")}
    save_and_tell(subscription, "billed", actor=actor, event=event, changes=changes | billed)
    return period.invoice


class Piece:
    """Some days of one line: what falls to them before tax rules, and the invoice's line that says so."""

    def __init__(
        self, line: SubscriptionLine, draft: LineDraft, minor: int, since: date, until: date
    ) -> None:
        self.line, self.draft, self.minor, self.since, self.until = line, draft, minor, since, until


def piece_of(
    line: SubscriptionLine,
    full: tuple[date, date],
    days: tuple[date, date],
    rounding: Rounding,
    subscription: Subscription,
) -> Piece:
    """What falls to `days` (from, up to) of the whole period `full`. A whole period is billed as quantity times price."""
    since, until = days
    if days == full:
        minor = line.asked_minor
        draft = LineDraft(
            name=line.name, description=_with_days(line, since, until, None, subscription.language), quantity=line.quantity,
            unit_price=Money(line.unit_price_minor, subscription.currency), product=line.product, unit=line.unit,
            discount=line.discount, tax=tax_of(line),
        )  # fmt: skip
        return Piece(line, draft, minor, since, until)
    minor = share(line.asked_minor, *full, since, until, rounding)
    draft = LineDraft(
        name=line.name, description=_with_days(line, since, until, (full[1] - full[0]).days, subscription.language),
        unit_price=Money(minor, subscription.currency), product=line.product, tax=tax_of(line),
    )  # fmt: skip
    return Piece(line, draft, minor, since, until)


def _with_days(line: SubscriptionLine, since: date, until: date, of: int | None, language: str) -> str:
    """The line's own description, and for which days it is billed; in the customer's language."""
    said = days_in_words(since, until, of, language)
    if of is not None and line.quantity != 1:
        reader = Reader(language=language)
        said = f"{reader.in_digits(f'{line.quantity.normalize():f}')} × · {said}"
    return "\n".join(one for one in (line.description, said) if one)


def days_in_words(since: date, until: date, of: int | None, language: str) -> str:
    """ "1 Mar 2026 – 31 Mar 2026", with `of` also "20 of 31 days"; `until` is the first day after."""
    reader = Reader(language=language)
    words = {"first": day(since, reader), "last": day(until - timedelta(days=1), reader)}
    with translation.override(language):
        if of is None:
            return _("%(first)s – %(last)s") % words
        counted = {
            "days": reader.in_digits(str((until - since).days)),
            "all": reader.in_digits(str(of)),
        }
        return _("%(first)s – %(last)s, %(days)s of %(all)s days") % (words | counted)


def write_parts(subscription: Subscription, pieces: Sequence[Piece]) -> None:
    """Keep what was billed of each line for which days."""
    BilledPart.objects.bulk_create(
        BilledPart(
            subscription=subscription,
            line=one.line,
            name=one.line.name,
            from_on=one.since,
            to_on=one.until,
            asked_minor=one.minor,
            tax_name=one.line.tax_name,
            tax_percent=one.line.tax_percent,
            tax_is_inclusive=one.line.tax_is_inclusive,
        )
        for one in pieces
    )


def write_invoice(subscription: Subscription, drafts: Sequence[LineDraft], actor: Any) -> Invoice | None:
    """An issued invoice with these lines; None where there is nothing to pay. Raises ValidationError with what is missing."""
    if not drafts:
        return None
    names = ("contact", "company", "language", "owner", "team")
    values = {name: getattr(subscription, name) for name in names}
    values |= {"reference": subscription.reference or subscription.number, "subscription": subscription}
    draft = new_draft(InvoiceKind.INVOICE, values, subscription.currency, drafts, actor, is_agreed=True)
    return issue_draft(draft, actor=actor)


def end(
    subscription: Subscription, on: date, reason: str, *, actor: Any, documents: Sequence[Invoice] = ()
) -> None:
    """It ends with the day before `on`; on a locked row."""
    before = subscription.state
    subscription.state, subscription.ended_on, subscription.end_reason = (
        SubscriptionState.ENDED,
        on,
        reason,
    )
    subscription.paused_on, subscription.is_held_by_dunning, subscription.problem = None, False, ""
    event = SubscriptionEnded(
        **facts_of_subscription(subscription),
        ended_on=on.isoformat(),
        reason=reason,
        documents=[str(one.pk) for one in documents],
    )
    changes = {"state": (before, subscription.state), "ended_on": (None, on), "reason": (None, reason)}
    save_and_tell(subscription, "ended", actor=actor, event=event, changes=changes)


def _note_problem(pk: UUID, words: str) -> None:
    """Say on its page why it could not be billed; once for the same reason."""
    with transaction.atomic():
        subscription = locked_subscription(pk)
        if subscription.problem == words[:300]:
            return
        subscription.problem = words[:300]
        subscription.save(update_fields=["problem", "updated_at"])
        announce_subscription(
            subscription, "not_billed", actor=system_user(), changes={"problem": (None, words[:300])}
        )
