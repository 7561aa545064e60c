"""The conditions of a rule: whether a ticket fits them, and whether they can still be understood."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_noop

from bandhu.identity.models import Team, User
from bandhu.identity.ready_made import system_user
from bandhu.platform.filters import NO_VALUE, Compiled, compile_filter, filterable_fields
from bandhu.platform.record_kinds import Field, record_kinds
from bandhu.platform.value_choices import choices_for
from bandhu.service.models import TicketRule
from bandhu.service.rule_steps import faults_of_steps

NOT_UNDERSTOOD = gettext_noop("A condition can no longer be understood.")
SOMETHING_GONE = gettext_noop("A condition names something that is no longer there.")
NOBODY_IN_PARTICULAR = gettext_noop("A rule is nobody's: “Me” and “My team” mean nothing in its conditions.")
_CHOSEN = ("choice", "choices", "user", "team", "tags")


@dataclass(frozen=True)
class Asker:
    """Who asks for a rule, and what there is to ask: read once for many rules."""

    user: User
    fields: list[Field]


def asker() -> Asker:
    """Sees every ticket and every field."""
    user = system_user()
    return Asker(user, filterable_fields(user, record_kinds["ticket"]))


def compiled(conditions: Mapping[str, Any], by: Asker | None = None) -> Compiled:
    """Over every ticket, whoever may see it. Raises ValidationError."""
    if not conditions:
        return Compiled(Q())
    known = by or asker()
    return compile_filter(known.user, record_kinds["ticket"], conditions, known.fields)


def faults_of_conditions(conditions: Mapping[str, Any], by: Asker | None = None) -> list[str]:
    """Msgids of what does not work any more; each once."""
    if not conditions:
        return []
    known = by or asker()
    try:
        compiled(conditions, known)
    except ValidationError:
        return [NOT_UNDERSTOOD]
    fields = {one.name: one for one in known.fields}
    found = [fault for one in _leaves(conditions) if (fault := _fault(one, fields[one["field"]], known))]
    return list(dict.fromkeys(found))


def faults_of(rule: TicketRule, by: Asker | None = None) -> list[str]:
    """Msgids of everything that keeps a rule from working."""
    return [*faults_of_conditions(rule.conditions, by), *faults_of_steps(rule.steps)]


def _leaves(tree: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if "field" in tree:
        yield tree
        return
    for part in tree.get("any") or tree.get("all") or []:
        yield from _leaves(part)


def _fault(condition: Mapping[str, Any], field: Field, by: Asker) -> str:
    if field.type not in _CHOSEN or condition.get("op") in NO_VALUE:
        return ""
    given = condition.get("value")
    values = {
        str(one) for one in (given if isinstance(given, list | tuple) else [given]) if one not in (None, "")
    }
    if field.type in ("user", "team"):
        if values & {"me", "mine"}:
            return NOBODY_IN_PARTICULAR
        rows: Any = User.objects.filter(is_active=True) if field.type == "user" else Team.objects.all()
        return SOMETHING_GONE if rows.filter(pk__in=values).count() < len(values) else ""
    offered = choices_for(by.user, field)
    if offered is None:
        return ""
    return SOMETHING_GONE if values - {value for value, _words in offered} else ""
