"""The form of a product, whole or one field of it, and of a bundle's part."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from bandhu.catalog.forms.checked import CheckedLater
from bandhu.catalog.models import Product
from bandhu.catalog.period_values import period_choices
from bandhu.catalog.product_values import UNITS
from bandhu.catalog.queries import product_for, tax_classes
from bandhu.customers.forms.custom import OwnFields
from bandhu.identity.results import OutOfReach
from bandhu.ui.widgets import Combobox

_NAME, _DESCRIPTION = "name_", "description_"


def _attributes_as_lines(attributes: dict[str, str]) -> str:
    return "\n".join(f"{name}: {text}" for name, text in attributes.items())


class ProductForm(CheckedLater, OwnFields):
    """A product's own values, its name and description in each complete language, and the administrator's own fields."""

    places = {"names": f"{_NAME}en", "descriptions": f"{_DESCRIPTION}en"}

    code = forms.CharField(
        label=_("Code"),
        max_length=60,
        help_text=_("Article number or SKU: tells this product from all others."),
    )
    category = forms.CharField(
        label=_("Category"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"list": "categories"}),
    )
    unit = forms.ChoiceField(label=_("Unit"), choices=list(UNITS.items()))
    tax_class = forms.ChoiceField(
        label=_("Tax class"), required=False, choices=lambda: [("", "–"), *tax_classes()]
    )
    recurs = forms.ChoiceField(
        label=_("How often"),
        required=False,
        choices=period_choices,
        help_text=_("Once, or again and again; a quote proposes it. Price books may have a price for each."),
    )
    times = forms.CharField(
        label=_("How many times"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("Of what is paid again and again; empty means until it is cancelled."),
    )
    is_active = forms.ChoiceField(
        label=_("Sold"), required=False, choices=[("true", _("Yes")), ("false", _("No, only kept"))]
    )
    parent = forms.CharField(
        label=_("Variant of"), required=False, widget=Combobox(reverse_lazy("catalog:product_choices"))
    )
    attributes = forms.CharField(
        label=_("Attributes"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What tells a variant from the others, one to a line, like Colour: red."),
    )  # fmt: skip

    def __init__(self, *args: Any, user: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        names = dict(settings.LANGUAGES)
        for code in settings.LANGUAGES_COMPLETE:
            words = {"language": names[code]}
            self.fields[_NAME + code] = forms.CharField(
                label=_("Name in %(language)s") % words, max_length=300, required=code == "en"
            )
            self.fields[_DESCRIPTION + code] = forms.CharField(
                label=_("Description in %(language)s") % words, required=False,
                widget=forms.Textarea(attrs={"rows": 3}),
            )  # fmt: skip
        self.add_own_fields(user, "product")
        self.fields["parent"].widget.text = self._parent_name  # type: ignore[attr-defined]

    def only(self, name: str) -> ProductForm:
        """The same form with one field, for editing in place."""
        self.fields = {name: self.fields[name]}
        return self

    def values(self, product: Product | None = None) -> dict[str, Any]:
        """What was sent, as the actions take it; texts in other languages stay as the product has them."""
        sent = {name: self[name].value() for name in self.fields}
        found = {name: sent[name] for name in self.base_fields if name in sent}
        for argument, prefix in (("names", _NAME), ("descriptions", _DESCRIPTION)):
            texts = {
                name.removeprefix(prefix): text for name, text in sent.items() if name.startswith(prefix)
            }
            if texts:
                found[argument] = {**(getattr(product, argument) if product else {}), **texts}
        return found | self.own_values()

    @property
    def names(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(_NAME)]

    @property
    def descriptions(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(_DESCRIPTION)]

    @staticmethod
    def values_of(product: Product) -> dict[str, Any]:
        """The product's values as the form's initial data."""
        found: dict[str, Any] = {name: getattr(product, name) for name in ("code", "category", "unit")}
        found["tax_class"] = product.tax_class.key if product.tax_class else ""
        found["parent"] = str(product.parent_id or "")
        found["is_active"] = "true" if product.is_active else "false"
        found["recurs"] = product.recurs
        found["times"] = str(product.times) if product.recurs and product.times else ""
        found["attributes"] = _attributes_as_lines(product.attributes)
        found |= {_NAME + code: text for code, text in product.names.items()}
        found |= {_DESCRIPTION + code: text for code, text in product.descriptions.items()}
        return found | OwnFields.own_initial(product, "product")

    def _parent_name(self, value: Any) -> str:
        try:
            return product_for(self.user, str(value)).name
        except OutOfReach:
            return ""


class PartForm(CheckedLater):
    """One part of a bundle."""

    part = forms.CharField(label=_("Product"), widget=Combobox(reverse_lazy("catalog:product_choices")))
    quantity = forms.CharField(
        label=_("Quantity"), initial="1", widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
