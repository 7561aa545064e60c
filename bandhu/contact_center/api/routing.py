"""REST: queues, skills, agents with their presence, and work."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from bandhu.contact_center import actions, queries
from bandhu.contact_center.api.schemas import (
    AgentOut,
    AgentPatch,
    AgentPresenceIO,
    AwayReasonOut,
    QueueIn,
    QueueNowOut,
    QueueOut,
    QueuePatch,
    SkillIn,
    SkillOut,
    WorkAssignmentIn,
    WorkMoveIn,
    WorkOut,
    WorkQuery,
)
from bandhu.contact_center.models import Agent, Queue, WorkItem
from bandhu.contact_center.skill_levels import read_needs
from bandhu.identity.queries import colleague_with
from bandhu.identity.scoping import require_anywhere
from bandhu.platform.rest import (
    PageOf,
    PagingQuery,
    answers,
    page_of,
    wanted_version,
    with_version,
)

VIEW_QUEUE, VIEW_WORK = "contact_center.view_queue", "contact_center.view_workitem"
VIEW_AGENT, TAKE = "contact_center.view_agent", "contact_center.take_work"
MANAGE = "contact_center.manage_queues"

router = Router(tags=["routing"])


@router.get("/queues", response=answers(PageOf[QueueOut]))
def list_queues(request: HttpRequest, paging: PagingQuery) -> Any:
    """Those in reach and in use, by name."""
    require_anywhere(request.user, VIEW_QUEUE)
    return page_of(queries.queues_for(request.user), ["name"], paging, _queue)


@router.get("/queues/now", response=answers(list[QueueNowOut]))
def list_queues_now(request: HttpRequest) -> Any:
    """How they stand."""
    require_anywhere(request.user, VIEW_QUEUE)
    names = [name for name in QueueNowOut.model_fields if name != "queue_id"]
    found = queries.queues_now(request.user)
    return [{"queue_id": one.queue.pk} | {name: getattr(one, name) for name in names} for one in found]


@router.post("/queues", response=answers(QueueOut, 201))
def create_queue(request: HttpRequest, payload: QueueIn) -> Any:
    """A new one."""
    require_anywhere(request.user, MANAGE)
    made = actions.set_queue(None, actor=request.user, **_values(request, payload))
    return Status(201, _queue(made))


@router.get("/queues/{queue_id}", response=answers(QueueOut))
def get_queue(request: HttpRequest, response: HttpResponse, queue_id: UUID) -> Any:
    """One, retired or not."""
    found = queries.queue_for(request.user, queue_id)
    with_version(response, found.version)
    return _queue(found)


@router.patch("/queues/{queue_id}", response=answers(QueueOut))
def change_queue(request: HttpRequest, queue_id: UUID, payload: QueuePatch) -> Any:
    """Change what is given."""
    found = queries.queue_for(request.user, queue_id)
    version = wanted_version(request, found.version)
    return _queue(actions.set_queue(found, actor=request.user, version=version, **_values(request, payload)))


@router.get("/skills", response=answers(PageOf[SkillOut]))
def list_skills(request: HttpRequest, paging: PagingQuery) -> Any:
    """Those in use, by name."""
    require_anywhere(request.user, VIEW_QUEUE)
    return page_of(queries.skills(request.user), ["name"], paging, lambda one: one)


@router.post("/skills", response=answers(SkillOut, 201))
def create_skill(request: HttpRequest, payload: SkillIn) -> Any:
    """A new one."""
    return Status(201, actions.set_skill(None, actor=request.user, **payload.dict()))


@router.put("/skills/{skill_id}", response=answers(SkillOut))
def set_skill(request: HttpRequest, skill_id: UUID, payload: SkillIn) -> Any:
    """Rename or retire one."""
    require_anywhere(request.user, MANAGE)
    return actions.set_skill(queries.skill_for(request.user, skill_id), actor=request.user, **payload.dict())


@router.get("/agents", response=answers(list[AgentOut]))
def list_agents(request: HttpRequest) -> Any:
    """Those in reach, by name, with what they have now."""
    require_anywhere(request.user, VIEW_AGENT)
    return [_agent(one) for one in queries.agent_lines(request.user)]


@router.patch("/agents/{agent_id}", response=answers(AgentOut))
def change_agent(request: HttpRequest, agent_id: UUID, payload: AgentPatch) -> Any:
    """Change what is given; what they have they keep."""
    found = queries.agent_for(request.user, agent_id)
    version = wanted_version(request, found.version)
    given = payload.dict(exclude_unset=True)
    facts = {name: value for name, value in given.items() if value is not None}
    actions.change_agent(found, actor=request.user, version=version, **facts)
    return _agent(queries.agent_line(request.user, agent_id))


@router.put("/agents/{agent_id}/presence", response=answers(AgentOut))
def set_agent_presence(request: HttpRequest, agent_id: UUID, payload: AgentPresenceIO) -> Any:
    """Of somebody else."""
    found = queries.agent_for(request.user, agent_id)
    actions.set_presence(found.user, actor=request.user, **_presence(request, payload))
    return _agent(queries.agent_line(request.user, agent_id))


@router.get("/away-reasons", response=answers(list[AwayReasonOut]))
def list_away_reasons(request: HttpRequest) -> Any:
    """What may be said with "away"."""
    require_anywhere(request.user, TAKE)
    return [{"id": one.pk, "name": str(one)} for one in queries.away_reasons(request.user)]


@router.put("/me/presence", response=answers(AgentPresenceIO))
def set_my_presence(request: HttpRequest, payload: AgentPresenceIO) -> Any:
    """Say whether you are there. It holds for two and a half minutes; say it again before."""
    actions.set_presence(request.user, actor=request.user, **_presence(request, payload))
    return payload


@router.post("/me/next-work", response=answers(WorkOut | None))
def claim_next_work(request: HttpRequest) -> Any:
    """Give me the next; null when nothing waits that you can take."""
    found = actions.claim_next(request.user)
    return _work(found) if found else None


@router.get("/work", response=answers(PageOf[WorkOut]))
def list_work(request: HttpRequest, paging: Query[WorkQuery]) -> Any:
    """Work in reach, the newest first."""
    require_anywhere(request.user, VIEW_WORK)
    rows = queries.items(request.user)
    rows = rows.filter(queue=paging.queue_id) if paging.queue_id else rows
    rows = rows.filter(state=paging.state) if paging.state else rows
    return page_of(rows, ["-id"], paging, _work)


@router.get("/work/{work_id}", response=answers(WorkOut))
def get_work(request: HttpRequest, work_id: UUID) -> Any:
    """One piece."""
    return _work(queries.item_for(request.user, work_id))


@router.put("/work/{work_id}/assignment", response=answers(WorkOut))
def assign_work(request: HttpRequest, work_id: UUID, payload: WorkAssignmentIn) -> Any:
    """Give it to somebody by hand."""
    item = queries.item_for(request.user, work_id)
    agent = colleague_with(request.user, payload.user_id)
    return _work(actions.assign_work(item, actor=request.user, agent=agent, version=payload.version))


@router.post("/work/{work_id}/return", response=answers(WorkOut))
def return_work(request: HttpRequest, work_id: UUID) -> Any:
    """Back to its queue, with the place it had there."""
    return _work(actions.return_work(queries.item_for(request.user, work_id), actor=request.user))


@router.put("/work/{work_id}/queue", response=answers(WorkOut))
def move_work(request: HttpRequest, work_id: UUID, payload: WorkMoveIn) -> Any:
    """To another queue in reach."""
    item = queries.item_for(request.user, work_id)
    queue = queries.queue_for(request.user, payload.queue_id)
    return _work(actions.move_work(item, actor=request.user, queue=queue))


@router.post("/work/{work_id}/acceptance", response=answers(WorkOut))
def accept_work(request: HttpRequest, work_id: UUID) -> Any:
    """Take what was offered to you."""
    return _work(actions.accept_work(queries.offered_item(request.user, work_id), actor=request.user))


@router.post("/work/{work_id}/refusal", response=answers(WorkOut))
def decline_work(request: HttpRequest, work_id: UUID) -> Any:
    """Leave what was offered to you to others."""
    return _work(actions.decline_work(queries.offered_item(request.user, work_id), actor=request.user))


def _values(request: HttpRequest, payload: QueuePatch) -> dict[str, Any]:
    found = payload.dict(exclude_unset=True)
    for name in ("team", "calendar", "overflow_queue"):
        if f"{name}_id" in found:
            found[name] = found.pop(f"{name}_id")
    if "member_ids" in found:
        found["members"] = [colleague_with(request.user, pk) for pk in found.pop("member_ids") or ()]
    if "places" in found:
        found["places"] = [(one["channel"], one["place_id"]) for one in found["places"] or ()]
    if "skills" in found:
        found["skills"] = found["skills"] or {}
    return found


def _presence(request: HttpRequest, payload: AgentPresenceIO) -> dict[str, Any]:
    reason = queries.away_reason_for(request.user, payload.reason_id) if payload.reason_id else None
    return {"state": payload.state, "reason": reason}


def _queue(one: Queue) -> dict[str, Any]:
    plain = [name for name in QueueOut.model_fields if name not in ("skills", "member_ids", "places")]
    return {name: getattr(one, name) for name in plain} | {
        "skills": read_needs(one.needs),
        "member_ids": list(one.members.values_list("agent__user", flat=True)),
        "places": list(one.places.values("channel", "place_id")),
    }


def _agent(line: queries.AgentLine) -> dict[str, Any]:
    one: Agent = line.agent
    plain = ("id", "user_id", "state", "state_since", "capacity", "channel_limits", "languages", "version")
    return {name: getattr(one, name) for name in plain} | {
        "name": str(line.user),
        "reason": str(one.reason or ""),
        "load": line.load,
        "skills": {str(held.skill_id): held.level for held in one.skills.all()},
    }


def _work(one: WorkItem) -> dict[str, Any]:
    plain = [name for name in WorkOut.model_fields if name not in ("user_id", "skills")]
    return {name: getattr(one, name) for name in plain} | {
        "user_id": one.agent.user_id if one.agent else None,
        "skills": read_needs(one.needs),
    }
