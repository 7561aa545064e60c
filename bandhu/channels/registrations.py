"""Everything channels plug into the house."""

from django.utils.translation import gettext_lazy as _

from bandhu.channels.acknowledgement import ACKNOWLEDGEMENT
from bandhu.channels.actions import ensure_letters, settle_counting
from bandhu.channels.help_requests import SEND_A_REQUEST
from bandhu.channels.importing.mailbox_files import MAILBOX
from bandhu.channels.importing.mails import MAILS
from bandhu.channels.models import Mail, MailRecipient
from bandhu.channels.personal import erase_mails, mails_of_contact
from bandhu.channels.personal_originals import erase_originals, originals_of_contact
from bandhu.channels.queries import notes_of_entries, sees_conversation, sees_kept, sees_mail, sees_message
from bandhu.channels.ready_letters import register_letter
from bandhu.customers.importing.kinds import register_import_kind
from bandhu.customers.imports.foreign import register_foreign_format
from bandhu.knowledge.help_actions import register_help_action
from bandhu.knowledge.portal import PortalSection, register_portal_section
from bandhu.platform.merging import pointing_at
from bandhu.platform.registries import (
    MenuEntry,
    PersonalData,
    RecordAction,
    register_entry_notes,
    register_file_owner,
    register_live_topic,
    register_menu_entry,
    register_merge_handler,
    register_permission,
    register_personal_data,
    register_record_action,
    register_seed,
)

_GROUP = _("Mail")
_WRITERS = {"manager": "branch", "sales": "team", "service": "everyone", "supervisor": "everyone"}

register_import_kind(MAILS)
register_foreign_format(MAILBOX)

register_permission(
    "channels.view_mail", _("See mails with customers"), group=_GROUP,
    granted={**_WRITERS, "marketing": "everyone", "read_only": "everyone"},
)  # fmt: skip
register_permission("channels.send_mail", _("Write mails to customers"), group=_GROUP, granted=_WRITERS)
register_permission(
    "channels.use_own_account", _("Connect an own mailbox"), group=_GROUP, has_reach=False,
    granted=dict.fromkeys(_WRITERS, "everyone"),
)  # fmt: skip
register_permission(
    "channels.manage_accounts", _("Set up mailboxes of teams and of the house"), group=_GROUP, has_reach=False
)
register_permission(
    "channels.manage_templates", _("Write letters to begin from"), group=_GROUP, has_reach=False,
    granted={"manager": "everyone", "marketing": "everyone", "supervisor": "everyone"},
)  # fmt: skip

register_letter(ACKNOWLEDGEMENT)
register_help_action(SEND_A_REQUEST)
register_menu_entry(
    MenuEntry(
        name="mails", label=_("Mail"), icon="mail", url_name="channels:mails",
        permission="channels.view_mail", group="work", position=25, hotkey="g m",
    )
)  # fmt: skip
register_menu_entry(
    MenuEntry(
        name="mail_accounts", label=_("Mail accounts"), icon="mail", url_name="channels:accounts",
        permission="channels.use_own_account", group="settings", position=40,
    )
)  # fmt: skip
register_permission(
    "channels.manage_channels", _("Connect chats, numbers and networks"), group=_("Channels"), has_reach=False
)
register_live_topic("chat-typing", sees_conversation)
register_file_owner("message", sees_message)
register_menu_entry(
    MenuEntry(
        name="channels", label=_("Channels"), icon="messages-square", url_name="channels:channels",
        permission="channels.manage_channels", group="settings", position=42,
    )
)  # fmt: skip
register_menu_entry(
    MenuEntry(
        name="mail_templates", label=_("Letters"), icon="file-pen-line", url_name="channels:templates",
        permission="channels.manage_templates", group="settings", position=41,
    )
)  # fmt: skip

for _kind in ("contact", "company"):
    register_record_action(
        RecordAction(
            kind=_kind, name="mail", label=_("Write"), url_name=f"channels:{_kind}_mail",
            permission="channels.send_mail", icon="mail", position=10,
        )
    )  # fmt: skip
    register_merge_handler(pointing_at(_kind, Mail, _kind))
register_merge_handler(pointing_at("contact", MailRecipient, "contact"))
register_personal_data(PersonalData("mails", _("Mails"), export=mails_of_contact, erase=erase_mails))
register_personal_data(
    PersonalData("originals", _("Kept as it came"), export=originals_of_contact, erase=erase_originals)
)
register_file_owner("mail", sees_mail)
register_file_owner("kept_mail", sees_kept)
register_entry_notes("channels", notes_of_entries)
register_seed(ensure_letters)
register_seed(settle_counting)
register_portal_section(
    PortalSection(
        name="privacy", label=_("Privacy"), icon="shield-check", position=80, url_name="channels:portal_privacy",
        text=_("What we may write to you about"),
    )
)  # fmt: skip
