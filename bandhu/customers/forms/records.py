from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bandhu.customers.forms.custom import OwnFields
from bandhu.customers.models import Company, Lifecycle
from bandhu.customers.record_values import CHANNELS
from bandhu.identity.models import Team, User
from bandhu.platform.languages import customer_languages
from bandhu.platform.person_names import forms_of_address
from bandhu.platform.time_zones import zone_choices
from bandhu.ui.widgets import Combobox, DateInput


def _languages() -> list[tuple[str, str]]:
    known = customer_languages(get_language() or "en")
    return [("", "–"), *((one.code, one.label) for one in known)]


def _zones() -> list[Any]:
    return [("", "–"), *zone_choices(get_language() or "en")]


def _users() -> list[tuple[str, str]]:
    rows = User.objects.filter(is_active=True, is_system=False)
    return [("", "–"), *((str(one.pk), one.full_name) for one in rows)]


def _teams() -> list[tuple[str, str]]:
    return [("", "–"), *((str(one.pk), one.name) for one in Team.objects.all())]


class RecordForm(OwnFields):
    """Fields of both kinds. Cleaning is left to the actions: `take_errors` puts what they say where it belongs."""

    title_name = ""
    kind_name = ""
    list_names = ("phones", "mails", "addresses", "socials", "other_names", "external_ids", "tags")

    def __init__(self, *arguments: Any, user: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.row_errors: dict[str, str] = {}
        self.add_own_fields(user, self.kind_name)
        for field in self.fields.values():
            if isinstance(field.widget, Combobox):
                field.widget.text = self._company_name

    def _company_name(self, value: Any) -> str:
        """Only of companies the user may see: an id from elsewhere stays an id."""
        try:
            company = Company.objects.visible_to(self.user).filter(pk=UUID(str(value))).first()
        except ValueError:
            return ""
        return company.name if company else ""

    def only(self, name: str) -> RecordForm:
        """The same form with one field, for editing in place."""
        self.fields = {name: self.fields[name]}
        return self

    def values(self) -> dict[str, Any]:
        """What was sent, as the actions take it."""
        found = {name: self[name].value() for name in self.fields if name not in self.custom}
        return found | self.own_values()

    def keep_sent(self, data: Any) -> None:
        """Forget the fields that were not sent at all (boxes that are not ticked and files send nothing, so they stay)."""
        boxes = {name for name, one in self.custom.items() if one.type in ("choices", "file")}
        self.fields = {name: field for name, field in self.fields.items() if name in data or name in boxes}

    def take_errors(self, problem: ValidationError) -> None:
        """Errors of fields go to fields, those of list rows to `row_errors` ("phones.0"), the rest above the form."""
        self.full_clean()
        self._errors = forms.utils.ErrorDict()
        found = problem.message_dict if hasattr(problem, "error_dict") else {"": problem.messages}
        for name, messages in found.items():
            if name in self.fields:
                self.add_error(name, messages)
            elif name.split(".")[0] in self.list_names:
                self.row_errors[name] = " ".join(messages)
            else:
                self.add_error(None, messages)
        if self.row_errors and not self.errors:
            self.add_error(None, _("Please look again at what is marked below."))

    @classmethod
    def values_of(cls, record: Any) -> dict[str, Any]:
        """The record's values as the form's initial data."""
        found = {}
        for name in cls.base_fields:
            column = record._meta.get_field(name)
            value = getattr(record, column.attname)
            found[name] = str(value) if column.is_relation and value else value
        return found | cls.own_initial(record, cls.kind_name)


def _line(label: Any, most: int, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=most, **more)


def _choice(label: Any, choices: Any, **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, required=False, **more)


def _block(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, strip=False, widget=forms.Textarea(attrs={"rows": 3}), **more
    )


class ContactForm(RecordForm):
    title_name = "full_name"
    kind_name = "contact"

    full_name = forms.CharField(
        label=_("Name"),
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
        help_text=_("The whole name as the person writes it, in any script."),
    )
    company = forms.CharField(
        label=_("Company"),
        required=False,
        widget=Combobox(reverse_lazy("customers:company_choices")),
    )
    job_title = _line(_("Job title"), 150)
    department = _line(_("Department"), 150)
    lifecycle = forms.ChoiceField(label=_("Lifecycle"), choices=Lifecycle.choices, required=False)
    owner = _choice(_("Owner"), _users)
    team = _choice(_("Team"), _teams)
    form_of_address = _line(
        _("Form of address"),
        120,
        help_text=_("How to greet: one of the list, or words of your own."),
        widget=forms.TextInput(attrs={"list": "forms-of-address"}),
    )
    name_prefix = _line(_("Name prefix"), 60)
    given_name = _line(_("Given name"), 150)
    family_name = _line(_("Family name"), 150, help_text=_("Leave it empty where there is none."))
    name_suffix = _line(_("Name suffix"), 60)
    nickname = _line(_("Nickname"), 150)
    sort_as = _line(_("Sort as"), 300, help_text=_("Only if the list shall order the name differently."))
    language = _choice(_("Language"), _languages)
    time_zone = _choice(_("Time zone"), _zones)
    preferred_channel = _choice(_("Preferred channel"), [("", "–"), *CHANNELS.items()])
    birthday = forms.CharField(label=_("Birthday"), required=False, widget=DateInput())
    national_id = _line(_("National id"), 60)
    source = _line(_("Source"), 120)
    culture_note = _block(
        _("Culture note"), help_text=_("What to mind when talking to this person: shown before every call.")
    )
    note = _block(_("Note"))

    @staticmethod
    def greetings() -> list[tuple[str, Any]]:
        """Suggestions for the form of address."""
        return [(key, label) for key, label in forms_of_address() if key]


class CompanyForm(RecordForm):
    title_name = "name"
    kind_name = "company"

    name = forms.CharField(
        label=_("Name"),
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
    legal_name = _line(_("Legal name"), 300)
    website = _line(_("Website"), 300, widget=forms.TextInput(attrs={"inputmode": "url"}))
    industry = _line(_("Industry"), 120)
    employees = forms.CharField(
        label=_("Employees"), required=False, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    registration_number = _line(_("Registration number"), 60)
    parent = forms.CharField(
        label=_("Parent company"),
        required=False,
        widget=Combobox(reverse_lazy("customers:company_choices")),
    )
    lifecycle = forms.ChoiceField(label=_("Lifecycle"), choices=Lifecycle.choices, required=False)
    owner = _choice(_("Owner"), _users)
    team = _choice(_("Team"), _teams)
    language = _choice(_("Language"), _languages)
    time_zone = _choice(_("Time zone"), _zones)
    preferred_channel = _choice(_("Preferred channel"), [("", "–"), *CHANNELS.items()])
    source = _line(_("Source"), 120)
    culture_note = _block(_("Culture note"), help_text=_("What to mind when dealing with this company."))
    note = _block(_("Note"))
