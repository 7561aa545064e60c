"""REST of knowledge."""

from bandhu.knowledge.api.articles import router as articles
from bandhu.knowledge.api.categories import router as categories
from bandhu.knowledge.api.reports import router as reports

ROUTERS = [articles, categories, reports]
