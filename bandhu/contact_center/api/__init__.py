"""REST of the contact center."""

from bandhu.contact_center.api.routing import router

__all__ = ["router"]
