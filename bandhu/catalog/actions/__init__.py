"""The write door of the catalogue."""

from bandhu.catalog.actions.currencies import (
    add_currency,
    change_currency,
    choose_base_currency,
    remove_rate,
    set_rate,
    set_rates,
)
from bandhu.catalog.actions.file_trials import (
    drop_tried_files,
    keep_tried_file,
    try_prices,
    try_products,
)
from bandhu.catalog.actions.file_undoing import take_back_prices, take_back_products
from bandhu.catalog.actions.fiscal_years import set_fiscal_year
from bandhu.catalog.actions.price_files import bring_in_prices
from bandhu.catalog.actions.prices import (
    PriceRow,
    change_price_book,
    create_price_book,
    set_discount_limit,
    set_prices,
    set_role_limits,
)
from bandhu.catalog.actions.product_files import Brought, bring_in_products
from bandhu.catalog.actions.products import change_product, create_product, remove_part, set_part
from bandhu.catalog.actions.taxes import remove_tax_rate, set_tax_rate

__all__ = [
    "Brought",
    "PriceRow",
    "add_currency",
    "bring_in_prices",
    "bring_in_products",
    "change_currency",
    "change_price_book",
    "change_product",
    "choose_base_currency",
    "create_price_book",
    "create_product",
    "drop_tried_files",
    "keep_tried_file",
    "remove_part",
    "remove_rate",
    "remove_tax_rate",
    "set_discount_limit",
    "set_fiscal_year",
    "set_part",
    "set_prices",
    "set_rate",
    "set_rates",
    "set_role_limits",
    "set_tax_rate",
    "take_back_prices",
    "take_back_products",
    "try_prices",
    "try_products",
]
