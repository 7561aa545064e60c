"""REST of sales."""

from ninja import Router

from bandhu.sales.api.forecasts import router as forecasts
from bandhu.sales.api.leads import router as leads
from bandhu.sales.api.learned import router as learned
from bandhu.sales.api.lines import router as lines
from bandhu.sales.api.opportunities import router as opportunities
from bandhu.sales.api.reassigning import router as reassigning
from bandhu.sales.api.sequences import router as sequences

ROUTERS: list[Router] = [leads, opportunities, lines, forecasts, reassigning, sequences, learned]
