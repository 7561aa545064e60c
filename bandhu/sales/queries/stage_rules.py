"""The rules of a stage: what keeps them from working, and what they would have done to the last moves. Nothing is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.identity.models import User
from bandhu.identity.rule_conditions import compiled_for
from bandhu.identity.scoping import require_anywhere
from bandhu.platform.reading_only import reading_only
from bandhu.platform.rule_steps import fault_of_step, faults_in_steps, steps_in_words, value_in_words
from bandhu.platform.texts import fold
from bandhu.sales.models import Enrolment, Opportunity, Stage, StageMove
from bandhu.sales.queries.pipelines import VIEW, stage_for
from bandhu.sales.stage_conditions import faults_of_condition
from bandhu.sales.stage_steps import KINDS, leaders_of, tags_in

MANAGE = "sales.manage_pipelines"
TRIED, SHOWN = 100, 20


@dataclass
class StepTrial:
    """A step and on how many of the moves it would have been done."""

    label: Any
    words: str
    done: int = 0
    nothing: int = 0


@dataclass
class StageTrial:
    """`looked_at` are the newest moves into the stage, of those the user may see; `refused` how many it would not have let in.

    `shown` are opportunities of the refused ones, the newest first. Each is asked as it stands today.
    """

    looked_at: int = 0
    refused: int = 0
    shown: list[Opportunity] = field(default_factory=list)
    steps: list[StepTrial] = field(default_factory=list)

    @property
    def entered(self) -> int:
        return self.looked_at - self.refused


def stage_with_rules(user: Any, stage_id: UUID | str) -> Stage:
    """For who sets up pipelines; raises OutOfReach (404)."""
    require_anywhere(user, MANAGE)
    return stage_for(user, stage_id)


def stage_faults(stage: Stage) -> list[str]:
    """What of its rules does not work any more, in the reader's language."""
    return [_(one) for one in (*faults_of_condition(stage), *faults_in_steps(KINDS, stage.steps))]


def steps_of_stage(stage: Stage) -> list[tuple[Any, str]]:
    """(what, with what) of each thing it does."""
    return steps_in_words(KINDS, stage.steps)


@dataclass(frozen=True)
class StepDone:
    """What became of a step, in the reader's words; `state` is "done", "already" or "nothing"."""

    label: Any
    icon: str
    state: str
    after: str
    why: str


def did_in_words(move: StageMove) -> list[StepDone]:
    """What the stage did when it was entered by this move."""
    found = []
    for one in move.did:
        kind = KINDS.get(str(one.get("do")))
        label, icon = (kind.label, kind.icon) if kind is not None else (one.get("do"), "circle-help")
        why = str(one.get("why") or "")
        found.append(
            StepDone(label, icon, str(one.get("state")), str(one.get("after") or ""), _(why) if why else "")
        )
    return found


def try_stage(user: Any, draft: Stage) -> StageTrial:
    """What these rules would have made of the last hundred moves into the stage. The database refuses changes meanwhile."""
    require_anywhere(user, MANAGE)
    with reading_only():
        rows = StageMove.objects.visible_to(user, VIEW).filter(to_stage=draft.pk, from_stage__isnull=False)
        rows = rows.filter(opportunity__deleted_at__isnull=True).order_by("-at", "-pk")
        moves = [one.opportunity for one in rows.select_related("opportunity")[:TRIED]]
        found = Opportunity.objects.filter(pk__in=[one.pk for one in moves])
        records = {one.pk: one for one in found.select_related("contact", "company", "owner__team", "team")}
        fitting = _fitting(draft, list(records))
        result = StageTrial(looked_at=len(moves), refused=sum(one.pk not in fitting for one in moves))
        refused = dict.fromkeys(one.pk for one in moves if one.pk not in fitting)
        result.shown = [records[pk] for pk in list(refused)[:SHOWN]]
        times = Counter(one.pk for one in moves if one.pk in fitting)
        result.steps = [_tried(one, records, times) for one in draft.steps]
    return result


def _fitting(draft: Stage, ids: Sequence[UUID]) -> set[UUID]:
    if not draft.condition:
        return set(ids)
    try:
        wanted = compiled_for("opportunity", draft.condition)
    except ValidationError:
        return set(ids)
    return set(wanted.apply(Opportunity.objects.filter(pk__in=ids)).values_list("pk", flat=True))


def _tried(step: dict[str, Any], records: dict[UUID, Opportunity], times: Counter[UUID]) -> StepTrial:
    trial = StepTrial(KINDS[step["do"]].label, value_in_words(KINDS, step))
    had = _had(step, list(times))
    for pk, count in times.items():
        if _would_do(step, records[pk], had):
            trial.done += count
        else:
            trial.nothing += count
    return trial


def _had(step: dict[str, Any], ids: Sequence[UUID]) -> set[Any]:
    """What needs no doing: (opportunity, tag) for tags, the contacts that are in the sequence."""
    if step["do"] == "add_tags":
        pairs = Opportunity.tags.through.objects.filter(opportunity__in=ids)
        return {(pk, key) for pk, key in pairs.values_list("opportunity", "tag__key")}
    if step["do"] == "sequence":
        under_way = (Enrolment.State.RUNNING, Enrolment.State.PAUSED)
        rows = Enrolment.objects.filter(sequence=step["value"], state__in=under_way)
        return set(rows.values_list("contact", flat=True))
    return set()


def _would_do(step: dict[str, Any], record: Opportunity, had: set[Any]) -> bool:
    do, owner = step["do"], record.owner
    is_owned = owner is not None and owner.is_active
    if fault_of_step(KINDS, step) and do != "follow_up":
        return False
    if do == "follow_up":
        named = bool(step["value"]) and User.objects.filter(pk=step["value"], is_active=True).exists()
        return (named or is_owned) and bool(record.contact_id or record.company_id)
    if do == "sequence":
        contact = record.contact
        return is_owned and contact is not None and bool(contact.primary_mail) and contact.pk not in had
    if do == "add_tags":
        return any((record.pk, fold(name)[:60]) not in had for name in tags_in(step["text"]))
    answers = {
        "person": str(record.owner_id) != step["value"],
        "team": record.owner_id is not None or str(record.team_id) != step["value"],
        "tell_owner": is_owned,
        "tell_person": True,
    }
    return answers[do] if do in answers else bool(leaders_of(record))
