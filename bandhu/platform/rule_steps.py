"""What a rule does, step by step: what each kind of step needs, whether what it names is still there, its words, and its row on a page.

A step is {"do": kind, "value": id or word, "text": …} and a time under a name of the app's own. Each app has its kinds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

Step = Mapping[str, Any]
Options = list[tuple[str, str]]
GONE_KIND = gettext_noop("A step of this kind does not exist.")


@dataclass(frozen=True, kw_only=True)
class StepKind:
    """`options` are what `value` is chosen from; `may_be_empty` where none is needed. `text` and `within` (a time) are labels of what else is asked.

    `fault` is what is wrong once the chosen value is not among the options any more.
    """

    name: str
    label: Any
    icon: str
    options: Callable[[], Options] | None = None
    value_label: Any = ""
    may_be_empty: bool = False
    text: Any = ""
    text_needed: bool = False
    within: Any = ""
    fault: str = ""

    def offers(self, value: str) -> bool:
        """Whether `value` can be chosen."""
        assert self.options is not None
        return self.may_be_empty if not value else value in dict(self.options())


Kinds = Mapping[str, StepKind]


def faults_in_steps(kinds: Kinds, steps: Iterable[Step]) -> list[str]:
    """Msgids of what does not work any more; each once."""
    return list(dict.fromkeys(fault for one in steps if (fault := fault_of_step(kinds, one))))


def fault_of_step(kinds: Kinds, step: Step) -> str:
    """The msgid of what keeps this step from being done; "" for nothing."""
    kind = kinds.get(str(step.get("do")))
    if kind is None:
        return GONE_KIND
    if kind.options is not None and not kind.offers(str(step.get("value") or "")):
        return kind.fault
    return ""


def value_in_words(kinds: Kinds, step: Step) -> str:
    """What the step does it with, for people."""
    kind = kinds.get(str(step.get("do")))
    if kind is None:
        return ""
    value, text = str(step.get("value") or ""), str(step.get("text") or "")
    chosen = (
        dict(kind.options()).get(value) or (_("(no longer there)") if value else "") if kind.options else ""
    )
    return ": ".join(one for one in (chosen, text) if one)


def steps_in_words(kinds: Kinds, steps: Iterable[Step]) -> list[tuple[Any, str]]:
    """(what, with what) of each step that is known."""
    return [(kinds[one["do"]].label, value_in_words(kinds, one)) for one in steps if one.get("do") in kinds]


@dataclass(frozen=True)
class StepRow:
    """A step on the page: its number there, its kind (None: not chosen yet) and what was typed."""

    number: int
    kind: StepKind | None
    value: str = ""
    text: str = ""
    within: str = ""

    @property
    def options(self) -> list[tuple[str, Any]]:
        """What can be chosen, with what was chosen once and is no longer there."""
        if self.kind is None or self.kind.options is None:
            return []
        offered: list[tuple[str, Any]] = [*self.kind.options()]
        if self.value and self.value not in dict(offered):
            offered.append((self.value, _("(no longer there)")))
        return [("", "–"), *offered]


def rows_of_steps(kinds: Kinds, steps: Iterable[Step], within: Callable[[Step], str]) -> list[StepRow]:
    """The rows of a form; a new rule begins with one that is not chosen yet. `within` says the time of a step."""
    return [
        StepRow(number, kinds.get(str(one.get("do"))), str(one.get("value") or ""), str(one.get("text") or ""), within(one))
        for number, one in enumerate([*steps] or [{}])
    ]  # fmt: skip


def kind_choices(kinds: Kinds) -> list[tuple[str, Any]]:
    """What a step can do."""
    return [("", _("Choose what to do")), *((one.name, one.label) for one in kinds.values())]


def rows_sent(data: QueryDict) -> list[dict[str, str]]:
    """The rows in the order they stand on the page, with "do", "value", "text" and "within"; one for which nothing was chosen is none."""
    names = ("do", "value", "text", "within")
    rows = zip(*(data.getlist(name) for name in names), strict=False)
    return [dict(zip(names, row, strict=True)) for row in rows if row[0]]


def number_asked(data: QueryDict) -> int:
    """The place of a row that is asked for anew; 0 for what is no number."""
    number = data.get("number", "")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 0
