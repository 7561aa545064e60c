"""Everything sales plugs into the house."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bandhu.platform.merging import pointing_at
from bandhu.platform.record_kinds import record_for, register_record_kind
from bandhu.platform.registries import (
    MenuEntry,
    Panel,
    PersonalData,
    Quick,
    TimelineKind,
    register_file_owner,
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
from bandhu.sales.kinds import OPPORTUNITY
from bandhu.sales.models import Opportunity, Stakeholder
from bandhu.sales.personal import forget_contact, opportunities_of_contact
from bandhu.sales.ready_made import ensure_pipeline
from bandhu.sales.search_documents import OPPORTUNITIES

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
    "sales.manage_pipelines", _("Set up pipelines, stages and reasons"), group=_GROUP, has_reach=False
)

register_record_kind(OPPORTUNITY)
register_search_kind(OPPORTUNITIES)
register_seed(ensure_pipeline)


def _sees_opportunity(user: Any, record_id: UUID) -> bool:
    return record_for(user, "opportunity", record_id) is not None


register_file_owner("opportunity", _sees_opportunity)
# A board is told that something moved; which cards it may show, the scoped view decides.
register_live_topic("pipeline", lambda user, _pk: user.holds("sales.view_opportunity"))

register_menu_entry(
    MenuEntry(
        name="board", label=_("Pipeline"), icon="square-kanban", url_name="sales:board",
        permission="sales.view_opportunity", group="work", position=30, hotkey="g p",
    )
)  # fmt: skip
register_menu_entry(
    MenuEntry(
        name="opportunities", label=_("Opportunities"), icon="handshake", url_name="sales:opportunities",
        permission="sales.view_opportunity", position=30,
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
    register_merge_handler(pointing_at(_kind, Opportunity, _kind))
register_merge_handler(pointing_at("contact", Stakeholder, "contact"))
register_personal_data(
    PersonalData("opportunities", _("Opportunities"), export=opportunities_of_contact, erase=forget_contact)
)
register_quick_action(
    Quick(
        name="new_opportunity", label=_("New opportunity"), icon="handshake", url_name="sales:opportunity_new",
        permission="sales.create_opportunity", words="deal sale create",
    )
)  # fmt: skip
for _name, _label, _icon in (
    ("opportunity_moved", _("Opportunity moved"), "arrow-right-left"),
    ("opportunity_won", _("Opportunity won"), "trophy"),
    ("opportunity_lost", _("Opportunity lost"), "circle-x"),
):
    register_timeline_kind(TimelineKind(_name, _label, _icon))
