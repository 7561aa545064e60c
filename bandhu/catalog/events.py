"""What happens in the catalogue. Ids, dates and rates are texts, so that a payload reads the same before and after the queue."""

from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from bandhu.platform.events import Event


@dataclass(frozen=True, kw_only=True)
class BaseCurrencyChosen(
    Event, name="catalog.base_currency_chosen", sentence=_("The base currency was chosen")
):
    currency: str


@dataclass(frozen=True, kw_only=True)
class FiscalYearSet(
    Event, name="catalog.fiscal_year_set", sentence=_("The beginning of the fiscal year was set")
):
    """`month` is 1 to 12; the year begins on its first day."""

    month: int


@dataclass(frozen=True, kw_only=True)
class ExchangeRatesSet(Event, name="catalog.exchange_rates_set", sentence=_("Exchange rates were entered")):
    """One event for everything entered at once; `latest` maps each currency to its newest date and rate among them."""

    base: str
    number: int
    latest: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ProductCreated(Event, name="catalog.product_created", sentence=_("A product was created")):
    product_id: str
    code: str
    title: str


@dataclass(frozen=True, kw_only=True)
class ProductChanged(Event, name="catalog.product_changed", sentence=_("A product was changed")):
    """`fields` are the names of what changed; values are in the audit trail."""

    product_id: str
    code: str
    title: str
    version: int
    fields: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class ProductRemoved(
    Event, name="catalog.product_removed", sentence=_("A product was taken back with its file")
):
    """It had come in a file that was taken back; nothing pointed to it."""

    product_id: str
    code: str
    title: str


@dataclass(frozen=True, kw_only=True)
class TaxRateChanged(Event, name="catalog.tax_rate_changed", sentence=_("A tax rate was set up")):
    """`change` is created or deleted; a rate that ran without end ends the day before a new one. `percent` is a text, days are ISO."""

    tax_rate_id: str
    tax_class: str
    country: str
    title: str
    percent: str
    valid_from: str
    valid_to: str | None
    is_inclusive: bool
    change: str


@dataclass(frozen=True, kw_only=True)
class PricesChanged(Event, name="catalog.prices_changed", sentence=_("A price book was changed")):
    """`entries` is how many prices were set or taken out at once."""

    price_book_id: str
    title: str
    entries: int
