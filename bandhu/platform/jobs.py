from uuid import UUID

from procrastinate import App

from bandhu.platform import audit, bulk, custom_indexes, events, presence, rate_limits, stalled_jobs
from bandhu.platform.queue import job, periodic, upkeep
from bandhu.platform.search.indexing import forget_unused_words


@job("platform.deliver_event", attempts=8)
def deliver_event(record_id: int, subscriber: str) -> None:
    events.deliver(record_id, subscriber)


@periodic("* * * * *", "platform.seal_audit")
def seal_audit(timestamp: int) -> None:
    audit.seal_entries()


@upkeep("* * * * *", "platform.take_up_stalled")
async def take_up_stalled(app: App) -> None:
    await stalled_jobs.take_up_stalled(app)


@periodic("23 * * * *", "platform.forget_full_buckets")
def forget_full_buckets(timestamp: int) -> None:
    rate_limits.forget_old()


@periodic("17 * * * *", "platform.sweep_presence")
def sweep_presence(timestamp: int) -> None:
    presence.sweep()


@periodic("11 4 * * 0", "platform.forget_unused_words")
def forget_words(timestamp: int) -> None:
    forget_unused_words()


@job("platform.index_custom_field")
def index_custom_field(field_id: str) -> None:
    custom_indexes.index_field(UUID(field_id))


@job("platform.run_bulk_change")
def run_bulk_change(change_id: str) -> None:
    bulk.run_bulk_change(UUID(change_id))
