"""REST of quotes and orders."""

from ninja import Router

from bandhu.quotes.api.orders import router as orders
from bandhu.quotes.api.quotes import router as quotes
from bandhu.quotes.api.steps import router as steps
from bandhu.quotes.api.templates import router as templates

ROUTERS: list[Router] = [quotes, steps, orders, templates]
