"""Reading quotes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q

from bandhu.catalog.line_values import clean_lines
from bandhu.catalog.pricing import priced_lines
from bandhu.catalog.totals import Totals
from bandhu.customers.models import Company, Contact
from bandhu.customers.queries.contacts import as_uuid
from bandhu.identity.masking import may_see, seen
from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import ScopedQuerySet
from bandhu.identity.tokens import fingerprint
from bandhu.quotes.approval import NeedsApproval, missing_approval
from bandhu.quotes.documents import Document, document_of
from bandhu.quotes.models import Acceptance, Order, Quote, QuoteLine, QuoteState, QuoteVersion
from bandhu.quotes.pricing import terms_of
from bandhu.quotes.public_address import has_passed, public_url
from bandhu.sales.models import Opportunity

VIEW = "quotes.view_quote"


def quotes(user: Any, permission: str = VIEW) -> ScopedQuerySet:
    """Every quote the user may see (or may do `permission` to), without those in the bin. Order them yourself."""
    return Quote.objects.visible_to(user, permission)


def quote_for(user: Any, quote_id: UUID | str, permission: str = VIEW, *, deleted: bool = False) -> Quote:
    """The quote with all it points to; raises OutOfReach (404)."""
    rows = Quote.objects.visible_to(user, permission, deleted=deleted)
    rows = rows.select_related(
        "current", "contact", "company", "opportunity", "owner", "team", "template", "price_book"
    )
    found = rows.filter(pk=as_uuid(quote_id)).first()
    if found is None:
        raise OutOfReach
    return found


def version_of(quote: Quote, ordinal: int | None = None) -> QuoteVersion:
    """One version of a quote the caller may see, the newest by default; raises OutOfReach."""
    if ordinal is None and quote.current is not None:
        return quote.current
    found = quote.versions.filter(ordinal=ordinal or 0).first()
    if found is None:
        raise OutOfReach
    return found


def document_of_version(quote: Quote, paper: QuoteVersion) -> Document:
    """What the customer reads (or would read) in this version."""
    return document_of(quote, paper)


def lines_of(paper: QuoteVersion) -> list[QuoteLine]:
    """Its lines in their order."""
    return list(paper.lines.order_by("position"))


def quotes_of(user: Any, record: Contact | Company | Opportunity) -> ScopedQuerySet:
    """Of a contact, of a company and its people, or of an opportunity; the newest first."""
    if isinstance(record, Opportunity):
        mine = Q(opportunity=record)
    elif isinstance(record, Contact):
        mine = Q(contact=record)
    else:
        mine = Q(company=record) | Q(contact__company=record)
    return quotes(user).filter(mine).select_related("owner", "current").order_by("-created_at", "-pk")


def deleted_quotes(user: Any) -> ScopedQuerySet:
    """The bin, newest first; needs the right to delete."""
    rows = Quote.objects.visible_to(user, "quotes.delete_quote", deleted=True)
    return rows.filter(deleted_at__isnull=False).order_by("-deleted_at", "-pk")


def quote_at(token: str) -> Quote:
    """The quote behind a public address; raises OutOfReach. Whoever has the address may read it."""
    rows = Quote.objects.filter(token_hash=fingerprint(token[:100]), deleted_at=None)
    found = rows.select_related("current", "contact", "company", "owner").first() if token else None
    if found is None:
        raise OutOfReach
    return found


def last_sent(quote: Quote) -> QuoteVersion:
    """What the customer has: the newest version that was sent; raises OutOfReach."""
    found = quote.versions.filter(sent_at__isnull=False).order_by("-ordinal").first()
    if found is None:
        raise OutOfReach
    return found


def is_open(quote: Quote) -> bool:
    """Whether the customer can still decide."""
    return quote.state == QuoteState.SENT and not has_passed(quote.valid_until)


def acceptance_of(quote: Quote) -> Acceptance | None:
    """Who said yes, and when."""
    return Acceptance.objects.filter(quote=quote).first()


@dataclass
class QuoteCard:
    """Everything the record page shows, in few statements whatever its size. Customers out of reach are left out."""

    record: Quote
    paper: QuoteVersion
    lines: list[QuoteLine]
    contact: Contact | None
    company: Company | None
    opportunity: Opportunity | None
    may_change: bool
    may_delete: bool
    may_approve: bool
    public_url: str
    versions: list[QuoteVersion] = field(default_factory=list)
    acceptance: Acceptance | None = None
    order: Order | None = None

    @property
    def is_current(self) -> bool:
        """Whether the version shown is the newest one."""
        return self.paper.pk == self.record.current_id


def quote_card(user: Any, quote_id: UUID | str, ordinal: int | None = None) -> QuoteCard:
    """The page of a quote, in its newest or in a former version. Raises OutOfReach (404)."""
    found = quote_for(user, quote_id)
    paper = version_of(found, ordinal)
    opportunity = found.opportunity
    sees = (
        opportunity
        and opportunity.deleted_at is None
        and may_see(user, "sales.view_opportunity", opportunity)
    )
    return QuoteCard(
        record=found,
        paper=paper,
        lines=lines_of(paper),
        contact=seen(user, found.contact, "customers.view_contact"),
        company=seen(user, found.company, "customers.view_company"),
        opportunity=opportunity if sees else None,
        may_change=may_see(user, "quotes.change_quote", found),
        may_delete=may_see(user, "quotes.delete_quote", found) and found.sent_at is None,
        may_approve=may_see(user, "quotes.approve_quote", found),
        public_url=public_url(found),
        versions=list(
            found.versions.select_related("made_by", "sent_by", "approved_by").order_by("-ordinal")
        ),
        acceptance=Acceptance.objects.filter(quote=found).select_related("paper", "recorded_by").first(),
        order=Order.objects.visible_to(user, "quotes.view_order").filter(quote=found).first(),
    )


def why_not_sent(user: Any, paper: QuoteVersion) -> NeedsApproval | None:
    """The discount the user may not give without approval; None where they may send it."""
    return missing_approval(user, paper)


def preview(user: Any, quote: Quote, given: Sequence[Mapping[str, Any]]) -> tuple[list[QuoteLine], Totals]:
    """What these lines (as `line_values.RECURRING_LINE_FIELDS`) would come to, nothing stored. Raises ValidationError by line and field."""
    paper = version_of(quote)
    held = {one.pk: one for one in paper.lines.all()}
    terms = terms_of(quote, paper.currency, user)
    return priced_lines(clean_lines(given, paper.currency), terms, held, of=QuoteLine)


def opportunity_to_quote(user: Any, opportunity_id: str) -> Opportunity | None:
    """The opportunity a quote is begun from, where the user may see it."""
    try:
        rows = Opportunity.objects.visible_to(user).select_related("contact", "company")
        return rows.filter(pk=opportunity_id).first() if opportunity_id else None
    except (ValueError, ValidationError):
        return None
