from .currencies import Currency, ExchangeRate
from .prices import DiscountLimit, PriceBook, PriceEntry
from .products import BundlePart, Product
from .taxes import TaxClass, TaxRate

__all__ = [
    "BundlePart",
    "Currency",
    "DiscountLimit",
    "ExchangeRate",
    "PriceBook",
    "PriceEntry",
    "Product",
    "TaxClass",
    "TaxRate",
]
