"""What every change of an opportunity has in common: clean, lock, compare, write, tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.catalog.queries import to_base
from bandhu.customers.actions.records import plain, write_tags
from bandhu.customers.cleaning import (
    clean_custom,
    clean_customer,
    clean_name,
    clean_tags,
    conflict_of,
    json_value,
)
from bandhu.customers.models import Company, Contact
from bandhu.customers.record_values import Problems, clean_day, linked_record
from bandhu.identity.results import OutOfReach
from bandhu.platform import audit, live
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.custom_values import write_custom
from bandhu.platform.events import Event, publish
from bandhu.platform.money import Money, MoneyError
from bandhu.platform.search.indexing import index_records
from bandhu.platform.sort_keys import sort_key
from bandhu.platform.texts import clean_block, clean_line
from bandhu.platform.whole_rows import row_of
from bandhu.sales.models import OPEN_LINES, Opportunity, Period, a_year_of
from bandhu.sales.pricing import sums_of_lines
from bandhu.ui.digits import to_latin

KIND = "opportunity"
COLUMNS = (
    "name", "contact", "company", "expected_close", "probability", "forecast", "owner", "team", "source", "campaign", "note",
    "recurring_period", "amount_from_lines",
)  # fmt: skip
Changes = dict[str, tuple[Any, Any]]
_AMOUNTS = ("amount", "recurring")
_SEARCHED = {"name", "contact", "company", "owner", "team"}


@dataclass
class Cleaned:
    """Values ready to be written; `amounts` are Money or None."""

    columns: dict[str, Any] = field(default_factory=dict)
    amounts: dict[str, Money | None] = field(default_factory=dict)
    tags: list[str] | None = None
    custom: dict[str, Any] | None = None


def clean_opportunity(values: Mapping[str, Any], *, actor: Any, record: Opportunity | None = None) -> Cleaned:
    """Everything checked at once; raises ValidationError with the problems by field."""
    problems, cleaned = Problems(), Cleaned()
    for name, value in values.items():
        try:
            if name in COLUMNS:
                cleaned.columns[name] = _CLEANERS[name](value, actor)
            elif name in _AMOUNTS:
                cleaned.amounts[name] = _clean_amount(value)
            elif name == "tags":
                cleaned.tags = clean_tags(value or [])
            elif name != "custom":
                raise TypeError(f"an opportunity has no value {name!r}")
        except ValidationError as problem:
            problems.add(name, problem)
    if record is None or "custom" in values:
        given = values.get("custom") or {}
        cleaned.custom = clean_custom(KIND, given, actor, problems, is_new=record is None)
    _check_customer(cleaned, record, problems)
    _settle_source(cleaned, record)
    _check_amounts(cleaned, record, problems)
    problems.raise_if_any()
    return cleaned


def clean_share(value: Any, _actor: Any = None) -> Decimal | None:
    """A probability of 0 to 1, or "35%"; None for nothing."""
    if value is None or value == "":
        return None
    text = to_latin(str(value)).strip()
    try:
        share = Decimal(text.removesuffix("%").strip()) / (100 if text.endswith("%") else 1)
    except InvalidOperation:
        share = Decimal(-1)
    if not (share.is_finite() and 0 <= share <= 1):
        raise ValidationError(_("A probability lies between 0 % and 100 %."), code="out_of_range")
    return share.quantize(Decimal("0.001"))


def _clean_period(value: Any, _actor: Any) -> str:
    if (value or "") not in ("", *Period.values):
        raise ValidationError(_("Choose a month, a quarter or a year."), code="no_choice")
    return str(value or "")


def _clean_line_of_forecast(value: Any, _actor: Any) -> str:
    if (value or "") not in ("", *dict(OPEN_LINES)):
        raise ValidationError(_("Choose one of the list."), code="no_choice")
    return str(value or "")


_CLEANERS: dict[str, Any] = {
    "name": clean_name,
    "contact": lambda value, actor: clean_customer(Contact, value, actor),
    "company": lambda value, actor: clean_customer(Company, value, actor),
    "expected_close": lambda value, _actor: clean_day(value),
    "probability": clean_share,
    "forecast": _clean_line_of_forecast,
    "owner": lambda value, actor: linked_record("owner", value, actor),
    "team": lambda value, actor: linked_record("team", value, actor),
    "source": lambda value, _actor: clean_line(value or "", 120),
    "campaign": lambda value, _actor: clean_line(value or "", 200),
    "note": lambda value, _actor: clean_block(value or ""),
    "recurring_period": _clean_period,
    "amount_from_lines": lambda value, _actor: bool(value),
}


def _clean_amount(value: Any) -> Money | None:
    if value is not None and not isinstance(value, Money):
        raise TypeError("amounts are Money or None")
    if value is not None and value.minor < 0:
        raise ValidationError(_("An amount is not below nought."), code="negative")
    return value


def _check_customer(cleaned: Cleaned, record: Opportunity | None, problems: Problems) -> None:
    """Somebody must be there to buy."""
    if problems.found.keys() & {"contact", "company"}:
        return
    if record is not None and not cleaned.columns.keys() & {"contact", "company"}:
        return
    sides = [cleaned.columns.get(name, getattr(record, name, None)) for name in ("contact", "company")]
    if not any(sides):
        text = _("Choose the contact or the company this is about.")
        problems.add("contact", ValidationError(text, code="required"))


def _settle_source(cleaned: Cleaned, record: Opportunity | None) -> None:
    """Whoever turns to the lines gets what they come to, whatever else was sent; whoever types another amount turns from them."""
    wanted = cleaned.columns.get("amount_from_lines")
    if wanted:
        lines = list(record.lines.order_by("position")) if record is not None else []
        sums = sums_of_lines(lines, lines[0].currency) if lines else None
        cleaned.amounts = {
            "amount": sums.amount if sums else None, "recurring": sums.recurring if sums else None,
        }  # fmt: skip
        cleaned.columns["recurring_period"] = sums.period if sums else ""
    elif wanted is None and record is not None and record.amount_from_lines:
        typed = any(getattr(record, name) != amount for name, amount in cleaned.amounts.items())
        if (
            typed
            or cleaned.columns.get("recurring_period", record.recurring_period) != record.recurring_period
        ):
            cleaned.columns["amount_from_lines"] = False


def _check_amounts(cleaned: Cleaned, record: Opportunity | None, problems: Problems) -> None:
    """What comes again is in the currency of the amount; a period belongs to it."""
    if not cleaned.amounts and "recurring_period" not in cleaned.columns:
        return
    amount = cleaned.amounts.get("amount", record.amount if record else None)
    recurring = cleaned.amounts.get("recurring", record.recurring if record else None)
    period = cleaned.columns.get("recurring_period", record.recurring_period if record else "")
    if recurring is None:
        if "recurring" in cleaned.amounts:
            cleaned.columns["recurring_period"] = ""
        return
    if amount is None:
        cleaned.amounts["amount"] = Money(0, recurring.currency)
    elif amount.currency != recurring.currency:
        text = _("Write both amounts in one currency.")
        problems.add("recurring", ValidationError(text, code="mixed"))
    if not period:
        text = _("Say how often this amount comes again.")
        problems.add("recurring_period", ValidationError(text, code="required"))
    try:
        a_year_of(recurring, period)
    except MoneyError as problem:
        problems.add("recurring", ValidationError(problem.message, code=problem.code))


def locked(opportunity: Opportunity) -> Opportunity:
    """The row as it is now, held until the transaction ends. One in the bin is not found."""
    # No joins: after waiting for the lock they would still show what the row pointed to before.
    fresh = row_of(Opportunity, opportunity.pk, hold=True)
    if fresh is None or fresh.deleted_at is not None:
        raise OutOfReach
    return fresh


def set_values(opportunity: Opportunity, cleaned: Cleaned) -> Changes:
    """Set what differs of columns and amounts (not saved yet); returns field → (before, after) as people read them."""
    changes: Changes = {}
    for name, value in cleaned.columns.items():
        before = getattr(opportunity, name)
        if before != value:
            setattr(opportunity, name, value)
            changes[name] = (plain(before), plain(value))
    # Read before any is written: they share their currency.
    former = {name: getattr(opportunity, name) for name in cleaned.amounts}
    for name, amount in cleaned.amounts.items():
        held = former[name]
        if held != amount:
            _keep(opportunity, name, amount)
            changes[name] = (str(held) if held else None, str(amount) if amount else None)
    if "name" in changes:
        opportunity.sort_key = sort_key(opportunity.name)
    return changes


def _keep(opportunity: Opportunity, name: str, amount: Money | None) -> None:
    try:
        converted = to_base(amount, timezone.localdate()) if amount is not None else None
    except ValidationError as problem:
        raise ValidationError({name: problem.messages}) from None
    if name == "amount":
        opportunity.keep_amount(amount, converted)
    else:
        opportunity.recurring_minor = amount.minor if amount is not None else None
        opportunity.recurring_base_minor = converted.base.minor if converted else None


def write(opportunity: Opportunity, cleaned: Cleaned) -> Changes:
    """Write everything of a stored opportunity; returns the changes. Nothing differing writes nothing."""
    changes = write_given(opportunity, cleaned)
    if changes:
        opportunity.version += 1
        opportunity.save()
    return changes


def write_given(opportunity: Opportunity, cleaned: Cleaned) -> Changes:
    """As `write`, without saving the row itself."""
    changes = set_values(opportunity, cleaned)
    if cleaned.tags is not None:
        changes |= write_tags(opportunity, cleaned.tags)  # type: ignore[arg-type]
    if cleaned.custom is not None:
        changes |= write_custom(opportunity, cleaned.custom, kind=KIND)
    return changes


def conflict_with(opportunity: Opportunity, version: int, cleaned: Cleaned) -> EditConflict:
    """What was sent beside what somebody else saved meanwhile."""
    yours = _readable(cleaned)
    return conflict_of(opportunity, version, yours, {name: _stored(opportunity, name) for name in yours})


def _readable(cleaned: Cleaned) -> dict[str, Any]:
    values = {name: json_value(plain(value)) for name, value in cleaned.columns.items()}
    values |= {name: str(amount) if amount else None for name, amount in cleaned.amounts.items()}
    if cleaned.tags is not None:
        values["tags"] = sorted(cleaned.tags)
    return values | {f"custom.{key}": value for key, value in (cleaned.custom or {}).items()}


def _stored(opportunity: Opportunity, name: str) -> Any:
    if name.startswith("custom."):
        return opportunity.custom.get(name.removeprefix("custom."))
    if name == "tags":
        return sorted(opportunity.tags.values_list("name", flat=True))
    value = getattr(opportunity, name)
    return str(value) if isinstance(value, Money) else json_value(plain(value))


def announce(
    opportunity: Opportunity, verb: str, events: list[Event], *, actor: Any, changes: Changes | None = None
) -> None:
    """Audit, search index (where a searched value changed), events, and hints to open pages; in the change's transaction."""
    if changes:
        changes = changes | {"version": (opportunity.version - 1, opportunity.version)}
    audit.record_change(
        verb, actor=actor, kind=KIND, record_id=opportunity.pk, title=opportunity.name, changes=changes
    )
    if verb in ("created", "deleted", "restored") or _SEARCHED & (changes or {}).keys():
        index_records(KIND, [opportunity.pk])
    for event in events:
        publish(event, actor=actor)
    live.hint(f"{KIND}:{opportunity.pk}", f"pipeline:{opportunity.pipeline_id}")


def text_of(value: models.Model | UUID | None) -> str | None:
    """An id as events carry it."""
    return None if value is None else str(getattr(value, "pk", value))
