"""A rule of tickets as it is typed: when, for which tickets, and what is done, step by step."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from bandhu.identity.named_forms import NamedForm
from bandhu.platform.list_pages import filter_of
from bandhu.platform.rule_steps import Step, StepRow, kind_choices, rows_of_steps, rows_sent
from bandhu.service.forms.setup import time_text, time_typed
from bandhu.service.models import TIMED, Measure, TicketRule, Trigger
from bandhu.service.rule_steps import KINDS
from bandhu.ui.spans import LONGEST_TEXT

DAYS = (
    ("7", _("the last 7 days")),
    ("30", _("the last 30 days")),
    ("90", _("the last 90 days")),
    ("365", _("the last year")),
)
_TIME_HELP = _("Hours and minutes; a day of business time is what the calendar is open.")


class TicketRuleForm(NamedForm):
    """Steps are read from the request apart, as there may be any number of them."""

    trigger = forms.ChoiceField(label=_("When"), choices=Trigger.choices)
    minutes = forms.CharField(
        label=_("How long"), required=False, max_length=LONGEST_TEXT, help_text=_TIME_HELP,
        widget=forms.TextInput(attrs={"placeholder": _("4 h 30 min"), "data-asked-by": "time"}),
    )  # fmt: skip
    in_business_time = forms.BooleanField(
        label=_("Counted in business time"), required=False, initial=True,
        widget=forms.CheckboxInput(attrs={"data-asked-by": "time"}),
    )  # fmt: skip
    measure = forms.ChoiceField(
        label=_("Which clock"), choices=[("", _("every clock")), *Measure.choices], required=False,
        widget=forms.Select(attrs={"data-asked-by": "clock"}),
    )  # fmt: skip
    stops = forms.BooleanField(
        label=_("Rules after this one are not looked at"), required=False,
        help_text=_("For what just happened, if this rule fits. Rules that run with time are looked at each by itself."),
    )  # fmt: skip

    def __init__(self, *arguments: Any, row: TicketRule | None = None, **keywords: Any) -> None:
        super().__init__(*arguments, row=row, **keywords)
        self.row = row
        self.conditions: dict[str, Any] = row.conditions if row is not None else {}
        self.steps: list[dict[str, Any]] = list(row.steps) if row is not None else []
        if isinstance(self.data, QueryDict) and self.data:
            self.steps = steps_sent(self.data)
            try:
                self.conditions = filter_of(self.data.get("filter", ""))
            except ValidationError as problem:
                self.conditions, self.broken = {}, problem

    broken: ValidationError | None = None

    @classmethod
    def initial_of(cls, row: Any) -> dict[str, Any]:
        plain = ("name", "trigger", "in_business_time", "measure", "stops")
        return {name: getattr(row, name) for name in plain} | {"minutes": time_text(row.minutes)}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.broken is not None:
            self.add_error(None, self.broken)
        try:
            data["minutes"] = time_typed(data.get("minutes") or "") or 0
        except ValidationError as problem:
            data["minutes"] = 0
            if data.get("trigger") in TIMED:
                self.add_error("minutes", problem)
        return data

    def values(self) -> dict[str, Any]:
        return super().values() | {"conditions": self.conditions, "steps": self.steps}


def step_rows(steps: list[dict[str, Any]]) -> list[StepRow]:
    """The rows of the form; a new rule begins with one that is not chosen yet."""
    return rows_of_steps(KINDS, steps, _shown)


def _shown(step: Step) -> str:
    minutes = step.get("minutes")
    return time_text(minutes) if isinstance(minutes, int) else str(minutes or "")


def step_choices() -> list[tuple[str, Any]]:
    """What a step can do."""
    return kind_choices(KINDS)


def steps_sent(data: QueryDict) -> list[dict[str, Any]]:
    """The steps as they were sent. A time nobody can read is none; the action says what is missing."""
    return [
        {"do": row["do"], "value": row["value"], "text": row["text"], "minutes": _minutes(row["within"])}
        for row in rows_sent(data)
    ]


def _minutes(text: str) -> int:
    try:
        return time_typed(text[:LONGEST_TEXT]) or 0
    except ValidationError:
        return 0
