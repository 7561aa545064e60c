"""How skills and levels are asked for, so that the claim needs one comparison.

Work needs `<skill>:<level>`; an agent holds one such word for every level up to their own. What an agent can do is then
"the needs are contained in the holdings", for the database as for us.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from bandhu.contact_center.models import Skill


def needs_of(skills: Iterable[Any]) -> list[str]:
    """Of skills, or pairs of a skill and the least level."""
    pairs = [one if isinstance(one, tuple) else (one, 1) for one in skills]
    return sorted(f"{skill.pk if isinstance(skill, Skill) else skill}:{level}" for skill, level in pairs)


def holdings_of(levels: Iterable[tuple[UUID, int]]) -> list[str]:
    """Of what an agent has: (skill id, level)."""
    return sorted(f"{skill}:{below}" for skill, level in levels for below in range(1, level + 1))


def read_needs(needs: Iterable[str]) -> dict[UUID, int]:
    """{skill id: least level} of what `needs_of` wrote."""
    pairs = (one.rsplit(":", 1) for one in needs)
    return {UUID(skill): int(level) for skill, level in pairs}
