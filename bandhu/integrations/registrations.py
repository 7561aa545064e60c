"""Everything integrations plugs into the house."""

from django.utils.translation import gettext_lazy as _

from bandhu.platform.registries import MenuEntry, register_menu_entry, register_permission

register_permission(
    "integrations.manage_webhooks", _("Manage webhooks"), group=_("Integrations"), has_reach=False
)
register_menu_entry(
    MenuEntry(
        name="webhooks",
        label=_("Webhooks"),
        icon="webhook",
        url_name="integrations:webhooks",
        permission="integrations.manage_webhooks",
        group="settings",
        position=60,
    )
)
