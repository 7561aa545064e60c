"""Keeping a list as a view."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from bandhu.platform.audit import record_change
from bandhu.platform.models import SavedView
from bandhu.platform.record_kinds import record_kinds

SHARE = "platform.share_views"


@transaction.atomic
def create_view(
    *, actor: Any, kind: str, name: str, definition: dict[str, Any], sharing: str = SavedView.Sharing.PRIVATE
) -> SavedView:
    """Keep this filter, columns, sort and grouping under a name. Raises ValidationError."""
    if kind not in record_kinds:
        raise ValidationError({"kind": _("There is no such kind of record.")})
    view = SavedView(
        record_kind=kind, name=_checked_name(name), owner=actor, definition=definition, sharing=sharing
    )
    _check_sharing(view, actor)
    view.save()
    view.pinned_by.add(actor)
    record_change("created", actor=actor, kind="view", record_id=view.pk, title=view.name)
    return view


@transaction.atomic
def change_view(view: SavedView, *, actor: Any, **changes: Any) -> SavedView:
    """Change name, definition or sharing of one's own view."""
    _own(view, actor)
    if "name" in changes:
        view.name = _checked_name(changes["name"])
    view.definition = changes.get("definition", view.definition)
    view.sharing = changes.get("sharing", view.sharing)
    _check_sharing(view, actor)
    view.save()
    record_change("changed", actor=actor, kind="view", record_id=view.pk, title=view.name)
    return view


@transaction.atomic
def delete_view(view: SavedView, *, actor: Any) -> None:
    """The records stay; only the list is forgotten."""
    _own(view, actor)
    record_change("deleted", actor=actor, kind="view", record_id=view.pk, title=view.name)
    view.delete()


def pin_view(view: SavedView, *, actor: Any, pinned: bool) -> None:
    """Keep it among the tabs of the list, or not; for oneself only."""
    if pinned:
        view.pinned_by.add(actor)
    else:
        view.pinned_by.remove(actor)


def _own(view: SavedView, actor: Any) -> None:
    if view.owner_id != actor.pk and not actor.holds("platform.manage_fields"):
        raise PermissionDenied(_("Only who made this view can change it. Save your own copy instead."))


def _check_sharing(view: SavedView, actor: Any) -> None:
    if view.sharing not in SavedView.Sharing.values:
        raise ValidationError({"sharing": _("Choose with whom the view is shared.")})
    if view.sharing != SavedView.Sharing.PRIVATE and not actor.holds(SHARE):
        raise ValidationError({"sharing": _("Your role cannot share views.")})


def _checked_name(name: str) -> str:
    name = name.strip()
    if not name or len(name) > 120:
        raise ValidationError({"name": _("Give the view a name of at most 120 characters.")})
    return name
