"""Fields that an administrator added, as widgets of the forms."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bandhu.platform.custom_fields import Upload, choices_of, definitions, label_of, may_edit
from bandhu.platform.models import CustomField
from bandhu.ui.digits import to_latin
from bandhu.ui.formats import currency_exponent
from bandhu.ui.widgets import DateInput, KeptFileInput

PREFIX = "custom."


def editable_fields(user: Any, kind: str) -> dict[str, CustomField]:
    """The definitions this user may fill in, by the name of the form field."""
    found = [one for one in definitions(kind) if may_edit(user, one)]
    return {f"{PREFIX}{one.key}": one for one in found}


def form_field(one: CustomField) -> forms.Field:
    """The widget that fits the type; what was typed is checked by the action."""
    common: dict[str, Any] = {"label": label_of(one), "required": False}
    if one.type == "choice":
        return forms.ChoiceField(choices=[("", "–"), *choices_of(one)], **common)
    if one.type == "choices":
        return forms.MultipleChoiceField(
            choices=choices_of(one), widget=forms.CheckboxSelectMultiple(), **common
        )
    if one.type == "boolean":
        return forms.ChoiceField(choices=[("", "–"), ("yes", _("Yes")), ("no", _("No"))], **common)
    if one.type == "long_text":
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), **common)
    if one.type == "date":
        return forms.CharField(widget=DateInput(), **common)
    if one.type == "file":
        return forms.FileField(widget=KeptFileInput(), **common)
    if one.type in ("number", "money"):
        if one.type == "money":
            common["help_text"] = one.options.get("currency", "BDT")
        return forms.CharField(widget=forms.TextInput(attrs={"inputmode": "decimal"}), **common)
    return forms.CharField(**common)


def shown_value(one: CustomField, stored: Any) -> Any:
    """The stored value as its widget takes it."""
    if stored is None:
        return ""
    if one.type == "boolean":
        return "yes" if stored else "no"
    if one.type == "file":
        return KeptFile(stored) if isinstance(stored, dict) else None
    if one.type == "money":
        return str(Decimal(stored["amount"]).scaleb(-currency_exponent(stored["currency"])))
    return stored


class KeptFile:
    """A file in a field, as Django's file input shows it: its name, leading to it."""

    def __init__(self, stored: dict[str, str]) -> None:
        self.name, self.url = stored["name"], reverse("platform:file", args=[stored["id"]])

    def __str__(self) -> str:
        return self.name


def sent_files(form: Any, fields: Iterable[tuple[str, CustomField]]) -> dict[str, Upload | None]:
    """By key: a new file, or None where the box "Clear" was ticked. Where neither was sent, what is there stays."""
    found: dict[str, Upload | None] = {}
    for name, one in fields:
        if file := form.files.get(name):
            found[one.key] = Upload(file.name or "", file.chunks(), form.user)
        elif form[name].data is False:
            found[one.key] = None
    return found


def sent_value(one: CustomField, typed: Any) -> Any:
    """What was typed as the action takes it: amounts are typed in whole units and kept in the smallest."""
    if one.type != "money" or not typed:
        return typed
    currency = one.options.get("currency", "BDT")
    try:
        amount = Decimal(to_latin(str(typed)).replace(",", "").replace(" ", ""))
        minor = amount.scaleb(currency_exponent(currency))
    except InvalidOperation:
        return typed
    return {
        "amount": str(minor.normalize() if minor != minor.to_integral_value() else int(minor)),
        "currency": currency,
    }


class OwnFields(forms.Form):
    """A form with the administrator's own fields of a kind beside its own; what was typed is checked by the action."""

    custom: dict[str, CustomField]

    def add_own_fields(self, user: Any, kind: str) -> None:
        """Those `user` may fill in, at the end."""
        self.user, self.custom = user, editable_fields(user, kind)
        for name, one in self.custom.items():
            self.fields[name] = form_field(one)

    def own_values(self) -> dict[str, Any]:
        """{"custom": {key: raw}} as the actions take it; {} where the kind has no own field for this user."""
        shown = [(name, one) for name, one in self.custom.items() if name in self.fields]
        typed = {one.key: sent_value(one, self[name].value()) for name, one in shown if one.type != "file"}
        found = typed | sent_files(self, [(name, one) for name, one in shown if one.type == "file"])
        return {"custom": found} if found else {}

    @property
    def custom_fields(self) -> list[forms.BoundField]:
        """The administrator's own fields, for the template."""
        return [self[name] for name in self.custom if name in self.fields]

    @staticmethod
    def own_initial(record: Any, kind: str) -> dict[str, Any]:
        """The record's own fields as initial data."""
        return {
            f"{PREFIX}{one.key}": shown_value(one, record.custom.get(one.key)) for one in definitions(kind)
        }
