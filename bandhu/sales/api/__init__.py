"""REST of sales."""

from ninja import Router

from bandhu.sales.api.forecasts import router as forecasts
from bandhu.sales.api.lead_rules import router as lead_rules
from bandhu.sales.api.lead_setup import router as lead_setup
from bandhu.sales.api.leads import router as leads
from bandhu.sales.api.learned import router as learned
from bandhu.sales.api.lines import router as lines
from bandhu.sales.api.next_steps import router as next_steps
from bandhu.sales.api.opportunities import router as opportunities
from bandhu.sales.api.parts import router as parts
from bandhu.sales.api.reassigning import router as reassigning
from bandhu.sales.api.sequences import router as sequences
from bandhu.sales.api.setup import router as setup
from bandhu.sales.api.web_forms import router as web_forms

ROUTERS: list[Router] = [
    leads, lead_setup, lead_rules, web_forms, opportunities, lines, parts, setup, forecasts, reassigning, sequences, learned,
    next_steps,
]  # fmt: skip
