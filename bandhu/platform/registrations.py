"""Everything platform plugs into the house."""

from django.utils.translation import gettext_lazy as _

from bandhu.platform.registries import register_permission

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
