"""What can be work: each app says once what its records do when somebody gets them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

if TYPE_CHECKING:
    from bandhu.identity.models import Team, User
    from bandhu.platform.registries import Label


class RecordGone(Exception):
    """Raised by `hand_over` where the record is no longer there: its work is finished then."""


class HandOver(Protocol):
    """Writes down on the record who has it; inside the transaction that assigns, agent and item being locked."""

    def __call__(self, record_id: UUID, agent: User | None, *, actor: Any) -> None: ...


@dataclass(frozen=True)
class WorkKind:
    """A kind of record that waits in queues.

    `hand_over` is told of every assignment and of every return (agent None), by whomever. `to_team` is told the team of the
    queue the work came into, where that has one. `titles(user, record_ids)` gives {record id: title} of those the user may
    see, for lists of work. `url_name` takes the record's id.
    """

    name: str
    label: Label
    view_permission: str
    hand_over: HandOver
    url_name: str = ""
    language_of: Callable[[UUID], str] | None = None
    to_team: Callable[[UUID, Team], None] | None = None
    titles: Callable[[Any, list[UUID]], dict[UUID, str]] | None = None


work_kinds: dict[str, WorkKind] = {}


def register_work_kind(kind: WorkKind) -> None:
    work_kinds[kind.name] = kind
