"""Everything the catalogue plugs into the house."""

from django.utils.translation import gettext_lazy as _

from bandhu.platform.registries import MenuEntry, register_menu_entry, register_permission

_GROUP = _("Products and prices")

register_permission(
    "catalog.manage_currencies", _("Manage currencies and rates"), group=_GROUP, has_reach=False
)
register_menu_entry(
    MenuEntry(
        name="currencies", label=_("Currencies"), icon="coins", url_name="catalog:currencies",
        permission="catalog.manage_currencies", group="settings", position=45,
    )
)  # fmt: skip
