"""REST: a quote from one state to the next. With If-Match none of them happens to a quote that somebody else changed (412)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from bandhu.identity.results import OutOfReach
from bandhu.platform.rest import Given, answers, check_version
from bandhu.quotes import actions, queries
from bandhu.quotes.api.quotes import WholeQuoteOut, answer_quote
from bandhu.quotes.models import Quote

router = Router(tags=["quotes"])
_OF = "/quotes/{quote_id}"


class ApprovalRequestIn(Given):
    """A few words for whoever approves."""

    note: str = Field("", max_length=2_000)


class QuoteReasonIn(Given):
    """Why not: the customer's words, or those of whoever may approve."""

    reason: str = Field(min_length=1, max_length=2_000)


class AcceptanceIn(Given):
    """Who said yes, by telephone, on paper or in person. With `document_hash` only to that version: what was sent since is refused."""

    signed_name: str = Field(min_length=1, max_length=300)
    document_hash: str = Field("", max_length=64)


class AcceptanceOut(Schema):
    """Who said yes to which version. `recorded_by_id` wrote it down for the customer; null where they signed on their own page."""

    signed_name: str
    accepted_at: datetime
    ordinal: int
    document_hash: str
    recorded_by_id: UUID | None
    order_id: UUID | None


@router.post(f"{_OF}/sending", response=answers(WholeQuoteOut))
def send_quote(request: HttpRequest, response: HttpResponse, quote_id: UUID) -> Any:
    """Freeze the draft and open its public page. Above your discount limit it is refused (422): ask for approval."""
    return _do(request, response, quote_id, actions.send_quote)


@router.post(f"{_OF}/approval-requests", response=answers(WholeQuoteOut))
def ask_approval(
    request: HttpRequest, response: HttpResponse, quote_id: UUID, payload: ApprovalRequestIn
) -> Any:
    """Hand the draft to those who may approve its discounts."""
    return _do(request, response, quote_id, actions.ask_approval, note=payload.note)


@router.post(f"{_OF}/approval", response=answers(WholeQuoteOut))
def approve_quote(request: HttpRequest, response: HttpResponse, quote_id: UUID) -> Any:
    """Allow the discounts; the quote can then be sent."""
    return _do(request, response, quote_id, actions.approve_quote)


@router.post(f"{_OF}/approval-refusal", response=answers(WholeQuoteOut))
def refuse_approval(
    request: HttpRequest, response: HttpResponse, quote_id: UUID, payload: QuoteReasonIn
) -> Any:
    """Back to the draft; whoever asked is told why."""
    return _do(request, response, quote_id, actions.refuse_approval, reason=payload.reason)


@router.post(f"{_OF}/approval-withdrawal", response=answers(WholeQuoteOut))
def take_back_quote(request: HttpRequest, response: HttpResponse, quote_id: UUID) -> Any:
    """A quote that waits for approval becomes a draft again."""
    return _do(request, response, quote_id, actions.take_back)


@router.post(f"{_OF}/versions", response=answers(WholeQuoteOut))
def begin_version(request: HttpRequest, response: HttpResponse, quote_id: UUID) -> Any:
    """The next version of a quote that was sent, as a draft with the same lines."""
    return _do(request, response, quote_id, actions.begin_version)


@router.get(f"{_OF}/acceptance", response=answers(AcceptanceOut))
def get_acceptance(request: HttpRequest, quote_id: UUID) -> Any:
    """Who said yes; 404 as long as nobody did. `order_id` only of an order in your reach."""
    card = queries.quote_card(request.user, quote_id)
    if card.acceptance is None:
        raise OutOfReach
    names = ("signed_name", "accepted_at", "document_hash", "recorded_by_id")
    return {name: getattr(card.acceptance, name) for name in names} | {
        "ordinal": card.acceptance.paper.ordinal,
        "order_id": card.order.pk if card.order else None,
    }


@router.post(f"{_OF}/acceptance", response=answers(WholeQuoteOut))
def accept_quote(request: HttpRequest, response: HttpResponse, quote_id: UUID, payload: AcceptanceIn) -> Any:
    """Write down that the customer said yes; it becomes an order. Said twice it happens once, and the first name stays."""
    return _do(request, response, quote_id, actions.accept_quote, **payload.dict())


@router.post(f"{_OF}/refusal", response=answers(WholeQuoteOut))
def decline_quote(
    request: HttpRequest, response: HttpResponse, quote_id: UUID, payload: QuoteReasonIn
) -> Any:
    """Write down that the customer said no, and why."""
    return _do(request, response, quote_id, actions.decline_quote, reason=payload.reason)


@router.post(f"{_OF}/restoration", response=answers(WholeQuoteOut))
def restore_quote(request: HttpRequest, response: HttpResponse, quote_id: UUID) -> Any:
    """Back from the bin."""
    found = queries.quote_for(request.user, quote_id, deleted=True)
    return _done(request, response, found, actions.restore_quote)


def _do(
    request: HttpRequest, response: HttpResponse, quote_id: UUID, act: Callable[..., Any], **values: Any
) -> dict[str, Any]:
    return _done(request, response, queries.quote_for(request.user, quote_id), act, **values)


def _done(
    request: HttpRequest, response: HttpResponse, found: Quote, act: Callable[..., Any], **values: Any
) -> dict[str, Any]:
    check_version(request, found.version)
    act(found, actor=request.user, **values)
    return answer_quote(request, response, found.pk)
