"""Subscriptions: written and changed. What time does to them is in renewing.py, changes of lines with proration in adjusting.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.billing.actions.invoices import (
    ACTOR,
    CLEANERS,
    bring_customers,
    clean_currency,
    language_of,
)
from bandhu.billing.actions.subscription_telling import (
    KIND,
    announce_subscription,
    facts_of_subscription,
    locked_subscription,
    save_and_tell,
    today_of,
)
from bandhu.billing.actions.telling import Changes
from bandhu.billing.events import SubscriptionChanged, SubscriptionStarted
from bandhu.billing.lines import LineDraft, Terms, drafts_from, reckoned
from bandhu.billing.models import Interval, Subscription, SubscriptionLine, SubscriptionState
from bandhu.billing.periods import A_YEAR_HAS
from bandhu.billing.queries import home_country
from bandhu.catalog.models import Period
from bandhu.catalog.pricing import keep_sums
from bandhu.catalog.queries import rounding_of, to_base
from bandhu.customers.actions.records import plain
from bandhu.customers.cleaning import clean_custom, conflict_of, json_value
from bandhu.customers.record_values import Problems, clean_count, clean_day
from bandhu.identity.acting import action
from bandhu.identity.results import OutOfReach
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.custom_values import write_custom
from bandhu.platform.time_zones import zone_named
from bandhu.quotes.models import LINE_COLUMNS, Order, PricedLine
from bandhu.quotes.numbers import next_number
from bandhu.ui.formats import current_reader, day

# Changed at any time; the schedule only before the first period was billed.
COLUMNS = (
    "contact", "company", "language", "reference", "note", "owner", "team", "time_zone", "last_day", "periods",
)  # fmt: skip
SCHEDULE = ("interval", "every", "starts_on", "trial_until", "in_arrears")
_NEVER_EMPTY = ("language", "time_zone", "interval", "every", "starts_on")
MOST_EVERY, MOST_PERIODS = 60, 1_200
_EARLIEST, _LATEST = date(2000, 1, 1), date(2200, 1, 1)


@action("billing.create_subscription", on_record=False)
def create_subscription(
    *,
    actor: Any,
    currency: str = "",
    lines: Sequence[LineDraft] = (),
    order: Order | None = None,
    owner: Any = ACTOR,
    team: Any = ACTOR,
    **columns: Any,
) -> Subscription:
    """For a contact, a company or both, in `currency` (default: the base currency); the job writes the first invoice when it is due.

    `columns` are any of COLUMNS and SCHEDULE, and `custom` (own fields by key; None asks for none). With `order`, its customers, currency and lines unless others are given.
    Raises ValidationError by field, OutOfReach for an order the actor may not see.
    """
    given = {
        "owner": actor if owner is ACTOR else owner,
        "team": actor.team if team is ACTOR else team,
        "interval": Interval.MONTH,
        "custom": {},
        **columns,
    }
    if order is not None:
        order, lines = _lines_of_order(order, lines, actor)
        given = {"contact": order.contact, "company": order.company, "reference": order.number} | given
        currency = currency or order.currency
    cleaned = _clean(given, actor, is_new=True)
    own = cleaned.pop("custom")
    bring_customers(cleaned)
    if not (cleaned.get("contact") or cleaned.get("company")):
        raise ValidationError({"contact": _("Choose the contact or the company who pays.")}, code="required")
    values: dict[str, Any] = {"language": language_of(cleaned), "time_zone": zone_of(cleaned)}
    values |= {name: value for name, value in cleaned.items() if value not in (None, "")}
    values.setdefault("starts_on", timezone.localdate())
    subscription = Subscription(
        currency=clean_currency(currency),
        order=order,
        created_by=None if actor.is_system else actor,
        **values,
    )
    _begin(subscription)
    rows = reckon_subscription(subscription, lines, actor)
    subscription.number = next_number("S")
    own = write_custom(subscription, own, kind=KIND)
    subscription.save(force_insert=True)
    write_rows(subscription, rows)
    trial = subscription.trial_until.isoformat() if subscription.trial_until else None
    event = SubscriptionStarted(
        **facts_of_subscription(subscription), starts_on=subscription.starts_on.isoformat(), trial_until=trial
    )
    changes: Changes = {name: (None, plain(value)) for name, value in values.items()} | own
    changes["amount"] = (None, str(subscription.total))
    announce_subscription(subscription, "created", actor=actor, event=event, changes=changes)
    return subscription


@action("billing.change_subscription")
def change_subscription(
    subscription: Subscription, *, actor: Any, version: int | None = None, **columns: Any
) -> Subscription:
    """Change any of COLUMNS and `custom` (by key); those of SCHEDULE only before the first period was billed. An ended one keeps all but its owner and team.

    With `version`, somebody else's change in between raises EditConflict. Raises ValidationError by field.
    """
    fresh = locked_subscription(subscription.pk)
    cleaned = _clean(columns, actor)
    if version is not None and version != fresh.version:
        raise _conflict(fresh, version, cleaned)
    own = {key: value for key, value in cleaned.pop("custom", {}).items() if value != fresh.custom.get(key)}
    # What is never empty stays as it was where nothing was sent.
    wanted = {name: value for name, value in cleaned.items() if value or name not in _NEVER_EMPTY}
    wanted = {name: value for name, value in wanted.items() if value != getattr(fresh, name)}
    _check_changeable(fresh, wanted | ({"custom": own} if own else {}))
    changes: Changes = {name: (plain(getattr(fresh, name)), plain(value)) for name, value in wanted.items()}
    changes |= write_custom(fresh, own, kind=KIND)
    for name, value in wanted.items():
        setattr(fresh, name, value)
    if not (fresh.contact_id or fresh.company_id):
        raise ValidationError({"contact": _("Choose the contact or the company who pays.")}, code="required")
    if changes.keys() & set(SCHEDULE):
        _begin(fresh)
    _check_end(fresh)
    if changes:
        if changes.keys() & {"interval", "every"}:
            keep_monthly(fresh)
        event = SubscriptionChanged(**facts_of_subscription(fresh), fields=sorted(changes), documents=[])
        save_and_tell(fresh, "changed", actor=actor, event=event, changes=changes)
    return fresh


def _conflict(subscription: Subscription, version: int, cleaned: Mapping[str, Any]) -> EditConflict:
    own = cleaned.get("custom", {})
    yours = {name: json_value(plain(value)) for name, value in cleaned.items() if name != "custom"}
    theirs = {name: json_value(plain(getattr(subscription, name))) for name in yours}
    yours |= {f"custom.{key}": value for key, value in own.items()}
    theirs |= {f"custom.{key}": subscription.custom.get(key) for key in own}
    return conflict_of(subscription, version, yours, theirs)


def reckon_subscription(
    subscription: Subscription, lines: Sequence[LineDraft], actor: Any
) -> list[SubscriptionLine]:
    """Price the lines of one whole period and set its sums; nothing is saved yet. Raises ValidationError by field.

    What it says already and what stood in its order was agreed to there.
    """
    if not lines:
        raise ValidationError({"lines": _("A subscription needs a line.")}, code="required")
    customer = subscription.company or subscription.contact
    order = subscription.order
    agreed: list[Sequence[PricedLine]] = []
    if not subscription._state.adding:
        agreed.append(list(subscription.lines.all()))
    if order is not None and order.currency == subscription.currency:
        agreed.append(list(order.lines.all()))
    terms = Terms(
        actor, subscription.currency, home_country(), subscription.language, customer, agreed=agreed,
        period=_period_of(subscription),
    )  # fmt: skip
    found, totals = reckoned(lines, terms)
    if any(one.quantity < 0 for one in found):
        text = _("A subscription takes nothing back: a quantity is above nought.")
        raise ValidationError({"lines": text}, code="negative")
    keep_sums(subscription, totals)
    subscription.keep_amount(totals.total, to_base(totals.total, timezone.localdate()))
    keep_monthly(subscription)
    return [SubscriptionLine(**{name: getattr(one, name) for name in LINE_COLUMNS}) for one in found]


def _period_of(subscription: Subscription) -> str:
    """The period price books may have a price for."""
    return subscription.interval if subscription.every == 1 and subscription.interval in Period.values else ""


def keep_monthly(subscription: Subscription) -> None:
    """Set the net amount of a month in the base currency: a year's periods over twelve."""
    share = Fraction(A_YEAR_HAS[subscription.interval], 12 * subscription.every)
    net = subscription.net.times(share, rounding_of(subscription.currency))
    subscription.monthly_minor = to_base(net, timezone.localdate()).base.minor


def write_rows(subscription: Subscription, rows: Sequence[SubscriptionLine]) -> None:
    """Store lines that were reckoned."""
    for row in rows:
        row.subscription = subscription
    SubscriptionLine.objects.bulk_create(rows)


def zone_of(cleaned: Mapping[str, Any]) -> str:
    """The customer's time zone, where one is known; else the installation's."""
    for customer in (cleaned.get("contact"), cleaned.get("company")):
        if customer is not None and zone_named(customer.time_zone):
            return str(customer.time_zone)
    return str(settings.DEFAULT_TIME_ZONE)


def _lines_of_order(
    order: Order, lines: Sequence[LineDraft], actor: Any
) -> tuple[Order, Sequence[LineDraft]]:
    """The order as the actor may see it, and where no others are given its own lines: those that come again, if it tells."""
    found = Order.objects.visible_to(actor).filter(pk=order.pk).first()
    if found is None:
        raise OutOfReach
    held = list(found.lines.select_related("product"))
    again = [line for line in held if line.recurs]
    return found, lines or drafts_from(again or held, found.currency)


def _begin(subscription: Subscription) -> None:
    """Set where the counting of its periods begins; nothing was billed yet."""
    start, trial = subscription.starts_on, subscription.trial_until
    if trial is not None and trial <= start:
        text = _("The first day that is paid for comes after the first day of the trial.")
        raise ValidationError({"trial_until": text}, code="order")
    subscription.anchor_on = subscription.next_on = trial or start
    subscription.period = 0
    subscription.state = (
        SubscriptionState.TRIAL
        if trial and trial > today_of(subscription, timezone.now())
        else SubscriptionState.ACTIVE
    )
    _check_end(subscription)


def _check_end(subscription: Subscription) -> None:
    last = subscription.last_day
    if last is not None and last < subscription.next_on and not subscription.billed_periods:
        raise ValidationError({"last_day": _("The last day lies before the first.")}, code="order")


def _check_changeable(subscription: Subscription, wanted: Mapping[str, Any]) -> None:
    """Raises ValidationError for values (other than those it has) that can no longer be given."""
    if subscription.is_ended and wanted.keys() - {"owner", "team"}:
        raise ValidationError(_("This subscription has ended. Write a new one."), code="ended")
    moved = [name for name in SCHEDULE if name in wanted]
    if moved and subscription.state == SubscriptionState.PAUSED:
        raise ValidationError(_("This subscription is paused. Resume it first."), code="paused")
    if moved and subscription.billed_periods:
        text = _("The first period is billed: the schedule stays. End this subscription and write a new one.")
        raise ValidationError({moved[0]: text}, code="billed")
    last, billed = wanted.get("last_day"), subscription.billed.first()
    if last is not None and billed is not None and last < billed.last_day:
        text = _("Up to %(day)s it is billed already. To end it before, cancel it.")
        words = {"day": day(billed.last_day, current_reader())}
        raise ValidationError({"last_day": text % words}, code="billed")


def _clean(values: Mapping[str, Any], actor: Any, *, is_new: bool = False) -> dict[str, Any]:
    problems, cleaned = Problems(), {}
    for name, value in values.items():
        if name == "custom":
            # None: a program writes it, which nobody can ask for what must be filled.
            cleaned[name] = {} if value is None else clean_custom(KIND, value, actor, problems, is_new=is_new)
            continue
        if name not in COLUMNS and name not in SCHEDULE:
            raise TypeError(f"a subscription has no value {name!r}")
        try:
            cleaned[name] = _CLEANERS[name](value, actor)
        except ValidationError as problem:
            problems.add(name, problem)
    problems.raise_if_any()
    return cleaned


def _day(value: Any, _actor: Any) -> date | None:
    day = clean_day(value)
    if day is not None and not _EARLIEST <= day < _LATEST:
        raise ValidationError(_("This day is too far away."), code="out_of_range")
    return day


def _zone(value: Any, _actor: Any) -> str:
    if value and zone_named(str(value)) is None:
        raise ValidationError(_("There is no such time zone."), code="unknown")
    return str(value or "")


def _interval(value: Any, _actor: Any) -> str:
    if value not in Interval.values:
        raise ValidationError(_("This is not one of the choices."), code="no_choice")
    return str(value)


def _count(most: int) -> Any:
    def clean(value: Any, _actor: Any) -> int | None:
        found = clean_count(value)
        if found is not None and not 1 <= found <= most:
            raise ValidationError(
                _("Write a whole number from 1 to %(most)s.") % {"most": most}, code="range"
            )
        return found

    return clean


_CLEANERS: dict[str, Any] = {
    **{name: CLEANERS[name] for name in COLUMNS if name in CLEANERS},
    "time_zone": _zone,
    "last_day": _day,
    "periods": _count(MOST_PERIODS),
    "interval": _interval,
    "every": _count(MOST_EVERY),
    "starts_on": _day,
    "trial_until": _day,
    "in_arrears": lambda value, _actor: (
        value if isinstance(value, bool) else str(value or "").casefold() in ("yes", "true")
    ),
}

__all__ = ["COLUMNS", "KIND", "SCHEDULE", "change_subscription", "create_subscription"]
