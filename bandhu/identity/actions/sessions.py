"""Ending one's own sessions."""

from __future__ import annotations

from typing import Any

from bandhu.identity import sessions
from bandhu.identity.acting import action
from bandhu.identity.results import OutOfReach
from bandhu.platform import audit


@action("", on_record=False)
def end_session(user: Any, *, actor: Any, session_id: int) -> None:
    """Sign this place out. Raises OutOfReach for a session that is not the actor's."""
    session = sessions.end_one(user, session_id) if user.pk == actor.pk else None
    if session is None:
        raise OutOfReach
    audit.record_change(
        "session_ended",
        actor=actor,
        kind="user",
        record_id=user.pk,
        title=str(user),
        changes={"session": (f"{session.ip}, {session.user_agent[:120]}", "")},
    )


@action("", on_record=False)
def end_other_sessions(user: Any, *, actor: Any, current: str) -> int:
    """Sign out everywhere but in the session with key `current`; returns how many were ended."""
    if user.pk != actor.pk:
        raise OutOfReach
    ended = sessions.end_all(user, but=current)
    audit.record_change("sessions_ended", actor=actor, kind="user", record_id=user.pk, title=str(user))
    return ended
