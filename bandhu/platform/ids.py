"""Ids that sort by time and say nothing secret: UUID version 7 (RFC 9562, section 5.7)."""

import os
import threading
import time
import uuid
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_COUNTER_BITS = 22
_NOISE_BITS = 40
_LATEST_TICK = (1 << 60) - 1
# Every id draws this many bytes; asking the system for many at once makes half a million ids affordable.
_DRAWN, _POOL = 8, 8 * 512

_lock = threading.Lock()
_pool = b""
_pool_at = 0


class _Line:
    """Ids made one after the other: the tick of the last one, and how many of that tick there were."""

    __slots__ = ("counter", "tick")

    def __init__(self) -> None:
        self.tick, self.counter = -1, 0


# Apart, so that an id for a given moment does not take a set-back clock's ids out of their order.
_of_now, _of_moments = _Line(), _Line()


def new_id(at: datetime | None = None) -> uuid.UUID:
    """A new UUIDv7.

    `at` is the aware moment the id shall carry (for records that happened earlier: imports, the demonstration); without it, now.
    Ids made one after the other in this process for now, or for one same `at`, are strictly increasing, even within a microsecond
    and when the clock is set back. Raises ValueError for a naive `at` or one before 1970.
    """
    tick = _tick_of(at) if at is not None else _ticks(time.time_ns() // 1000)
    line = _of_now if at is None else _of_moments
    with _lock:
        drawn = _draw()
        if at is None:
            tick = max(tick, line.tick)
        if tick == line.tick:
            line.counter += 1
        else:
            # Half of the counter's range stays free above the random start.
            line.tick, line.counter = tick, drawn >> _NOISE_BITS & ((1 << (_COUNTER_BITS - 1)) - 1)
        counter = line.counter
    carried = tick + (counter >> _COUNTER_BITS)
    return _assemble(carried, counter & ((1 << _COUNTER_BITS) - 1), drawn & ((1 << _NOISE_BITS) - 1))


def first_id_of(at: datetime) -> uuid.UUID:
    """No id made for this aware moment or a later one is smaller: to look for a time in a column of ids. Raises ValueError as `new_id`."""
    return _assemble(_tick_of(at), 0, 0)


def time_of(id: uuid.UUID) -> datetime:
    """The moment in an id, in UTC, to the millisecond. Raises ValueError for any other version of UUID."""
    if id.version != 7:
        raise ValueError("only a UUID of version 7 carries its time")
    return _EPOCH + timedelta(milliseconds=id.int >> 80)


def _tick_of(at: datetime) -> int:
    if at.tzinfo is None:
        raise ValueError("the moment of an id needs a time zone")
    microseconds = (at - _EPOCH) // timedelta(microseconds=1)
    if microseconds < 0:
        raise ValueError("an id cannot carry a moment before 1970")
    return _ticks(microseconds)


def _ticks(microseconds: int) -> int:
    """Milliseconds in the upper 48 bits, the fraction of the millisecond in the lower 12 (RFC 9562, section 6.2, method 3)."""
    milliseconds, rest = divmod(microseconds, 1000)
    return min((milliseconds << 12) | (rest * 4096 // 1000), _LATEST_TICK)


def _draw() -> int:
    """64 random bits; the caller holds the lock."""
    global _pool, _pool_at
    if _pool_at >= len(_pool):
        _pool, _pool_at = os.urandom(_POOL), 0
    _pool_at += _DRAWN
    return int.from_bytes(_pool[_pool_at - _DRAWN : _pool_at], "big")


def _forget_pool() -> None:
    """A forked process must not draw what its parent draws."""
    global _pool
    _pool = b""


os.register_at_fork(after_in_child=_forget_pool)


def _assemble(tick: int, counter: int, noise: int) -> uuid.UUID:
    milliseconds, fraction = tick >> 12, tick & 0xFFF
    tail = (counter << _NOISE_BITS) | noise
    return uuid.UUID(int=(milliseconds << 80) | (7 << 76) | (fraction << 64) | (0b10 << 62) | tail)
