"""Canned replies and macros: one's own, the team's, or everybody's; and how somebody works."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.translation import gettext as _

from bandhu.channels.merge_fields import unknown_fields
from bandhu.identity.acting import action
from bandhu.identity.models import Team, User
from bandhu.identity.results import Denied, OutOfReach
from bandhu.identity.scoping import reason_for
from bandhu.inbox.models import CannedReply, Macro, Preference
from bandhu.inbox.steps import step_kinds
from bandhu.platform.audit import record_change
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.texts import clean_block, clean_line

ANSWER, MANAGE = "interactions.answer_conversation", "inbox.manage_shared"
MAX_STEPS = 20
# Whom something is kept for, as forms and the API say it.
OWN, TEAM, ALL = "own", "team", "all"


@action(ANSWER, on_record=False)
def save_canned_reply(
    *,
    actor: User,
    name: str,
    shortcut: str,
    texts: dict[str, str],
    shared: str = OWN,
    known: CannedReply | None = None,
    version: int | None = None,
) -> CannedReply:
    """Write a canned reply, or change one. What a team or everybody uses asks for the permission to look after it.

    `texts` are {language: text}. Raises ValidationError by field, EditConflict, Denied.
    """
    kept = {language: clean_block(text) for language, text in texts.items() if text.strip()}
    shortcut = clean_line(shortcut, 40).lstrip("/").replace(" ", "-").casefold()
    problems: dict[str, Any] = {}
    if not kept:
        problems["texts"] = _("Write it in one language at least.")
    if unknown := sorted({field for text in kept.values() for field in unknown_fields(text)}):
        problems["texts"] = _("There is no merge field %(fields)s.") % {"fields": ", ".join(unknown)}
    if not shortcut:
        problems["shortcut"] = _("Give it a shortcut, such as “thanks”.")
    _check_name(name, problems)
    reply = _prepared(known or CannedReply(), actor, shared, version)
    reply.name, reply.shortcut, reply.texts = clean_line(name, 80), shortcut, kept
    _keep(reply, actor, "canned_reply", is_new=known is None)
    return reply


@action(ANSWER, on_record=False)
def save_macro(
    *,
    actor: User,
    name: str,
    steps: list[dict[str, Any]],
    shared: str = OWN,
    known: Macro | None = None,
    version: int | None = None,
) -> Macro:
    """Write a macro, or change one. `steps` are [{"kind", "value"}]. Raises ValidationError by field, EditConflict, Denied."""
    problems: dict[str, Any] = {}
    kept = []
    for number, step in enumerate(steps[:MAX_STEPS], start=1):
        kind = step_kinds.get(str(step.get("kind", "")))
        if kind is None or not kind.in_macros:
            problems["steps"] = _("Step %(number)s does not exist.") % {"number": number}
            continue
        value = step.get("value", "")
        if kind.value and value in ("", None):
            problems["steps"] = _("Step %(number)s says nothing.") % {"number": number}
        elif kind.read is not None:
            read = kind.read(value)
            if isinstance(read, CannedReply) and not _reaches(read, shared, actor):
                problems["steps"] = _(
                    "Step %(number)s: not everybody who has the macro has this canned reply."
                ) % {"number": number}
        kept.append({"kind": kind.name, "value": value})
    if not kept and not problems:
        problems["steps"] = _("Choose one step at least.")
    _check_name(name, problems)
    macro = _prepared(known or Macro(), actor, shared, version)
    macro.name, macro.steps = clean_line(name, 80), kept
    _keep(macro, actor, "macro", is_new=known is None)
    return macro


@action(ANSWER, on_record=False)
def delete_canned_reply(reply: CannedReply, *, actor: User) -> None:
    _delete(reply, actor, "canned_reply")


@action(ANSWER, on_record=False)
def delete_macro(macro: Macro, *, actor: User) -> None:
    _delete(macro, actor, "macro")


def used_canned_reply(reply: CannedReply) -> None:
    """One use more: those used most are offered first."""
    CannedReply.objects.filter(pk=reply.pk).update(used=F("used") + 1)


def change_preference(user: User, *, undo_seconds: int, opens_next: bool) -> Preference:
    """How this user works. Raises ValidationError by field."""
    own = Preference(user=user, undo_seconds=undo_seconds, opens_next=opens_next)
    own.full_clean(validate_unique=False)
    found, _is_new = Preference.objects.update_or_create(
        user=user, defaults={"undo_seconds": undo_seconds, "opens_next": opens_next}
    )
    return found


def shared_as(one: CannedReply | Macro) -> str:
    """Whom it is kept for: "own", "team" or "all"."""
    return OWN if one.owner_id else TEAM if one.team_id else ALL


def _prepared(one: Any, actor: User, shared: str, version: int | None) -> Any:
    """The row held until the transaction ends, given to whom it is kept for."""
    if not one._state.adding:
        one = type(one).objects.select_for_update().get(pk=one.pk)
        _require_care(one, actor)
        if version is not None and version != one.version:
            raise EditConflict(one.version, base={}, theirs={}, yours={})
    team: Team | None = actor.team if shared == TEAM else None
    if shared == TEAM and team is None:
        raise ValidationError({"shared": _("You are in no team.")})
    one.owner = actor if shared == OWN else None
    one.team = team
    _require_care(one, actor)
    return one


def _reaches(reply: CannedReply, shared: str, actor: User) -> bool:
    """Whether everybody the macro is kept for may use the canned reply."""
    if shared == OWN:
        return CannedReply.objects.usable_by(actor).filter(pk=reply.pk).exists()
    is_teams = shared == TEAM and reply.team_id is not None and reply.team_id == actor.team_id
    return reply.owner_id is None and (reply.team_id is None or is_teams)


def _require_care(one: CannedReply | Macro, actor: User) -> None:
    """One's own is one's own; what others use too asks for the permission."""
    if one.owner_id is None and not actor.holds(MANAGE):
        raise Denied(MANAGE, reason_for(MANAGE))
    if one.owner_id not in (None, actor.pk):
        raise OutOfReach


def _check_name(name: str, problems: dict[str, Any]) -> None:
    if not name.strip():
        problems["name"] = _("Give it a name.")
    if problems:
        raise ValidationError(problems)


def _keep(one: Any, actor: User, kind: str, *, is_new: bool) -> None:
    one.version = 1 if is_new else one.version + 1
    one.save()
    record_change(
        "created" if is_new else "changed",
        actor=actor,
        kind=kind,
        record_id=one.pk,
        title=one.name,
        changes={},
    )


def _delete(one: Any, actor: User, kind: str) -> None:
    _require_care(one, actor)
    record_change("deleted", actor=actor, kind=kind, record_id=one.pk, title=one.name, changes={})
    one.delete()
