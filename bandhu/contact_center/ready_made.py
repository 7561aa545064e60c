"""What every installation starts with: reasons to be away, and a queue for what has no other."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_noop

from bandhu.contact_center.models import AwayReason, Queue, QueuePlace

MISSED = "missed"
REASONS = {
    "break": gettext_noop("Break"),
    "lunch": gettext_noop("Lunch"),
    "meeting": gettext_noop("Meeting"),
    "training": gettext_noop("Training"),
    "paperwork": gettext_noop("Paperwork"),
    MISSED: gettext_noop("Did not answer"),
}
FOR_EVERYTHING = "Incoming"


@transaction.atomic
def ensure_queues() -> None:
    """Safe to repeat. What an administrator retired or renamed stays so; a queue for everything there always is."""
    if not AwayReason.objects.exclude(key="").exists():
        AwayReason.objects.bulk_create(
            AwayReason(key=key, name=name, position=place)
            for place, (key, name) in enumerate(REASONS.items())
        )
    if not QueuePlace.objects.filter(channel="", place_id=None, queue__is_active=True).exists():
        QueuePlace.objects.filter(channel="", place_id=None).delete()
        queue, _made = Queue.objects.get_or_create(name=FOR_EVERYTHING)
        if not queue.is_active:
            queue.is_active = True
            queue.save(update_fields=["is_active"])
        QueuePlace.objects.create(queue=queue)
