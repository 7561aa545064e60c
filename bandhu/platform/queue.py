"""Background jobs: written by name in the caller's transaction, declared in each app's jobs.py.

Actions may not import jobs (they stand above them), so a job is queued by its name.
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, cast

from django.db import transaction
from procrastinate import App, JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job

from bandhu.platform.origin import coming_from, current_origin
from bandhu.platform.together import keep

ASKED_FROM = "asked_from"
"""The argument every job may have besides its own: from where the request came that queued it."""


def enqueue(
    name: str,
    *,
    lock: str | None = None,
    queueing_lock: str | None = None,
    at: datetime | None = None,
    priority: int = 0,
    **arguments: Any,
) -> int | None:
    """Queue the job `name`; it exists only if the surrounding transaction commits.

    `lock`: jobs with the same lock run one after the other. `queueing_lock`: at most one such job waits
    (None is returned when one already does). `at`: not before this moment. Inside `written_together` its number is not known yet, and
    0 is returned. The job writes its changes down as coming
    from where it was queued: the page or the API, and the address.
    """
    if origin := current_origin():
        arguments[ASKED_FROM] = origin
    deferrer = app.configure_task(
        name,
        lock=lock,
        queueing_lock=queueing_lock,
        schedule_at=at,
        priority=priority,
        allow_unknown=True,
    )
    if queueing_lock is None:
        return 0 if keep(_queue_all, deferrer.make_new_job(**arguments)) else deferrer.defer(**arguments)
    try:
        with transaction.atomic():  # a refused second job must not break the caller's transaction
            return deferrer.defer(**arguments)
    except AlreadyEnqueued:
        return None


def _queue_all(jobs: list[Job]) -> None:
    app.job_manager.batch_defer_jobs(jobs)


def job(
    name: str, *, attempts: int = 5, queue: str = "default"
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Declare a job. Failures are retried with growing pauses, `attempts` times in all."""

    def declare(function: Callable[..., None]) -> Callable[..., None]:
        app.task(
            name=name,
            queue=queue,
            retry=RetryStrategy(max_attempts=attempts, exponential_wait=4),
        )(_from_where_asked(function))
        return function

    return declare


def _from_where_asked(function: Callable[..., None]) -> Callable[..., None]:
    """The job with the origin of the request that queued it; one that nobody asked for keeps the worker's."""

    @functools.wraps(function)
    def run(**arguments: Any) -> None:
        with coming_from(**(arguments.pop(ASKED_FROM, None) or current_origin() or {"via": "job"})):
            function(**arguments)

    return run


def upkeep(
    cron: str, name: str
) -> Callable[[Callable[[App], Awaitable[object]]], Callable[[App], Awaitable[object]]]:
    """Declare work on the queue itself that the worker starts by the clock (cron, UTC); it is given the worker's app."""

    def declare(function: Callable[[App], Awaitable[object]]) -> Callable[[App], Awaitable[object]]:
        async def run(context: JobContext, timestamp: int) -> None:
            await function(context.app)

        app.periodic(cron=cron)(app.task(name=name, queueing_lock=name, pass_context=True)(run))
        return function

    return declare


def worker_app() -> App:
    """The app a worker runs: it has a pool of connections of its own, while jobs go on queueing through Django's.

    With one app for both, what a job queues would be written outside the job's transaction.
    """
    connector = cast(DjangoConnector, app.connector)
    other = App(connector=connector.get_worker_connector())
    other.tasks, other.periodic_registry = app.tasks, app.periodic_registry
    return other


def periodic(cron: str, name: str) -> Callable[[Callable[[int], None]], Callable[[int], None]]:
    """Declare a job that the worker starts by the clock (cron, UTC); it is given the due time in seconds."""

    def declare(function: Callable[[int], None]) -> Callable[[int], None]:
        task = app.task(name=name, queueing_lock=name, pass_context=False)(function)
        app.periodic(cron=cron)(task)
        return function

    return declare
