from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bandhu.catalog.queries import base_currency
from bandhu.platform.money import Money, MoneyError
from bandhu.platform.money_reading import parse_money
from bandhu.ui.formats import current_reader


class BaseAmountForm(forms.Form):
    """One amount in the base currency, in any digits; empty means none."""

    amount = forms.CharField(
        label=_("Amount"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )

    def __init__(self, *arguments: Any, now: int | None = None, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        if now is not None:
            self.initial["amount"] = str(Money(now, base_currency()).amount)
        self.fields["amount"].label = _("Amount in %(currency)s") % {"currency": base_currency()}

    def clean_amount(self) -> Money | None:
        text = self.cleaned_data["amount"].strip()
        try:
            return parse_money(text, current_reader(), currency=base_currency()) if text else None
        except MoneyError as problem:
            raise ValidationError(problem.message) from None

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        return self.cleaned_data


class QuotaForm(BaseAmountForm):
    """What somebody is to close; empty takes it back."""


class AdjustmentForm(BaseAmountForm):
    """What the manager expects, and why; an empty amount goes back to the sellers' figure."""

    note = forms.CharField(
        label=_("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"})
    )
