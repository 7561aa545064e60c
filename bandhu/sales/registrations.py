"""Everything sales plugs into the house."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bandhu.calendars.days_away import register_days_away
from bandhu.customers.importing.kinds import register_import_kind
from bandhu.inbox.steps import register_step
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
    register_home_figures,
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
from bandhu.sales.enrolment_merging import ENROLMENTS
from bandhu.sales.home_figures import sales_figures
from bandhu.sales.importing.leads import LEADS as LEAD_FILES
from bandhu.sales.importing.opportunities import OPPORTUNITIES as OPPORTUNITY_FILES
from bandhu.sales.inbox_step import MAKE_LEAD
from bandhu.sales.kinds import OPPORTUNITY
from bandhu.sales.lead_figures import lead_figures
from bandhu.sales.lead_kind import LEAD
from bandhu.sales.models import Lead, Opportunity
from bandhu.sales.personal import (
    forget_contact,
    forget_leads,
    leads_of_contact,
    opportunities_of_contact,
    sequences_of_contact,
)
from bandhu.sales.queries.assigning import days_absent
from bandhu.sales.ready_made import ensure_lead_lists, ensure_pipeline
from bandhu.sales.search_documents import LEADS, OPPORTUNITIES
from bandhu.sales.search_setups import SEQUENCES, TERRITORIES
from bandhu.sales.stakeholder_merging import STAKEHOLDERS

_GROUP = _("Sales")
_WRITERS = {"manager": "branch", "sales": "team"}

register_permission(
    "sales.view_opportunity", _("See opportunities"), group=_GROUP,
    granted={**_WRITERS, "service": "everyone", "supervisor": "everyone", "read_only": "everyone"},
)  # fmt: skip
register_permission(
    "sales.create_opportunity", _("Create opportunities"), group=_GROUP, has_reach=False,
    granted={"manager": "everyone", "sales": "everyone"},
)  # fmt: skip
register_permission(
    "sales.change_opportunity", _("Change and move opportunities"), group=_GROUP, granted=_WRITERS
)
register_permission(
    "sales.delete_opportunity", _("Delete opportunities"), group=_GROUP, granted={"manager": "branch"}
)
register_permission(
    "sales.view_forecast", _("See the forecast and quotas"), group=_GROUP,
    granted={"manager": "branch", "sales": "team", "read_only": "everyone"},
)  # fmt: skip
register_permission(
    "sales.manage_forecast",
    _("Set quotas and adjust the forecast"),
    group=_GROUP,
    granted={"manager": "branch"},
)
register_permission(
    "sales.manage_territories", _("Set up and apply territories"), group=_GROUP, has_reach=False
)
register_permission(
    "sales.hand_over_book",
    _("Hand over the book of somebody who is away"),
    group=_GROUP,
    granted={"manager": "branch"},
)
register_permission(
    "sales.manage_pipelines", _("Set up pipelines, stages and reasons"), group=_GROUP, has_reach=False
)
register_permission(
    "sales.view_lead", _("See leads"), group=_GROUP,
    granted={**_WRITERS, "marketing": "everyone", "service": "everyone", "supervisor": "everyone", "read_only": "everyone"},
)  # fmt: skip
register_permission(
    "sales.create_lead", _("Write down leads"), group=_GROUP, has_reach=False,
    granted={"manager": "everyone", "sales": "everyone", "service": "everyone", "marketing": "everyone"},
)  # fmt: skip
register_permission(
    "sales.change_lead", _("Work on leads: change, give away, convert, close"), group=_GROUP, granted=_WRITERS
)
register_permission("sales.delete_lead", _("Delete leads"), group=_GROUP, granted={"manager": "branch"})
register_permission(
    "sales.manage_leads", _("Set up web forms, sources, assignment and scores of leads"), group=_GROUP, has_reach=False
)  # fmt: skip

register_permission(
    "sales.view_enrolment", _("See sequences and who is in them"), group=_GROUP, granted=_WRITERS
)
register_permission(
    "sales.change_enrolment", _("Pause sequences and take people out"), group=_GROUP, granted=_WRITERS
)
register_permission(
    "sales.manage_sequences",
    _("Set up sequences"),
    group=_GROUP,
    has_reach=False,
    granted={"manager": "everyone"},
)

register_record_kind(OPPORTUNITY)
register_record_kind(LEAD)
register_import_kind(LEAD_FILES)
register_import_kind(OPPORTUNITY_FILES)
register_search_kind(OPPORTUNITIES)
register_search_kind(LEADS)
register_search_kind(SEQUENCES)
register_search_kind(TERRITORIES)
register_seed(ensure_pipeline)
register_seed(ensure_lead_lists)
register_home_figures(sales_figures)
register_home_figures(lead_figures)
register_days_away(days_absent)


def _sees_opportunity(user: Any, record_id: UUID) -> bool:
    return record_for(user, "opportunity", record_id) is not None


def _sees_lead(user: Any, record_id: UUID) -> bool:
    return record_for(user, "lead", record_id) is not None


register_file_owner("opportunity", _sees_opportunity)
register_file_owner("lead", _sees_lead)
# A board is told that something moved; which cards it may show, the scoped view decides.
register_live_topic("pipeline", lambda user, _pk: user.holds("sales.view_opportunity"))

register_menu_entry(
    MenuEntry(
        name="leads", label=_("Leads"), icon="inbox", url_name="sales:leads",
        permission="sales.view_lead", group="sales", position=10, hotkey="g l",
    )
)  # fmt: skip
register_menu_entry(
    MenuEntry(
        name="lead_setup", label=_("Leads"), icon="inbox", url_name="sales:lead_setup",
        permission="sales.manage_leads", group="settings", position=44,
    )
)  # fmt: skip
register_menu_entry(
    MenuEntry(
        name="board", label=_("Pipeline"), icon="square-kanban", url_name="sales:board",
        permission="sales.view_opportunity", group="work", position=30, hotkey="g p",
    )
)  # fmt: skip
register_menu_entry(
    MenuEntry(
        name="opportunities", label=_("Opportunities"), icon="handshake", url_name="sales:opportunities",
        permission="sales.view_opportunity", group="sales", position=20,
    )
)  # fmt: skip
register_menu_entry(
    MenuEntry(
        name="analysis", label=_("Pipeline analysis"), icon="chart-no-axes-combined", url_name="sales:analysis",
        permission="sales.view_opportunity", group="insight", position=10, hotkey="g a",
    )
)  # fmt: skip
register_menu_entry(
    MenuEntry(
        name="selection", label=_("Selection"), icon="sparkles", url_name="sales:selection",
        permission="sales.view_opportunity", group="insight", position=14,
    )
)  # fmt: skip
register_menu_entry(
    MenuEntry(
        name="forecast", label=_("Forecast"), icon="telescope", url_name="sales:forecast",
        permission="sales.view_forecast", group="insight", position=12,
    )
)  # fmt: skip
register_menu_entry(
    MenuEntry(
        name="territories", label=_("Territories"), icon="map", url_name="sales:territories",
        permission="sales.manage_territories", group="settings", position=46,
    )
)  # fmt: skip
register_menu_entry(
    MenuEntry(
        name="hand_overs", label=_("Hand-overs"), icon="users-round", url_name="sales:hand_overs",
        permission="sales.hand_over_book", group="settings", position=47,
    )
)  # fmt: skip
register_menu_entry(
    MenuEntry(
        name="pipelines", label=_("Pipelines"), icon="workflow", url_name="sales:pipelines",
        permission="sales.manage_pipelines", group="settings", position=45,
    )
)  # fmt: skip
for _kind in ("contact", "company"):
    register_panel(
        Panel(
            kind=_kind, name="opportunities", title=_("Opportunities"), url_name=f"sales:{_kind}_opportunities",
            permission="sales.view_opportunity", icon="handshake", position=15,
        )
    )  # fmt: skip
    register_panel(
        Panel(
            kind=_kind, name="leads", title=_("Leads"), url_name=f"sales:{_kind}_leads",
            permission="sales.view_lead", icon="inbox", position=14,
        )
    )  # fmt: skip
    register_merge_handler(pointing_at(_kind, Opportunity, _kind))
    register_merge_handler(pointing_at(_kind, Lead, _kind))
register_panel(
    Panel(
        kind="conversation", name="lead", title=_("Lead"), url_name="sales:conversation_lead", permission="sales.view_lead",
        icon="user-round-plus",
    )
)  # fmt: skip
register_step(MAKE_LEAD)
register_merge_handler(STAKEHOLDERS)
register_merge_handler(ENROLMENTS)
register_panel(
    Panel(
        kind="contact", name="sequences", title=_("Sequences"), url_name="sales:contact_enrolments",
        permission="sales.view_enrolment", icon="list-ordered", place="side", position=14,
    )
)  # fmt: skip
register_menu_entry(
    MenuEntry(
        name="sequences", label=_("Sequences"), icon="list-ordered", url_name="sales:sequences",
        permission="sales.view_enrolment", group="sales", position=40,
    )
)  # fmt: skip
register_personal_data(PersonalData("sequences", _("Sequences"), export=sequences_of_contact))
register_personal_data(
    PersonalData("opportunities", _("Opportunities"), export=opportunities_of_contact, erase=forget_contact)
)
register_personal_data(PersonalData("leads", _("Leads"), export=leads_of_contact, erase=forget_leads))
register_quick_action(
    Quick(
        name="new_lead", label=_("New lead"), icon="inbox", url_name="sales:lead_new",
        permission="sales.create_lead", words="enquiry request create",
    )
)  # fmt: skip
for _kind in ("lead", "opportunity"):
    register_list_tool(
        ListTool(_kind, _("Import"), "file-up", "customers:imports", "customers.import_contacts")
    )
    register_list_tool(
        ListTool(_kind, _("Export"), "download", "customers:export", "customers.export_contacts")
    )
register_list_tool(ListTool("opportunity", _("Bin"), "trash-2", "sales:bin", "sales.delete_opportunity"))
register_list_tool(ListTool("lead", _("Bin"), "trash-2", "sales:lead_bin", "sales.delete_lead"))
register_quick_action(
    Quick(
        name="new_opportunity", label=_("New opportunity"), icon="handshake", url_name="sales:opportunity_new",
        permission="sales.create_opportunity", words="deal sale create",
    )
)  # fmt: skip
for _name, _label, _icon in (
    ("lead_received", _("Enquiry"), "inbox"),
    ("opportunity_moved", _("Opportunity moved"), "arrow-right-left"),
    ("opportunity_won", _("Opportunity won"), "trophy"),
    ("opportunity_lost", _("Opportunity lost"), "circle-x"),
):
    register_timeline_kind(TimelineKind(_name, _label, _icon))
