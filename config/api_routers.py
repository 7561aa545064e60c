"""The routers of all apps, in the order of the documentation."""

from ninja import Router

from bandhu.identity.api import router as identity

ROUTERS: list[Router] = [identity]
