"""The routers of all apps, in the order of the documentation."""

from ninja import Router

from bandhu.identity.api import router as identity
from bandhu.interactions.api import router as interactions

ROUTERS: list[Router] = [identity, interactions]
