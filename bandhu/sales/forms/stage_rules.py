"""The rules of a stage as they are typed: who may enter, and what is done then, step by step."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from bandhu.platform.list_pages import filter_of
from bandhu.platform.rule_steps import Step, StepRow, kind_choices, rows_of_steps, rows_sent
from bandhu.sales.models import Stage
from bandhu.sales.stage_steps import KINDS, MOST_DAYS
from bandhu.ui.digits import to_latin


class StageRulesForm(forms.Form):
    """Condition and steps are read from the request apart, as there may be any number of them."""

    condition_words = forms.CharField(
        label=_("What a seller is told who may not"), required=False, max_length=300,
        help_text=_("For example: “A sale is won when the customer has accepted a quote.” Empty: the condition says itself."),
    )  # fmt: skip

    def __init__(self, *arguments: Any, row: Stage, **keywords: Any) -> None:
        keywords["initial"] = {"condition_words": row.condition_words}
        super().__init__(*arguments, **keywords)
        self.condition: dict[str, Any] = row.condition
        self.steps: list[dict[str, Any]] = list(row.steps)
        self.problems: list[ValidationError] = []
        if isinstance(self.data, QueryDict) and self.data:
            self.steps = [self._step(one) for one in rows_sent(self.data)]
            try:
                self.condition = filter_of(self.data.get("filter", ""))
            except ValidationError as problem:
                self.condition = {}
                self.problems.append(problem)

    def _step(self, row: dict[str, str]) -> dict[str, Any]:
        found: dict[str, Any] = {name: row[name] for name in ("do", "value", "text")}
        typed = to_latin(row["within"].strip()[:10])
        if typed and not (typed.isascii() and typed.isdigit()):
            text = _("Write a number of days from 0 to %(most)s.") % {"most": MOST_DAYS}
            self.problems.append(ValidationError(text))
            return found | {"days": row["within"][:10]}
        return found | {"days": int(typed or 0)}

    def clean(self) -> dict[str, Any]:
        for problem in self.problems:
            self.add_error(None, problem)
        return super().clean() or {}

    def values(self) -> dict[str, Any]:
        """What the actions take."""
        return {**self.cleaned_data, "condition": self.condition, "steps": self.steps}

    def take_errors(self, problem: ValidationError) -> None:
        """Those of condition and steps stand above the form."""
        found = problem.message_dict if hasattr(problem, "error_dict") else {"": problem.messages}
        for name, texts in found.items():
            self.add_error(name if name in self.fields else None, texts)

    def rows(self) -> list[StepRow]:
        """The steps as they stand on the page."""
        return rows_of_steps(KINDS, self.steps, _days)


def step_choices() -> list[tuple[str, Any]]:
    """What a stage can do."""
    return kind_choices(KINDS)


def _days(step: Step) -> str:
    return str(step.get("days") or "")
