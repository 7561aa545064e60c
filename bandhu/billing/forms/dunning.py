from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bandhu.billing.dunning_letters import LETTERS
from bandhu.billing.models import DunningEffect, Issuer
from bandhu.catalog.forms.checked import CheckedLater
from bandhu.ui.formats import current_reader

ROWS = 8
NAMES = ("days", "letter", "effect", "task")
_CHOICES = [("", _("no letter")), *LETTERS.items()]


class DunningForm(CheckedLater):
    """What happens to overdue invoices, and when customers are told of a renewal. Cleaning is left to the action."""

    renewal_days = forms.CharField(
        label=_("Tell of a yearly renewal so many days before"), required=False, max_length=5,
        help_text=_("0 means never."),
    )  # fmt: skip

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        for number in range(ROWS):
            self.fields[f"days_{number}"] = forms.CharField(
                label=_("Days after it was due"), required=False, max_length=5, widget=forms.TextInput(attrs={"inputmode": "numeric"})
            )  # fmt: skip
            self.fields[f"letter_{number}"] = forms.ChoiceField(
                label=_("Letter to the customer"), choices=_CHOICES, required=False
            )
            self.fields[f"effect_{number}"] = forms.ChoiceField(
                label=_("The subscription"), choices=DunningEffect.choices, required=False
            )
            self.fields[f"task_{number}"] = forms.BooleanField(
                label=_("Follow-up for the owner"), required=False
            )

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The fields of each step, side by side; behind the first empty one they `wait` until they are asked for."""
        found = [{name: self[f"{name}_{number}"] for name in NAMES} for number in range(ROWS)]
        filled = [number for number, row in enumerate(found) if row["days"].value()]
        shown = max(filled, default=-1) + 2
        return [row | {"waits": number >= shown} for number, row in enumerate(found)]

    def values(self) -> dict[str, Any]:
        """What was sent, as `set_issuer` takes it; a row without days is no step."""
        steps = [
            {name: row[name].value() or "" for name in NAMES} | {"task": bool(row["task"].value())}
            for row in self.rows
            if str(row["days"].value() or "").strip()
        ]
        return {"dunning_steps": steps, "renewal_days": self["renewal_days"].value() or "0"}

    @classmethod
    def values_of(cls, record: Issuer) -> dict[str, Any]:
        """The stored steps as the form's initial data."""
        in_digits = current_reader().in_digits
        found: dict[str, Any] = {"renewal_days": in_digits(str(record.renewal_days))}
        for number, step in enumerate(record.dunning_steps[:ROWS]):
            found |= {f"{name}_{number}": value for name, value in step.items()}
            found[f"days_{number}"] = in_digits(str(step["days"]))
        return found
