from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bandhu.billing.dunning_letters import LETTERS
from bandhu.billing.models import DunningEffect, Issuer
from bandhu.catalog.forms.checked import CheckedLater

ROWS = 8
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
        """The fields of each step, side by side."""
        names = ("days", "letter", "effect", "task")
        return [{name: self[f"{name}_{number}"] for name in names} for number in range(ROWS)]

    def values(self) -> dict[str, Any]:
        """What was sent, as `set_issuer` takes it; a row without days is no step."""
        steps = [
            {name: row[name].value() or "" for name in row} | {"task": bool(row["task"].value())}
            for row in self.rows
            if str(row["days"].value() or "").strip()
        ]
        return {"dunning_steps": steps, "renewal_days": self["renewal_days"].value() or "0"}

    @classmethod
    def values_of(cls, record: Issuer) -> dict[str, Any]:
        """The stored steps as the form's initial data."""
        found: dict[str, Any] = {"renewal_days": str(record.renewal_days)}
        for number, step in enumerate(record.dunning_steps[:ROWS]):
            found |= {f"{name}_{number}": value for name, value in step.items()}
        return found
