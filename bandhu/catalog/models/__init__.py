from .currencies import Currency, ExchangeRate
from .priced import LINE_COLUMNS, SUM_COLUMNS, PricedLine, PricedPaper
from .prices import DiscountLimit, PriceBook, PriceEntry
from .products import BundlePart, Product
from .taxes import TaxClass, TaxRate

__all__ = [
    "LINE_COLUMNS",
    "SUM_COLUMNS",
    "BundlePart",
    "Currency",
    "DiscountLimit",
    "ExchangeRate",
    "PriceBook",
    "PriceEntry",
    "PricedLine",
    "PricedPaper",
    "Product",
    "TaxClass",
    "TaxRate",
]
