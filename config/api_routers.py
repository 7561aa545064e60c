"""The routers of all apps, in the order of the documentation."""

from ninja import Router

ROUTERS: list[Router] = []
