"""Everything identity plugs into the house."""

from django.utils.translation import gettext_lazy as _

from bandhu.identity.api_tokens import is_signed_in
from bandhu.identity.models import Role
from bandhu.platform.registries import (
    MenuEntry,
    register_menu_entry,
    register_permission,
    register_role_choices,
    register_shell_link,
    register_sign_in_check,
)

_GROUP = _("Users and roles")

register_permission(
    "identity.manage_users", _("Manage users, teams and roles"), group=_GROUP, has_reach=False
)
register_permission(
    "identity.view_audit",
    _("Read the audit trail"),
    group=_GROUP,
    has_reach=False,
    granted={"manager": "everyone"},
)
register_permission(
    "identity.use_tokens",
    _("Make API tokens"),
    group=_GROUP,
    has_reach=False,
    granted={"manager": "everyone"},
)

register_shell_link("profile", "identity:preferences")
register_shell_link("preferences", "identity:switches")
register_shell_link("set_language", "identity:language")
register_shell_link("tour_done", "identity:tour")

_SETTINGS = [
    ("users", _("Users"), "users", "identity:users"),
    ("teams", _("Teams"), "network", "identity:teams"),
    ("roles", _("Roles"), "shield", "identity:roles"),
]
for _position, (_name, _label, _icon, _url_name) in enumerate(_SETTINGS):
    register_menu_entry(
        MenuEntry(
            name=_name, label=_label, icon=_icon, url_name=_url_name, permission="identity.manage_users",
            group="settings", position=80 + _position,
        )
    )  # fmt: skip
register_role_choices(lambda: [(role.key, str(role)) for role in Role.objects.all()])
register_menu_entry(
    MenuEntry(
        name="audit", label=_("Audit trail"), icon="scroll-text", url_name="identity:audit", permission="identity.view_audit",
        group="settings", position=88,
    )
)  # fmt: skip
register_sign_in_check(is_signed_in)
