"""What happens to work. Ids are texts; `kind` and `record_id` name the record the work is about."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from bandhu.platform.events import Event


@dataclass(frozen=True, kw_only=True)
class _Told:
    work_id: str
    kind: str
    record_id: str
    queue_id: str
    channel: str
    # When it came in, ISO 8601 in UTC.
    enqueued_at: str


@dataclass(frozen=True, kw_only=True)
class WorkAssigned(_Told, Event, name="contact_center.work_assigned", sentence=_("Work was assigned")):
    """`user_id` has it now; `by_router` says that no person decided it."""

    user_id: str
    by_router: bool


@dataclass(frozen=True, kw_only=True)
class WorkReturned(
    _Told, Event, name="contact_center.work_returned", sentence=_("Work went back to its queue")
):
    """`user_id` had it, or was offered it; `reason` is returned, declined, missed or gone."""

    user_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class WorkWaitedTooLong(
    _Told, Event, name="contact_center.work_waited_too_long", sentence=_("Work has waited too long")
):
    """Told once for each wait, when the longest wait of its queue has passed."""

    waited_seconds: int
