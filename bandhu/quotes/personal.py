"""What quotes and orders know about a person: to tell them, and to forget it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from bandhu.platform.search.indexing import index_records, remove_records
from bandhu.quotes.documents import Document
from bandhu.quotes.models import Acceptance, Order, Quote, QuoteState, QuoteVersion

_ERASED = "–"


def quotes_of_contact(contact_id: UUID) -> list[dict[str, Any]]:
    """Every quote and order of the contact, with what they signed."""
    rows = Quote.objects.filter(contact=contact_id).select_related("acceptance").order_by("pk")
    found = [_quote(one) for one in rows]
    orders = Order.objects.filter(contact=contact_id).order_by("pk")
    return found + [
        {
            "order": one.number,
            "title": one.title,
            "total": str(one.total),
            "placed_at": one.placed_at.isoformat(),
        }
        for one in orders
    ]


def forget_quotes(contact_id: UUID) -> None:
    """Drafts go. What was sent or ordered is a business paper: numbers, lines and sums stay, the person's name and words do not."""
    rows = Quote.objects.filter(contact=contact_id)
    drafts = rows.filter(sent_at=None)
    gone = list(drafts.values_list("pk", flat=True))
    drafts.delete()
    remove_records(gone)
    kept = list(rows.values_list("pk", flat=True))
    Acceptance.objects.filter(quote__in=kept).update(signed_name=_ERASED, address=None, user_agent="")
    for paper in QuoteVersion.objects.filter(quote__in=kept, sent_document__isnull=False):
        paper.sent_document = _without_person(paper.sent_document or {})
        paper.save(update_fields=["sent_document"])
    QuoteVersion.objects.filter(quote__in=kept).update(introduction="")
    Quote.objects.filter(pk__in=kept, state=QuoteState.SENT).update(state=QuoteState.EXPIRED)
    rows.update(contact=None, title="", decline_reason="", custom={}, token_hash="")
    orders = Order.objects.filter(contact=contact_id)
    ordered = list(orders.values_list("pk", flat=True))
    orders.update(contact=None, title="", custom={})
    index_records("quote", kept)
    index_records("order", ordered)


def _without_person(document: Document) -> Document:
    """Numbers, lines and sums as they were; the person's name also out of what merge fields had put it into."""
    name = document["customer"]["name"] or _ERASED
    texts = {one: document[one].replace(name, _ERASED) for one in ("terms", "footer")}
    nobody = {"name": "", "company": "", "registration": "", "address": []}
    return {**document, **texts, "customer": nobody, "introduction": "", "title": ""}


def _quote(quote: Quote) -> dict[str, Any]:
    acceptance = getattr(quote, "acceptance", None)
    return {
        "quote": quote.number,
        "title": quote.title,
        "state": quote.state,
        "total": str(quote.amount) if quote.amount is not None else None,
        "created_at": quote.created_at.isoformat(),
        "decline_reason": quote.decline_reason,
        "signed_name": acceptance.signed_name if acceptance else "",
        "signed_from": acceptance.address if acceptance else None,
    }
