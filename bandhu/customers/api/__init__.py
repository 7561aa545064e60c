"""REST on the two doors of customers."""

from bandhu.customers.api.companies import router as companies
from bandhu.customers.api.contacts import router as contacts
from bandhu.customers.api.duplicates import router as duplicates
from bandhu.customers.api.exports import router as exports
from bandhu.customers.api.imports import router as imports
from bandhu.customers.api.personal_data import router as personal_data
from bandhu.customers.api.tags import router as tags

ROUTERS = (contacts, companies, personal_data, tags, duplicates, imports, exports)
