from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bandhu.identity.named_forms import NamedForm
from bandhu.sales.models import Forecast, StageKind
from bandhu.sales.queries import requirable_fields


class PipelineForm(NamedForm):
    """A way of selling."""


class StageForm(NamedForm):
    """A step of a pipeline."""

    kind = forms.ChoiceField(label=_("Kind"), choices=StageKind.choices)
    probability = forms.CharField(
        label=_("Probability"), required=False, initial="10%", help_text=_("Of winning, for example 35%.")
    )
    forecast = forms.ChoiceField(label=_("In the forecast"), choices=Forecast.choices)
    ageing_days = forms.IntegerField(
        label=_("Stale after days"), required=False, min_value=1, max_value=3650,
        help_text=_("Cards that stay longer are flagged."),
    )  # fmt: skip
    required_fields = forms.MultipleChoiceField(
        label=_("Needed to enter"),
        required=False,
        choices=requirable_fields,
        widget=forms.CheckboxSelectMultiple(),
    )

    @classmethod
    def initial_of(cls, row: Any) -> dict[str, Any]:
        return super().initial_of(row) | {"probability": f"{row.probability * 100:g}%"}


class ReasonForm(NamedForm):
    """Why opportunities are won or lost."""

    kind = forms.ChoiceField(
        label=_("For"), choices=[(one.value, one.label) for one in (StageKind.WON, StageKind.LOST)]
    )

    def values(self) -> dict[str, Any]:
        found = super().values()
        if "is_active" in self.fields:
            found.pop("kind", None)
        return found
