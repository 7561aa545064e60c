"""The roles every installation starts with; an administrator may change them on a screen afterwards.

Which permission each holds is said where the permission is registered (`granted=`). A permission that appears
with an upgrade is granted once; what an administrator took away later stays away.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from bandhu.identity.models import Grant, Reach, Role, User
from bandhu.platform.models import Setting
from bandhu.platform.registries import permissions, seeds

ROLES = {
    "administrator": (_("Administrator"), _("May do everything, and decides who may do what.")),
    "manager": (_("Manager"), _("Sees everything of the team and the teams below, and the figures.")),
    "sales": (_("Sales"), _("Works with customers of the team.")),
    "service": (_("Service"), _("Helps every customer.")),
    "marketing": (_("Marketing"), _("Reads every customer, without phone numbers, and plans campaigns.")),
    "supervisor": (_("Supervisor"), _("Watches over service and its people.")),
    "read_only": (_("Read only"), _("Reads, and changes nothing.")),
}
SYSTEM_EMAIL = "system@bandhu.invalid"
_KNOWN = "identity.known_permissions"


@transaction.atomic
def ensure_ready_made() -> None:
    """Make what is missing of the ready-made roles, their grants, the system user and the apps' seeds. Safe to repeat."""
    for key in ROLES:
        name, description = ready_made_text(key)
        Role.objects.get_or_create(
            key=key,
            defaults={
                "name": name,
                "description": description,
                "is_ready_made": True,
                "holds_everything": key == "administrator",
            },
        )
    _grant_new_permissions()
    system, _made = User.objects.get_or_create(
        email=SYSTEM_EMAIL, defaults={"full_name": "Bandhu", "is_system": True, "password": "!"}
    )
    system.roles.set([Role.objects.get(key="administrator")])
    for seed in seeds:
        seed()


def _grant_new_permissions() -> None:
    setting, _made = Setting.objects.get_or_create(name=_KNOWN, defaults={"value": []})
    known = set(setting.value)
    roles = {role.key: role for role in Role.objects.filter(is_ready_made=True)}
    fresh = [one for one in permissions.values() if one.name not in known]
    Grant.objects.bulk_create(
        [
            Grant(role=roles[key], permission=one.name, reach=Reach(reach))
            for one in fresh
            for key, reach in one.granted.items()
            if key in roles
        ],
        ignore_conflicts=True,
    )
    setting.value = sorted(known | set(permissions))
    setting.save()


def ready_made_text(key: str) -> tuple[str, str]:
    """Name and description as stored: in English, translated when shown."""
    with translation.override("en"):
        name, description = ROLES[key]
        return str(name), str(description)


def ready_made_grants(key: str) -> dict[str, str]:
    """{permission: reach} a ready-made role has from the start."""
    return {one.name: str(one.granted[key]) for one in permissions.values() if key in one.granted}


def system_user() -> User:
    """The named user that jobs and rules act as; made, with the roles, where it is missing."""
    found = User.objects.filter(email=SYSTEM_EMAIL).first()
    if found is None:
        ensure_ready_made()
        found = User.objects.get(email=SYSTEM_EMAIL)
    return found
