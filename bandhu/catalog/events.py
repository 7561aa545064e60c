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
class ExchangeRatesSet(Event, name="catalog.exchange_rates_set", sentence=_("Exchange rates were entered")):
    """One event for everything entered at once; `latest` maps each currency to its newest date and rate among them."""

    base: str
    number: int
    latest: dict[str, list[str]] = field(default_factory=dict)
