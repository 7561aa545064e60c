"""Learning scores from what became of earlier records, and switching them on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bandhu.identity.acting import action
from bandhu.platform import audit
from bandhu.platform.notifications import notify
from bandhu.platform.queue import enqueue
from bandhu.sales.models import LearnedModel, Subject
from bandhu.sales.queries.learned import LATER, usable_own_fields

MANAGE = "sales.manage_leads"
_DONE = gettext_noop("The chance of records was learned anew: look at what it is worth.")


@action(MANAGE, on_record=False)
def ask_to_learn(*, actor: Any, subject: str, own_fields: Sequence[str] = ()) -> None:
    """Queue learning; `own_fields` are keys of own fields known at the beginning. Raises ValidationError for fields filled in later."""
    if subject not in Subject.values:
        raise ValidationError({"subject": _("Choose one of the list.")})
    refuse_later_fields(subject, own_fields)
    known = dict(usable_own_fields(actor, subject))
    if unknown := [key for key in own_fields if key not in known]:
        text = _("“%(name)s” is no field a score can be learned from.") % {"name": unknown[0][:60]}
        raise ValidationError({"own_fields": text})
    enqueue(
        "sales.learn_scores", queueing_lock=f"learn:{subject}", subject=subject, own_fields=list(own_fields), user_id=str(actor.pk)
    )  # fmt: skip


def refuse_later_fields(subject: str, names: Sequence[str]) -> None:
    """Raises ValidationError for fields that are known only afterwards: with them a score would read the answer off the record."""
    later = [name for name in names if name in LATER[Subject(subject)]]
    if later:
        text = _("“%(name)s” is known only afterwards, so no score may be learned from it.") % {
            "name": later[0]
        }
        raise ValidationError({"own_fields": text})


@transaction.atomic
def keep_learned(subject: str, learned: Any, *, actor: Any, own_fields: Sequence[str]) -> LearnedModel:
    """Keep what was learned (`learning.training.Learned`); in use it stays where the former one was and this one was not refused."""
    former = LearnedModel.objects.filter(subject=subject).order_by("-trained_at").first()
    scorecard = learned.scorecard.plain if learned.scorecard else None
    made = LearnedModel.objects.create(
        subject=subject,
        trained_by=actor,
        own_fields=list(own_fields),
        evaluation=learned.evaluation.plain,
        scorecard=scorecard,
        is_on=bool(former and former.is_on and scorecard),
    )
    figures = {
        name: (None, getattr(learned.evaluation, name)) for name in ("rows", "auc", "base_rate", "refusal")
    }
    _written("created", made, actor, figures)
    if subject == Subject.LEAD:
        enqueue("sales.score_open_leads")
    notify(actor, _DONE, url=f"{reverse('sales:learned')}?subject={subject}", icon="graduation-cap")
    return made


@action(MANAGE, on_record=False)
def switch_learned(model: LearnedModel, *, actor: Any, is_on: bool) -> LearnedModel:
    """Show the chance on records, or hide it. One that was refused cannot be switched on (ValidationError)."""
    fresh = LearnedModel.objects.select_for_update().get(pk=model.pk)
    if is_on and fresh.scorecard is None:
        raise ValidationError(_("This model was refused, so there is nothing to switch on."))
    if fresh.is_on != is_on:
        fresh.is_on = is_on
        fresh.save(update_fields=["is_on"])
        _written("changed", fresh, actor, {"is_on": (not is_on, is_on)})
        if fresh.subject == Subject.LEAD:
            enqueue("sales.score_open_leads")
    return fresh


def _written(verb: str, model: LearnedModel, actor: Any, changes: dict[str, Any]) -> None:
    audit.record_change(
        verb, actor=actor, kind="learned_model", record_id=model.pk, title=str(model), changes=changes
    )
