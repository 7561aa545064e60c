"""REST of calendars."""

from ninja import Router

from bandhu.calendars.api.accounts import router as accounts
from bandhu.calendars.api.booking import router as booking
from bandhu.calendars.api.calendar import router as calendar
from bandhu.calendars.api.hours import router as hours

ROUTERS: list[Router] = [calendar, booking, accounts, hours]
