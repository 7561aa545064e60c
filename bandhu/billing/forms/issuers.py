from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bandhu.billing.models import Issuer
from bandhu.catalog.forms.checked import CheckedLater
from bandhu.platform.postal_addresses import countries


def _line(label: Any, most: int, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=most, **more)


def _countries() -> list[tuple[str, str]]:
    return [("", "–"), *countries((get_language() or "en").split("-")[0])]


class IssuerForm(CheckedLater):
    """Who we are on invoices. Cleaning is left to the action."""

    name = _line(_("Name"), 300, help_text=_("The name under which the company is registered."))
    street = forms.CharField(label=_("Street"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    postcode = _line(_("Postcode"), 20)
    city = _line(_("City"), 120)
    region = _line(_("Region"), 120)
    country = forms.ChoiceField(label=_("Country"), choices=_countries, required=False)
    tax_number = _line(
        _("Tax number"), 60, help_text=_("BIN, GSTIN, VAT number: as the tax office wrote it.")
    )
    registration_number = _line(_("Registration number"), 60)
    mail = _line(_("E-mail"), 254)
    phone = _line(_("Phone"), 60)
    payment_note = forms.CharField(
        label=_("How to pay"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Bank, account, mobile wallet. It stands on every invoice."),
    )  # fmt: skip
    bank_account = _line(_("Bank account"), 60, help_text=_("The number alone, for electronic invoices."))
    due_days = _line(_("Days until an invoice is due"), 5)
    invoice_prefix = _line(_("Prefix of invoices"), 12)
    credit_prefix = _line(_("Prefix of credit notes"), 12)

    def values(self) -> dict[str, Any]:
        """What was sent, as `set_issuer` takes it."""
        return {name: self[name].value() or "" for name in self.fields}

    @classmethod
    def values_of(cls, record: Issuer) -> dict[str, Any]:
        """The stored values as the form's initial data."""
        found = {name: getattr(record, name) for name in cls.base_fields}
        return found | {"due_days": str(record.due_days)}
