"""Permission for the few writes platform offers itself; it knows no roles, only that a user `holds()` them."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from bandhu.platform.registries import permissions


def demand(actor: Any, permission: str) -> None:
    """Raise PermissionDenied, with a sentence saying why, unless `actor` holds `permission`."""
    if not actor.holds(permission):
        known = permissions.get(permission)
        raise PermissionDenied(
            _("Your role does not include “%(permission)s”. An administrator can grant it.")
            % {"permission": known.label if known else permission}
        )
