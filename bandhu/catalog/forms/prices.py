"""Forms of price books, taxes and discount limits."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bandhu.catalog.forms.checked import CheckedLater
from bandhu.catalog.models import PriceBook
from bandhu.catalog.queries import currencies, tax_classes
from bandhu.customers.queries import tags
from bandhu.platform.postal_addresses import countries
from bandhu.ui.widgets import DateInput


def _countries() -> list[tuple[str, Any]]:
    return [("", "–"), *countries(get_language() or "en")]


class BookForm(CheckedLater):
    """A price book's own values: whom it is for, when, and how it ranks."""

    name = forms.CharField(label=_("Name"), max_length=120)
    currency = forms.ChoiceField(label=_("Currency"))
    country = forms.ChoiceField(
        label=_("Country"), required=False, help_text=_("Only for customers there; empty means everywhere.")
    )
    tag = forms.ChoiceField(
        label=_("Tag"),
        required=False,
        help_text=_("Only for customers with this tag; empty means everybody."),
    )
    valid_from = forms.CharField(label=_("Valid from"), required=False, widget=DateInput())
    valid_to = forms.CharField(label=_("Valid to"), required=False, widget=DateInput())
    priority = forms.CharField(
        label=_("Priority"), required=False, initial="0",
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=_("Where several books fit, the higher number counts."),
    )  # fmt: skip
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, *args: Any, user: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        codes = [one.code for one in currencies(user, active_only=True)]
        self._offer("currency", [(code, code) for code in codes])
        self._offer("country", _countries())
        self._offer("tag", [("", "–"), *((str(one.pk), one.name) for one in tags(user))])

    def values(self) -> dict[str, Any]:
        """What was sent, as the actions take it."""
        return {name: self[name].value() or "" for name in self.fields if name != "is_active"} | {
            "is_active": bool(self["is_active"].value())
        }

    @classmethod
    def values_of(cls, book: PriceBook) -> dict[str, Any]:
        """The book's values as the form's initial data."""
        return {name: getattr(book, name) for name in cls.base_fields} | {"tag": str(book.tag_id or "")}

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]


class TaxForm(CheckedLater):
    """One tax rate of a class in a country."""

    tax_class = forms.ChoiceField(label=_("Tax class"), choices=tax_classes)
    country = forms.ChoiceField(label=_("Country"), choices=lambda: _countries())
    name = forms.CharField(
        label=_("Name"), max_length=40, help_text=_("As invoices write it, for example VAT.")
    )
    percent = forms.CharField(
        label=_("Percent"), widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    )
    valid_from = forms.CharField(label=_("From the day"), widget=DateInput())
    is_inclusive = forms.BooleanField(label=_("Prices in this country contain it"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["valid_from"].initial = timezone.localdate()

    def values(self) -> dict[str, Any]:
        """What was sent, as the action takes it, without the class."""
        found = {name: self[name].value() or "" for name in self.fields if name != "tax_class"}
        return found | {"is_inclusive": bool(self["is_inclusive"].value())}
