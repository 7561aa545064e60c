"""REST of knowledge."""

from bandhu.knowledge.api.articles import router as articles
from bandhu.knowledge.api.categories import router as categories
from bandhu.knowledge.api.reports import router as reports
from bandhu.knowledge.api.setup import router as setup
from bandhu.knowledge.api.steps import router as steps

ROUTERS = [articles, categories, reports, setup, steps]
