"""What is written beside a change and read by nobody in its transaction (events, jobs, audit entries, hints), written in sets.

Taking in one mail writes a dozen such rows, each a statement of its own. Inside `written_together` they are kept in memory and written
when the block ends, kind by kind, still in the caller's transaction: a rollback leaves none of them, a commit loses none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

Writer = Callable[[list[Any]], None]
Answer = TypeVar("Answer")
_kept: ContextVar[dict[Writer, list[Any]] | None] = ContextVar("kept", default=None)
_answers: ContextVar[dict[Callable[[], Any], Any] | None] = ContextVar("answers", default=None)


def keep(write: Writer, one: Any) -> bool:
    """Leave `one` for `write`, which gets all of its kind at the end of the block; False outside of one: write it yourself."""
    kept = _kept.get()
    if kept is None:
        return False
    kept.setdefault(write, []).append(one)
    return True


def asked_once(question: Callable[[], Answer]) -> Answer:
    """What `question` says, asked once within the block: for what every event asks again. Outside of one it is asked each time."""
    answers = _answers.get()
    if answers is None:
        return question()
    if question not in answers:
        answers[question] = question()
    return answers[question]  # type: ignore[no-any-return]


@contextmanager
def written_together() -> Iterator[None]:
    """Gather until the block ends; an inner block is part of the outer one. The caller has a transaction open.

    What one kind leaves behind while it is written (events queue jobs) is written too. After an exception nothing is.
    """
    if _kept.get() is not None:
        yield
        return
    kept: dict[Writer, list[Any]] = {}
    token, other = _kept.set(kept), _answers.set({})
    try:
        yield
        while kept:
            write = next(iter(kept))
            write(kept.pop(write))
    finally:
        _kept.reset(token)
        _answers.reset(other)


@contextmanager
def nothing_kept_on_failure() -> Iterator[None]:
    """For a part that may fail and is then left out: what it left behind is forgotten, as its savepoint forgets its rows."""
    kept = _kept.get()
    before = {write: len(several) for write, several in (kept or {}).items()}
    try:
        yield
    except BaseException:
        for write in list(kept or {}):
            assert kept is not None
            del kept[write][before.get(write, 0) :]
        raise
