"""The score of leads by the administrator's points, with the reasons it is made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from bandhu.identity.ready_made import system_user
from bandhu.sales.assigning import matching
from bandhu.sales.models import OPEN_STATUSES, Lead, ScoreRule, Subject
from bandhu.sales.queries.learned import lead_rows, scorecard_in_use

BATCH = 500


def score_leads(ids: Sequence[UUID]) -> int:
    """Make the scores of these leads anew, one statement a rule and batch; returns how many changed. A score is no change of the lead: its version stays."""
    actor, rules, changed = system_user(), list(ScoreRule.objects.filter(is_active=True)), 0
    for start in range(0, len(ids), BATCH):
        part = ids[start : start + BATCH]
        found: dict[UUID, list[dict[str, Any]]] = {pk: [] for pk in part}
        for rule in rules:
            reason = {"rule": str(rule.pk), "name": rule.name, "points": rule.points}
            for pk in matching(actor, rule.conditions, part):
                found[pk].append(reason)
        stale = []
        for lead in Lead.objects.filter(pk__in=part).only("score", "score_reasons"):
            if lead.score_reasons != found[lead.pk]:
                lead.score_reasons = found[lead.pk]
                lead.score = sum(one["points"] for one in lead.score_reasons)
                stale.append(lead)
        Lead.objects.bulk_update(stale, ["score", "score_reasons"])
        changed += len(stale)
        _learned_chances(part)
    return changed


def _learned_chances(ids: Sequence[UUID]) -> None:
    """The learned chance beside the points, where a model is in use; where none is, it is emptied."""
    in_use = scorecard_in_use(Subject.LEAD)
    if in_use is None:
        Lead.objects.filter(pk__in=ids, chance__isnull=False).update(chance=None, chance_reasons=[])
        return
    scorecard, own_fields = in_use
    leads = [
        Lead(pk=pk, chance=round(scorecard.chance(row), 4), chance_reasons=scorecard.reasons(row))
        for pk, row in lead_rows(ids, own_fields).items()
    ]
    Lead.objects.bulk_update(leads, ["chance", "chance_reasons"])


def score_open_leads() -> int:
    """After a rule changed: the scores of all open leads; returns how many changed."""
    open_leads = Lead.objects.filter(status__in=OPEN_STATUSES, deleted_at__isnull=True)
    return score_leads(list(open_leads.values_list("pk", flat=True)))
