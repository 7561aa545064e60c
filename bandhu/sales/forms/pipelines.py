from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from bandhu.sales.models import CloseReason, Forecast, Pipeline, Stage, StageKind
from bandhu.sales.queries import requirable_fields

_OTHERS = [(code, name) for code, name in settings.LANGUAGES if code != "en"]


class NamedForm(forms.Form):
    """A name, and what it is called in the other languages of the house."""

    name = forms.CharField(label=_("Name"), max_length=120)

    def __init__(
        self, *arguments: Any, row: Pipeline | Stage | CloseReason | None = None, **keywords: Any
    ) -> None:
        keywords["initial"] = {} if row is None else self.initial_of(row)
        super().__init__(*arguments, **keywords)
        for code, language in _OTHERS:
            self.fields[f"name_{code}"] = forms.CharField(
                label=language, max_length=120, required=False,
                initial=row.names.get(code, "") if row else "",
            )  # fmt: skip
        if row is not None:
            self.fields["is_active"] = forms.BooleanField(
                label=_("In use"), required=False, initial=row.is_active
            )

    @classmethod
    def initial_of(cls, row: Any) -> dict[str, Any]:
        return {name: getattr(row, name) for name in cls.base_fields}

    def values(self) -> dict[str, Any]:
        """What the actions take."""
        data = self.cleaned_data
        names = {code: data[f"name_{code}"] for code, _language in _OTHERS if data[f"name_{code}"]}
        kept = {name: value for name, value in data.items() if not name.startswith("name_")}
        return kept | {"names": names}


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
