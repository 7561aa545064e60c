"""What people type about sequences."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bandhu.catalog.forms.checked import CheckedLater
from bandhu.channels.queries import all_templates
from bandhu.sales.models import Sequence
from bandhu.sales.queries import sequences

# Empty lines for more steps; saved ones are always shown.
SPARE = 3


class SequenceForm(CheckedLater):
    """Its name, and a line for each step: how long to wait, then a letter or a task."""

    places = {"steps": "name"}

    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, *arguments: Any, sequence: Sequence | None = None, user: Any, **keywords: Any) -> None:
        steps = list(sequence.steps.all()) if sequence else []
        if sequence is not None:
            keywords["initial"] = {"name": sequence.name, "is_active": sequence.is_active}
        super().__init__(*arguments, **keywords)
        letters = [("", "–"), *((str(one.pk), one.name) for one in all_templates(user).filter(key=""))]
        self.count = len(steps) + SPARE
        for number in range(self.count):
            step = steps[number] if number < len(steps) else None
            self.fields[f"wait_{number}"] = forms.IntegerField(
                label=_("Working days to wait"), required=False, min_value=0, max_value=250,
                initial=step.wait_days if step else (0 if number == 0 else 3),
            )  # fmt: skip
            self.fields[f"template_{number}"] = forms.ChoiceField(
                label=_("Letter"),
                choices=letters,
                required=False,
                initial=str(step.template_id or "") if step else "",
            )
            self.fields[f"task_{number}"] = forms.CharField(
                label=_("or task"), max_length=300, required=False, initial=step.task if step else ""
            )

    def lines(self) -> list[tuple[int, forms.BoundField, forms.BoundField, forms.BoundField]]:
        """(number from 1, wait, letter, task) of each step."""
        names = ("wait", "template", "task")
        return [(number + 1, *(self[f"{name}_{number}"] for name in names)) for number in range(self.count)]  # type: ignore[misc]

    def values(self) -> dict[str, Any]:
        """What `set_sequence` takes; lines without letter and task are left out."""
        data = self.cleaned_data
        steps = [
            {
                "wait_days": data.get(f"wait_{one}") or 0,
                "template": data.get(f"template_{one}"),
                "task": data.get(f"task_{one}"),
            }
            for one in range(self.count)
        ]
        kept = [one for one in steps if one["template"] or one["task"]]
        return {"name": data.get("name") or "", "is_active": data["is_active"], "steps": kept}


class EnrolForm(CheckedLater):
    """Which sequence a contact is put into."""

    sequence = forms.ChoiceField(label=_("Sequence"))

    def __init__(self, *arguments: Any, user: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        offered = [(str(one.pk), one.name) for one in sequences(user, in_use=True)]
        self.fields["sequence"].choices = offered  # type: ignore[attr-defined]
