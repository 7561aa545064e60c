"""Orders: placed once by an accepted quote, their lines frozen; whose they are and their own fields may change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.customers.actions.records import plain
from bandhu.customers.cleaning import clean_custom, conflict_of, json_value
from bandhu.customers.record_values import Problems, linked_record
from bandhu.identity.acting import action
from bandhu.identity.results import OutOfReach
from bandhu.platform import audit, live
from bandhu.platform.custom_values import write_custom
from bandhu.platform.events import publish
from bandhu.platform.search.indexing import index_records
from bandhu.platform.texts import clean_line
from bandhu.quotes.events import OrderCancelled, OrderChanged, OrderPlaced
from bandhu.quotes.models import RECURRING_COLUMNS, Order, OrderLine, OrderState, Quote, QuoteVersion
from bandhu.quotes.numbers import next_number
from bandhu.sales.actions.changes import Changes, text_of

KIND = "order"
COLUMNS = ("owner", "team")
_FROM_QUOTE = (
    "title", "contact", "company", "opportunity", "language", "country", "owner", "team",
    "amount_minor", "currency", "base_amount_minor", "rate", "rate_date",
)  # fmt: skip
_FROM_PAPER = ("gross_minor", "discount_minor", "net_minor", "tax_minor", "tax_sums")


def place_order(quote: Quote, paper: QuoteVersion, *, actor: Any) -> Order:
    """The order of an accepted quote, with copies of its lines. Called within the acceptance's transaction and permission."""
    order = Order(
        number=next_number("O"), quote=quote, paper=paper, created_by=None if actor.is_system else actor,
        **{name: getattr(quote, name) for name in _FROM_QUOTE},
        **{name: getattr(paper, name) for name in _FROM_PAPER},
    )  # fmt: skip
    order.save(force_insert=True)
    OrderLine.objects.bulk_create(
        OrderLine(order=order, **{name: getattr(line, name) for name in RECURRING_COLUMNS})
        for line in paper.lines.all()
    )
    _tell("created", order, OrderPlaced(**about_order(order)), actor, {"number": (None, order.number)})
    return order


@action("quotes.change_order")
def change_order(
    order: Order,
    *,
    actor: Any,
    version: int | None = None,
    custom: Mapping[str, Any] | None = None,
    **columns: Any,
) -> Order:
    """Change any of COLUMNS and `custom` (own fields by key); what was bought, by whom and for how much stays as it was accepted.

    With `version`, somebody else's change in between raises EditConflict. Raises ValidationError by field, TypeError for another value.
    """
    fresh = _locked(order)
    problems, cleaned = Problems(), {}
    for name, value in columns.items():
        if name not in COLUMNS:
            raise TypeError(f"an order has no value {name!r} that changes")
        try:
            cleaned[name] = linked_record(name, value, actor)
        except ValidationError as problem:
            problems.add(name, problem)
    own = clean_custom(KIND, custom or {}, actor, problems, is_new=False)
    problems.raise_if_any()
    if version is not None and version != fresh.version:
        yours = {name: json_value(plain(value)) for name, value in cleaned.items()}
        theirs = {name: json_value(plain(getattr(fresh, name))) for name in cleaned}
        yours |= {f"custom.{key}": value for key, value in own.items()}
        theirs |= {f"custom.{key}": fresh.custom.get(key) for key in own}
        raise conflict_of(fresh, version, yours, theirs)
    changes: Changes = {}
    for name, value in cleaned.items():
        if value != (before := getattr(fresh, name)):
            changes[name] = (plain(before), plain(value))
            setattr(fresh, name, value)
    changes |= write_custom(fresh, own, kind=KIND)
    if changes:
        fresh.version += 1
        fresh.save()
        event = OrderChanged(**about_order(fresh), fields=sorted(changes))
        _tell("changed", fresh, event, actor, changes | {"version": (fresh.version - 1, fresh.version)})
    return fresh


@action("quotes.change_order")
def cancel_order(order: Order, *, actor: Any, reason: str) -> Order:
    """It is not wanted any more; it stays, with the reason. Cancelling again changes nothing."""
    fresh = _locked(order)
    if fresh.state == OrderState.CANCELLED:
        return fresh
    cleaned = clean_line(reason or "", 300)
    if not cleaned:
        raise ValidationError({"reason": _("Say why.")}, code="required")
    fresh.state, fresh.cancelled_at, fresh.cancel_reason = OrderState.CANCELLED, timezone.now(), cleaned
    fresh.version += 1
    fresh.save()
    changes = {
        "state": (str(OrderState.PLACED.label), str(OrderState.CANCELLED.label)),
        "cancel_reason": (None, cleaned),
        "version": (fresh.version - 1, fresh.version),
    }
    _tell("cancelled", fresh, OrderCancelled(**about_order(fresh), reason=cleaned), actor, changes)
    return fresh


def _locked(order: Order) -> Order:
    """The row as it is now, held until the transaction ends."""
    fresh = Order.objects.select_for_update(of=("self",)).filter(pk=order.pk).first()
    if fresh is None:
        raise OutOfReach
    return fresh


def about_order(order: Order) -> dict[str, Any]:
    """What every event of an order says."""
    return {
        "order_id": str(order.pk),
        "number": order.number,
        "title": order.title,
        "quote_id": text_of(order.quote_id),
        "contact_id": text_of(order.contact_id),
        "company_id": text_of(order.company_id),
        "opportunity_id": text_of(order.opportunity_id),
        "owner_id": text_of(order.owner_id),
        "amount_minor": order.amount_minor or 0,
        "currency": order.currency,
    }


def _tell(verb: str, order: Order, event: Any, actor: Any, changes: dict[str, tuple[Any, Any]]) -> None:
    audit.record_change(verb, actor=actor, kind=KIND, record_id=order.pk, title=str(order), changes=changes)
    index_records(KIND, [order.pk])
    publish(event, actor=actor)
    live.hint(f"{KIND}:{order.pk}")
