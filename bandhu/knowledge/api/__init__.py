"""REST of knowledge."""

from bandhu.knowledge.api.articles import router as articles
from bandhu.knowledge.api.categories import router as categories
from bandhu.knowledge.api.files import router as files
from bandhu.knowledge.api.reports import router as reports
from bandhu.knowledge.api.setup import router as setup
from bandhu.knowledge.api.steps import router as steps

# What has a name of its own under /articles stands before what is named by an id.
ROUTERS = [files, articles, categories, reports, setup, steps]
