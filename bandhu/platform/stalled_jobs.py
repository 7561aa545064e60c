"""Jobs under a worker that died: taken up again, so that a kill loses none.

A worker says every ten seconds that it lives. A job that one silent for half a minute was doing goes back into the
queue; without this it would stay "doing" for ever, and everything behind its lock with it. Jobs are idempotent, so
one that was nearly done may be done again.
"""

from __future__ import annotations

import logging

from procrastinate import App
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Job, Status

logger = logging.getLogger(__name__)

# A job that has killed so many workers will kill the next one.
MOST_ATTEMPTS = 12


async def take_up_stalled(app: App) -> int:
    """Put the jobs of dead workers back into the queue; returns how many. `app` is the worker's."""
    taken = 0
    for job in await app.job_manager.get_stalled_jobs():
        if job.attempts >= MOST_ATTEMPTS:
            logger.error("job %s (%s) ended %s workers; it is given up", job.id, job.task_name, job.attempts)
            await _give_up(app, job)
            continue
        try:
            await app.job_manager.retry_job(job)
            taken += 1
        except UniqueViolation:
            # The same work waits in the queue already, under the same queueing lock.
            await _give_up(app, job)
    return taken


async def _give_up(app: App, job: Job) -> None:
    await app.job_manager.finish_job(job, Status.FAILED, delete_job=False)
