"""Domain events: `publish()` writes the record and queues its deliveries in the caller's transaction.

A rollback leaves neither event nor delivery, a commit loses neither. Each (event, subscriber) pair is a job of
its own, so that one failing listener repeats no other. Subscribers must be idempotent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import transaction
from django.utils import timezone

from bandhu.platform import queue
from bandhu.platform.models import EventRecord
from bandhu.platform.together import keep
from bandhu.platform.whole_rows import insert_row

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

EVERY_EVENT = "*"
MAX_DEPTH = 5

event_classes: dict[str, type[Event]] = {}
_subscriptions: dict[str, list[Subscription]] = defaultdict(list)
# The event being delivered, so that what its subscriber publishes carries the cause.
_cause: ContextVar[EventRecord | None] = ContextVar("cause", default=None)
_is_quiet: ContextVar[bool] = ContextVar("is_quiet", default=False)


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of all events: frozen plain values. Subclass with `name=` and `sentence=` (translated)."""

    name: ClassVar[str] = ""
    sentence: ClassVar[str | _StrPromise] = ""

    def __init_subclass__(cls, *, name: str, sentence: str | _StrPromise) -> None:
        cls.name, cls.sentence = name, sentence
        event_classes[name] = cls

    @property
    def order_key(self) -> str | None:
        """Deliveries with the same key run one after the other; by default the contact's or company's."""
        for field in ("contact_id", "company_id"):
            if value := getattr(self, field, None):
                return f"customer:{value}"
        return None


@dataclass(frozen=True)
class Subscription:
    """A function that wants an event, and a cheap question whether it wants this one at all."""

    function: Callable[[Event, EventRecord], None]
    wanted: Callable[[Event], bool] | None

    @property
    def path(self) -> str:
        return f"{self.function.__module__}.{self.function.__qualname__}"


def subscribe(
    event: type[Event] | str, *, wanted: Callable[[Event], bool] | None = None
) -> Callable[[Callable[[Any, EventRecord], None]], Callable[[Any, EventRecord], None]]:
    """Run the decorated function, in a background job, each time `event` (or EVERY_EVENT) is published."""
    key = event if isinstance(event, str) else event.name

    def register(function: Callable[[Any, EventRecord], None]) -> Callable[[Any, EventRecord], None]:
        _subscriptions[key].append(Subscription(function, wanted))
        return function

    return register


def subscriptions(name: str | None = None) -> list[Subscription]:
    """Who reacts to the event of this name; without a name, everybody."""
    if name is None:
        return [one for several in _subscriptions.values() for one in several]
    return _subscriptions[name] + _subscriptions[EVERY_EVENT]


@contextmanager
def unannounced() -> Iterator[None]:
    """What is done within is nobody's news: history that is brought in from elsewhere must set nothing off. The import itself is told of."""
    token = _is_quiet.set(True)
    try:
        yield
    finally:
        _is_quiet.reset(token)


def publish(event: Event, *, actor: Any = None) -> EventRecord | None:
    """Write the event and one delivery job per subscriber. None when a loop of events was cut, and of what is past (`unannounced`).

    Inside `written_together` the record has no number yet.
    """
    if _is_quiet.get():
        return None
    cause = _cause.get()
    depth = cause.depth + 1 if cause else 0
    if depth > MAX_DEPTH:
        return None
    record = EventRecord(
        name=event.name,
        payload=asdict(event),
        actor=actor,
        cause=cause,
        depth=depth,
        occurred_at=timezone.now(),
    )
    if not keep(_write_all, (event, record)):
        _queue_deliveries(event, insert_row(record))
    return record


def _write_all(published: list[tuple[Event, EventRecord]]) -> None:
    EventRecord.objects.bulk_create([record for _event, record in published])
    for event, record in published:
        _queue_deliveries(event, record)


def _queue_deliveries(event: Event, record: EventRecord) -> None:
    for subscription in subscriptions(event.name):
        if subscription.wanted is None or subscription.wanted(event):
            queue.enqueue(
                "platform.deliver_event",
                lock=event.order_key,
                record_id=record.pk,
                subscriber=subscription.path,
            )


def deliver(record_id: int, subscriber: str) -> None:
    """Hand one event to one subscriber, in one transaction: what it did is done or not done, never half. Called by the job."""
    record = EventRecord.objects.select_related("actor").get(pk=record_id)
    event = event_classes[record.name](**record.payload)
    with because_of(record):
        for subscription in subscriptions(record.name):
            if subscription.path == subscriber:
                with transaction.atomic():
                    subscription.function(event, record)


@contextmanager
def because_of(record: EventRecord) -> Iterator[None]:
    """What is published inside carries this event as its cause, and stands one step deeper."""
    token = _cause.set(record)
    try:
        yield
    finally:
        _cause.reset(token)
