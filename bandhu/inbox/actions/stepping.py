"""Doing steps on conversations, and taking them back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from bandhu.identity.models import User
from bandhu.identity.results import Denied, OutOfReach
from bandhu.inbox.steps import step_kinds
from bandhu.interactions.models import Conversation
from bandhu.interactions.queries import conversation_for

MOST_AT_ONCE = 200


@dataclass
class Done:
    """What steps did: `notes` are what taking back needs, oldest first; `refused` says why some conversations were left."""

    notes: list[list[Any]] = field(default_factory=list)
    changed: set[UUID] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)


def run_steps(
    conversations: Iterable[Conversation], *, actor: User, steps: Sequence[Mapping[str, Any]]
) -> Done:
    """Each step on each conversation; all of one conversation or nothing of it. Each step asks for its own permission.

    They are done in their order, those of a higher rank after the others. Raises ValidationError for a step that does not exist or whose value means nothing; for a single conversation also
    Denied and OutOfReach: of many, `refused` says why some were left.
    """
    ready = sorted((_ready(step) for step in steps), key=lambda one: one[0].rank)
    chosen = list(conversations)[:MOST_AT_ONCE]
    done = Done()
    for conversation in chosen:
        try:
            with transaction.atomic():
                notes = [_do(kind, value, conversation, actor) for kind, value in ready]
        except (Denied, OutOfReach, ValidationError) as problem:
            if len(chosen) == 1:
                raise
            done.refused.append(_words(problem))
            continue
        fresh = [note for note in notes if note is not None]
        if fresh:
            done.notes += fresh
            done.changed.add(conversation.pk)
    return done


def undo_steps(notes: Sequence[Sequence[Any]], *, actor: User) -> int:
    """Take back, the last first, what can be taken back; how many conversations are as they were."""
    changed = set()
    for name, pk, memory in reversed(notes):
        kind = step_kinds.get(str(name))
        if kind is None or kind.undo is None:
            continue
        with transaction.atomic():
            kind.undo(conversation_for(actor, UUID(str(pk))), actor, memory)
        changed.add(pk)
    return len(changed)


def _ready(step: Mapping[str, Any]) -> tuple[Any, Any]:
    kind = step_kinds.get(str(step.get("kind", "")))
    if kind is None:
        raise ValidationError(_("There is no such step."))
    value = step.get("value", "")
    return kind, kind.read(value) if kind.read is not None else value


def _do(kind: Any, value: Any, conversation: Conversation, actor: User) -> list[Any] | None:
    conversation.refresh_from_db()
    memory = kind.do(conversation, actor, value)
    return None if memory is None else [kind.name, str(conversation.pk), memory]


def _words(problem: Exception) -> str:
    if isinstance(problem, ValidationError):
        return " ".join(problem.messages)
    if isinstance(problem, Denied):
        return str(problem)
    return _("It is out of your reach.")
