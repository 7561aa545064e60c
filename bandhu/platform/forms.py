"""Forms of platform's own screens."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bandhu.platform.models import CustomField
from bandhu.platform.registries import role_choices


class CustomFieldForm(forms.Form):
    """A field's type, its name in each complete language, its rules, and who sees and changes it."""

    type = forms.ChoiceField(label=_("Type"), choices=CustomField.Type.choices)
    choices = forms.CharField(
        label=_("Choices"),
        widget=forms.Textarea(attrs={"rows": 5, "data-of-type": "choice"}),
        required=False,
        help_text=_("One to a line. Translations after a bar: Gold | সোনা | தங்கம்"),
    )
    currency = forms.CharField(
        label=_("Currency"), max_length=3, required=False, initial="BDT",
        widget=forms.TextInput(attrs={"data-of-type": "money"}),
    )  # fmt: skip
    minimum = forms.DecimalField(
        label=_("At least"), required=False, widget=forms.NumberInput(attrs={"data-of-type": "number"})
    )
    maximum = forms.DecimalField(
        label=_("At most"), required=False, widget=forms.NumberInput(attrs={"data-of-type": "number"})
    )
    is_required = forms.BooleanField(label=_("Must be filled"), required=False)
    is_filterable = forms.BooleanField(
        label=_("Often searched and sorted by"),
        required=False,
        help_text=_("Keeps an index, so that lists stay fast with a million records."),
    )
    visible_to_roles = forms.MultipleChoiceField(
        label=_("Seen by"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Nobody ticked means everybody who sees the record."),
    )  # fmt: skip
    editable_by_roles = forms.MultipleChoiceField(
        label=_("Changed by"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Nobody ticked means everybody who may change the record."),
    )  # fmt: skip

    def __init__(self, *args: Any, field: CustomField | None = None, **options: Any) -> None:
        self.field = field
        if field is not None:
            options["initial"] = self._initial(field)
        super().__init__(*args, **options)
        names = dict(settings.LANGUAGES)
        labels = {
            f"label_{code}": forms.CharField(
                label=_("Name in %(language)s") % {"language": names[code]},
                max_length=120,
                required=code == "en",
            )
            for code in settings.LANGUAGES_COMPLETE
        }
        self.fields = {**labels, **self.fields}
        for name in ("visible_to_roles", "editable_by_roles"):
            self.fields[name].choices = role_choices()  # type: ignore[attr-defined]
        if field is not None:
            self.fields["type"].disabled = True

    def settings(self) -> dict[str, Any]:
        """The keyword arguments of the actions."""
        data = self.cleaned_data
        labels = {
            code: data[f"label_{code}"] for code in settings.LANGUAGES_COMPLETE if data[f"label_{code}"]
        }
        return {
            "labels": labels,
            "options": self._options(data),
            "is_required": data["is_required"],
            "is_filterable": data["is_filterable"],
            "visible_to_roles": data["visible_to_roles"],
            "editable_by_roles": data["editable_by_roles"],
        }

    def take_errors(self, error: ValidationError) -> None:
        """Put the action's errors beside the fields they belong to."""
        places = {"labels": "label_en", "options": "choices"}
        for name, messages in getattr(error, "message_dict", {"": error.messages}).items():
            place = places.get(name, name)
            self.add_error(place if place in self.fields else None, messages)

    def _options(self, data: dict[str, Any]) -> dict[str, Any]:
        if data["type"] in ("choice", "choices"):
            return {"choices": self._choices(data["choices"])}
        if data["type"] == "money":
            return {"currency": (data["currency"] or "BDT").upper()}
        if data["type"] == "number":
            limits = {"minimum": data["minimum"], "maximum": data["maximum"]}
            return {name: float(value) for name, value in limits.items() if value is not None}
        return {}

    def _choices(self, text: str) -> list[dict[str, Any]]:
        known = {one["labels"].get("en", one["key"]): one["key"] for one in self._known_choices()}
        found: list[dict[str, Any]] = []
        for line in filter(None, (line.strip() for line in text.splitlines())):
            words = [word.strip() for word in line.split("|")]
            labels = {
                code: word for code, word in zip(settings.LANGUAGES_COMPLETE, words, strict=False) if word
            }
            taken = {one["key"] for one in found}
            found.append({"key": known.get(words[0]) or _key_of(words[0], taken), "labels": labels})
        return found

    def _known_choices(self) -> list[dict[str, Any]]:
        return self.field.options.get("choices", []) if self.field else []

    def _initial(self, field: CustomField) -> dict[str, Any]:
        languages = settings.LANGUAGES_COMPLETE
        lines = [
            " | ".join(one["labels"].get(code, "") for code in languages).strip(" |") or one["key"]
            for one in field.options.get("choices", [])
        ]
        return {
            **{f"label_{code}": text for code, text in field.labels.items()},
            **{name: field.options.get(name) for name in ("currency", "minimum", "maximum")},
            "type": field.type,
            "choices": "\n".join(lines),
            "is_required": field.is_required,
            "is_filterable": field.is_filterable,
            "visible_to_roles": field.visible_to_roles,
            "editable_by_roles": field.editable_by_roles,
        }


def _key_of(word: str, taken: set[str]) -> str:
    """A key for a new choice: its letters and digits, numbered where they are none or taken."""
    key = re.sub(r"[^a-z0-9]+", "_", word.casefold()).strip("_")[:50] or "choice"
    number, tried = 2, key
    while tried in taken:
        tried, number = f"{key}_{number}", number + 1
    return tried
