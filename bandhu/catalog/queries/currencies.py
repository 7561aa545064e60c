"""Which money we work in, and what it was worth on a day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from bandhu.catalog.models import Currency, ExchangeRate
from bandhu.identity.results import OutOfReach
from bandhu.platform.models.amounts import WithAmount
from bandhu.platform.money import Converted, Money, Rounding
from bandhu.platform.money import currencies as iso_currencies
from bandhu.ui import formats

# Every page with a sum on it asks this.
_BASE = f"SELECT code FROM {Currency._meta.db_table} WHERE is_base"  # noqa: S608 (our own table)


class NoBaseCurrency(ValidationError):
    """Nobody has chosen the base currency yet."""

    def __init__(self) -> None:
        text = _("No base currency is chosen yet. An administrator chooses it under Settings, Currencies.")
        super().__init__(text, code="no_base_currency")


class NoRate(ValidationError):
    """There is no rate for a currency on or before a day."""

    def __init__(self, currency: str, on: date) -> None:
        text = _(
            "There is no exchange rate for %(currency)s on or before %(date)s. Enter one under Settings, Currencies, then save again."
        )
        words = {"currency": currency, "date": formats.day(on, formats.current_reader())}
        super().__init__(text % words, code="no_rate")
        self.currency, self.on = currency, on


def base_currency() -> str:
    """The code of the base currency; "" until it is chosen."""
    with connection.cursor() as cursor:
        cursor.execute(_BASE)
        found = cursor.fetchone()
    return str(found[0]) if found else ""


def to_base(amount: Money, on: date) -> Converted:
    """The amount in the base currency by the latest rate on or before `on`, with that rate and its date.

    An amount in the base currency has rate 1 and the date asked for. Rounded as the base currency's rounding says. Raises
    NoBaseCurrency or NoRate, which are ValidationErrors with a sentence that says what to do.
    """
    base = Currency.objects.filter(is_base=True).first()
    if base is None:
        raise NoBaseCurrency
    if amount.currency == base.code:
        return Converted(amount, Decimal(1), on)
    found = rate_for(amount.currency, on)
    if found is None:
        raise NoRate(amount.currency, on)
    return Converted(amount.converted(found.rate, base.code, Rounding(base.rounding)), found.rate, found.on)


def rate_for(currency: str, on: date) -> ExchangeRate | None:
    """The latest rate of the currency on or before the day."""
    return ExchangeRate.objects.filter(currency__code=currency, on__lte=on).order_by("-on").first()


def first_rate_day(currency: str) -> date | None:
    """The day of the earliest rate of a currency; None where it has none."""
    return (
        ExchangeRate.objects.filter(currency__code=currency)
        .order_by("on")
        .values_list("on", flat=True)
        .first()
    )


def rounding_of(currency: str) -> Rounding:
    """How amounts in this currency are rounded; half up where the administrator said nothing."""
    found = Currency.objects.filter(code=currency).values_list("rounding", flat=True).first()
    return Rounding(found) if found else Rounding.HALF_UP


def currencies(user: Any, *, active_only: bool = False) -> QuerySet[Currency]:
    """The currencies in use, the base first, each with `latest_rate` and `latest_on`. Everybody who is signed in may see them."""
    latest = ExchangeRate.objects.filter(currency=OuterRef("pk")).order_by("-on")
    rows = Currency.objects.annotate(
        latest_rate=Subquery(latest.values("rate")[:1]), latest_on=Subquery(latest.values("on")[:1])
    )
    return rows.filter(is_active=True) if active_only else rows


def currency_for(user: Any, code: str) -> Currency:
    """One by its code; raises OutOfReach."""
    found = currencies(user).filter(code=code.upper()).first()
    if found is None:
        raise OutOfReach
    return found


def rates_of(
    user: Any, currency: Currency | None = None, rate_id: UUID | None = None
) -> QuerySet[ExchangeRate]:
    """The rates, newest first; of one currency, or the one with an id."""
    rows = ExchangeRate.objects.select_related("currency", "recorded_by").order_by("-on", "-pk")
    if currency is not None:
        rows = rows.filter(currency=currency)
    return rows.filter(pk=rate_id) if rate_id else rows


def amounts_exist() -> bool:
    """Whether any record anywhere keeps an amount converted to the base currency."""
    kept = [model for model in apps.get_models() if issubclass(model, WithAmount)]
    return any(model._default_manager.filter(amount_minor__isnull=False).exists() for model in kept)


def currency_name(code: str) -> str:
    """Its name in the reader's language."""
    return str(formats.current_reader().locale.currencies.get(code, code))


def currency_choices(*, without: set[str] | None = None) -> list[tuple[str, str]]:
    """Every currency of the world that is in use, as (code, "code name"), less the ones named."""
    codes = sorted(iso_currencies() - (without or set()))
    return [(code, f"{code} {currency_name(code)}") for code in codes]
