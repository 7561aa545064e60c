"""What a stage can do when an opportunity enters it, step by step. Doing them: `actions/stage_runs.py`.

A step is {"do": kind, "value": id, "text": …, "days": whole days}.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy, gettext_noop

from bandhu.identity.models import Reach, Team, User
from bandhu.platform.rule_steps import Options, StepKind
from bandhu.sales.models import Opportunity, Sequence

MOST_STEPS, MOST_DAYS, MOST_TEXT = 12, 365, 300
PERSON_GONE = gettext_noop("The person of a step is no longer there.")
TEAM_GONE = gettext_noop("The team of a step is no longer there.")
SEQUENCE_GONE = gettext_noop("The sequence of a step is no longer in use.")
_PERSON, _SAYS = gettext_lazy("Person"), gettext_lazy("What is said besides (may be empty)")
_LEADS = (Reach.BRANCH, Reach.EVERYONE)


def _people() -> Options:
    rows = User.objects.filter(is_active=True, is_system=False).order_by("full_name")
    return [(str(one.pk), one.full_name) for one in rows]


def _teams() -> Options:
    return [(str(one.pk), one.name) for one in Team.objects.order_by("name")]


def _sequences() -> Options:
    return [
        (str(one.pk), one.name)
        for one in Sequence.objects.filter(is_active=True, steps__isnull=False).distinct()
    ]


KINDS: dict[str, StepKind] = {
    one.name: one
    for one in (
        StepKind(name="follow_up", label=gettext_lazy("Plan a follow-up"), icon="calendar-clock", options=_people, may_be_empty=True,
                 value_label=gettext_lazy("Person (empty: the owner)"), text=gettext_lazy("What is to be done"), text_needed=True,
                 within=gettext_lazy("Due in so many days"), fault=PERSON_GONE),
        StepKind(name="tell_owner", label=gettext_lazy("Tell the owner"), icon="bell", text=_SAYS),
        StepKind(name="tell_manager", label=gettext_lazy("Tell who leads the owner's team"), icon="bell", text=_SAYS),
        StepKind(name="tell_person", label=gettext_lazy("Tell a person"), icon="bell", options=_people, value_label=_PERSON,
                 text=_SAYS, fault=PERSON_GONE),
        StepKind(name="person", label=gettext_lazy("Give to a person"), icon="user-check", options=_people, value_label=_PERSON,
                 fault=PERSON_GONE),
        StepKind(name="team", label=gettext_lazy("Give to a team"), icon="users", options=_teams, value_label=gettext_lazy("Team"),
                 fault=TEAM_GONE),
        StepKind(name="sequence", label=gettext_lazy("Put the contact into a sequence"), icon="list-checks", options=_sequences,
                 value_label=gettext_lazy("Sequence"), fault=SEQUENCE_GONE),
        StepKind(name="add_tags", label=gettext_lazy("Add tags"), icon="tag", text=gettext_lazy("Tags, with commas between"),
                 text_needed=True),
    )
}  # fmt: skip


def tags_in(text: str) -> list[str]:
    """Tags as they are typed, with commas between."""
    return [one.strip() for one in text.split(",") if one.strip()]


def leaders_of(opportunity: Opportunity) -> list[User]:
    """Who leads the team of the owner (of the opportunity, where nobody owns it): who may change what belongs to the whole team.

    The nearest team that has somebody, going up; the owner is not their own leader.
    """
    owner: Any = opportunity.owner
    team = (owner.team if owner is not None else None) or opportunity.team
    may = Q(roles__grants__permission="sales.change_opportunity", roles__grants__reach__in=_LEADS)
    while team is not None:
        rows = User.objects.filter(may, team=team, is_active=True, is_system=False)
        if found := [one for one in rows.distinct().order_by("full_name") if one != owner]:
            return found
        team = team.parent
    return []
