"""Everything quotes and orders plug into the house."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bandhu.channels.ready_letters import register_letter
from bandhu.customers.importing.kinds import register_import_kind
from bandhu.knowledge.portal import register_portal_section
from bandhu.platform.merging import pointing_at
from bandhu.platform.record_kinds import record_for, register_field, register_record_kind
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
    register_timeline_kind,
)
from bandhu.quotes.importing.orders import ORDERS as ORDER_FILES
from bandhu.quotes.importing.quotes import QUOTES as QUOTE_FILES
from bandhu.quotes.kinds import ACCEPTED, ORDER, QUOTE
from bandhu.quotes.letters import QUOTE_LETTER
from bandhu.quotes.models import Order, Quote
from bandhu.quotes.personal import forget_quotes, quotes_of_contact
from bandhu.quotes.portal_sections import OWN_QUOTES
from bandhu.quotes.search_documents import ORDERS, QUOTES

_GROUP = _("Quotes and orders")
_WRITERS = {"manager": "branch", "sales": "team"}
_READERS = {"service": "everyone", "supervisor": "everyone", "read_only": "everyone"}

register_permission("quotes.view_quote", _("See quotes"), group=_GROUP, granted={**_WRITERS, **_READERS})
register_permission(
    "quotes.create_quote", _("Write quotes"), group=_GROUP, has_reach=False,
    granted={"manager": "everyone", "sales": "everyone"},
)  # fmt: skip
register_permission(
    "quotes.change_quote", _("Change, send and settle quotes"), group=_GROUP, granted=_WRITERS
)
register_permission(
    "quotes.approve_quote", _("Approve discounts of quotes"), group=_GROUP, granted={"manager": "branch"}
)
register_permission("quotes.delete_quote", _("Delete drafts of quotes"), group=_GROUP, granted=_WRITERS)
register_permission("quotes.manage_templates", _("Set up how quotes look"), group=_GROUP, has_reach=False)
register_permission("quotes.view_order", _("See orders"), group=_GROUP, granted={**_WRITERS, **_READERS})
register_permission(
    "quotes.change_order", _("Change and cancel orders"), group=_GROUP, granted={"manager": "branch"}
)

register_letter(QUOTE_LETTER)
register_record_kind(QUOTE)
register_record_kind(ORDER)
register_field("opportunity", ACCEPTED)
register_search_kind(QUOTES)
register_search_kind(ORDERS)


def _sees(kind: str) -> Any:
    def sees(user: Any, record_id: UUID) -> bool:
        return record_for(user, kind, record_id) is not None

    return sees


register_file_owner("quote", _sees("quote"))
register_file_owner("order", _sees("order"))
# The logo stands on papers that go out to everybody.
register_file_owner("quote_template", lambda user, _pk: user.holds("quotes.view_quote"))

register_menu_entry(
    MenuEntry(
        name="quotes", label=_("Quotes"), icon="file-text", url_name="quotes:quotes",
        permission="quotes.view_quote", group="sales", position=32, hotkey="g q",
    )
)  # fmt: skip
register_menu_entry(
    MenuEntry(
        name="orders", label=_("Orders"), icon="package-check", url_name="quotes:orders",
        permission="quotes.view_order", group="sales", position=33,
    )
)  # fmt: skip
register_menu_entry(
    MenuEntry(
        name="quote_templates", label=_("Templates of quotes"), icon="file-text", url_name="quotes:templates",
        permission="quotes.manage_templates", group="settings", position=47,
    )
)  # fmt: skip
for _kind in ("contact", "company", "opportunity"):
    register_panel(
        Panel(
            kind=_kind, name="quotes", title=_("Quotes"), url_name=f"quotes:{_kind}_quotes",
            permission="quotes.view_quote", icon="file-text", position=16,
        )
    )  # fmt: skip
register_panel(
    Panel(
        kind="order", name="history", title=_("Changes"), url_name="quotes:order_history",
        permission="quotes.view_order", icon="history", position=90,
    )
)  # fmt: skip
for _kind in ("contact", "company"):
    register_merge_handler(pointing_at(_kind, Quote, _kind))
    register_merge_handler(pointing_at(_kind, Order, _kind))
register_personal_data(
    PersonalData("quotes", _("Quotes and orders"), export=quotes_of_contact, erase=forget_quotes)
)
for _kind in ("quote", "order"):
    register_list_tool(
        ListTool(_kind, _("Export"), "download", "customers:export", "customers.export_contacts")
    )
register_import_kind(QUOTE_FILES)
register_import_kind(ORDER_FILES)
register_list_tool(ListTool("quote", _("Bin"), "trash-2", "quotes:bin", "quotes.delete_quote"))
register_quick_action(
    Quick(
        name="new_quote", label=_("New quote"), icon="file-plus", url_name="quotes:quote_new",
        permission="quotes.create_quote", words="offer estimate proposal create",
    )
)  # fmt: skip
for _name, _label, _icon in (
    ("quote_sent", _("Quote sent"), "file-text"),
    ("quote_question", _("Question about a quote"), "message-circle-question-mark"),
    ("quote_accepted", _("Quote accepted"), "circle-check"),
    ("quote_declined", _("Quote declined"), "circle-x"),
):
    register_timeline_kind(TimelineKind(_name, _label, _icon))
register_portal_section(OWN_QUOTES)
