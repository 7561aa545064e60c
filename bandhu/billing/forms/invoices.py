from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bandhu.billing.actions.payments import BY_HAND
from bandhu.billing.models import Invoice, InvoiceKind, Payment, PaymentMethod
from bandhu.catalog.forms.checked import CheckedLater
from bandhu.catalog.queries import currencies
from bandhu.customers.forms.choices import team_choices, title_of, user_choices
from bandhu.customers.forms.custom import OwnFields
from bandhu.customers.models import Company, Contact
from bandhu.platform.money import Money, MoneyError
from bandhu.platform.money_reading import parse_money
from bandhu.ui.formats import current_reader
from bandhu.ui.widgets import Combobox, DateInput

_COLUMNS = (
    "contact", "company", "opportunity", "language", "due_on", "reference", "buyer_tax_number", "note", "owner", "team",
)  # fmt: skip
_LINKS = ("contact", "company", "opportunity", "owner", "team")


def _line(label: Any, most: int, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=most, **more)


def read_amount(text: str, currency: str, field: str = "amount") -> Money:
    """What was typed, as money; raises ValidationError for the field."""
    try:
        return parse_money(text, current_reader(), currency=currency)
    except MoneyError as problem:
        raise ValidationError({field: problem.message}) from None


class InvoiceForm(CheckedLater, OwnFields):
    """The head of a draft; its lines are a grid (line_grid.py). Cleaning is left to the actions."""

    company = _line(_("Company"), 60, widget=Combobox(reverse_lazy("customers:company_choices")))
    contact = _line(_("Contact"), 60, widget=Combobox(reverse_lazy("sales:contact_choices")))
    opportunity = _line(_("Opportunity"), 60, widget=forms.HiddenInput())
    currency = forms.ChoiceField(label=_("Currency"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    due_on = forms.CharField(
        label=_("Due"), required=False, widget=DateInput(), help_text=_("Empty means the usual term from the day of issue.")
    )  # fmt: skip
    reference = _line(_("Customer's reference"), 120)
    buyer_tax_number = _line(_("Customer's tax number"), 60)
    owner = forms.ChoiceField(label=_("Owner"), choices=user_choices, required=False)
    team = forms.ChoiceField(label=_("Team"), choices=team_choices, required=False)
    note = forms.CharField(
        label=_("Note on the invoice"), required=False, strip=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *arguments: Any, user: Any, record: Invoice | None = None, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.record = record
        self.add_own_fields(user, "invoice")
        codes = [one.code for one in currencies(user, active_only=True)]
        if record is not None and record.currency not in codes:
            codes.append(record.currency)
        self.fields["currency"].choices = [(code, code) for code in codes]  # type: ignore[attr-defined]
        self.fields["language"].choices = [("", _("The customer's")), *settings.LANGUAGES]  # type: ignore[attr-defined]
        self.fields["contact"].widget.text = lambda value: title_of(Contact, user, value)  # type: ignore[attr-defined]
        self.fields["company"].widget.text = lambda value: title_of(Company, user, value)  # type: ignore[attr-defined]
        if record is not None and record.kind == InvoiceKind.CREDIT_NOTE:
            for name in ("contact", "company", "opportunity", "due_on", "currency"):
                del self.fields[name]

    def values(self) -> dict[str, Any]:
        """What was sent, as the actions take it."""
        return {name: self[name].value() for name in _COLUMNS if name in self.fields} | self.own_values()

    @property
    def sent_currency(self) -> str:
        """The currency chosen, else the record's, else ""."""
        chosen = self["currency"].value() if "currency" in self.fields else ""
        return str(chosen or (self.record.currency if self.record else ""))

    @classmethod
    def values_of(cls, record: Invoice) -> dict[str, Any]:
        """The record's values as the form's initial data."""
        names = ("currency", "language", "due_on", "reference", "buyer_tax_number", "note")
        found = {name: getattr(record, name) for name in names} | cls.own_initial(record, "invoice")
        return found | {name: str(getattr(record, f"{name}_id") or "") for name in _LINKS}


class IssueForm(CheckedLater):
    """The dates of an invoice that gets its number."""

    on = forms.CharField(label=_("Date of the invoice"), required=False, widget=DateInput())
    due_on = forms.CharField(label=_("Due"), required=False, widget=DateInput())

    def __init__(self, *arguments: Any, record: Invoice, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.initial = {"on": timezone.localdate(), "due_on": record.due_on}
        if record.kind == InvoiceKind.CREDIT_NOTE:
            del self.fields["due_on"]

    def values(self) -> dict[str, Any]:
        return {name: self[name].value() for name in self.fields}


class CreditForm(CheckedLater):
    """Why an invoice is credited."""

    reason = _line(_("Reason"), 300, help_text=_("It stands on the credit note."))


class VoidForm(CheckedLater):
    """Why an invoice is made void."""

    reason = _line(_("Reason"), 300)


class PaymentForm(CheckedLater, OwnFields):
    """A payment that came in by hand."""

    amount = _line(_("Amount"), 60, widget=forms.TextInput(attrs={"inputmode": "decimal"}))
    received_on = forms.CharField(label=_("Came in on"), required=False, widget=DateInput())
    method = forms.ChoiceField(
        label=_("Way of payment"), choices=[one for one in PaymentMethod.choices if one[0] in BY_HAND]
    )
    reference = _line(
        _("Reference"), 200, help_text=_("For example the number of the transfer or the cheque.")
    )
    note = _line(_("Note"), 300)

    def __init__(self, *arguments: Any, user: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.add_own_fields(user, "payment")

    def values(self, currency: str) -> dict[str, Any]:
        """As `record_payment` takes them. Raises ValidationError by field."""
        found = {name: self[name].value() or "" for name in ("received_on", "method", "reference", "note")}
        amount = read_amount(self["amount"].value() or "", currency)
        return {"custom": {}} | found | self.own_values() | {"amount": amount}


class PaymentFieldsForm(CheckedLater, OwnFields):
    """The own fields of a payment or refund that is written already."""

    def __init__(self, *arguments: Any, user: Any, payment: Payment, **keywords: Any) -> None:
        keywords["initial"] = self.own_initial(payment, "payment")
        super().__init__(*arguments, **keywords)
        self.add_own_fields(user, "payment")

    def values(self) -> dict[str, Any]:
        """As `change_payment` takes them."""
        return {"custom": {}} | self.own_values()


class RefundForm(CheckedLater):
    """What of a payment goes back, and how."""

    amount = _line(_("Amount"), 60, widget=forms.TextInput(attrs={"inputmode": "decimal"}))
    received_on = forms.CharField(label=_("Given back on"), required=False, widget=DateInput())
    reason = _line(_("Reason"), 300)
    through_gateway = forms.BooleanField(
        label=_("Give it back through the provider it came by"), required=False, initial=True
    )

    def __init__(self, *arguments: Any, has_gateway: bool, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        if not has_gateway:
            del self.fields["through_gateway"]

    def values(self, currency: str) -> dict[str, Any]:
        """As `refund_payment` takes them. Raises ValidationError by field."""
        found = {name: self[name].value() or "" for name in ("received_on", "reason")}
        found["through_gateway"] = "through_gateway" in self.fields and bool(self["through_gateway"].value())
        return found | {"amount": read_amount(self["amount"].value() or "", currency)}
