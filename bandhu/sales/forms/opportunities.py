from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from bandhu.catalog.queries import base_currency, currencies
from bandhu.customers.forms.choices import team_choices, title_of, user_choices
from bandhu.customers.forms.custom import OwnFields
from bandhu.customers.models import Company, Contact
from bandhu.platform.money import Money, MoneyError
from bandhu.platform.money_reading import parse_money
from bandhu.sales.models import OPEN_LINES, Opportunity, Period, Stage
from bandhu.sales.queries import pipelines, reasons
from bandhu.ui.formats import current_reader
from bandhu.ui.widgets import Combobox, DateInput

KIND = "opportunity"
_AMOUNTS = ("amount", "recurring")
_LINKS = ("contact", "company", "owner", "team")


def _line(label: Any, most: int, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=most, **more)


class OpportunityForm(OwnFields):
    """Cleaning is left to the actions: `take_errors` puts what they say where it belongs. Amounts are read here."""

    name = forms.CharField(
        label=_("Name"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
        help_text=_("What is to be sold, in a few words."),
    )
    contact = _line(_("Contact"), 60, widget=Combobox(reverse_lazy("sales:contact_choices")))
    company = _line(_("Company"), 60, widget=Combobox(reverse_lazy("customers:company_choices")))
    stage = forms.ChoiceField(label=_("Stage"), required=False)
    amount = _line(_("Amount"), 60, widget=forms.TextInput(attrs={"inputmode": "decimal"}))
    currency = forms.ChoiceField(label=_("Currency"), required=False)
    expected_close = forms.CharField(label=_("Expected close"), required=False, widget=DateInput())
    probability = _line(
        _("Probability"), 10, help_text=_("For example 35%. Empty means the probability of the stage.")
    )
    forecast = forms.ChoiceField(
        label=_("In the forecast"), choices=[("", _("As the stage says")), *OPEN_LINES], required=False
    )
    recurring = _line(_("Recurring amount"), 60, widget=forms.TextInput(attrs={"inputmode": "decimal"}))
    recurring_period = forms.ChoiceField(
        label=_("Comes again every"), choices=[("", "–"), *Period.choices], required=False
    )
    owner = forms.ChoiceField(label=_("Owner"), choices=user_choices, required=False)
    team = forms.ChoiceField(label=_("Team"), choices=team_choices, required=False)
    source = _line(_("Source"), 120)
    campaign = _line(_("Campaign"), 200)
    note = forms.CharField(
        label=_("Note"), required=False, strip=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(
        self, *arguments: Any, user: Any, record: Opportunity | None = None, **keywords: Any
    ) -> None:
        super().__init__(*arguments, **keywords)
        self.record = record
        self.add_own_fields(user, KIND)
        if record is not None and record.amount_from_lines:
            self.fields["amount"].help_text = _(
                "Follows the products. Another amount typed here counts instead."
            )
        self._fill_choices()

    def _fill_choices(self) -> None:
        codes = [one.code for one in currencies(self.user, active_only=True)]
        if self.record is not None and self.record.currency and self.record.currency not in codes:
            codes.append(self.record.currency)
        self.fields["currency"].choices = [(code, code) for code in codes]  # type: ignore[attr-defined]
        if self.record is not None:
            del self.fields["stage"]  # it is moved, not edited
        else:
            self.fields["stage"].choices = open_stages(self.user)  # type: ignore[attr-defined]
        self.fields["contact"].widget.text = lambda value: title_of(Contact, self.user, value)  # type: ignore[attr-defined]
        self.fields["company"].widget.text = lambda value: title_of(Company, self.user, value)  # type: ignore[attr-defined]

    def only(self, *names: str) -> OpportunityForm:
        """The same form with a few fields, for editing in place and for a move."""
        kept = {*names, "currency"} if {*names} & {*_AMOUNTS} else {*names}
        self.fields = {name: field for name, field in self.fields.items() if name in kept}
        return self

    def values(self) -> dict[str, Any]:
        """What was sent, as the actions take it. Raises ValidationError by field for amounts that cannot be read."""
        found: dict[str, Any] = {}
        for name in self.fields:
            if name in _AMOUNTS:
                found[name] = self._amount(name)
            elif name not in self.custom and name not in ("currency", "stage"):
                found[name] = self[name].value()
        return found | self.own_values()

    def _amount(self, name: str) -> Money | None:
        text = str(self[name].value() or "").strip()
        if not text:
            return None
        try:
            return parse_money(
                text, current_reader(), currency=str(self["currency"].value() or base_currency())
            )
        except MoneyError as problem:
            raise ValidationError({name: problem.message}) from None

    def take_errors(self, problem: ValidationError) -> None:
        """Errors of fields go to fields, the rest above the form."""
        self.full_clean()
        self._errors = forms.utils.ErrorDict()
        found = problem.message_dict if hasattr(problem, "error_dict") else {"": problem.messages}
        for name, messages in found.items():
            self.add_error(name if name in self.fields else None, messages)

    @classmethod
    def values_of(cls, record: Opportunity) -> dict[str, Any]:
        """The record's values as the form's initial data."""
        found: dict[str, Any] = {
            name: getattr(record, name)
            for name in (
                "name",
                "expected_close",
                "forecast",
                "recurring_period",
                "source",
                "campaign",
                "note",
                "currency",
            )
        }
        for name in _LINKS:
            pk = getattr(record, f"{name}_id")
            found[name] = str(pk) if pk else ""
        for name in _AMOUNTS:
            money = getattr(record, name)
            found[name] = str(money.amount) if money is not None else ""
        found["probability"] = "" if record.probability is None else f"{record.probability * 100:g}%"
        return found | cls.own_initial(record, KIND)


class MoveForm(forms.Form):
    """What a stage asks for on entering, besides fields of the opportunity."""

    reason = forms.ChoiceField(label=_("Reason"), required=False)
    note = forms.CharField(
        label=_("What happened"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *arguments: Any, user: Any, stage: Stage, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        offered = [(str(one.pk), one.label) for one in reasons(user, stage.kind)]
        self.fields["reason"].choices = [("", "–"), *offered]  # type: ignore[attr-defined]


def open_stages(user: Any) -> list[Any]:
    """Where a new opportunity may begin, by pipeline."""
    return [
        (one.label, [(str(stage.pk), stage.label) for stage in one.stages.all() if stage.is_active and stage.kind == "open"])
        for one in pipelines(user)
    ]  # fmt: skip
