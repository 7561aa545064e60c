"""Everything platform plugs into the house."""

from django.utils.translation import gettext_lazy as _

from bandhu.platform.registries import MenuEntry, register_menu_entry, register_permission

register_permission(
    "platform.manage_fields", _("Manage custom fields and shared views"), group=_("Settings"), has_reach=False
)
register_permission(
    "platform.share_views",
    _("Share views"),
    group=_("Settings"),
    has_reach=False,
    granted={"manager": "everyone", "supervisor": "everyone", "marketing": "everyone"},
)
register_menu_entry(
    MenuEntry(
        name="fields",
        label=_("Own fields"),
        icon="text-cursor-input",
        url_name="platform:all_fields",
        permission="platform.manage_fields",
        group="settings",
        position=30,
    )
)
