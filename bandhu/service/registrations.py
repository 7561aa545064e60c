"""Everything service plugs into the house."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bandhu.channels.ready_letters import register_letter
from bandhu.contact_center.work_kinds import register_work_kind
from bandhu.customers.importing.kinds import register_import_kind
from bandhu.customers.imports.foreign import register_foreign_format
from bandhu.inbox.steps import register_question, register_step
from bandhu.knowledge.portal import register_portal_section
from bandhu.platform.merging import pointing_at
from bandhu.platform.record_kinds import record_for, register_record_kind
from bandhu.platform.registries import (
    ListTool,
    MenuEntry,
    Panel,
    PersonalData,
    Quick,
    TimelineKind,
    register_file_owner,
    register_list_tool,
    register_live_topic,
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
from bandhu.service.importing.freshdesk import FRESHDESK
from bandhu.service.importing.kind import TICKETS as TICKET_FILES
from bandhu.service.importing.zendesk import ZENDESK
from bandhu.service.inbox_step import CLOSE_AND_SOLVE, MAKE_TICKET, TICKET_STILL_OPEN
from bandhu.service.kinds import TICKET
from bandhu.service.letters import PORTAL_ANSWER
from bandhu.service.macro_steps import TICKET_STEPS
from bandhu.service.models import Ticket
from bandhu.service.personal import forget_tickets, tickets_of_contact
from bandhu.service.portal import MY_TICKETS
from bandhu.service.ready_made import ensure_ticket_setup
from bandhu.service.search_documents import TICKETS as TICKET_DOCUMENTS
from bandhu.service.work_kind import TICKETS

_GROUP = _("Service")
_WORKERS = {"manager": "branch", "service": "everyone", "supervisor": "everyone"}

register_permission(
    "service.view_ticket", _("See tickets"), group=_GROUP,
    granted={**_WORKERS, "sales": "team", "marketing": "everyone", "read_only": "everyone"},
)  # fmt: skip
register_permission(
    "service.create_ticket", _("Open tickets"), group=_GROUP, has_reach=False,
    granted={"manager": "everyone", "sales": "everyone", "service": "everyone", "supervisor": "everyone"},
)  # fmt: skip
register_permission(
    "service.change_ticket", _("Work on tickets: change, give away, merge, solve"), group=_GROUP,
    granted={**_WORKERS, "sales": "own"},
)  # fmt: skip
register_permission(
    "service.delete_ticket", _("Delete tickets"), group=_GROUP, granted={"manager": "branch", "supervisor": "everyone"}
)  # fmt: skip
register_permission(
    "service.manage_service", _("Set up types, statuses, priorities and service levels of tickets"), group=_GROUP,
    has_reach=False, granted={"supervisor": "everyone"},
)  # fmt: skip

register_record_kind(TICKET)
register_search_kind(TICKET_DOCUMENTS)
register_work_kind(TICKETS)
register_seed(ensure_ticket_setup)
register_portal_section(MY_TICKETS)
register_letter(PORTAL_ANSWER)
register_step(MAKE_TICKET)
register_step(CLOSE_AND_SOLVE)
for _step in TICKET_STEPS:
    register_step(_step)
register_question(TICKET_STILL_OPEN)
register_import_kind(TICKET_FILES)
register_foreign_format(ZENDESK)
register_foreign_format(FRESHDESK)


def _sees_ticket(user: Any, record_id: UUID) -> bool:
    return record_for(user, "ticket", record_id) is not None


register_file_owner("ticket", _sees_ticket)


def _sees_tickets(user: Any, _none: UUID) -> bool:
    return bool(user.holds("service.view_ticket"))


register_live_topic("tickets", _sees_tickets)

register_menu_entry(
    MenuEntry(
        name="tickets", label=_("Tickets"), icon="ticket", url_name="service:tickets",
        permission="service.view_ticket", group="work", position=22, hotkey="g t",
    )
)  # fmt: skip
register_menu_entry(
    MenuEntry(
        name="service_setup", label=_("Tickets and service levels"), icon="alarm-clock", url_name="service:setup",
        permission="service.manage_service", group="settings", position=50,
    )
)  # fmt: skip
register_menu_entry(
    MenuEntry(
        name="service_reports", label=_("Service"), icon="chart-bar", url_name="service:reports",
        permission="service.view_ticket", group="insight", position=20,
    )
)  # fmt: skip
register_quick_action(
    Quick(
        name="new_ticket", label=_("New ticket"), icon="ticket", url_name="service:ticket_new",
        permission="service.create_ticket", words="case issue support complaint create",
    )
)  # fmt: skip
for _kind in ("contact", "company"):
    register_panel(
        Panel(
            kind=_kind, name="tickets", title=_("Tickets"), url_name=f"service:{_kind}_tickets",
            permission="service.view_ticket", icon="ticket", position=13,
        )
    )  # fmt: skip
    register_merge_handler(pointing_at(_kind, Ticket, _kind))
register_panel(
    Panel(
        kind="conversation", name="ticket", title=_("Ticket"), url_name="service:conversation_ticket",
        permission="service.view_ticket", icon="ticket",
    )
)  # fmt: skip
register_personal_data(PersonalData("tickets", _("Tickets"), export=tickets_of_contact, erase=forget_tickets))
register_list_tool(
    ListTool("ticket", _("Export"), "download", "customers:export", "customers.export_contacts")
)
register_list_tool(
    ListTool("ticket", _("Import"), "file-up", "customers:imports", "customers.import_contacts")
)
register_list_tool(ListTool("ticket", _("Board"), "square-kanban", "service:board", "service.view_ticket"))
register_list_tool(ListTool("ticket", _("Bin"), "trash-2", "service:bin", "service.delete_ticket"))
for _name, _label, _icon in (
    ("ticket_opened", _("Ticket opened"), "ticket"),
    ("ticket_solved", _("Ticket solved"), "ticket-check"),
):
    register_timeline_kind(TimelineKind(_name, _label, _icon))
