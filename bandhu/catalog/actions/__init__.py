"""The write door of the catalogue."""

from bandhu.catalog.actions.currencies import (
    add_currency,
    change_currency,
    choose_base_currency,
    remove_rate,
    set_rate,
    set_rates,
)

__all__ = [
    "add_currency",
    "change_currency",
    "choose_base_currency",
    "remove_rate",
    "set_rate",
    "set_rates",
]
