from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bandhu.catalog.forms.checked import CheckedLater
from bandhu.catalog.models import PriceBook
from bandhu.catalog.product_files import LARGEST_FILE
from bandhu.catalog.queries import price_books


class PricesFileForm(CheckedLater):
    """Prices in a file; `kept` names the one that was tried out before, which need not be chosen again."""

    kept = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput())
    file = forms.FileField(
        label=_("CSV or XLSX file"), required=False,
        help_text=_("The first line names the columns: at least the code and the price."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.xlsx,text/csv"}),
    )  # fmt: skip

    def clean_file(self) -> Any:
        sent = self.cleaned_data["file"]
        if sent and sent.size > LARGEST_FILE:
            raise ValidationError(_("The file is too large."))
        return sent

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not (data.get("file") or data.get("kept") or self.errors):
            self.add_error("file", _("Choose a file."))
        return data


class ProductsFileForm(PricesFileForm):
    """Products in a file, and the price book their prices go into; who may not set prices is not asked."""

    file = forms.FileField(
        label=_("CSV or XLSX file"),
        required=False,
        help_text=_("The first line names the columns: at least the code and the name."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.xlsx,text/csv"}),
    )
    into = forms.ChoiceField(
        label=_("Price book"),
        required=False,
        help_text=_("Where the file has prices: the book they go into, in its currency."),
    )

    def __init__(self, *args: Any, user: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not user.holds("catalog.manage_prices"):
            del self.fields["into"]
            self._books: dict[str, PriceBook] = {}
            return
        self._books = {str(one.pk): one for one in price_books(user)}
        choices = [("", "–"), *((key, f"{one.name} ({one.currency})") for key, one in self._books.items())]
        self.fields["into"].choices = choices  # type: ignore[attr-defined]

    @property
    def price_book(self) -> PriceBook | None:
        return self._books.get(self.cleaned_data.get("into", ""))
