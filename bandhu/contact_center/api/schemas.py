"""What the REST of routing takes and gives."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

from bandhu.platform.rest import (
    Given,
    Paging,
    Whole,
    YesNo,
)

Strategy = Literal["round_robin", "least_loaded", "longest_idle", "manual"]


class QueuePlaceIO(Given):
    """Where work comes from: a mailbox or chat (`place_id`) of a channel, the whole channel, or, with neither, everything else."""

    channel: str = Field("", max_length=30)
    place_id: UUID | None = None


class QueueOut(Schema):
    """A queue. Spans are seconds, null for never; `skills` {skill id: least level} every member must have."""

    id: UUID
    name: str
    team_id: UUID | None
    strategy: str
    priority: int
    weight: int
    calendar_id: UUID | None
    skills: dict[UUID, int]
    is_sticky: bool
    sticky_seconds: int
    acceptance_seconds: int | None
    pauses_who_misses: bool
    relax_after: int | None
    overflow_queue_id: UUID | None
    overflow_after: int | None
    max_wait: int | None
    return_after: int | None
    is_active: bool
    version: int
    member_ids: list[UUID]
    places: list[QueuePlaceIO]


class QueuePatch(Given):
    """What is to change; `member_ids` are users, and stand for all of them, as do `places` and `skills`."""

    name: str | None = Field(None, max_length=120)
    team_id: UUID | None = None
    strategy: Strategy | None = None
    priority: Whole | None = None
    weight: Whole | None = None
    calendar_id: UUID | None = None
    skills: dict[UUID, Whole] | None = None
    is_sticky: YesNo | None = None
    sticky_seconds: Whole | None = None
    acceptance_seconds: Whole | None = None
    pauses_who_misses: YesNo | None = None
    relax_after: Whole | None = None
    overflow_queue_id: UUID | None = None
    overflow_after: Whole | None = None
    max_wait: Whole | None = None
    return_after: Whole | None = None
    is_active: YesNo | None = None
    member_ids: list[UUID] | None = Field(None, max_length=500)
    places: list[QueuePlaceIO] | None = Field(None, max_length=100)


class QueueIn(QueuePatch):
    """A new queue."""

    name: str = Field(max_length=120)


class QueueNowOut(Schema):
    """How a queue stands: pieces that wait and that somebody has, members who are available, units they have and could have."""

    queue_id: UUID
    waiting: int
    oldest: datetime | None
    assigned: int
    available: int
    members: int
    load: int
    capacity: int


class SkillOut(Schema):
    """Something work may ask of who does it."""

    id: UUID
    name: str
    is_active: bool


class SkillIn(Given):
    """Retired (`is_active` false), it is asked of nobody any more."""

    name: str = Field(max_length=80)
    is_active: YesNo = True


class AgentOut(Schema):
    """Somebody who gets work; `load` of `capacity` units, `channel_limits` {channel: pieces at once}, `skills` {skill id: level}."""

    id: UUID
    user_id: UUID
    name: str
    state: str
    reason: str
    state_since: datetime
    capacity: int
    load: int
    channel_limits: dict[str, int]
    languages: list[str]
    skills: dict[str, int]
    version: int


class AgentPatch(Given):
    """What is to change; maps and lists stand for all of it."""

    capacity: Whole | None = None
    channel_limits: dict[str, Whole] | None = None
    languages: list[str] | None = Field(None, max_length=30)
    skills: dict[UUID, Whole] | None = None


class AgentPresenceIO(Given):
    """`reason_id` counts with "away"."""

    state: Literal["available", "away", "offline"]
    reason_id: UUID | None = None


class AwayReasonOut(Schema):
    """A reason to be away."""

    id: UUID
    name: str


class WorkOut(Schema):
    """A record somebody is to do something about. `state`: waiting, offered, assigned, finished."""

    id: UUID
    kind: str
    record_id: UUID
    queue_id: UUID
    state: str
    user_id: UUID | None
    channel: str
    priority: int
    weight: int
    language: str
    skills: dict[UUID, int]
    enqueued_at: datetime
    offered_until: datetime | None
    assigned_at: datetime | None
    finished_at: datetime | None
    problem: str
    version: int


class WorkAssignmentIn(Given):
    """To this user, whatever they have; `version` refuses when somebody was quicker."""

    user_id: UUID
    version: Whole | None = None


class WorkMoveIn(Given):
    """To this queue, where it waits as long as it has waited."""

    queue_id: UUID


class WorkQuery(Paging):
    """Which work."""

    queue_id: UUID | None = None
    state: Literal["", "waiting", "offered", "assigned", "finished"] = ""
