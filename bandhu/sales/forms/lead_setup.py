from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bandhu.customers.forms.choices import team_choices, user_choices
from bandhu.identity.named_forms import NamedForm
from bandhu.platform.list_pages import views_for
from bandhu.privacy.purposes import purpose_label
from bandhu.privacy.queries import purposes
from bandhu.sales.models import AssignmentRule, Way, WebForm
from bandhu.sales.public_fields import offered_fields
from bandhu.sales.queries import sources
from bandhu.ui.widgets import DateInput

ALL, KEEP = "", "keep"
SEATS = 6


class SourceForm(NamedForm):
    """Where enquiries come from."""

    respond_within_hours = forms.IntegerField(
        label=_("Answer within hours"), required=False, min_value=1, max_value=1440,
        help_text=_("Empty means no target."),
    )  # fmt: skip


class LeadReasonForm(NamedForm):
    """Why leads are closed without a sale."""


class RuleForm(NamedForm):
    """A rule speaks of the leads of a saved view; its filter is copied, so that changing the view changes no rule."""

    view = forms.ChoiceField(
        label=_("For which leads"), required=False,
        help_text=_("Filter the list of leads, save it as a view, and choose it here."),
    )  # fmt: skip

    def __init__(self, *arguments: Any, user: Any, row: Any = None, **keywords: Any) -> None:
        super().__init__(*arguments, row=row, **keywords)
        self.views = {str(one.pk): one for one in views_for(user, "lead")}
        self.conditions = row.conditions if row is not None else {}
        first = [(KEEP, _("As before"))] if row is not None else []
        offered = [(pk, one.name) for pk, one in self.views.items()]
        self.fields["view"].choices = [*first, (ALL, _("All leads")), *offered]  # type: ignore[attr-defined]

    @classmethod
    def initial_of(cls, row: Any) -> dict[str, Any]:
        own = (name for name in cls.base_fields if hasattr(row, name))
        return {name: getattr(row, name) for name in own} | {"view": KEEP}

    def values(self) -> dict[str, Any]:
        found = super().values()
        chosen = found.pop("view")
        if chosen != KEEP:
            self.conditions = self.views[chosen].definition.get("filter") or {} if chosen else {}
        return found | {"conditions": self.conditions}


class ScoreRuleForm(RuleForm):
    """Points for leads that fit."""

    points = forms.IntegerField(
        label=_("Points"), min_value=-1000, max_value=1000, help_text=_("Below nought they count against the lead.")
    )  # fmt: skip


class AssignmentRuleForm(RuleForm):
    """Who gets the leads that fit: a few people in turn or by load, or a team."""

    way = forms.ChoiceField(label=_("How"), choices=Way.choices)
    team = forms.ChoiceField(
        label=_("Team"), choices=team_choices, required=False, help_text=_("Empty means the team of the person.")
    )  # fmt: skip

    def __init__(self, *arguments: Any, row: AssignmentRule | None = None, **keywords: Any) -> None:
        super().__init__(*arguments, row=row, **keywords)
        seats = list(row.seats.all()) if row is not None else []
        self.places = max(SEATS, len(seats) + 1)
        for place in range(self.places):
            seat = seats[place] if place < len(seats) else None
            self.fields[f"user-{place}"] = forms.ChoiceField(
                label=_("Person"), choices=user_choices, required=False,
                initial=str(seat.user_id) if seat else "",
            )  # fmt: skip
            self.fields[f"capacity-{place}"] = forms.IntegerField(
                label=_("Most open leads"), required=False, min_value=1, max_value=10_000,
                initial=seat.capacity if seat else None,
            )  # fmt: skip

    @classmethod
    def initial_of(cls, row: Any) -> dict[str, Any]:
        return super().initial_of(row) | {"team": str(row.team_id or "")}

    def values(self) -> dict[str, Any]:
        found = super().values()
        lines = [(found.pop(f"user-{n}"), found.pop(f"capacity-{n}")) for n in range(self.places)]
        return found | {"people": [line for line in lines if line[0]]}

    @property
    def lines(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """(person, capacity) for the template."""
        return [(self[f"user-{n}"], self[f"capacity-{n}"]) for n in range(self.places)]


class AbsenceForm(forms.Form):
    """Who is away, from when to when."""

    user = forms.ChoiceField(label=_("Person"), choices=user_choices)
    first_day = forms.DateField(label=_("First day"), widget=DateInput())
    last_day = forms.DateField(label=_("Last day"), widget=DateInput())


class WebFormSetup(forms.Form):
    """Everything of a web form: what it asks, in which words, for whom."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("For you; visitors see the heading."))
    slug = forms.CharField(
        label=_("Address"), max_length=60, required=False, help_text=_("Letters and hyphens, after /f/. Empty means from the name."),
    )  # fmt: skip
    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        choices=settings.LANGUAGES,
        initial=["en"],
        widget=forms.CheckboxSelectMultiple(),
    )
    source = forms.ChoiceField(label=_("Source"))
    campaign = forms.CharField(
        label=_("Campaign"), max_length=200, required=False, help_text=_("Where the address of the page says none."),
    )  # fmt: skip
    team = forms.ChoiceField(
        label=_("Team"), choices=team_choices, required=False, help_text=_("Where leads wait that no rule gives to somebody.")
    )  # fmt: skip
    thanks_url = forms.CharField(
        label=_("Page after sending"), max_length=500, required=False, help_text=_("A web address; empty means only the thanks.")
    )  # fmt: skip
    asked = forms.MultipleChoiceField(
        label=_("Asks for"), choices=offered_fields, widget=forms.CheckboxSelectMultiple()
    )
    needed = forms.MultipleChoiceField(
        label=_("Must be filled in"),
        choices=offered_fields,
        required=False,
        widget=forms.CheckboxSelectMultiple(),
    )
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, *arguments: Any, user: Any, row: WebForm | None = None, **keywords: Any) -> None:
        initial = (
            self.initial_of(row)
            if row is not None
            else {"asked": ["full_name", "mail", "phone", "message"], "needed": ["full_name", "mail"]}
        )
        super().__init__(*arguments, **({"initial": initial} | keywords))
        self.fields["source"].choices = [(str(one.pk), one.label) for one in sources(user)]  # type: ignore[attr-defined]
        self.purposes = [(one.key, purpose_label(one)) for one in purposes(user)]
        consents = {one.purpose.key: one for one in row.consents.select_related("purpose")} if row else {}
        for code, language in settings.LANGUAGES:
            self._add_texts(code, language, row)
            for key, label in self.purposes:
                known = consents.get(key)
                self.fields[f"consent-{key}-{code}"] = forms.CharField(
                    label=f"{label} · {language}", max_length=3000, required=False,
                    widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}), initial=known.wordings.get(code, "") if known else "",
                )  # fmt: skip
        for key, _label in self.purposes:
            self.fields[f"consent-{key}-required"] = forms.BooleanField(
                label=_("Without it, nothing is sent"), required=False,
                initial=key in consents and consents[key].is_required,
            )  # fmt: skip

    def _add_texts(self, code: str, language: str, row: WebForm | None) -> None:
        for name, label, lines in (("titles", _("Heading"), 1), ("introductions", _("Introduction"), 2), ("thanks", _("Thanks"), 2)):  # fmt: skip
            widget = (
                forms.Textarea(attrs={"rows": lines, "dir": "auto"})
                if lines > 1
                else forms.TextInput(attrs={"dir": "auto"})
            )
            self.fields[f"{name}-{code}"] = forms.CharField(
                label=f"{label} · {language}", max_length=3000, required=False, widget=widget,
                initial=getattr(row, name).get(code, "") if row else "",
            )  # fmt: skip

    @classmethod
    def initial_of(cls, row: WebForm) -> dict[str, Any]:
        """The form's values as they are typed."""
        plain = ("name", "slug", "languages", "campaign", "thanks_url", "is_active")
        return {name: getattr(row, name) for name in plain} | {
            "source": str(row.source_id),
            "team": str(row.team_id or ""),
            "asked": [one["name"] for one in row.fields],
            "needed": [one["name"] for one in row.fields if one.get("required")],
        }

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        data = self.cleaned_data
        plain = ("name", "slug", "languages", "source", "campaign", "team", "thanks_url", "is_active")
        asked = [name for name, _label in offered_fields() if name in data["asked"]]
        codes = [code for code, _language in settings.LANGUAGES]
        return {name: data[name] for name in plain} | {
            "fields": [{"name": name, "required": name in data["needed"]} for name in asked],
            **{name: {code: data[f"{name}-{code}"] for code in codes} for name in ("titles", "introductions", "thanks")},
            "consents": {
                key: ({code: data[f"consent-{key}-{code}"] for code in codes}, data[f"consent-{key}-required"])
                for key, _label in self.purposes
            },
        }  # fmt: skip

    @property
    def texts(self) -> list[tuple[str, list[forms.BoundField]]]:
        """(language, heading, introduction and thanks in it) for the template."""
        names = ("titles", "introductions", "thanks")
        return [
            (language, [self[f"{name}-{code}"] for name in names]) for code, language in settings.LANGUAGES
        ]

    @property
    def consents(self) -> list[tuple[str, list[forms.BoundField]]]:
        """(purpose, its wordings and whether it is required) for the template."""
        ends = [*(code for code, _language in settings.LANGUAGES), "required"]
        return [(label, [self[f"consent-{key}-{end}"] for end in ends]) for key, label in self.purposes]


def take_errors(form: forms.Form, problem: ValidationError) -> None:
    """What an action refuses goes to its field, the rest above the form."""
    found = problem.message_dict if hasattr(problem, "error_dict") else {"": problem.messages}
    for name, texts in found.items():
        form.add_error(name if name in form.fields else None, texts)
