"""REST on the two doors of the catalogue."""

from bandhu.catalog.api.currencies import router as currencies
from bandhu.catalog.api.files import router as files
from bandhu.catalog.api.limits import router as limits
from bandhu.catalog.api.prices import router as prices
from bandhu.catalog.api.products import router as products

ROUTERS = (currencies, products, prices, files, limits)
