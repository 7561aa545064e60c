from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from bandhu.customers.forms.choices import team_choices, title_of, user_choices
from bandhu.customers.forms.custom import OwnFields
from bandhu.customers.models import Company, Contact
from bandhu.sales.models import Lead
from bandhu.sales.queries import lead_reasons, sources
from bandhu.ui.widgets import Combobox, DateTimeInput

KIND = "lead"
PERSON = ("full_name", "mail", "phone")


def _line(label: Any, most: int = 200, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=most, **more)


def _sources_of(user: Any) -> list[tuple[str, str]]:
    return [("", "–"), *((str(one.pk), one.label) for one in sources(user))]


class LeadForm(OwnFields):
    """Cleaning is left to the actions: `take_errors` puts what they say where it belongs."""

    title = _line(
        _("What it is about"), 300, widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True})
    )
    contact = _line(_("Contact"), 60, widget=Combobox(reverse_lazy("sales:contact_choices")))
    full_name = _line(_("Name"), 300)
    mail = _line(_("Mail address"), 254, widget=forms.EmailInput())
    phone = _line(_("Phone"), 60, widget=forms.TextInput(attrs={"inputmode": "tel"}))
    company = _line(_("Company"), 60, widget=Combobox(reverse_lazy("customers:company_choices")))
    message = _line(_("Message"), 20_000, strip=False, widget=forms.Textarea(attrs={"rows": 5}))
    source = forms.ChoiceField(label=_("Source"), required=False)
    campaign = _line(_("Campaign"))
    owner = forms.ChoiceField(label=_("Owner"), choices=user_choices, required=False)
    team = forms.ChoiceField(label=_("Team"), choices=team_choices, required=False)

    def __init__(self, *arguments: Any, user: Any, record: Lead | None = None, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.record = record
        self.add_own_fields(user, KIND)
        self.fields["source"].choices = _sources_of(user)  # type: ignore[attr-defined]
        self.fields["contact"].widget.text = lambda value: title_of(Contact, user, value)  # type: ignore[attr-defined]
        self.fields["company"].widget.text = lambda value: title_of(Company, user, value)  # type: ignore[attr-defined]
        if record is not None:
            for name in PERSON:
                del self.fields[name]
        else:
            self.fields["owner"].choices = [("", _("By the rules")), *user_choices()[1:]]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """What was sent, as the actions take it; the person apart."""
        own = (name for name in self.fields if name not in self.custom)
        found: dict[str, Any] = {name: self[name].value() for name in own}
        if self.record is None:
            found["person"] = {name: found.pop(name) for name in PERSON}
        return found | self.own_values()

    def take_errors(self, problem: ValidationError) -> None:
        """Errors of fields go to fields, the rest above the form."""
        self.full_clean()
        self._errors = forms.utils.ErrorDict()
        found = problem.message_dict if hasattr(problem, "error_dict") else {"": problem.messages}
        for name, messages in found.items():
            self.add_error(name if name in self.fields else None, messages)

    @classmethod
    def values_of(cls, record: Lead) -> dict[str, Any]:
        """The record's values as the form's initial data."""
        found: dict[str, Any] = {name: getattr(record, name) for name in ("title", "message", "campaign")}
        for name in ("contact", "company", "owner", "team", "source"):
            pk = getattr(record, f"{name}_id")
            found[name] = str(pk) if pk else ""
        return found | cls.own_initial(record, KIND)


class CloseForm(forms.Form):
    """Why nothing comes of a lead."""

    reason = forms.ChoiceField(label=_("Reason"), required=False)
    note = _line(_("What happened"), 5000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *arguments: Any, user: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        offered = [(str(one.pk), one.label) for one in lead_reasons(user)]
        self.fields["reason"].choices = [("", "–"), *offered]  # type: ignore[attr-defined]


class NurtureForm(forms.Form):
    """When to come back to a lead, and what for."""

    what = forms.CharField(label=_("What is to be done"), max_length=300)
    until = forms.DateTimeField(label=_("When"), widget=DateTimeInput())


class AssignForm(forms.Form):
    """Who gets a lead."""

    owner = forms.ChoiceField(label=_("Owner"), choices=user_choices, required=False)
    team = forms.ChoiceField(
        label=_("Team"), choices=team_choices, required=False, help_text=_("Empty means the owner's team.")
    )
