"""Everything inbox plugs into the house."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bandhu.inbox.built_in_steps import STEPS
from bandhu.inbox.kinds import CONVERSATION
from bandhu.inbox.models import Draft
from bandhu.inbox.personal import drafts_about_contact
from bandhu.inbox.search import MESSAGES
from bandhu.inbox.steps import register_step
from bandhu.platform.record_kinds import register_record_kind
from bandhu.platform.registries import (
    MenuEntry,
    Panel,
    PersonalData,
    Quick,
    RecordAction,
    register_file_owner,
    register_menu_entry,
    register_panel,
    register_permission,
    register_personal_data,
    register_quick_action,
    register_record_action,
    register_search_kind,
)

SEE = "interactions.view_conversation"

register_permission(
    "inbox.manage_shared",
    _("Look after the canned replies and macros of teams and of everybody"),
    group=_("Conversations"),
    has_reach=False,
    granted={"manager": "everyone", "supervisor": "everyone"},
)
for _step in STEPS:
    register_step(_step)

register_menu_entry(
    MenuEntry(
        name="inbox", label=_("Inbox"), icon="inbox", url_name="inbox:inbox", permission=SEE, group="work",
        position=5, hotkey="g i",
    )
)  # fmt: skip
register_menu_entry(
    MenuEntry(
        name="conversation_report", label=_("Conversations"), icon="messages-square", url_name="inbox:report", permission=SEE,
        group="insight", position=21,
    )
)  # fmt: skip
register_quick_action(
    Quick(
        name="inbox_replies", label=_("Canned replies"), icon="message-square-quote", url_name="inbox:canned_replies",
        permission="interactions.answer_conversation",
    )
)  # fmt: skip
register_record_action(
    RecordAction(
        kind="contact", name="beginning", label=_("Message"), url_name="inbox:contact_beginning",
        permission="interactions.answer_conversation", icon="message-square-text", position=11,
    )
)  # fmt: skip
for _kind in ("contact", "company"):
    register_panel(
        Panel(
            kind=_kind,
            name="conversations",
            title=_("Conversations"),
            url_name=f"inbox:{_kind}_conversations",
            permission=SEE,
            icon="messages-square",
            position=15,
        )
    )
register_search_kind(MESSAGES)
register_record_kind(CONVERSATION)


def _own_draft(user: Any, record_id: UUID) -> bool:
    return Draft.objects.filter(user=user, pk=record_id).exists()


register_file_owner("draft", _own_draft)
register_personal_data(PersonalData("drafts", _("Drafts to a customer"), export=drafts_about_contact))
