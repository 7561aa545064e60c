"""What every change of a quote has in common: clean, lock, price, write, tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bandhu.catalog.line_values import clean_currency
from bandhu.catalog.models import PriceBook
from bandhu.catalog.pricing import currency_for, keep_all_sums, priced_lines
from bandhu.catalog.queries import to_base
from bandhu.customers.actions.records import plain
from bandhu.customers.cleaning import clean_custom, clean_customer
from bandhu.customers.models import Company, Contact
from bandhu.customers.point_values import clean_country
from bandhu.customers.record_values import Problems, clean_day, linked_record
from bandhu.identity.results import OutOfReach
from bandhu.platform import audit, live
from bandhu.platform.events import Event, publish
from bandhu.platform.search.indexing import index_records
from bandhu.platform.texts import clean_block, clean_line
from bandhu.quotes.models import Quote, QuoteLine, QuoteTemplate, QuoteVersion
from bandhu.quotes.pricing import terms_of
from bandhu.sales.actions.changes import Changes, text_of
from bandhu.sales.models import Opportunity

KIND = "quote"
COLUMNS = (
    "title", "contact", "company", "opportunity", "language", "country", "price_book", "template", "owner", "team",
    "wins_opportunity",
)  # fmt: skip
PAPER_COLUMNS = ("introduction", "terms", "valid_until")
_SEARCHED = {"title", "contact", "company", "owner", "team"}


@dataclass
class Cleaned:
    """Values ready to be written: of the quote itself, and of its current version."""

    columns: dict[str, Any] = field(default_factory=dict)
    paper: dict[str, Any] = field(default_factory=dict)
    currency: str = ""
    custom: dict[str, Any] | None = None


def clean_quote(values: Mapping[str, Any], *, actor: Any, record: Quote | None = None) -> Cleaned:
    """Everything checked at once; raises ValidationError with the problems by field, TypeError for an unknown one."""
    problems, cleaned = Problems(), Cleaned()
    for name, value in values.items():
        if name not in _CLEANERS and name != "custom":
            raise TypeError(f"a quote has no value {name!r}")
        try:
            if name in COLUMNS:
                cleaned.columns[name] = _CLEANERS[name](value, actor)
            elif name in PAPER_COLUMNS:
                cleaned.paper[name] = _CLEANERS[name](value, actor)
            elif name == "currency":
                cleaned.currency = clean_currency(value)
        except ValidationError as problem:
            problems.add(name, problem)
    if record is None or "custom" in values:
        given = values.get("custom") or {}
        cleaned.custom = clean_custom(KIND, given, actor, problems, is_new=record is None)
    _check_customer(cleaned, record, problems)
    problems.raise_if_any()
    return cleaned


def _clean_language(value: Any, _actor: Any) -> str:
    code = str(value or "en").split("-")[0]
    if code not in dict(settings.LANGUAGES):
        raise ValidationError(_("Quotes are written in the languages of the interface."), code="no_language")
    return code


def clean_opportunity(value: Any, actor: Any) -> Opportunity | None:
    """One within the actor's reach, given as record, id or nothing; raises ValidationError."""
    if value in (None, "") or isinstance(value, Opportunity):
        return value or None
    try:
        found = Opportunity.objects.visible_to(actor).filter(pk=value).first()
    except (ValueError, ValidationError):
        found = None
    if found is None:
        raise ValidationError(_("There is no such opportunity."), code="unknown")
    return found


def _clean_valid_until(value: Any, _actor: Any) -> Any:
    day = clean_day(value)
    if day is not None and day < timezone.localdate():
        raise ValidationError(_("This day has passed already."), code="past")
    return day


def _chosen(model: Any, text: Any) -> Any:
    def clean(value: Any, _actor: Any) -> Any:
        if value in (None, "") or isinstance(value, model):
            return value or None
        try:
            found = model.objects.filter(pk=value, is_active=True).first()
        except (ValueError, ValidationError):
            found = None
        if found is None:
            raise ValidationError(text, code="unknown")
        return found

    return clean


_CLEANERS: dict[str, Any] = {
    "title": lambda value, _actor: clean_line(value or "", 300),
    "contact": lambda value, actor: clean_customer(Contact, value, actor),
    "company": lambda value, actor: clean_customer(Company, value, actor),
    "opportunity": clean_opportunity,
    "language": _clean_language,
    "country": lambda value, _actor: clean_country(value) if value else "",
    "price_book": _chosen(PriceBook, gettext_lazy("There is no such price book.")),
    "template": _chosen(QuoteTemplate, gettext_lazy("There is no such template.")),
    "owner": lambda value, actor: linked_record("owner", value, actor),
    "team": lambda value, actor: linked_record("team", value, actor),
    "wins_opportunity": lambda value, _actor: bool(value),
    "introduction": lambda value, _actor: clean_block(value or "", 5_000),
    "terms": lambda value, _actor: clean_block(value or "", 10_000),
    "valid_until": _clean_valid_until,
    "currency": clean_currency,
}


def _check_customer(cleaned: Cleaned, record: Quote | None, problems: Problems) -> None:
    """Somebody must be offered something."""
    if problems.found.keys() & {"contact", "company"}:
        return
    if record is not None and not cleaned.columns.keys() & {"contact", "company"}:
        return
    sides = [cleaned.columns.get(name, getattr(record, name, None)) for name in ("contact", "company")]
    if not any(sides):
        text = _("Choose the contact or the company this is for.")
        problems.add("contact", ValidationError(text, code="required"))


def locked(quote: Quote) -> Quote:
    """The row as it is now, held until the transaction ends. One in the bin is not found."""
    # No joins: after waiting for the lock they would still show what the row pointed to before.
    fresh = Quote.objects.select_for_update().filter(pk=quote.pk, deleted_at__isnull=True).first()
    if fresh is None:
        raise OutOfReach
    return fresh


def paper_of(quote: Quote) -> QuoteVersion:
    """The newest version. Every stored quote has one."""
    assert quote.current is not None
    return quote.current


def currency_of(customer: Contact | Company | None, opportunity: Opportunity | None = None) -> str:
    """The opportunity's, else that of the customer's country where it is in use here, else the base currency."""
    if opportunity is not None and opportunity.currency:
        return opportunity.currency
    return currency_for(customer)


def write_lines(quote: Quote, paper: QuoteVersion, inputs: Sequence[Any], actor: Any) -> None:
    """Put these lines in the place of those there are, with their sums; the amount of the quote follows. Saves the lines only."""
    held = {one.pk: one for one in paper.lines.all()}
    lines, totals = priced_lines(inputs, terms_of(quote, paper.currency, actor), held, of=QuoteLine)
    for line in lines:
        line.paper = paper
    QuoteLine.objects.filter(paper=paper).delete()
    QuoteLine.objects.bulk_create(lines)
    keep_all_sums(paper, totals)
    keep_total(quote, paper)


def keep_total(quote: Quote, paper: QuoteVersion) -> None:
    """The amount of the quote is its version's total, in the base currency by today's rate (not saved)."""
    try:
        quote.keep_amount(paper.total, to_base(paper.total, timezone.localdate()))
    except ValidationError as problem:
        raise ValidationError({"currency": problem.messages}, code=problem.code) from None


def set_columns(record: Any, columns: Mapping[str, Any]) -> Changes:
    """Set what differs (not saved); returns field → (before, after) as people read them."""
    changes: Changes = {}
    for name, value in columns.items():
        before = getattr(record, name)
        if before != value:
            setattr(record, name, value)
            changes[name] = (plain(before), plain(value))
    return changes


def about(quote: Quote) -> dict[str, Any]:
    """What every event of a quote says."""
    return {
        "quote_id": str(quote.pk),
        "number": quote.number,
        "title": quote.title,
        "contact_id": text_of(quote.contact_id),
        "company_id": text_of(quote.company_id),
        "opportunity_id": text_of(quote.opportunity_id),
        "owner_id": text_of(quote.owner_id),
        "amount_minor": quote.amount_minor,
        "currency": quote.currency,
    }


def announce(
    quote: Quote, verb: str, events: Sequence[Event], *, actor: Any, changes: Changes | None = None
) -> None:
    """Audit, search index (where a searched value changed), events, and hints to open pages; in the change's transaction."""
    if changes:
        changes = changes | {"version": (quote.version - 1, quote.version)}
    audit.record_change(verb, actor=actor, kind=KIND, record_id=quote.pk, title=str(quote), changes=changes)
    if verb in ("created", "deleted", "restored") or _SEARCHED & (changes or {}).keys():
        index_records(KIND, [quote.pk])
    for event in events:
        publish(event, actor=actor)
    topics = [f"{KIND}:{quote.pk}"]
    if quote.opportunity_id:
        topics.append(f"opportunity:{quote.opportunity_id}")
    live.hint(*topics)


def save(quote: Quote) -> None:
    """The next edit version."""
    quote.version += 1
    quote.save()
