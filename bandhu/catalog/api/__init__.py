"""REST on the two doors of the catalogue."""

from bandhu.catalog.api.currencies import router as currencies

ROUTERS = (currencies,)
