"""The one place that decides which records a user may see or change.

A model declares where its owner and team stand:

    scope = {"owner": "owner", "team": "team"}                       # paths, or tuples of paths
    scope = {"owner": ("contact__owner", "company__owner"), ...}     # any of them counts

`Model.objects.visible_to(user, permission)` is closed by default: no grant, no rows.
"""

from __future__ import annotations

from typing import Any, Self

from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from bandhu.identity.models import Reach
from bandhu.identity.results import Denied, OutOfReach
from bandhu.platform.registries import permissions
from bandhu.platform.whole_rows import row_exists


class ScopedQuerySet(models.QuerySet):
    """A queryset that knows who may see what. Deleted records are left out unless asked for."""

    def visible_to(self, user: Any, permission: str | None = None, *, deleted: bool = False) -> Self:
        """Records on which `user` holds `permission` (default: the model's view permission)."""
        rows = self.filter(within_reach(self.model, user, permission or view_permission(self.model)))
        if not deleted and any(field.name == "deleted_at" for field in self.model._meta.concrete_fields):
            rows = rows.filter(deleted_at__isnull=True)
        return rows

    def reach(self, user: Any, permission: str) -> Q:
        """The condition for rows on which `user` holds `permission`; deleted ones are not left out."""
        return within_reach(self.model, user, permission)


def view_permission(model: type[models.Model]) -> str:
    return f"{model._meta.app_label}.view_{model._meta.model_name}"


def require(user: Any, permission: str, record: models.Model) -> None:
    """Raise OutOfReach or Denied unless `user` holds `permission` on `record`."""
    model = type(record)
    if user.reaches.get(permission) == Reach.EVERYONE and row_exists(model, record.pk):
        return
    rows = model._default_manager.filter(pk=record.pk)
    if rows.filter(within_reach(model, user, permission)).exists():
        return
    if rows.filter(within_reach(model, user, view_permission(model))).exists():
        raise Denied(permission, reason_for(permission))
    raise OutOfReach


def require_anywhere(user: Any, permission: str) -> None:
    """Raise Denied unless `user` holds `permission` on some record (for creating, or without reach)."""
    if not user.holds(permission):
        raise Denied(permission, reason_for(permission))


def reason_for(permission: str) -> str:
    known = permissions.get(permission)
    return _("Your role does not include “%(permission)s”. An administrator can grant it.") % {
        "permission": known.label if known else permission
    }


def within_reach(model: type[models.Model], user: Any, permission: str) -> Q:
    """The condition for rows of `model` on which `user` holds `permission`."""
    reach = user.reaches.get(permission)
    if reach is None:
        return Q(pk__in=[])
    if reach == Reach.EVERYONE:
        return Q()
    within = _any_path(model, "owner", "", user.pk)
    if reach == Reach.TEAM and user.team_id:
        within |= _any_path(model, "team", "", user.team_id)
    elif reach == Reach.BRANCH and user.team_id:
        within |= _any_path(model, "team", "__in", user.branch_ids())
    return within


def _any_path(model: type[models.Model], level: str, lookup: str, value: Any) -> Q:
    try:
        paths = model.scope[level]  # type: ignore[attr-defined]
    except (AttributeError, KeyError):
        raise ImproperlyConfigured(f"{model.__name__}.scope names no path to its {level}") from None
    condition = Q(pk__in=[])
    for path in (paths,) if isinstance(paths, str) else paths:
        condition |= Q(**{path + lookup: value})
    return condition
