"""REST of calendars."""

from bandhu.calendars.api.calendar import router

__all__ = ["router"]
