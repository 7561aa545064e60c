"""Everything privacy plugs into the house."""

from django.utils.translation import gettext_lazy as _

from bandhu.platform.registries import (
    MergeHandler,
    Panel,
    PersonalData,
    register_merge_handler,
    register_panel,
    register_permission,
    register_personal_data,
    register_seed,
)
from bandhu.privacy.merging import erase_consents, export_consents, move_consents, restore_consents
from bandhu.privacy.purposes import ensure_purposes

_GROUP = _("Privacy")

register_permission(
    "privacy.view_consent",
    _("See what customers allow"),
    group=_GROUP,
    granted={
        "manager": "branch", "sales": "team", "service": "everyone", "marketing": "everyone",
        "supervisor": "everyone", "read_only": "everyone",
    },
)  # fmt: skip
register_permission(
    "privacy.change_consent",
    _("Write down what customers allow"),
    group=_GROUP,
    granted={
        "manager": "branch", "sales": "team", "service": "everyone", "marketing": "everyone",
        "supervisor": "everyone",
    },
)  # fmt: skip
register_merge_handler(
    MergeHandler(kind="contact", name="consents", move=move_consents, restore=restore_consents)
)
register_personal_data(
    PersonalData(name="consents", label=_("Consents"), export=export_consents, erase=erase_consents)
)
register_seed(ensure_purposes)
register_panel(
    Panel(
        kind="contact", name="consents", title=_("Consent"), url_name="privacy:contact_consents",
        permission="privacy.view_consent", icon="shield-check", position=50,
    )
)  # fmt: skip
