"""What a rule makes of a ticket's tags."""

from __future__ import annotations

from collections.abc import Sequence

from bandhu.customers.cleaning import clean_tags
from bandhu.platform.texts import fold
from bandhu.service.rule_steps import Step, names_in


def changed_tags(now: Sequence[str], step: Step) -> list[str]:
    """The tags after a step; "VIP" and "vip" are one."""
    named = clean_tags(names_in(str(step.get("text") or "")))
    keys = {fold(name) for name in named}
    if step["do"] == "remove_tags":
        return [name for name in now if fold(name) not in keys]
    known = {fold(name) for name in now}
    return [*now, *(name for name in named if fold(name) not in known)]
