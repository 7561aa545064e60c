"""The worker's part of a journey: the jobs of the queue are run here, one after the other, by the clock of the test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.db.models import Q
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob


class Worker:
    """Does what `bandhu worker` does, when the test says so. A job that fails fails the test."""

    def work(self, *, after: timedelta = timedelta(0)) -> None:
        """Run every job that is due, and what those queue, until none is left; `after` is how much later it is by then."""
        with clock_at(timezone.now() + after):
            while job := self._next():
                _set_aside(job.pk)
                app.tasks[job.task_name](**job.args)
                _forget(job.pk)

    def tick(self, *names: str) -> None:
        """Start jobs that otherwise the clock starts, then run what they queue."""
        for name in names:
            app.tasks[name](timestamp=int(timezone.now().timestamp()))
        self.work()

    def _next(self) -> ProcrastinateJob | None:
        due = Q(scheduled_at__isnull=True) | Q(scheduled_at__lte=timezone.now())
        return ProcrastinateJob.objects.filter(due, status="todo").order_by("pk").first()


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """The server's clock shows `moment` and goes on from there."""
    with time_machine.travel(moment, tick=True):
        yield


@pytest.fixture
def worker(transactional_db: None) -> Worker:
    """One that finds an empty queue: Django's own flush leaves the jobs of other tests there."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    return Worker()


def _set_aside(pk: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [pk])


def _forget(pk: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [pk])
