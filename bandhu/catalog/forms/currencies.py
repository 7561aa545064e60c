"""Forms of currencies and rates."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from bandhu.catalog.forms.checked import CheckedLater
from bandhu.catalog.models.currencies import ROUNDINGS
from bandhu.catalog.queries import currency_choices
from bandhu.catalog.rates import LARGEST_FILE
from bandhu.ui.widgets import DateInput


class CurrencyChoiceForm(CheckedLater):
    """One of the world's currencies."""

    code = forms.ChoiceField(label=_("Currency"))

    def __init__(self, *args: Any, without: set[str] | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["code"].choices = [("", "–"), *currency_choices(without=without)]  # type: ignore[attr-defined]


class CurrencyForm(CheckedLater):
    """How one currency is treated."""

    rounding = forms.ChoiceField(
        label=_("Rounding"),
        choices=ROUNDINGS,
        help_text=_("What becomes of less than the smallest unit, in taxes, discounts and conversions."),
    )
    is_active = forms.BooleanField(label=_("New amounts may be in this currency"), required=False)


class FiscalYearForm(CheckedLater):
    """The month in which the fiscal year begins."""

    month = forms.TypedChoiceField(
        label=_("The fiscal year begins in"),
        choices=list(MONTHS.items()),
        coerce=int,
        help_text=_("Quarters and years of quotas and forecasts are cut by it."),
    )


class RateForm(CheckedLater):
    """One rate of one day."""

    on = forms.CharField(label=_("From the day"), widget=DateInput())
    rate = forms.CharField(
        label=_("Rate"), widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    )
    source = forms.CharField(
        label=_("Source"),
        required=False,
        max_length=120,
        help_text=_("For example the bank that published it."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["on"].initial = timezone.localdate()


class RatesFileForm(CheckedLater):
    """Many rates in a CSV file."""

    file = forms.FileField(
        label=_("CSV file"),
        help_text=_("The first line names the columns: currency, date, rate and, if you like, source."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def clean_file(self) -> Any:
        sent = self.cleaned_data["file"]
        if sent.size > LARGEST_FILE:
            raise ValidationError(_("The file is too large."))
        return sent
