"""Everything interactions plugs into the house."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bandhu.customers.importing.kinds import register_import_kind
from bandhu.interactions.follow_up_search import FOLLOW_UPS
from bandhu.interactions.importing.follow_ups import FOLLOW_UPS as FOLLOW_UP_FILES
from bandhu.interactions.kinds import FOLLOW_UP
from bandhu.interactions.models import Conversation, FollowUp, Interaction, Message, Participant
from bandhu.interactions.personal import (
    conversations_of_contact,
    erase_conversations,
    erase_follow_ups,
    erase_interactions,
    follow_ups_of_contact,
    interactions_of_contact,
)
from bandhu.interactions.queries import follow_ups
from bandhu.interactions.search import INTERACTIONS
from bandhu.platform.merging import pointing_at
from bandhu.platform.record_kinds import register_audited, register_record_kind
from bandhu.platform.registries import (
    ListTool,
    MenuEntry,
    Panel,
    PersonalData,
    TimelineKind,
    register_file_owner,
    register_list_tool,
    register_live_topic,
    register_menu_entry,
    register_merge_handler,
    register_panel,
    register_permission,
    register_personal_data,
    register_search_kind,
    register_timeline_kind,
)

_GROUP = _("Timeline and follow-ups")
_READERS = {
    "manager": "branch",
    "sales": "team",
    "service": "everyone",
    "marketing": "everyone",
    "supervisor": "everyone",
    "read_only": "everyone",
}
_WRITERS = {"manager": "branch", "sales": "team", "service": "everyone", "supervisor": "everyone"}

register_permission("interactions.view_interaction", _("Read the timeline"), group=_GROUP, granted=_READERS)
register_permission("interactions.log_interaction", _("Log interactions"), group=_GROUP, granted=_WRITERS)
register_permission(
    "interactions.delete_interaction",
    _("Remove interactions"),
    group=_GROUP,
    granted={"manager": "branch", "supervisor": "everyone"},
)
register_permission("interactions.view_followup", _("See follow-ups"), group=_GROUP, granted=_READERS)
register_audited("interaction", Interaction, "interactions.view_interaction")
register_permission("interactions.plan_follow_up", _("Plan follow-ups"), group=_GROUP, granted=_WRITERS)
register_permission("interactions.change_follow_up", _("Change follow-ups"), group=_GROUP, granted=_WRITERS)

_TALK = _("Conversations")
register_permission("interactions.view_conversation", _("Read conversations"), group=_TALK, granted=_READERS)
register_permission(
    "interactions.answer_conversation", _("Answer in conversations"), group=_TALK, granted=_WRITERS
)
register_permission(
    "interactions.change_conversation",
    _("Close, put off and file conversations"),
    group=_TALK,
    granted=_WRITERS,
)
register_audited("conversation", Conversation, "interactions.view_conversation")


def _sees_message(user: Any, record_id: UUID) -> bool:
    return Message.objects.visible_to(user, "interactions.view_conversation").filter(pk=record_id).exists()


def _sees_conversation(user: Any, record_id: UUID) -> bool:
    rows = Conversation.objects.visible_to(user, "interactions.view_conversation")
    return rows.filter(pk=record_id).exists()


# What is enclosed with a message belongs to it: StoredFile(record_kind="message", record_id=<its id>).
register_file_owner("message", _sees_message)
register_live_topic("conversation", _sees_conversation)
# An inbox is told that something moved; what it may show, the scoped view decides.
register_live_topic("inbox", lambda user, _pk: user.holds("interactions.view_conversation"))

register_search_kind(INTERACTIONS)
register_search_kind(FOLLOW_UPS)
register_record_kind(FOLLOW_UP)
register_import_kind(FOLLOW_UP_FILES)
register_file_owner("follow_up", lambda user, pk: follow_ups(user).filter(pk=pk).exists())
for _tool in (
    ListTool("follow_up", _("Import"), "file-up", "customers:imports", "customers.import_contacts"),
    ListTool("follow_up", _("Export"), "download", "customers:export", "customers.export_contacts"),
):
    register_list_tool(_tool)

for _name, _label, _icon, _by_hand in (
    ("note", _("Note"), "sticky-note", True),
    ("call", pgettext_lazy("a telephone call", "Call"), "phone", True),
    ("mail", _("Mail"), "mail", True),
    ("message", _("Message"), "message-circle", True),
    ("meeting", _("Meeting"), "users", True),
    ("visit", _("Visit"), "map-pin", True),
    ("chat", _("Chat"), "messages-square", False),
    ("form", _("Form"), "clipboard-list", False),
    ("order", _("Order"), "shopping-cart", False),
    ("payment", _("Payment"), "credit-card", False),
    ("ticket", _("Ticket"), "ticket", False),
    ("campaign", _("Campaign"), "megaphone", False),
    ("page_view", _("Page view"), "eye", False),
    ("change", _("Change"), "git-commit-horizontal", False),
):
    register_timeline_kind(TimelineKind(_name, _label, _icon, _by_hand))

for _kind in ("contact", "company"):
    register_panel(
        Panel(
            kind=_kind,
            name="timeline",
            title=_("Timeline"),
            url_name=f"interactions:{_kind}_timeline",
            permission="interactions.view_interaction",
            icon="history",
            position=10,
        )
    )
    register_panel(
        Panel(
            kind=_kind,
            name="follow_ups",
            title=_("Next steps"),
            url_name=f"interactions:{_kind}_follow_ups",
            permission="interactions.view_followup",
            icon="list-todo",
            place="side",
            position=10,
        )
    )

register_menu_entry(
    MenuEntry(
        name="follow_ups",
        label=_("Follow-ups"),
        icon="list-todo",
        url_name="interactions:follow_ups",
        permission="interactions.view_followup",
        group="work",
        position=20,
        hotkey="g f",
    )
)

# What was said with somebody, and what is owed to them, goes with them into the record they are merged into.
for _kind in ("contact", "company"):
    register_merge_handler(pointing_at(_kind, Interaction, _kind))
    register_merge_handler(pointing_at(_kind, FollowUp, _kind))
    register_merge_handler(pointing_at(_kind, Conversation, _kind))
register_merge_handler(pointing_at("contact", Participant, "contact"))
register_personal_data(
    PersonalData("interactions", _("Timeline"), export=interactions_of_contact, erase=erase_interactions)
)
register_personal_data(
    PersonalData("follow_ups", _("Next steps"), export=follow_ups_of_contact, erase=erase_follow_ups)
)
register_personal_data(
    PersonalData(
        "conversations", _("Conversations"), export=conversations_of_contact, erase=erase_conversations
    )
)
