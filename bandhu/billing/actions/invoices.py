"""Drafts of invoices: made, changed, thrown away."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.billing.actions.telling import KIND, Changes, announce, locked
from bandhu.billing.lines import LineDraft, Terms, reckoned
from bandhu.billing.models import Invoice, InvoiceKind, InvoiceLine, InvoiceState
from bandhu.billing.queries import home_country
from bandhu.catalog.line_words import lines_in_words
from bandhu.catalog.models import Currency
from bandhu.catalog.pricing import keep_sums
from bandhu.catalog.queries import base_currency, to_base
from bandhu.customers.actions.records import plain
from bandhu.customers.cleaning import clean_custom, clean_customer, conflict_of, json_value
from bandhu.customers.models import Company, Contact
from bandhu.customers.record_values import Problems, clean_day, linked_record
from bandhu.identity.acting import action
from bandhu.platform.card_numbers import mask_card_numbers
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.custom_values import write_custom
from bandhu.platform.search.indexing import index_records
from bandhu.platform.texts import clean_block, clean_line
from bandhu.quotes.models import PricedLine
from bandhu.sales.models import Opportunity

ACTOR = object()
COLUMNS = (
    "contact", "company", "opportunity", "language", "due_on", "reference", "buyer_tax_number", "note", "reason",
    "owner", "team",
)  # fmt: skip
_LINKED = ("contact", "company", "opportunity", "owner", "team")


@action("billing.create_invoice", on_record=False)
def create_invoice(
    *,
    actor: Any,
    currency: str = "",
    lines: Sequence[LineDraft] = (),
    owner: Any = ACTOR,
    team: Any = ACTOR,
    **columns: Any,
) -> Invoice:
    """A draft for a contact, a company or both, in `currency` (default: the base currency).

    `columns` are any of COLUMNS and `custom` (own fields by key); an opportunity brings its customers, a contact its company.
    Raises ValidationError by field.
    """
    given = {
        "owner": actor if owner is ACTOR else owner,
        "team": actor.team if team is ACTOR else team,
        "custom": {},
        **columns,
    }
    cleaned = _clean(given, actor, is_new=True)
    bring_customers(cleaned)
    if not (cleaned.get("contact") or cleaned.get("company")):
        text = _("Choose the contact or the company who pays.")
        raise ValidationError({"contact": text}, code="required")
    return new_draft(InvoiceKind.INVOICE, cleaned, clean_currency(currency), lines, actor)


def new_draft(
    kind: str,
    cleaned: Mapping[str, Any],
    currency: str,
    lines: Sequence[LineDraft],
    actor: Any,
    *,
    is_agreed: bool = False,
) -> Invoice:
    """A draft of checked values, announced; in the caller's transaction. `is_agreed`: the lines' discounts were approved before."""
    values = {"language": language_of(cleaned)} | {name: value for name, value in cleaned.items() if value}
    custom = values.pop("custom", {})
    invoice = Invoice(
        kind=kind,
        currency=currency,
        token=secrets.token_urlsafe(32),
        created_by=None if actor.is_system else actor,
        **values,
    )
    rows = _reckon(invoice, lines, actor, is_agreed=is_agreed)
    own = write_custom(invoice, custom, kind=KIND)
    invoice.save(force_insert=True)
    _write_lines(invoice, rows)
    changes = {name: (None, plain(value)) for name, value in values.items()} | own
    announce(
        invoice,
        "created",
        actor=actor,
        changes=changes | {"amount": (None, str(invoice.total))},
        searched=True,
    )
    return invoice


@action("billing.change_invoice")
def change_invoice(
    invoice: Invoice,
    *,
    actor: Any,
    version: int | None = None,
    currency: str | None = None,
    lines: Sequence[LineDraft] | None = None,
    **columns: Any,
) -> Invoice:
    """Change a draft: any of COLUMNS, `custom` by key, the currency (then with lines in it), all its lines.

    An issued one keeps all but its owner and team, its own fields too: the database sees to that (ADR 0018).

    With `version`, somebody else's change in between raises EditConflict. Raises ValidationError by field.
    """
    fresh = locked(invoice)
    _check_changeable(fresh, {*columns, *(["lines"] if lines is not None else [])})
    cleaned = _clean(columns, actor)
    if version is not None and version != fresh.version:
        raise _conflict(fresh, version, cleaned, currency, lines, actor)
    own = cleaned.pop("custom", {})
    changes, was_in = _set_columns(fresh, cleaned) | write_custom(fresh, own, kind=KIND), fresh.currency
    if not (fresh.contact_id or fresh.company_id) and fresh.state == InvoiceState.DRAFT:
        raise ValidationError({"contact": _("Choose the contact or the company who pays.")}, code="required")
    if currency is not None and (wanted := clean_currency(currency)) != fresh.currency:
        if lines is None:
            raise ValidationError({"currency": _("Send the lines in the new currency, too.")}, code="mixed")
        changes["currency"], fresh.currency = (fresh.currency, wanted), wanted
    if lines is not None:
        changes |= _change_lines(fresh, lines, actor, was_in)
    if changes:
        fresh.version += 1
        fresh.save()
        announce(fresh, "changed", actor=actor, changes=changes | _version(fresh))
        index_records(KIND, [fresh.pk])
    return fresh


@action("billing.change_invoice")
def delete_draft(invoice: Invoice, *, actor: Any) -> None:
    """Throw a draft away for good: it had no number, so none is missing. Raises ValidationError for an issued one."""
    fresh = locked(invoice)
    if fresh.state != InvoiceState.DRAFT:
        raise ValidationError(
            _("An issued invoice is never deleted. Credit it or make it void."), code="issued"
        )
    announce(fresh, "deleted", actor=actor, changes={"amount": (str(fresh.total), None)})
    pk = fresh.pk
    fresh.delete()
    index_records(KIND, [pk])


def clean_currency(code: str) -> str:
    """One in use here, the base currency for "". Raises ValidationError."""
    wanted = clean_line(code or base_currency(), 3).upper()
    if not wanted:
        text = _("No base currency is chosen yet. An administrator chooses it under Settings, Currencies.")
        raise ValidationError({"currency": text}, code="no_base_currency")
    if not Currency.objects.filter(code=wanted, is_active=True).exists():
        raise ValidationError({"currency": _("Choose a currency that is in use here.")}, code="unknown")
    return wanted


def _clean(values: Mapping[str, Any], actor: Any, *, is_new: bool = False) -> dict[str, Any]:
    problems, cleaned = Problems(), {}
    for name, value in values.items():
        if name == "custom":
            cleaned[name] = clean_custom(KIND, value or {}, actor, problems, is_new=is_new)
            continue
        if name not in COLUMNS:
            raise TypeError(f"an invoice has no value {name!r}")
        try:
            cleaned[name] = CLEANERS[name](value, actor)
        except ValidationError as problem:
            problems.add(name, problem)
    problems.raise_if_any()
    return cleaned


def _opportunity(value: Any, actor: Any) -> Opportunity | None:
    if value in (None, "") or isinstance(value, Opportunity):
        return value or None
    found = Opportunity.objects.visible_to(actor).filter(pk=value).first() if len(str(value)) == 36 else None
    if found is None:
        raise ValidationError(_("There is no such opportunity."), code="unknown")
    return found


def _language(value: Any, _actor: Any) -> str:
    if value and value not in dict(settings.LANGUAGES):
        raise ValidationError(_("Choose one of the languages of the interface."), code="no_choice")
    return str(value or "")


def _line(most: int) -> Any:
    return lambda value, _actor: mask_card_numbers(clean_line(value or "", most))


CLEANERS: dict[str, Any] = {
    "contact": lambda value, actor: clean_customer(Contact, value, actor),
    "company": lambda value, actor: clean_customer(Company, value, actor),
    "opportunity": _opportunity,
    "owner": lambda value, actor: linked_record("owner", value, actor),
    "team": lambda value, actor: linked_record("team", value, actor),
    "language": _language,
    "due_on": lambda value, _actor: clean_day(value),
    "reference": _line(120),
    "buyer_tax_number": _line(60),
    "note": lambda value, _actor: mask_card_numbers(clean_block(value or "")),
    "reason": _line(300),
}


def bring_customers(cleaned: dict[str, Any]) -> None:
    """An opportunity brings its customers, a contact their company."""
    opportunity = cleaned.get("opportunity")
    if opportunity is not None and not (cleaned.get("contact") or cleaned.get("company")):
        cleaned |= {"contact": opportunity.contact, "company": opportunity.company}
    if cleaned.get("contact") and "company" not in cleaned:
        cleaned["company"] = cleaned["contact"].company


def language_of(cleaned: Mapping[str, Any]) -> str:
    """The customer's, where the interface has it."""
    for customer in (cleaned.get("contact"), cleaned.get("company")):
        if customer is not None and customer.language in dict(settings.LANGUAGES):
            return str(customer.language)
    return "en"


def _reckon(
    invoice: Invoice,
    lines: Sequence[LineDraft],
    actor: Any,
    *,
    is_agreed: bool = False,
    agreed: Sequence[Sequence[PricedLine]] = (),
) -> list[InvoiceLine]:
    """Price the lines and set the totals; the lines are not saved yet."""
    customer = invoice.company or invoice.contact
    terms = Terms(
        actor, invoice.currency, home_country(), invoice.language, customer, is_agreed=is_agreed, agreed=agreed
    )  # fmt: skip
    rows, totals = reckoned(lines, terms)
    keep_sums(invoice, totals)
    invoice.keep_amount(totals.total, to_base(totals.total, timezone.localdate()))
    return rows


def _write_lines(invoice: Invoice, rows: list[InvoiceLine]) -> None:
    for row in rows:
        row.invoice = invoice
    InvoiceLine.objects.bulk_create(rows)


def _change_lines(invoice: Invoice, lines: Sequence[LineDraft], actor: Any, was_in: str) -> Changes:
    before = lines_in_words(invoice.lines.all(), invoice.currency)
    rows = _reckon_anew(invoice, lines, actor, was_in)
    invoice.lines.all().delete()
    _write_lines(invoice, rows)
    after = lines_in_words(rows, invoice.currency)
    return {"lines": (before, after)} if before != after else {}


def _reckon_anew(invoice: Invoice, lines: Sequence[LineDraft], actor: Any, was_in: str) -> list[InvoiceLine]:
    """As `_reckon`, for a draft that was in the currency `was_in`: what it says already and what stood in its order was agreed to there."""
    agreed: list[Sequence[PricedLine]] = []
    if was_in == invoice.currency:
        agreed.append(list(invoice.lines.all()))
    if invoice.order is not None and invoice.order.currency == invoice.currency:
        agreed.append(list(invoice.order.lines.all()))
    return _reckon(invoice, lines, actor, is_agreed=invoice.credits_id is not None, agreed=agreed)


def _set_columns(invoice: Invoice, cleaned: Mapping[str, Any]) -> Changes:
    changes: Changes = {}
    for name, value in cleaned.items():
        before = getattr(invoice, name)
        if name == "language" and not value:
            continue
        if before != value:
            setattr(invoice, name, value)
            changes[name] = (plain(before), plain(value))
    return changes


def _check_changeable(invoice: Invoice, names: set[str]) -> None:
    if invoice.state != InvoiceState.DRAFT and names - {"owner", "team"}:
        raise ValidationError(
            _("An issued invoice is not changed. Credit it and write a new one."), code="issued"
        )
    if invoice.kind == InvoiceKind.CREDIT_NOTE and names & {"contact", "company", "opportunity"}:
        raise ValidationError(_("A credit note is for the customer of its invoice."), code="fixed")


def _conflict(
    invoice: Invoice,
    version: int,
    cleaned: Mapping[str, Any],
    currency: str | None,
    lines: Sequence[LineDraft] | None,
    actor: Any,
) -> EditConflict:
    own = cleaned.get("custom", {})
    yours = {name: json_value(plain(value)) for name, value in cleaned.items() if name != "custom"}
    theirs = {name: json_value(plain(getattr(invoice, name))) for name in yours}
    yours |= {f"custom.{key}": value for key, value in own.items()}
    theirs |= {f"custom.{key}": invoice.custom.get(key) for key in own}
    if currency is not None:
        yours["currency"], theirs["currency"] = clean_currency(currency), invoice.currency
    if lines is not None:
        theirs["lines"] = lines_in_words(invoice.lines.all(), invoice.currency)
        was_in, invoice.currency = invoice.currency, yours.get("currency", invoice.currency)
        rows = _reckon_anew(invoice, lines, actor, was_in)
        yours["lines"] = lines_in_words(rows, invoice.currency)
    return conflict_of(invoice, version, yours, theirs)


def _version(invoice: Invoice) -> Changes:
    return {"version": (invoice.version - 1, invoice.version)}
