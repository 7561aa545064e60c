"""The read door of the catalogue."""

from bandhu.catalog.queries.currencies import (
    NoBaseCurrency,
    NoRate,
    amounts_exist,
    base_currency,
    currencies,
    currency_choices,
    currency_for,
    currency_name,
    rate_for,
    rates_of,
    rounding_of,
    to_base,
)

__all__ = [
    "NoBaseCurrency",
    "NoRate",
    "amounts_exist",
    "base_currency",
    "currencies",
    "currency_choices",
    "currency_for",
    "currency_name",
    "rate_for",
    "rates_of",
    "rounding_of",
    "to_base",
]
