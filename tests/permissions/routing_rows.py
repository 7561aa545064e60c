"""The rows of queues and routing."""

from tests.permissions.rows import row

_QUEUES, _WORK, _AGENTS = (
    "contact_center.view_queue",
    "contact_center.view_workitem",
    "contact_center.view_agent",
)
_MANAGE, _CHANGE = "contact_center.manage_queues", "contact_center.change_agent"
_ASSIGN, _TAKE = "contact_center.assign_work", "contact_center.take_work"
_AWAY = {"state": "away"}

ROUTING = [
    *row("contact_center:queues_now", "GET", _QUEUES),
    *row("contact_center:queue", "GET", _QUEUES, pk="work_queue"),
    *row("contact_center:my_work", "GET", _TAKE, anywhere=True),
    *row("contact_center:presence", "GET POST", _TAKE, data=_AWAY, anywhere=True),
    *row("contact_center:heartbeat", "POST", _TAKE, anywhere=True),
    *row("contact_center:next_work", "POST", _TAKE, anywhere=True),
    *row("contact_center:acceptance", "POST", _TAKE, pk="offered_work", anywhere=True),
    *row("contact_center:refusal", "POST", _TAKE, pk="offered_work", anywhere=True),
    *row("contact_center:assignment", "GET POST", _ASSIGN, sees=_WORK, pk="work", data={"agent": "{user}"}),
    *row("contact_center:returning", "POST", _ASSIGN, sees=_WORK, pk="work"),
    *row("contact_center:setup", "GET", _MANAGE, sees=_QUEUES, anywhere=True),
    *row("contact_center:queue_new", "GET POST", _MANAGE, anywhere=True),
    *row("contact_center:queue_setup", "GET POST", _MANAGE, sees=_QUEUES, pk="work_queue", anywhere=True),
    *row("contact_center:skill_new", "GET", _MANAGE, anywhere=True),
    *row("contact_center:skill_new", "POST", _MANAGE, data={"name": "Pumps"}, anywhere=True),
    *row("contact_center:skill", "GET POST", _MANAGE, pk="skill", anywhere=True),
    *row("contact_center:away_reason_new", "GET", _MANAGE, anywhere=True),
    *row("contact_center:away_reason_new", "POST", _MANAGE, data={"name": "Prayer"}, anywhere=True),
    *row("contact_center:away_reason", "GET POST", _MANAGE, pk="away_reason", anywhere=True),
    *row("contact_center:agents", "GET", _CHANGE, sees=_AGENTS, anywhere=True),
    *row("contact_center:agent", "GET", _CHANGE, sees=_AGENTS, pk="agent", anywhere=True),
    *row("contact_center:agent", "POST", _CHANGE, sees=_AGENTS, pk="agent", data={"capacity": "4"}),
    *row("/queues", "GET", _QUEUES),
    *row("/queues", "POST", _MANAGE, data={"name": "Other"}, anywhere=True),
    *row("/queues/now", "GET", _QUEUES),
    *row("/queues/{queue_id}", "GET", _QUEUES, queue_id="work_queue"),
    *row("/queues/{queue_id}", "PATCH", _MANAGE, sees=_QUEUES, data={"priority": 3}, anywhere=True, queue_id="work_queue"),
    *row("/skills", "GET", _QUEUES, anywhere=True),
    *row("/skills", "POST", _MANAGE, data={"name": "Pumps"}, anywhere=True),
    *row("/skills/{skill_id}", "PUT", _MANAGE, data={"name": "Pumps"}, anywhere=True, skill_id="skill"),
    *row("/agents", "GET", _AGENTS),
    *row("/agents/{agent_id}", "PATCH", _CHANGE, sees=_AGENTS, data={"capacity": 4}, agent_id="agent"),
    *row("/agents/{agent_id}/presence", "PUT", _CHANGE, sees=_AGENTS, data=_AWAY, agent_id="agent"),
    *row("/away-reasons", "GET", _TAKE, anywhere=True),
    *row("/me/presence", "PUT", _TAKE, data=_AWAY, anywhere=True),
    *row("/me/next-work", "POST", _TAKE, anywhere=True),
    *row("/work", "GET", _WORK),
    *row("/work/{work_id}", "GET", _WORK, work_id="work"),
    *row("/work/{work_id}/assignment", "PUT", _ASSIGN, sees=_WORK, data={"user_id": "{user}"}, work_id="work"),
    *row("/work/{work_id}/return", "POST", _ASSIGN, sees=_WORK, work_id="work"),
    *row(
        "/work/{work_id}/queue", "PUT", _ASSIGN, sees=f"{_WORK} {_QUEUES}", data={"queue_id": "{work_queue}"}, work_id="work"
    ),
    *row("/work/{work_id}/acceptance", "POST", _TAKE, work_id="offered_work", anywhere=True),
    *row("/work/{work_id}/refusal", "POST", _TAKE, work_id="offered_work", anywhere=True),
]  # fmt: skip
