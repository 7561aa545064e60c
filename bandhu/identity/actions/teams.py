"""Teams: a tree."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from bandhu.identity.acting import action
from bandhu.identity.differences import apply_changes
from bandhu.identity.models import Team
from bandhu.platform import audit

MANAGE = "identity.manage_users"


@action(MANAGE, on_record=False)
def create_team(*, actor: Any, name: str, parent: Team | None = None) -> Team:
    """A team under `parent`, or at the top."""
    team = Team.objects.create(name=_clean_name(name), parent=parent)
    audit.record_change(
        "created",
        actor=actor,
        kind="team",
        record_id=team.pk,
        title=team.name,
        changes={"name": ("", team.name), "parent": ("", str(parent or ""))},
    )
    return team


@action(MANAGE, on_record=False)
def change_team(team: Team, *, actor: Any, name: str, parent: Team | None) -> Team:
    """Rename it, or move it with all teams below it. Raises ValidationError when it would stand below itself."""
    # All teams are locked: two moves at once could close a circle that neither sees.
    parents = dict(Team.objects.select_for_update().order_by("pk").values_list("pk", "parent_id"))
    above = parent.pk if parent else None
    while above is not None:
        if above == team.pk:
            raise ValidationError({"parent": _("A team cannot stand below itself.")})
        above = parents[above]
    changes = apply_changes(team, {"name": _clean_name(name), "parent": parent})
    team.save()
    if changes:
        audit.record_change(
            "changed", actor=actor, kind="team", record_id=team.pk, title=team.name, changes=changes
        )
    return team


@action(MANAGE, on_record=False)
def delete_team(team: Team, *, actor: Any) -> None:
    """Remove an empty team. Raises ValidationError while it has members or teams below it."""
    pk = team.pk
    try:
        team.delete()
    except ProtectedError:
        raise ValidationError(
            _("Only an empty team can be deleted. Move its members and the teams below it first.")
        ) from None
    audit.record_change(
        "deleted", actor=actor, kind="team", record_id=pk, title=team.name, changes={"name": (team.name, "")}
    )


def _clean_name(name: str) -> str:
    name = unicodedata.normalize("NFC", name).strip()
    if not name:
        raise ValidationError({"name": _("Give the team a name.")})
    return name[:120]
