"""Surveys, letters of rules and automatic mails once counted as answers: the conversations of that time are counted again, once. When customers
first wrote in them is noted on the way.

Every start looks whether that is done (`settle_counting`) and queues the job where it is not; how far it has come is kept after each batch, so
that a job that was killed goes on from there.
"""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from django.db import transaction

from bandhu.interactions.actions import count_answers_again, locked_several, note_first_incoming
from bandhu.interactions.models import Conversation, Interaction, Message, MessageKind
from bandhu.platform.models import Setting
from bandhu.platform.queue import enqueue

# {"is_done", "after" (the last message looked at), "seen", "corrected"}
COUNTED = "channels.answers_counted"
JOB = "channels.count_old_answers"
_BATCH = 20_000
_BEGINNING = {"is_done": False, "after": "", "seen": 0, "corrected": 0}
logger = logging.getLogger(__name__)


def settle_counting() -> None:
    """Queue the job where conversations may be of that time; an installation without any has none. Safe to repeat."""
    kept, is_made = Setting.objects.get_or_create(name=COUNTED, defaults={"value": _BEGINNING})
    if is_made and not Conversation.objects.exists():
        kept.value = _BEGINNING | {"is_done": True}
        kept.save()
    if not kept.value["is_done"]:
        enqueue(JOB, lock=JOB, queueing_lock=JOB)


def count_old_answers(batch: int = _BATCH) -> None:
    """Go through all messages in the order of their ids, `batch` in each transaction, and correct who was answered and who waits."""
    while not (state := _count_batch(batch))["is_done"]:
        logger.info(
            "Answers counted again: %(seen)s messages looked at, %(corrected)s conversations corrected.",
            state,
        )
    if state["corrected"]:
        # Told at the usual level, for figures of reports about the past are others now.
        logger.warning(
            "Automatic messages are no answers any more: of %(seen)s messages looked at, %(corrected)s conversations corrected.",
            state,
        )


@transaction.atomic
def _count_batch(batch: int) -> dict[str, Any]:
    kept = Setting.objects.select_for_update().get(name=COUNTED)
    state: dict[str, Any] = kept.value
    if state["is_done"]:
        return state | {"corrected": 0}
    rows = Message.objects.order_by("pk")
    if state["after"]:
        rows = rows.filter(pk__gt=state["after"])
    ids = list(rows.values_list("pk", flat=True)[:batch])
    kept.value = state | {
        "is_done": len(ids) < batch,
        "after": str(ids[-1]) if ids else state["after"],
        "seen": state["seen"] + len(ids),
        "corrected": state["corrected"] + (_correct(ids[0], ids[-1]) if ids else 0),
    }
    kept.save()
    return dict(kept.value)


def _correct(first: UUID, last: UUID) -> int:
    """The conversations with an automatic message of ours between these ids; returns in how many something was wrong."""
    note_first_incoming(first, last)
    ours = Message.objects.filter(
        pk__gte=first, pk__lte=last, kind=MessageKind.SAID, direction=Interaction.Direction.OUT
    )
    # Written with another program, by a program: the mark is younger than they are.
    for message in ours.filter(mail__is_automatic=True).exclude(details__has_key="is_automatic"):
        message.details["is_automatic"] = True
        message.save(update_fields=["details"])
    found = ours.filter(details__contains={"is_automatic": True}).order_by()
    talks = locked_several(found.values_list("conversation", flat=True).distinct())
    asked = Message.objects.filter(
        conversation__in=talks, direction=Interaction.Direction.IN, mail__is_automatic=True
    )
    by_programs = set(asked.values_list("pk", flat=True))
    return sum(count_answers_again(one, by_programs) for one in talks.values())
