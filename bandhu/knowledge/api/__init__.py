"""REST of knowledge."""

from bandhu.knowledge.api.articles import router as articles
from bandhu.knowledge.api.categories import router as categories

ROUTERS = [articles, categories]
