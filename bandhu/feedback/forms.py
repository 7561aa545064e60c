"""What people type about surveys. Values are checked by the actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from bandhu.catalog.forms.checked import CheckedLater
from bandhu.feedback.models import Occasion, Survey
from bandhu.feedback.questions import QUESTIONS
from bandhu.feedback.scales import SurveyKind
from bandhu.identity.models import User
from bandhu.identity.queries import colleagues
from bandhu.inbox.channel_words import CHANNELS
from bandhu.platform.languages import language

_WORDS = {
    "question": _("Question"),
    "low": _("At the lowest score"),
    "high": _("At the highest score"),
    "thanks": _("Thanks after the answer"),
}
_MOST = {"question": 300, "low": 60, "high": 60, "thanks": 500}


class SurveyForm(CheckedLater):
    """A survey: the scale, whom it is put to and when, and its words in each language."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("As colleagues know it."))
    kind = forms.ChoiceField(label=_("Scale"), choices=SurveyKind.choices)
    occasion = forms.ChoiceField(label=_("When it is asked"), choices=Occasion.choices)
    channels = forms.MultipleChoiceField(
        label=_("After talks on these channels"), required=False, widget=forms.CheckboxSelectMultiple(),
        choices=[(name, one.label) for name, one in CHANNELS.items()], help_text=_("None ticked means all of them."),
    )  # fmt: skip
    languages = forms.MultipleChoiceField(
        label=_("Customers who speak"), required=False, widget=forms.CheckboxSelectMultiple(),
        help_text=_("None ticked means everybody."),
    )  # fmt: skip
    delay_minutes = forms.IntegerField(
        label=_("Minutes to wait"), min_value=0, max_value=43_200, initial=60,
        help_text=_("After the end, so that the last answer is read first."),
    )  # fmt: skip
    sample_percent = forms.IntegerField(
        label=_("Share of customers asked, in %"), min_value=1, max_value=100, initial=100
    )
    rest_days = forms.IntegerField(
        label=_("Days of rest"), min_value=0, max_value=730, initial=30,
        help_text=_("Whoever was asked anything in this time is left alone."),
    )  # fmt: skip
    every_days = forms.IntegerField(
        label=_("Comes round every so many days"), min_value=7, max_value=730, initial=90,
        help_text=_("Only for what is asked regularly."),
    )  # fmt: skip
    expires_days = forms.IntegerField(
        label=_("Days until the question closes"), min_value=1, max_value=365, initial=30
    )
    low_at = forms.IntegerField(
        label=_("A score up to this one is low"), required=False, min_value=0, max_value=10,
        help_text=_("Somebody is told at once and gets a follow-up. Empty means nobody is."),
    )  # fmt: skip
    alerted = forms.ModelChoiceField(
        label=_("Who is told of low scores"), queryset=User.objects.none(), required=False,
        empty_label=_("Whoever looked after the customer"),
    )  # fmt: skip
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, *arguments: Any, survey: Survey | None = None, user: User, **keywords: Any) -> None:
        if survey is not None:
            keywords["initial"] = {name: getattr(survey, name) for name in self.base_fields}
        super().__init__(*arguments, **keywords)
        self.fields["alerted"].queryset = colleagues(user)  # type: ignore[attr-defined]
        self.fields["languages"].choices = _languages(survey)  # type: ignore[attr-defined]
        ready = QUESTIONS[SurveyKind(survey.kind if survey else SurveyKind.CSAT)]
        for code, _name in settings.LANGUAGES:
            own = (survey.texts if survey else {}).get(code, {})
            house = dict(zip(("question", "low", "high"), ready.get(code, ready["en"]), strict=True))
            for part, label in _WORDS.items():
                self.fields[f"{part}_{code}"] = forms.CharField(
                    label=label, required=False, max_length=_MOST[part], initial=own.get(part, ""),
                    widget=forms.TextInput(attrs={"placeholder": house.get(part, ""), "dir": "auto", "lang": code}),
                )  # fmt: skip

    @property
    def wordings(self) -> list[tuple[str, list[forms.BoundField]]]:
        """(name of the language, its fields)."""
        return [
            (language(code).own_name, [self[f"{part}_{code}"] for part in _WORDS])
            for code, _name in settings.LANGUAGES
        ]

    def values(self) -> dict[str, Any]:
        """As `save_survey` takes them."""
        given = self.cleaned_data
        texts = {
            code: {part: given[f"{part}_{code}"] for part in _WORDS} for code, _name in settings.LANGUAGES
        }
        return {name: given[name] for name in self.base_fields} | {"texts": texts}


def _languages(survey: Survey | None) -> list[tuple[str, str]]:
    """Those the house speaks, and further ones the survey has."""
    codes = [*(code for code, _name in settings.LANGUAGES), *(survey.languages if survey else [])]
    return [(code, language(code).own_name) for code in dict.fromkeys(codes)]


class AskForm(CheckedLater):
    """Ask one customer by hand."""

    survey = forms.ModelChoiceField(
        label=_("Survey"), queryset=Survey.objects.filter(is_active=True), empty_label=None
    )
