"""Choosing the money we work in, and writing down what it is worth."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.catalog.events import BaseCurrencyChosen, ExchangeRatesSet
from bandhu.catalog.models import Currency, ExchangeRate
from bandhu.catalog.queries import NoBaseCurrency, amounts_exist, base_currency
from bandhu.catalog.rates import RateRow, checked_day, checked_rate, rate_text
from bandhu.identity.acting import action
from bandhu.platform import audit
from bandhu.platform.events import publish
from bandhu.platform.money import Rounding, currencies
from bandhu.platform.texts import clean_line

PERMISSION = "catalog.manage_currencies"


@action(PERMISSION, on_record=False)
def choose_base_currency(*, actor: Any, code: str) -> Currency:
    """The currency of the books. Refused with ValidationError once amounts or rates rest on another one."""
    code = _known(code)
    before = Currency.objects.select_for_update().filter(is_base=True).first()
    if before is not None and before.code == code:
        return before
    if before is not None and (ExchangeRate.objects.exists() or amounts_exist()):
        text = _("The base currency stays %(currency)s: amounts and exchange rates already rest on it.")
        raise ValidationError(text % {"currency": before.code}, code="in_use")
    Currency.objects.filter(is_base=True).update(is_base=False)
    chosen, _made = Currency.objects.update_or_create(
        code=code, defaults={"is_base": True, "is_active": True}
    )
    _tell("changed", chosen, {"base_currency": (before.code if before else None, code)}, actor)
    publish(BaseCurrencyChosen(currency=code), actor=actor)
    return chosen


@action(PERMISSION, on_record=False)
def add_currency(*, actor: Any, code: str, rounding: str = Rounding.HALF_UP) -> Currency:
    """Work in one more currency; one that was switched off comes back. Raises ValidationError."""
    found, made = Currency.objects.get_or_create(
        code=_known(code), defaults={"rounding": _rounding(rounding)}
    )
    if not made and found.is_active:
        raise ValidationError({"code": _("This currency is already in use.")}, code="taken")
    if made:
        _tell("created", found, {"currency": (None, found.code)}, actor)
        return found
    return change_currency(found, actor=actor, rounding=rounding, is_active=True)


@action(PERMISSION, on_record=False)
def change_currency(
    currency: Currency, *, actor: Any, rounding: str | None = None, is_active: bool | None = None
) -> Currency:
    """Its rounding, or whether new amounts may be in it. Raises ValidationError."""
    if is_active is False and currency.is_base:
        raise ValidationError({"is_active": _("The base currency cannot be switched off.")}, code="base")
    wanted = {"rounding": _rounding(rounding or currency.rounding), "is_active": is_active}
    changes = {
        name: (getattr(currency, name), value)
        for name, value in wanted.items()
        if value is not None and getattr(currency, name) != value
    }
    for name, (_before, value) in changes.items():
        setattr(currency, name, value)
    if changes:
        currency.save(update_fields=list(changes))
        _tell("changed", currency, changes, actor)
    return currency


@action(PERMISSION, on_record=False)
def set_rate(
    *, actor: Any, currency: str, on: date | str, rate: Decimal | str, source: str = ""
) -> ExchangeRate:
    """What one unit of `currency` is worth in the base currency from `on` on; a rate of the same day is replaced.

    Amounts written earlier keep the rate they were written with. Raises ValidationError with the problems by field.
    """
    checks: dict[str, Callable[[], Any]] = {"on": lambda: checked_day(on), "rate": lambda: checked_rate(rate)}
    problems: dict[str, ValidationError] = {}
    values: dict[str, Any] = {}
    for name, check in checks.items():
        try:
            values[name] = check()
        except ValidationError as problem:
            problems[name] = problem
    if problems:
        raise ValidationError(problems)
    row = RateRow(currency=currency.upper(), source=clean_line(source, 120), **values)
    set_rates([row], actor=actor)
    return ExchangeRate.objects.select_related("currency").get(currency__code=row.currency, on=row.on)


@action(PERMISSION, on_record=False)
def set_rates(rows: Iterable[RateRow], *, actor: Any) -> int:
    """Many at once, all or none; returns how many differ from what was known. Currencies not in use yet come into use.

    Raises ValidationError for the base currency, an unknown one, a day in the future or a rate that is not positive.
    """
    base = base_currency()
    if not base:
        raise NoBaseCurrency
    wanted = {(row.currency, checked_day(row.on)): row for row in rows}
    in_use = {code: _in_use(code, base, actor) for code in {code for code, _on in wanted}}
    known = {(one.currency.code, one.on): one for one in _known_rates(wanted, in_use)}
    fresh = [
        row for key, row in wanted.items() if key not in known or known[key].rate != checked_rate(row.rate)
    ]
    for row in fresh:
        ExchangeRate.objects.update_or_create(
            currency=in_use[row.currency],
            on=row.on,
            defaults={"rate": checked_rate(row.rate), "source": row.source, "recorded_by": actor},
        )
        before = known.get((row.currency, row.on))
        changes = {f"rate.{row.on.isoformat()}": (before and rate_text(before.rate), rate_text(row.rate))}
        _tell("changed", in_use[row.currency], changes, actor)
    if fresh:
        latest = {
            row.currency: [row.on.isoformat(), rate_text(row.rate)]
            for row in sorted(fresh, key=lambda row: row.on)
        }
        publish(ExchangeRatesSet(base=base, number=len(fresh), latest=latest), actor=actor)
    return len(fresh)


@action(PERMISSION, on_record=False)
def remove_rate(rate: ExchangeRate, *, actor: Any) -> None:
    """A rate entered by mistake. Amounts written with it keep it."""
    _tell("changed", rate.currency, {f"rate.{rate.on.isoformat()}": (rate_text(rate.rate), None)}, actor)
    rate.delete()


def _known(code: str) -> str:
    wanted = clean_line(code, 3).upper()
    if wanted not in currencies():
        text = _("“%(code)s” is no currency. Write its three letters, for example BDT.")
        raise ValidationError({"code": text % {"code": wanted}}, code="unknown")
    return wanted


def _rounding(value: str) -> str:
    if value not in list(Rounding):
        raise ValidationError({"rounding": _("This is not one of the choices.")}, code="no_choice")
    return Rounding(value).value


def _in_use(code: str, base: str, actor: Any) -> Currency:
    if code == base:
        text = _("%(currency)s is the base currency: its rate is always 1.")
        raise ValidationError({"currency": text % {"currency": base}}, code="base")
    found = Currency.objects.filter(code=code).first()
    if found is not None:
        return found
    try:
        return add_currency(actor=actor, code=code)
    except ValidationError as problem:
        raise ValidationError({"currency": problem.messages}, code="unknown") from None


def _known_rates(
    wanted: dict[tuple[str, date], RateRow], in_use: dict[str, Currency]
) -> Iterable[ExchangeRate]:
    days = {on for _code, on in wanted}
    rows = ExchangeRate.objects.filter(currency__in=in_use.values(), on__in=days)
    return rows.select_related("currency")


def _tell(verb: str, currency: Currency, changes: dict[str, tuple[Any, Any]], actor: Any) -> None:
    audit.record_change(
        verb, actor=actor, kind="currency", record_id=currency.pk, title=currency.code, changes=changes
    )
