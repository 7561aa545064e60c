"""The routers of all apps, in the order of the documentation."""

from ninja import Router

from bandhu.customers.api import ROUTERS as CUSTOMERS
from bandhu.identity.api import router as identity
from bandhu.interactions.api import router as interactions
from bandhu.privacy.api import router as privacy

ROUTERS: list[Router] = [identity, *CUSTOMERS, privacy, interactions]
