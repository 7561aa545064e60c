"""There is always somebody who can let others in: the last administrator cannot be locked out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.identity.models import Role, User
from bandhu.identity.results import Denied


@contextmanager
def keeping_one() -> Iterator[None]:
    """Refuse (ValidationError) what happens inside when no active administrator remains. Needs a transaction.

    The roles are locked first: two administrators who remove each other at once wait for one another.
    """
    roles = list(Role.objects.select_for_update().filter(holds_everything=True))
    had_one = _exists(roles)
    yield
    if had_one and not _exists(roles):
        raise ValidationError(
            _("This would leave nobody who can manage users. Make somebody else an administrator first."),
            code="last_administrator",
        )


def refuse_more_than_own(actor: Any, roles: Iterable[Role]) -> None:
    """Only who may do everything can hand out a role that may do everything."""
    if actor.is_system or any(role.holds_everything for role in actor.roles.all()):
        return
    if any(role.holds_everything for role in roles):
        raise Denied("identity.manage_users", _("Only an administrator can make somebody an administrator."))


def _exists(roles: list[Role]) -> bool:
    return User.objects.filter(is_active=True, is_system=False, roles__in=roles).exists()
