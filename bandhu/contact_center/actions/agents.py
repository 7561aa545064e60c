"""What an agent can do, and how much at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.contact_center.actions.checking import checked_number
from bandhu.contact_center.actions.holding import lock_agents
from bandhu.contact_center.actions.setup import checked_levels
from bandhu.contact_center.actions.waking import wake_agent
from bandhu.contact_center.models import Agent, AgentSkill
from bandhu.contact_center.skill_levels import holdings_of
from bandhu.identity.acting import action
from bandhu.identity.models import User
from bandhu.platform.audit import record_change
from bandhu.platform.conflicts import EditConflict

CAPACITY, AT_ONCE = (0, 1000), (0, 1000)
_LANGUAGE = re.compile("[a-z]{2,3}")
_MOST = 30


@action("contact_center.change_agent")
def change_agent(agent: Agent, *, actor: User, version: int | None = None, **values: Any) -> Agent:
    """Change what is given: `capacity` in units, `channel_limits` {channel: pieces}, `languages` codes, `skills` {skill: level}.

    Raises ValidationError by field, EditConflict for an old version. What they have they keep.
    """
    row = lock_agents([agent.pk])[agent.pk]
    if version is not None and version != row.version:
        raise EditConflict(row.version, base={}, theirs={}, yours={})
    before, problems, levels = _told(row), {}, None
    for name, value in values.items():
        try:
            if name == "skills":
                levels = checked_levels(value)
            else:
                setattr(row, name, _CHECKS[name](value))
        except ValidationError as problem:
            problems[name] = problem.messages
    if problems:
        raise ValidationError(problems)
    if levels is not None:
        row.skills.all().delete()
        AgentSkill.objects.bulk_create(
            AgentSkill(agent=row, skill_id=pk, level=one) for pk, one in levels.items()
        )
        row.holdings = holdings_of(levels.items())
    row.version += 1
    row.save(update_fields=["capacity", "channel_limits", "languages", "holdings", "version"])
    after = _told(row)
    record_change(
        "changed", actor=actor, kind="agent", record_id=row.pk, title=str(row),
        changes={name: (before[name], after[name]) for name in after if before[name] != after[name]},
    )  # fmt: skip
    wake_agent(row.pk)
    return row


def _limits(value: Mapping[str, Any]) -> dict[str, int]:
    if not isinstance(value, Mapping) or len(value) > _MOST:
        raise ValidationError(_("Channels with the most pieces at once."))
    return {
        str(channel)[:30]: checked_number(most, AT_ONCE)
        for channel, most in value.items()
        if most is not None
    }


def _languages(value: Iterable[str]) -> list[str]:
    codes = sorted({str(one).lower() for one in value})
    if len(codes) > _MOST or not all(_LANGUAGE.fullmatch(one) for one in codes):
        raise ValidationError(_("Languages are given by their codes, for example bn."))
    return codes


_CHECKS: dict[str, Any] = {
    "capacity": lambda value: checked_number(value, CAPACITY),
    "channel_limits": _limits,
    "languages": _languages,
}


def _told(row: Agent) -> dict[str, Any]:
    skills = {str(one.skill): one.level for one in row.skills.select_related("skill")}
    return {
        "capacity": row.capacity,
        "channel_limits": row.channel_limits,
        "languages": row.languages,
        "skills": skills,
    }
