"""Changes in mid-period, to the day: what was billed for days that are left is given back, the new lines are charged for them.

Per tax the two are set against each other. What is more is one invoice with both, its credits with a quantity below nought; what is less
is a credit note on the invoices of the period. So nothing is paid twice, and no credit note takes more than its invoice has.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from bandhu.billing.actions.drafting import new_credit_note
from bandhu.billing.actions.issuing import issue_draft
from bandhu.billing.actions.renewing import (
    Piece,
    bill_used_days,
    catch_up,
    days_in_words,
    piece_of,
    write_invoice,
    write_parts,
)
from bandhu.billing.actions.subscription_telling import (
    facts_of_subscription,
    locked_subscription,
    save_and_tell,
    today_of,
)
from bandhu.billing.actions.subscriptions import reckon_subscription
from bandhu.billing.actions.telling import Changes
from bandhu.billing.events import SubscriptionChanged
from bandhu.billing.lines import LineDraft, tax_of
from bandhu.billing.models import (
    BilledPart,
    BilledPeriod,
    Invoice,
    InvoiceKind,
    InvoiceState,
    Subscription,
    SubscriptionLine,
    SubscriptionState,
)
from bandhu.billing.proration import share
from bandhu.catalog.line_words import lines_in_words
from bandhu.catalog.queries import rounding_of
from bandhu.catalog.totals import Line, Tax, totals_of
from bandhu.customers.cleaning import conflict_of
from bandhu.identity.acting import action
from bandhu.identity.scoping import require
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.money import Money

CREDIT = "billing.credit_invoice"


@dataclass(frozen=True)
class Unused:
    """Days of a part that was billed and is not wanted any more, and what falls to them before tax rules."""

    name: str
    tax: Tax | None
    minor: int
    since: date
    until: date


@action("billing.change_subscription")
def change_lines(
    subscription: Subscription,
    *,
    actor: Any,
    lines: Sequence[LineDraft],
    version: int | None = None,
    prorates: bool = True,
) -> Subscription:
    """Other lines (quantities, prices, products) from today: with `prorates` billed to the day, else from the next period on.

    In arrears the days used so far are billed with the lines they had; without `prorates` the new ones count for the whole period that runs.
    What is due is billed first. Where less is to be paid than before, the actor needs the permission to credit. Raises ValidationError
    by field, EditConflict for a `version` that is no longer the newest.
    """
    fresh = locked_subscription(subscription.pk)
    if version is not None and version != fresh.version:
        raise _lines_conflict(fresh, version, lines, actor)
    check_running(fresh)
    today = today_of(fresh, timezone.now())
    catch_up(fresh, today, actor)
    check_running(fresh)
    used = bill_used_days(fresh, today, actor) if prorates else None
    before = lines_in_words(fresh.lines.all(), fresh.currency)
    wanted = reckon_subscription(fresh, lines, actor)
    rows = _exchange(fresh, wanted)
    documents = [used] if used is not None else []
    documents += _prorate(fresh, rows, today, actor) if prorates else []
    changes: Changes = {"lines": (before, lines_in_words(rows, fresh.currency))}
    if documents:
        changes["documents"] = (None, ", ".join(str(one) for one in documents))
    event = SubscriptionChanged(
        **facts_of_subscription(fresh), fields=["lines"], documents=[str(one.pk) for one in documents]
    )
    save_and_tell(fresh, "changed", actor=actor, event=event, changes=changes)
    return fresh


@dataclass(frozen=True)
class Previewed:
    """An invoice or credit note a change would write: `lines` are (words, amount), `total` is with taxes."""

    is_credit: bool
    lines: tuple[tuple[str, Money], ...]
    total: Money


def preview_lines(
    subscription: Subscription, *, actor: Any, lines: Sequence[LineDraft], prorates: bool = True
) -> list[Previewed]:
    """What `change_lines` would bill and credit, by doing it and taking all of it back; raises what that raises."""
    with transaction.atomic():
        known = set(subscription.invoices.values_list("pk", flat=True))
        change_lines(subscription, actor=actor, lines=lines, prorates=prorates)
        made = (
            subscription.invoices.exclude(pk__in=known).order_by("created_at", "pk").prefetch_related("lines")
        )
        found = [_previewed(one) for one in made]
        transaction.set_rollback(True)
    return found


def _previewed(invoice: Invoice) -> Previewed:
    told = [
        (
            " · ".join(part for part in (line.name, line.description) if part),
            Money(line.total_minor, invoice.currency),
        )
        for line in invoice.lines.all()
    ]
    return Previewed(
        invoice.kind == InvoiceKind.CREDIT_NOTE,
        tuple(told),
        Money(invoice.amount_minor or 0, invoice.currency),
    )


def _lines_conflict(
    subscription: Subscription, version: int, lines: Sequence[LineDraft], actor: Any
) -> EditConflict:
    theirs = lines_in_words(subscription.lines.all(), subscription.currency)
    rows = reckon_subscription(subscription, lines, actor)
    yours = lines_in_words(rows, subscription.currency)
    return conflict_of(subscription, version, {"lines": yours}, {"lines": theirs})


def check_running(subscription: Subscription) -> None:
    """Raises ValidationError for one that has ended or is paused."""
    if subscription.is_ended:
        raise ValidationError(_("This subscription has ended. Write a new one."), code="ended")
    if subscription.state == SubscriptionState.PAUSED:
        raise ValidationError(_("This subscription is paused. Resume it first."), code="paused")


def give_back_rest(
    subscription: Subscription, on: date, actor: Any, *, reason: str, credits: bool
) -> list[Invoice]:
    """Cut all that was billed for days from `on`; with `credits`, by credit notes. Raises Denied without the permission to credit."""
    unused = _cut(subscription.billed_parts.filter(to_on__gt=on), on, subscription)
    period = _open_period(subscription, on)
    if not credits or not unused or period is None:
        return []
    return _settle(subscription, [], unused, period, actor, reason)


def _prorate(
    subscription: Subscription, rows: Sequence[SubscriptionLine], today: date, actor: Any
) -> list[Invoice]:
    """Give back what lines that are gone were billed for, charge those that were not billed for the days left."""
    period = _open_period(subscription, today)
    if period is None:
        return []
    rounding = rounding_of(subscription.currency)
    is_open = Q(to_on__gt=today)
    billed = set(subscription.billed_parts.filter(is_open, line__isnull=False).values_list("line", flat=True))
    unused = _cut(subscription.billed_parts.filter(is_open, line=None), today, subscription)
    full, days = (period.full_from, period.full_to), (today, period.to_on)
    charges = [piece_of(row, full, days, rounding, subscription) for row in rows if row.pk not in billed]
    write_parts(subscription, charges)
    reason = _("Change of the subscription %(number)s") % {"number": subscription.number}
    return _settle(subscription, charges, unused, period, actor, reason)


def _open_period(subscription: Subscription, on: date) -> BilledPeriod | None:
    """The period that is billed and runs on this day."""
    return subscription.billed.filter(to_on__gt=on).order_by("number").first()


def _exchange(subscription: Subscription, wanted: Sequence[SubscriptionLine]) -> list[SubscriptionLine]:
    """Store the lines as wanted; those that say the same as before stay the rows they are."""
    held: dict[Any, list[SubscriptionLine]] = defaultdict(list)
    for row in subscription.lines.all():
        held[_same(row)].append(row)
    rows, fresh = [], []
    for row in wanted:
        known = held[_same(row)]
        if known:
            kept = known.pop(0)
            kept.position = row.position
            for name in ("net_minor", "tax_minor", "total_minor"):
                setattr(kept, name, getattr(row, name))
            kept.save()
            rows.append(kept)
        else:
            row.subscription = subscription
            fresh.append(row)
            rows.append(row)
    gone = [one.pk for left in held.values() for one in left]
    subscription.lines.filter(pk__in=gone).delete()
    SubscriptionLine.objects.bulk_create(fresh)
    return rows


def _same(row: SubscriptionLine) -> tuple[Any, ...]:
    return (
        row.product_id, row.name, row.description, row.unit, row.quantity, row.unit_price_minor, row.discount, tax_of(row),
    )  # fmt: skip


def _cut(parts: Iterable[BilledPart], on: date, subscription: Subscription) -> list[Unused]:
    """End the parts with the day before `on`; what falls to the days from then on."""
    rounding, found = rounding_of(subscription.currency), []
    for part in parts:
        since, until = max(on, part.from_on), part.to_on
        minor = share(part.asked_minor, part.from_on, until, since, until, rounding)
        part.asked_minor -= minor
        part.to_on = since
        part.save(update_fields=["asked_minor", "to_on"])
        if minor:
            found.append(Unused(part.name, tax_of(part), minor, since, until))
    return found


def _settle(
    subscription: Subscription,
    charges: Sequence[Piece],
    unused: Sequence[Unused],
    period: BilledPeriod,
    actor: Any,
    reason: str,
) -> list[Invoice]:
    """The invoice and the credit notes of a change, as the top of this file says."""
    net: Counter[Tax | None] = Counter()
    for piece in charges:
        net[tax_of(piece.line)] += piece.minor
    for one in unused:
        net[one.tax] -= one.minor
    more = {tax for tax, minor in net.items() if minor > 0}
    less = {tax: -minor for tax, minor in net.items() if minor < 0}
    made: list[Invoice] = []
    drafts = [one.draft for one in charges if one.minor and tax_of(one.line) in more]
    drafts += [_credit_line(one, -1, subscription) for one in unused if one.tax in more]
    if more and (invoice := write_invoice(subscription, drafts, actor)):
        made.append(invoice)
    if less:
        require(actor, CREDIT, subscription)
        said = [_credit_line(one, 1, subscription) for one in unused if one.tax in less]
        said += [replace(one.draft, quantity=-1, unit_price=Money(one.minor, subscription.currency), discount=0)
                 for one in charges if one.minor and tax_of(one.line) in less]  # fmt: skip
        made += _credit(subscription, less, said, period, actor, reason)
    return made


def _credit_line(one: Unused, sign: int, subscription: Subscription) -> LineDraft:
    with translation.override(subscription.language):
        name = _("Not used: %(name)s") % {"name": one.name}
    return LineDraft(
        name=name[:300], description=days_in_words(one.since, one.until, None, subscription.language), quantity=sign,
        unit_price=Money(one.minor, subscription.currency), tax=one.tax,
    )  # fmt: skip


def _credit(
    subscription: Subscription,
    due: dict[Tax | None, int],
    said: list[LineDraft],
    period: BilledPeriod,
    actor: Any,
    reason: str,
) -> list[Invoice]:
    """Credit notes over `due` on the invoices of the period, the newest first; what somebody credited before is not credited again."""
    of_period = Q(pk=period.invoice_id) | Q(created_at__gte=period.created_at)
    rows = subscription.invoices.filter(of_period, kind=InvoiceKind.INVOICE)
    rows = rows.exclude(state__in=(InvoiceState.DRAFT, InvoiceState.VOID))
    left, made = dict(due), []
    for invoice in rows.order_by("-created_at", "-pk"):
        held = _left_on(invoice)
        taken = {tax: min(minor, held[tax]) for tax, minor in left.items() if min(minor, held[tax]) > 0}
        if not taken:
            continue
        lines = (
            said if taken == due else [_sum_line(tax, minor, subscription) for tax, minor in taken.items()]
        )
        if lines := _fitting(invoice, lines):
            note = new_credit_note(invoice, reason[:300], lines, actor)
            made.append(issue_draft(note, actor=actor))
        left = {tax: minor - taken.get(tax, 0) for tax, minor in left.items()}
    return made


def _left_on(invoice: Invoice) -> Counter[Tax | None]:
    """What of an invoice is not credited yet, by tax, before tax rules."""
    found: Counter[Tax | None] = Counter()
    for line in invoice.lines.all():
        found[tax_of(line)] += line.gross_minor - line.discount_minor
    for note in invoice.credit_notes.exclude(state=InvoiceState.DRAFT):
        for line in note.lines.all():
            found[tax_of(line)] -= line.gross_minor - line.discount_minor
    return found


def _sum_line(tax: Tax | None, minor: int, subscription: Subscription) -> LineDraft:
    with translation.override(subscription.language):
        name = _("Not used of the subscription %(number)s") % {"number": subscription.number}
    return LineDraft(name=name, unit_price=Money(minor, subscription.currency), tax=tax)


def _fitting(invoice: Invoice, lines: list[LineDraft]) -> list[LineDraft]:
    """The lines, less the few units by which several credit notes on one invoice, each with its tax rounded, would exceed it."""
    taxed = invoice.credit_notes.exclude(state=InvoiceState.DRAFT).aggregate(sum=Sum("tax_minor", default=0))
    most = (invoice.amount_minor or 0) - invoice.credited_minor
    most_tax = invoice.tax_minor - taxed["sum"]
    while lines:
        totals = totals_of(
            [Line(_price(one), Decimal(one.quantity), Decimal(0), one.tax) for one in lines],
            invoice.currency,
            rounding_of(invoice.currency),
        )
        if totals.total.minor <= most and totals.tax.minor <= most_tax:
            return lines if totals.total.minor > 0 else []
        first = lines[0]
        price = _price(first) - Money(1, invoice.currency)
        lines = [replace(first, unit_price=price), *lines[1:]] if price.minor > 0 else lines[1:]
    return []


def _price(draft: LineDraft) -> Money:
    assert draft.unit_price is not None  # lines of a credit always have one
    return draft.unit_price
