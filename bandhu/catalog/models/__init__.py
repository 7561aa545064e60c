from .brought import BroughtFile, BroughtRow
from .currencies import Currency, ExchangeRate
from .papers import CustomerPaper
from .periods import MOST_TIMES, PER_YEAR, Period, a_month_of, a_year_of
from .priced import (
    LINE_COLUMNS,
    RECURRING_COLUMNS,
    SUM_COLUMNS,
    PaperSums,
    PricedLine,
    PricedPaper,
    RecurringLine,
)
from .prices import DiscountLimit, PriceBook, PriceEntry
from .products import BundlePart, Product
from .taxes import TaxClass, TaxRate

__all__ = [
    "LINE_COLUMNS",
    "MOST_TIMES",
    "PER_YEAR",
    "RECURRING_COLUMNS",
    "SUM_COLUMNS",
    "BroughtFile",
    "BroughtRow",
    "BundlePart",
    "Currency",
    "CustomerPaper",
    "DiscountLimit",
    "ExchangeRate",
    "PaperSums",
    "Period",
    "PriceBook",
    "PriceEntry",
    "PricedLine",
    "PricedPaper",
    "Product",
    "RecurringLine",
    "TaxClass",
    "TaxRate",
    "a_month_of",
    "a_year_of",
]
