"""REST of sales."""

from ninja import Router

from bandhu.sales.api.forecasts import router as forecasts
from bandhu.sales.api.leads import router as leads
from bandhu.sales.api.opportunities import router as opportunities
from bandhu.sales.api.reassigning import router as reassigning

ROUTERS: list[Router] = [leads, opportunities, forecasts, reassigning]
