"""Everything calendars plugs into the house."""

from django.utils.translation import gettext_lazy as _

from bandhu.calendars.chat_hours import is_business_time
from bandhu.calendars.kinds import BOOKING as BOOKINGS
from bandhu.calendars.kinds import MEETING
from bandhu.calendars.letters import LETTERS
from bandhu.calendars.models import Attendee, Booking, Meeting
from bandhu.calendars.personal import (
    bookings_of_contact,
    forget_bookings,
    forget_meetings,
    meetings_of_contact,
)
from bandhu.calendars.portal_sections import APPOINTMENTS, BOOKING
from bandhu.calendars.queries import bookings_within, meetings
from bandhu.calendars.ready_made import ensure_business_calendars
from bandhu.calendars.search import BOOKINGS as FOUND_BOOKINGS
from bandhu.calendars.search import MEETINGS
from bandhu.channels.availability import register_availability
from bandhu.channels.ready_letters import register_letter
from bandhu.knowledge.help_actions import register_help_action
from bandhu.knowledge.portal import register_portal_section
from bandhu.platform.merging import pointing_at
from bandhu.platform.record_kinds import register_record_kind
from bandhu.platform.registries import (
    ListTool,
    MenuEntry,
    Panel,
    PersonalData,
    Quick,
    TimelineKind,
    register_file_owner,
    register_list_tool,
    register_menu_entry,
    register_merge_handler,
    register_panel,
    register_permission,
    register_personal_data,
    register_quick_action,
    register_search_kind,
    register_seed,
    register_timeline_kind,
)

for _one in LETTERS:
    register_letter(_one)

_GROUP = _("Calendar")
_WRITERS = {"manager": "branch", "sales": "team", "service": "everyone", "supervisor": "everyone"}
_PLANNERS = dict.fromkeys(_WRITERS, "everyone")

register_permission(
    "calendars.view_meeting", _("See meetings"), group=_GROUP, granted={**_WRITERS, "read_only": "everyone"}
)
register_permission(
    "calendars.plan_meeting", _("Plan meetings"), group=_GROUP, has_reach=False, granted=_PLANNERS
)
register_permission(
    "calendars.change_meeting", _("Change, move, cancel and hold meetings"), group=_GROUP, granted=_WRITERS
)

register_permission(
    "calendars.manage_business_calendars",
    _("Set up business calendars"),
    group=_GROUP,
    has_reach=False,
    granted={"supervisor": "everyone"},
)
register_seed(ensure_business_calendars)
register_menu_entry(
    MenuEntry(
        name="business_calendars", label=_("Business calendars"), icon="calendar-clock", url_name="calendars:business_calendars",
        permission="calendars.manage_business_calendars", group="settings", position=52,
    )
)  # fmt: skip

_OFFERING = _("Booking pages")
register_permission(
    "calendars.view_bookingpage", _("See booking pages and their bookings"), group=_OFFERING, granted=_WRITERS
)
register_permission(
    "calendars.create_bookingpage",
    _("Make booking pages"),
    group=_OFFERING,
    has_reach=False,
    granted=_PLANNERS,
)
register_permission(
    "calendars.change_bookingpage", _("Change booking pages, and offer the time of colleagues within reach"),
    group=_OFFERING, granted={"manager": "branch", "sales": "own", "service": "own", "supervisor": "everyone"},
)  # fmt: skip
register_timeline_kind(TimelineKind("booking", _("Meeting booked"), "calendar-check"))

register_menu_entry(
    MenuEntry(
        name="calendar", label=_("Calendar"), icon="calendar-days", url_name="calendars:calendar",
        permission="calendars.view_meeting", group="work", position=25, hotkey="g k",
    )
)  # fmt: skip
register_quick_action(
    Quick(
        name="new_meeting", label=_("Plan a meeting"), icon="calendar-plus", url_name="calendars:planning",
        permission="calendars.plan_meeting", words="appointment call calendar create",
    )
)  # fmt: skip
register_search_kind(MEETINGS)
register_search_kind(FOUND_BOOKINGS)
register_record_kind(MEETING)
register_record_kind(BOOKINGS)
register_file_owner("meeting", lambda user, pk: meetings(user).filter(pk=pk).exists())
register_file_owner("booking", lambda user, pk: bookings_within(user).filter(pk=pk).exists())
for _name in ("meeting", "booking"):
    register_list_tool(
        ListTool(_name, _("Export"), "download", "customers:export", "customers.export_contacts")
    )
for _kind in ("contact", "company"):
    register_panel(
        Panel(
            kind=_kind, name="meetings", title=_("Meetings"), url_name=f"calendars:{_kind}_meetings",
            permission="calendars.view_meeting", icon="calendar-days", place="side", position=12,
        )
    )  # fmt: skip
    register_merge_handler(pointing_at(_kind, Meeting, _kind))
register_merge_handler(pointing_at("contact", Attendee, "contact"))
register_personal_data(
    PersonalData("meetings", _("Meetings"), export=meetings_of_contact, erase=forget_meetings)
)
register_merge_handler(pointing_at("contact", Booking, "contact"))
register_personal_data(
    PersonalData("bookings", _("Bookings"), export=bookings_of_contact, erase=forget_bookings)
)
register_portal_section(APPOINTMENTS)
register_help_action(BOOKING)
register_availability(is_business_time)
