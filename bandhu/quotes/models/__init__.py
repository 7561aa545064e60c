"""Tables of quotes and orders."""

from bandhu.catalog.models.priced import LINE_COLUMNS, RECURRING_COLUMNS, SUM_COLUMNS, PricedLine, PricedPaper
from bandhu.quotes.models.numbers import NumberSeries
from bandhu.quotes.models.orders import Order, OrderLine, OrderState
from bandhu.quotes.models.quotes import Acceptance, Quote, QuoteLine, QuoteState, QuoteVersion
from bandhu.quotes.models.templates import QuoteTemplate

__all__ = [
    "LINE_COLUMNS",
    "RECURRING_COLUMNS",
    "SUM_COLUMNS",
    "Acceptance",
    "NumberSeries",
    "Order",
    "OrderLine",
    "OrderState",
    "PricedLine",
    "PricedPaper",
    "Quote",
    "QuoteLine",
    "QuoteState",
    "QuoteTemplate",
    "QuoteVersion",
]
