"""What can be done with a conversation in one step: by a key, for many at once, or as a part of a macro.

Apps above register further kinds (a ticket made of it), and what is asked before one is done. Each step says what it did, so that it
can be taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bandhu.identity.models import User
from bandhu.interactions.models import Conversation

Label = Any
Do = Callable[[Conversation, User, Any], Any]
Undo = Callable[[Conversation, User, Any], None]


@dataclass(frozen=True, kw_only=True)
class StepKind:
    """`do(conversation, actor, value)` returns what `undo` needs (JSON-safe), None where nothing changed.

    `value` is one of: "" (none), "text", "label", "agent", "queue", "canned_reply", "moment"; or a word of its own, with
    `options(user)` that gives what can be chosen as (value, words). Of several steps those with the lower `rank` are done first.
    `read(value)` makes of what came from outside what `do` takes; it raises ValidationError.
    """

    name: str
    label: Label
    icon: str
    do: Do
    done: Label
    undo: Undo | None = None
    value: str = ""
    value_label: Label = ""
    read: Callable[[Any], Any] | None = None
    in_macros: bool = True
    options: Callable[[User], list[tuple[str, str]]] | None = None
    rank: int = 0


step_kinds: dict[str, StepKind] = {}


def register_step(kind: StepKind) -> None:
    step_kinds[kind.name] = kind


@dataclass(frozen=True, kw_only=True)
class Question:
    """What the inbox asks, in one small dialog, before people do a step: `ask(user, conversations)` gives what the template needs.

    It gives None where nothing is to be asked. The template's form posts one of the steps to `inbox:change` with "answered" in it.
    """

    step: str
    template: str
    ask: Callable[[User, Sequence[Conversation]], dict[str, Any] | None]


questions: list[Question] = []


def register_question(question: Question) -> None:
    questions.append(question)
