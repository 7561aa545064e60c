"""Answers: one click, a comment afterwards if one likes, and a change of mind while the question is open."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from bandhu.feedback.events import FeedbackGiven
from bandhu.feedback.models import Asking, AskingState
from bandhu.identity.models import User
from bandhu.identity.ready_made import system_user
from bandhu.interactions.actions import log_interaction, plan_follow_up
from bandhu.interactions.models import Interaction
from bandhu.platform.audit import record_change
from bandhu.platform.events import publish
from bandhu.platform.live import hint
from bandhu.platform.notifications import notify

LONGEST = 4_000
_DUE_WITHIN = timedelta(hours=24)


@transaction.atomic
def answer_asking(asking: Asking, *, score: int, comment: str = "") -> Asking:
    """What the customer answered; said again it takes the earlier one's place. Raises ValidationError by field."""
    # Without a join: after waiting for the lock it would still show what the row was before.
    found = Asking.objects.select_for_update().get(pk=asking.pk)
    if found.state not in (AskingState.SENT, AskingState.ANSWERED):
        raise ValidationError(_("This question is closed. Thank you for your time."), code="closed")
    if score not in found.survey.scale.scores:
        raise ValidationError({"score": _("Choose one of the scores.")})
    found.score, found.comment = score, comment.replace("\x00", "").strip()[:LONGEST] or found.comment
    found.state, found.answered_at = AskingState.ANSWERED, found.answered_at or timezone.now()
    found.version += 1
    _tell_timeline(found)
    if _is_low(found) and found.alerted_at is None:
        _alert(found)
    found.save()
    record_change(
        "answered", actor=system_user(), kind="asking", record_id=found.pk, title=str(found.survey),
        changes={"score": (asking.score, score)},
    )  # fmt: skip
    publish(
        FeedbackGiven(
            asking_id=str(found.pk),
            survey_id=str(found.survey_id),
            contact_id=str(found.contact_id),
            kind=found.survey.kind,
            score=score,
            is_low=_is_low(found),
            about_kind=found.about_kind,
            about_id=str(found.about_id) if found.about_id else None,
        )
    )
    hint(f"contact:{found.contact_id}")
    return found


def _is_low(asking: Asking) -> bool:
    low = asking.survey.low_at
    return low is not None and asking.score is not None and asking.score <= low


def _tell_timeline(asking: Asking) -> None:
    """One entry of an answer, also when it is changed: then with the first score before it."""
    last = asking.survey.scale.last
    told = Interaction.objects.filter(pk=asking.interaction_id).first() if asking.interaction_id else None
    first = told.details.get("score") if told else None
    score = asking.score if first in (None, asking.score) else f"{first} → {asking.score}"
    subject = f"{asking.survey}: {score} / {last}"[:300]
    if told is not None:
        Interaction.objects.filter(pk=told.pk).update(subject=subject, body=asking.comment)
        return
    entry: Interaction = log_interaction(
        asking.contact,
        actor=system_user(),
        kind="feedback",
        channel=asking.channel,
        direction=Interaction.Direction.IN,
        subject=subject,
        body=asking.comment,
        details={"asking_id": str(asking.pk), "score": asking.score, "of": last},
    )
    asking.interaction_id = entry.pk


def _alert(asking: Asking) -> None:
    """Somebody is to speak with an unhappy customer, within a day."""
    asking.alerted_at = timezone.now()
    who = _responsible(asking)
    if who is None:
        return
    facts: dict[str, Any] = {"contact": str(asking.contact), "score": str(asking.score)}
    notify(
        who,
        gettext_noop("%(contact)s gave a low score: %(score)s."),
        url=f"/contacts/{asking.contact_id}/",
        icon="frown",
        **facts,
    )
    with override(who.language or None):
        what = _("Speak with them about their low score (%(score)s)") % facts
    plan_follow_up(
        asking.contact,
        actor=system_user(),
        what=what,
        owner=who,
        due_at=timezone.now() + _DUE_WITHIN,
    )


def _responsible(asking: Asking) -> User | None:
    people = (asking.survey.alerted, asking.agent, asking.contact.owner)
    return next((one for one in people if one is not None and one.is_active), None)
