"""What customers write about themselves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bandhu.knowledge.forms.articles import CheckedLater
from bandhu.platform.time_zones import zone_choices


class DetailsForm(CheckedLater):
    """Name, language and time zone."""

    places = {"full_name": "name"}

    name = forms.CharField(
        label=_("Your name"), max_length=300, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    language = forms.ChoiceField(label=_("Language we write to you in"), required=False)
    time_zone = forms.ChoiceField(label=_("Your time zone"), required=False)

    def __init__(self, *args: Any, languages: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["language"].choices = [("", "–"), *languages]  # type: ignore[attr-defined]
        zones = zone_choices((get_language() or "en").split("-")[0])
        self.fields["time_zone"].choices = [("", "–"), *zones]  # type: ignore[attr-defined]

    def values(self) -> dict[str, str]:
        """What was sent, as the action takes it."""
        return {name: self[name].value() or "" for name in self.fields}
