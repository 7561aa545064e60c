"""Everything feedback plugs into the house."""

from django.utils.translation import gettext_lazy as _

from bandhu.channels.ready_letters import register_letter
from bandhu.feedback.letters import FEEDBACK_LETTER
from bandhu.feedback.models import Asking
from bandhu.feedback.personal import askings_of_contact, erase_askings
from bandhu.platform.merging import pointing_at
from bandhu.platform.record_kinds import register_audited
from bandhu.platform.registries import (
    MenuEntry,
    Panel,
    PersonalData,
    TimelineKind,
    register_menu_entry,
    register_merge_handler,
    register_panel,
    register_permission,
    register_personal_data,
    register_timeline_kind,
)

_GROUP = _("Feedback")
_READERS = {"manager": "branch", "sales": "team", "service": "own", "supervisor": "everyone"}

register_permission(
    "feedback.view_asking", _("Read customers' feedback"), group=_GROUP,
    granted={**_READERS, "marketing": "everyone", "read_only": "everyone"},
)  # fmt: skip
register_permission(
    "feedback.ask", _("Ask customers for feedback"), group=_GROUP,
    granted={"manager": "branch", "supervisor": "everyone"},
)  # fmt: skip
register_permission(
    "feedback.manage_surveys", _("Write surveys"), group=_GROUP, has_reach=False,
    granted={"supervisor": "everyone"},
)  # fmt: skip
register_audited("asking", Asking, "feedback.view_asking")
register_letter(FEEDBACK_LETTER)
register_timeline_kind(TimelineKind("feedback", _("Feedback"), "smile", False))
register_menu_entry(
    MenuEntry(
        name="feedback", label=_("Feedback"), icon="smile", url_name="feedback:results",
        permission="feedback.view_asking", group="work", position=45,
    )
)  # fmt: skip
register_menu_entry(
    MenuEntry(
        name="surveys", label=_("Surveys"), icon="smile-plus", url_name="feedback:surveys",
        permission="feedback.manage_surveys", group="settings", position=46,
    )
)  # fmt: skip
register_panel(
    Panel(
        kind="contact", name="feedback", title=_("Feedback"), url_name="feedback:contact_panel",
        permission="feedback.view_asking", icon="smile", place="side", position=60,
    )
)  # fmt: skip
register_merge_handler(pointing_at("contact", Asking, "contact"))
register_merge_handler(pointing_at("company", Asking, "company"))
register_personal_data(
    PersonalData("feedback", _("Feedback"), export=askings_of_contact, erase=erase_askings)
)
