"""Everything workspace plugs into the house."""

from django.utils.translation import gettext_lazy as _

from bandhu.platform.registries import MenuEntry, register_menu_entry, register_shell_link

register_menu_entry(
    MenuEntry(
        name="home",
        label=_("My day"),
        icon="sun",
        url_name="workspace:home",
        group="work",
        position=10,
        hotkey="g h",
    )
)
register_shell_link("home", "workspace:home")
register_shell_link("search", "workspace:palette")
register_shell_link("notifications", "workspace:notifications")
