"""Everything billing plugs into the house."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bandhu.billing.dunning_letters import LAST_REMINDER, REMINDER, RENEWAL
from bandhu.billing.importing.invoices import INVOICES as INVOICE_FILES
from bandhu.billing.importing.payments import PAYMENTS as PAYMENT_FILES
from bandhu.billing.importing.subscriptions import SUBSCRIPTIONS as SUBSCRIPTION_FILES
from bandhu.billing.kinds import INVOICE
from bandhu.billing.letters import CREDIT_LETTER, INVOICE_LETTER
from bandhu.billing.models import Invoice, Subscription
from bandhu.billing.payment_kind import PAYMENT
from bandhu.billing.personal import (
    forget_buyer,
    forget_subscriber,
    invoices_of_contact,
    subscriptions_of_contact,
)
from bandhu.billing.portal_sections import OWN_INVOICES
from bandhu.billing.search_documents import INVOICES, PAYMENTS, SUBSCRIPTIONS
from bandhu.billing.subscription_kind import SUBSCRIPTION
from bandhu.channels.ready_letters import register_letter
from bandhu.customers.importing.kinds import register_import_kind
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
    register_menu_entry,
    register_merge_handler,
    register_panel,
    register_permission,
    register_personal_data,
    register_quick_action,
    register_search_kind,
    register_timeline_kind,
)

_GROUP = _("Invoices and payments")
_WRITERS = {"manager": "branch", "sales": "team"}

for _files in (INVOICE_FILES, PAYMENT_FILES, SUBSCRIPTION_FILES):
    register_import_kind(_files)
register_permission(
    "billing.view_invoice", _("See invoices and payments"), group=_GROUP,
    granted={**_WRITERS, "service": "everyone", "supervisor": "everyone", "read_only": "everyone"},
)  # fmt: skip
register_permission(
    "billing.create_invoice", _("Write invoices"), group=_GROUP, has_reach=False,
    granted={"manager": "everyone", "sales": "everyone"},
)  # fmt: skip
register_permission("billing.change_invoice", _("Change drafts of invoices"), group=_GROUP, granted=_WRITERS)
register_permission(
    "billing.issue_invoice", _("Issue invoices and credit notes"), group=_GROUP, granted=_WRITERS
)
register_permission(
    "billing.credit_invoice",
    _("Credit invoices, make them void"),
    group=_GROUP,
    granted={"manager": "branch"},
)
register_permission("billing.record_payment", _("Record payments"), group=_GROUP, granted=_WRITERS)
register_permission(
    "billing.refund_payment", _("Give payments back"), group=_GROUP, granted={"manager": "branch"}
)
register_permission(
    "billing.reconcile_payments", _("Settle payment notices that match nothing"), group=_GROUP, has_reach=False,
    granted={"manager": "everyone"},
)  # fmt: skip
register_permission(
    "billing.manage_billing",
    _("Set up who issues invoices, and payment accounts"),
    group=_GROUP,
    has_reach=False,
)

register_record_kind(INVOICE)
register_record_kind(PAYMENT)
register_letter(INVOICE_LETTER)
register_letter(CREDIT_LETTER)
for _letter in (REMINDER, LAST_REMINDER, RENEWAL):
    register_letter(_letter)
register_search_kind(INVOICES)
register_search_kind(PAYMENTS)


def _sees_invoice(user: Any, record_id: UUID) -> bool:
    return record_for(user, "invoice", record_id) is not None


register_file_owner("invoice", _sees_invoice)
register_file_owner("payment", lambda user, pk: record_for(user, "payment", pk) is not None)

register_menu_entry(
    MenuEntry(
        name="invoices", label=_("Invoices"), icon="receipt-text", url_name="billing:invoices",
        permission="billing.view_invoice", group="sales", position=34, hotkey="g r",
    )
)  # fmt: skip
register_menu_entry(
    MenuEntry(
        name="issuer", label=_("Invoices"), icon="receipt-text", url_name="billing:issuer",
        permission="billing.manage_billing", group="settings", position=47,
    )
)  # fmt: skip
register_menu_entry(
    MenuEntry(
        name="payment_notices", label=_("Payment notices"), icon="scale", url_name="billing:notices",
        permission="billing.reconcile_payments", group="sales", position=36,
    )
)  # fmt: skip
register_menu_entry(
    MenuEntry(
        name="payment_accounts", label=_("Payment accounts"), icon="wallet", url_name="billing:payment_accounts",
        permission="billing.manage_billing", group="settings", position=48,
    )
)  # fmt: skip
for _kind in ("contact", "company"):
    register_panel(
        Panel(
            kind=_kind, name="invoices", title=_("Invoices"), url_name=f"billing:{_kind}_invoices",
            permission="billing.view_invoice", icon="receipt-text", position=18,
        )
    )  # fmt: skip
    register_merge_handler(pointing_at(_kind, Invoice, _kind))
for _kind in ("opportunity", "order"):
    register_panel(
        Panel(
            kind=_kind, name="invoices", title=_("Invoices"), url_name=f"billing:{_kind}_invoices",
            permission="billing.view_invoice", icon="receipt-text", position=30,
        )
    )  # fmt: skip
register_personal_data(
    PersonalData("invoices", _("Invoices"), export=invoices_of_contact, erase=forget_buyer)
)
register_menu_entry(
    MenuEntry(
        name="payments", label=_("Payments"), icon="banknote", url_name="billing:payments",
        permission="billing.view_invoice", group="sales", position=35,
    )
)  # fmt: skip
register_list_tool(
    ListTool("payment", _("Export"), "download", "customers:export", "customers.export_contacts")
)
register_list_tool(
    ListTool("invoice", _("Export"), "download", "customers:export", "customers.export_contacts")
)
register_quick_action(
    Quick(
        name="new_invoice", label=_("New invoice"), icon="receipt-text", url_name="billing:invoice_new",
        permission="billing.create_invoice", words="bill create",
    )
)  # fmt: skip
for _name, _label, _icon in (
    ("invoice_issued", _("Invoice issued"), "receipt-text"),
    ("invoice_voided", _("Invoice made void"), "ban"),
    ("credit_note_issued", _("Credit note issued"), "undo-2"),
    ("payment_refunded", _("Payment given back"), "banknote-x"),
):
    register_timeline_kind(TimelineKind(_name, _label, _icon))

# Subscriptions
register_permission(
    "billing.view_subscription", _("See subscriptions"), group=_GROUP,
    granted={**_WRITERS, "service": "everyone", "supervisor": "everyone", "read_only": "everyone"},
)  # fmt: skip
register_permission(
    "billing.create_subscription", _("Write subscriptions"), group=_GROUP, has_reach=False,
    granted={"manager": "everyone", "sales": "everyone"},
)  # fmt: skip
register_permission(
    "billing.change_subscription", _("Change, pause, resume and cancel subscriptions"), group=_GROUP, granted=_WRITERS
)  # fmt: skip
register_record_kind(SUBSCRIPTION)
register_search_kind(SUBSCRIPTIONS)
register_menu_entry(
    MenuEntry(
        name="subscriptions", label=_("Subscriptions"), icon="repeat", url_name="billing:subscriptions",
        permission="billing.view_subscription", group="sales", position=35,
    )
)  # fmt: skip
register_menu_entry(
    MenuEntry(
        name="dunning", label=_("Reminders and dunning"), icon="clock-alert", url_name="billing:dunning",
        permission="billing.manage_billing", group="settings", position=48,
    )
)  # fmt: skip
for _kind, _position in (("contact", 19), ("company", 19), ("order", 31)):
    register_panel(
        Panel(
            kind=_kind, name="subscriptions", title=_("Subscriptions"), url_name=f"billing:{_kind}_subscriptions",
            permission="billing.view_subscription", icon="repeat", position=_position,
        )
    )  # fmt: skip
for _kind in ("contact", "company"):
    register_merge_handler(pointing_at(_kind, Subscription, _kind))
register_personal_data(
    PersonalData(
        "subscriptions", _("Subscriptions"), export=subscriptions_of_contact, erase=forget_subscriber
    )
)
register_list_tool(
    ListTool("subscription", _("Export"), "download", "customers:export", "customers.export_contacts")
)
register_quick_action(
    Quick(
        name="new_subscription", label=_("New subscription"), icon="repeat", url_name="billing:subscription_new",
        permission="billing.create_subscription", words="recurring renewal create",
    )
)  # fmt: skip
for _name, _label, _icon in (
    ("subscription_started", _("Subscription written"), "repeat"),
    ("subscription_paused", _("Subscription paused"), "pause"),
    ("subscription_resumed", _("Subscription goes on"), "play"),
    ("subscription_past_due", _("Subscription past due"), "clock-alert"),
    ("subscription_ended", _("Subscription ended"), "square"),
):
    register_timeline_kind(TimelineKind(_name, _label, _icon))
register_portal_section(OWN_INVOICES)
