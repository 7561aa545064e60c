"""Creating and changing quotes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.catalog.line_values import clean_currency, clean_lines
from bandhu.catalog.line_words import lines_in_words
from bandhu.catalog.pricing import paper_language
from bandhu.catalog.queries import Buyer, books_that_fit
from bandhu.identity.acting import action
from bandhu.identity.results import OutOfReach
from bandhu.platform.custom_values import write_custom
from bandhu.platform.money import Money
from bandhu.quotes.actions.changes import (
    KIND,
    Cleaned,
    about,
    announce,
    clean_opportunity,
    clean_quote,
    currency_of,
    keep_total,
    locked,
    paper_of,
    save,
    set_columns,
    write_lines,
)
from bandhu.quotes.actions.comparing import conflict_with
from bandhu.quotes.events import QuoteChanged, QuoteCreated, QuoteDeleted, QuoteRestored
from bandhu.quotes.models import Quote, QuoteLine, QuoteState, QuoteTemplate, QuoteVersion
from bandhu.quotes.numbers import next_number
from bandhu.quotes.opportunity_lines import lines_to_quote
from bandhu.sales.actions.changes import Changes

ACTOR = object()


@action("quotes.create_quote", on_record=False)
def create_quote(
    *,
    actor: Any,
    lines: Sequence[Mapping[str, Any]] | None = None,
    owner: Any = ACTOR,
    team: Any = ACTOR,
    currency: str = "",
    **values: Any,
) -> Quote:
    """A draft for a contact, a company or an opportunity (which brings its customer).

    What is not given is proposed: the customer's language, country and currency, the price book that comes first for them, the
    default template with its texts, its validity, the lines of the opportunity in their currency. `lines` as in
    `line_values.RECURRING_LINE_FIELDS`. Raises ValidationError by field.
    """
    given = {
        "owner": actor if owner is ACTOR else owner,
        "team": actor.team if team is ACTOR else team,
        **values,
    }
    cleaned = clean_quote(_with_customer_of_opportunity(given, actor), actor=actor)
    quote = Quote(number=next_number("Q"), created_by=None if actor.is_system else actor)
    changes = set_columns(quote, cleaned.columns)
    if quote.company is None and quote.contact is not None:
        quote.company = quote.contact.company
    found, code_of_lines = lines_to_quote(quote.opportunity) if lines is None else ([], "")
    fallback = currency_of(quote.company or quote.contact, quote.opportunity)
    code = clean_currency(currency or code_of_lines or fallback)
    _propose(quote, cleaned, code, actor)
    quote.keep_amount(None, None)
    changes |= write_custom(quote, cleaned.custom or {}, kind=KIND)
    quote.save(force_insert=True)
    paper = QuoteVersion.objects.create(
        quote=quote, ordinal=1, currency=code, made_by=quote.created_by, **cleaned.paper
    )
    quote.current = paper
    if lines is None:
        lines = found if code == code_of_lines else ()
    write_lines(quote, paper, clean_lines(lines, code), actor)
    paper.save()
    quote.save()
    filled = {name: pair for name, pair in changes.items() if pair[1] not in (None, "")}
    announce(quote, "created", [QuoteCreated(**about(quote))], actor=actor, changes=filled)
    return quote


@action("quotes.change_quote")
def change_quote(
    quote: Quote,
    *,
    actor: Any,
    version: int | None = None,
    lines: Sequence[Mapping[str, Any]] | None = None,
    **values: Any,
) -> Quote:
    """Change a draft: any of COLUMNS, PAPER_COLUMNS, `currency` (while it has no lines), `custom` and, as a whole, its `lines`.

    With `version`, somebody else's change in between raises EditConflict and nothing is written. Raises ValidationError by
    field, and for a quote that is no draft. Returns the quote as stored.
    """
    fresh = locked(quote)
    _require_draft(fresh)
    cleaned = clean_quote(values, actor=actor, record=fresh)
    paper = paper_of(fresh)
    if version is not None and version != fresh.version:
        raise conflict_with(fresh, paper, version, cleaned, lines, actor)
    changes = set_columns(fresh, cleaned.columns) | set_columns(paper, cleaned.paper)
    changes |= _change_currency(paper, cleaned.currency, lines)
    fresh.valid_until = paper.valid_until
    if cleaned.custom is not None:
        changes |= write_custom(fresh, cleaned.custom, kind=KIND)
    if lines is None and "country" in changes:
        lines = [_as_asked(line, paper.currency) for line in paper.lines.all()]  # other taxes are due
    if lines is not None:
        changes |= _change_lines(fresh, paper, lines, actor)
    elif "currency" in changes:
        keep_total(fresh, paper)
    if changes:
        _forget_approval(paper, changes)
        paper.save()
        save(fresh)
        event = QuoteChanged(**about(fresh), version=fresh.version, fields=sorted(changes))
        announce(fresh, "changed", [event], actor=actor, changes=changes)
    return fresh


@action("quotes.delete_quote")
def delete_quote(quote: Quote, *, actor: Any) -> Quote:
    """A draft that was never sent goes to the bin; what a customer has seen stays. Repeating it changes nothing."""
    fresh = _held(quote)
    if fresh.deleted_at is not None:
        return fresh
    if fresh.sent_at is not None:
        raise ValidationError(
            _("The customer has this quote; it stays. Let it run out, or send a new version.")
        )
    fresh.deleted_at = timezone.now()
    save(fresh)
    changes: Changes = {"deleted_at": (None, fresh.deleted_at)}
    announce(fresh, "deleted", [QuoteDeleted(**about(fresh))], actor=actor, changes=changes)
    return fresh


@action("quotes.delete_quote")
def restore_quote(quote: Quote, *, actor: Any) -> Quote:
    """Back from the bin as it was."""
    fresh = _held(quote)
    if fresh.deleted_at is not None:
        changes: Changes = {"deleted_at": (fresh.deleted_at, None)}
        fresh.deleted_at = None
        save(fresh)
        announce(fresh, "restored", [QuoteRestored(**about(fresh))], actor=actor, changes=changes)
    return fresh


def _with_customer_of_opportunity(given: dict[str, Any], actor: Any) -> dict[str, Any]:
    """An opportunity brings its customer where none is named."""
    opportunity = clean_opportunity(given.get("opportunity"), actor)
    given["opportunity"] = opportunity
    if opportunity is not None and not (given.get("contact") or given.get("company")):
        given |= {"contact": opportunity.contact, "company": opportunity.company}
    return given


def _propose(quote: Quote, cleaned: Cleaned, currency: str, actor: Any) -> None:
    """Fill what was not said."""
    customer = quote.contact or quote.company
    firm = quote.company or quote.contact
    assert customer is not None and firm is not None  # `clean_quote` has refused a quote for nobody
    if "language" not in cleaned.columns:
        quote.language = paper_language(customer, firm)
    if "country" not in cleaned.columns:
        quote.country = firm.country or customer.country or settings.DEFAULT_COUNTRY
    if "price_book" not in cleaned.columns:
        books = books_that_fit(actor, buyer=Buyer.of(firm), currency=currency)
        quote.price_book = books[0] if books else None
    if "template" not in cleaned.columns:
        quote.template = QuoteTemplate.objects.filter(is_active=True).first()
    if not quote.title and quote.opportunity is not None:
        quote.title = quote.opportunity.name
    _propose_texts(quote, cleaned.paper)


def _propose_texts(quote: Quote, paper: dict[str, Any]) -> None:
    template = quote.template
    paper.setdefault(
        "introduction", template.text(template.introductions, quote.language) if template else ""
    )
    paper.setdefault("terms", template.text(template.terms, quote.language) if template else "")
    days = template.valid_days if template else 30
    paper.setdefault("valid_until", timezone.localdate() + timedelta(days=days))
    quote.valid_until = paper["valid_until"]


def _require_draft(quote: Quote) -> None:
    if quote.state == QuoteState.APPROVAL:
        raise ValidationError(
            _("This quote waits for approval. Take it back first to change it."), code="state"
        )
    if not quote.is_draft:
        raise ValidationError(
            _("This quote was sent and is not changed any more. Begin a new version."), code="state"
        )


def _change_currency(paper: QuoteVersion, currency: str, lines: Sequence[Any] | None) -> Changes:
    if not currency or currency == paper.currency:
        return {}
    if paper.lines.exists() and lines != []:
        text = _(
            "The lines are in %(currency)s. Take them out first, or write a new quote in the other currency."
        )
        raise ValidationError({"currency": text % {"currency": paper.currency}}, code="in_use")
    changes: Changes = {"currency": (paper.currency, currency)}
    paper.currency = currency
    return changes


def _change_lines(
    quote: Quote, paper: QuoteVersion, lines: Sequence[Mapping[str, Any]], actor: Any
) -> Changes:
    before, told = paper.total, lines_in_words(paper.lines.all(), paper.currency)
    write_lines(quote, paper, clean_lines(lines, paper.currency), actor)
    after = lines_in_words(paper.lines.all(), paper.currency)
    changes: Changes = {}
    if told != after:
        changes["lines"] = (told, after)
    if before != paper.total:
        changes["amount"] = (str(before), str(paper.total))
    return changes


def _as_asked(line: QuoteLine, currency: str) -> dict[str, Any]:
    """A stored line as `clean_lines` takes it."""
    names = (
        "id",
        "product",
        "name",
        "description",
        "quantity",
        "unit",
        "discount",
        "tax_class",
        "recurs",
        "times",
    )
    price = Money(line.unit_price_minor, currency)
    return {name: getattr(line, name) for name in names} | {"unit_price": price}


def _forget_approval(paper: QuoteVersion, changes: Changes) -> None:
    """An approval is of these lines: other lines need another one."""
    if "lines" in changes and paper.approved_at is not None:
        paper.approved_by = paper.approved_at = paper.approved_discount = None


def _held(quote: Quote) -> Quote:
    found = Quote.objects.select_for_update(of=("self",)).filter(pk=quote.pk).first()
    if found is None:
        raise OutOfReach
    return found
