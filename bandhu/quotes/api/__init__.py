"""REST of quotes and orders."""

from ninja import Router

from bandhu.quotes.api.orders import router as orders
from bandhu.quotes.api.quotes import router as quotes

ROUTERS: list[Router] = [quotes, orders]
