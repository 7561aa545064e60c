"""Orders: placed once by an accepted quote, their lines frozen."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.identity.acting import action
from bandhu.identity.results import OutOfReach
from bandhu.platform import audit, live
from bandhu.platform.events import publish
from bandhu.platform.search.indexing import index_records
from bandhu.platform.texts import clean_line
from bandhu.quotes.events import OrderCancelled, OrderPlaced
from bandhu.quotes.models import RECURRING_COLUMNS, Order, OrderLine, OrderState, Quote, QuoteVersion
from bandhu.quotes.numbers import next_number
from bandhu.sales.actions.changes import text_of

KIND = "order"
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
def cancel_order(order: Order, *, actor: Any, reason: str) -> Order:
    """It is not wanted any more; it stays, with the reason. Cancelling again changes nothing."""
    fresh = Order.objects.select_for_update(of=("self",)).filter(pk=order.pk).first()
    if fresh is None:
        raise OutOfReach
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
