"""An event of the tests, a subscriber that takes its time, and a job that fails after publishing."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction

from bandhu.platform import events, queue
from bandhu.platform.models import EventRecord, Setting


@dataclass(frozen=True, kw_only=True)
class Rung(events.Event, name="rung", sentence="A bell was rung"):
    """The bell of a customer, by its number."""

    number: int
    customer: str

    @property
    def order_key(self) -> str | None:
        return f"bell:{self.customer}"


def publish_rung(number: int, customer: str) -> None:
    with transaction.atomic():
        events.publish(Rung(number=number, customer=customer))


def install(pause: float) -> None:
    """Listen to the bell: the turn in which each was heard is written down once, after a pause."""

    def hear(event: Rung, record: EventRecord) -> None:
        time.sleep(pause)
        with transaction.atomic():
            Setting.objects.select_for_update().get_or_create(name="turns", defaults={"value": 0})
            turns = Setting.objects.select_for_update().get(name="turns")
            _made, new = Setting.objects.get_or_create(
                name=f"rung-{event.number}", defaults={"value": {"turn": turns.value + 1}}
            )
            if new:
                Setting.objects.filter(name="turns").update(value=turns.value + 1)

    hear.__qualname__ = "hear"
    events.subscribe(Rung)(hear)

    @queue.job("tests.publish_and_fail", attempts=2)
    def publish_and_fail() -> None:
        with transaction.atomic():
            events.publish(Rung(number=0, customer="0"))
            raise RuntimeError("after publishing")


@contextmanager
def installed(pause: float) -> Iterator[None]:
    """Listening for the time being, so that publishing queues deliveries."""
    install(pause)
    try:
        yield
    finally:
        events._subscriptions.pop(Rung.name)
