from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from bandhu.catalog.queries import currencies, price_books
from bandhu.customers.forms.choices import team_choices, title_of, user_choices
from bandhu.customers.forms.custom import OwnFields
from bandhu.customers.models import Company, Contact
from bandhu.platform.languages import interface_languages
from bandhu.platform.postal_addresses import countries
from bandhu.quotes.models import Quote
from bandhu.quotes.queries import template_choices
from bandhu.ui.formats import current_reader
from bandhu.ui.widgets import Combobox, DateInput

KIND = "quote"
_LINKS = ("contact", "company", "price_book", "template", "owner", "team")


def language_choices() -> list[tuple[str, str]]:
    """The languages papers are written in, under their own names."""
    return [(one.code, one.own_name) for one in interface_languages()]


def country_choices() -> list[tuple[str, str]]:
    """Every country, and none."""
    return [("", "–"), *countries(current_reader().language)]


def _line(label: Any, most: int, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=most, **more)


def _text(label: Any, rows: int, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, strip=False, widget=forms.Textarea(attrs={"rows": rows}), **more
    )


def _choice(label: Any, choices: Any = (), **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, required=False, **more)


class Cleanless(forms.Form):
    """Cleaning is left to the actions: `take_errors` puts what they say where it belongs."""

    def take_errors(self, problem: ValidationError) -> None:
        """Errors of fields go to fields, the rest above the form; what stands at lines is theirs."""
        self.full_clean()
        self._errors = forms.utils.ErrorDict()
        found = problem.message_dict if hasattr(problem, "error_dict") else {"": problem.messages}
        for name, messages in found.items():
            if "." not in name and name != "lines":
                self.add_error(name if name in self.fields else None, messages)


class NewQuoteForm(Cleanless):
    """For whom; everything else is proposed and can be changed in the editor."""

    contact = _line(_("Contact"), 60, widget=Combobox(reverse_lazy("sales:contact_choices")))
    company = _line(_("Company"), 60, widget=Combobox(reverse_lazy("customers:company_choices")))
    title = _line(_("Title"), 300, help_text=_("What is offered, in a few words."))

    def __init__(self, *arguments: Any, user: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        _show_customers(self, user)

    def values(self) -> dict[str, Any]:
        """What was sent, as the actions take it."""
        return {name: self[name].value() or None for name in self.fields}


class QuoteForm(Cleanless, OwnFields):
    """Everything of a draft but its lines."""

    title = _line(_("Title"), 300)
    contact = _line(_("Contact"), 60, widget=Combobox(reverse_lazy("sales:contact_choices")))
    company = _line(_("Company"), 60, widget=Combobox(reverse_lazy("customers:company_choices")))
    language = _choice(_("Language"), language_choices, help_text=_("Of the paper and the customer's page."))
    currency = _choice(_("Currency"))
    country = _choice(_("Country of taxation"), country_choices)
    price_book = _choice(_("Price book"))
    template = _choice(_("Template"), template_choices)
    valid_until = forms.CharField(label=_("Valid until"), required=False, widget=DateInput())
    owner = _choice(_("Owner"), user_choices)
    team = _choice(_("Team"), team_choices)
    introduction = _text(_("Introduction"), 3)
    terms = _text(_("Terms"), 4)
    wins_opportunity = forms.BooleanField(label=_("An accepted quote wins the opportunity"), required=False)

    def __init__(self, *arguments: Any, user: Any, record: Quote, currency: str, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.record = record
        self.add_own_fields(user, KIND)
        codes = dict.fromkeys([currency, *(one.code for one in currencies(user, active_only=True))])
        self._offer("currency", [(code, code) for code in codes])
        books = [(str(one.pk), f"{one.name} ({one.currency})") for one in price_books(user) if one.is_active]
        self._offer("price_book", [("", "–"), *books])
        if record.opportunity_id is None:
            del self.fields["wins_opportunity"]
        _show_customers(self, user)

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """What was sent, as the actions take it."""
        found = {name: self[name].value() for name in self.fields if name not in self.custom}
        return found | self.own_values()

    @classmethod
    def values_of(cls, record: Quote) -> dict[str, Any]:
        """The quote's values as the form's initial data."""
        paper = record.current
        assert paper is not None
        found: dict[str, Any] = {
            name: getattr(record, name) for name in ("title", "language", "country", "wins_opportunity")
        }
        found |= {name: getattr(paper, name) for name in ("currency", "introduction", "terms", "valid_until")}
        for name in _LINKS:
            pk = getattr(record, f"{name}_id")
            found[name] = str(pk) if pk else ""
        return found | cls.own_initial(record, KIND)


class NoteForm(Cleanless):
    """One text: a note for the approver, a reason."""

    text = _text("", 4)

    def __init__(self, *arguments: Any, label: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["text"].label = label

    def take_errors(self, problem: ValidationError) -> None:
        """There is one field: whatever is wrong stands at it."""
        self.full_clean()
        self.add_error("text", problem.messages)


class SignatureForm(NoteForm):
    """Who has accepted, when the seller writes it down."""

    text = _line("", 300)


def _show_customers(form: forms.Form, user: Any) -> None:
    """The words beside an id."""
    form.fields["contact"].widget.text = lambda value: title_of(Contact, user, value)  # type: ignore[attr-defined]
    form.fields["company"].widget.text = lambda value: title_of(Company, user, value)  # type: ignore[attr-defined]
