from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bandhu.platform.models import StoredFile
from bandhu.quotes.forms.quotes import Cleanless
from bandhu.quotes.models import QuoteTemplate
from bandhu.ui.widgets import KeptFileInput

TEXTS = {
    "titles": (_("Heading"), 1),
    "introductions": (_("Introduction"), 3),
    "terms": (_("Terms"), 4),
    "footers": (_("Foot of the page"), 2),
}
_PLAIN = ("name", "colour", "sender", "valid_days", "is_default", "is_active")


class _Logo:
    """The stored picture, as the form field shows it."""

    def __init__(self, stored: StoredFile) -> None:
        self.name, self.url = stored.name, reverse("platform:file", args=[stored.pk])

    def __str__(self) -> str:
        return self.name


class TemplateForm(Cleanless):
    """A template; its texts once for each language ("terms_bn")."""

    name = forms.CharField(label=_("Name"), required=False, max_length=120)
    colour = forms.CharField(
        label=_("Colour"), required=False, widget=forms.TextInput(attrs={"type": "color"})
    )
    valid_days = forms.CharField(label=_("Valid for so many days"), required=False, max_length=4)
    sender = forms.CharField(
        label=_("Who we are"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Name, address, registration and tax numbers: the head of the page."),
    )
    logo = forms.FileField(label=_("Logo"), required=False, widget=KeptFileInput())
    is_default = forms.BooleanField(label=_("Proposed for new quotes"), required=False)
    is_active = forms.BooleanField(label=_("In use"), required=False)

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        for code, _own in settings.LANGUAGES:
            for name, (label, rows) in TEXTS.items():
                widget = forms.Textarea(attrs={"rows": rows, "lang": code})
                self.fields[f"{name}_{code}"] = forms.CharField(
                    label=label, required=False, strip=False, widget=widget
                )

    @property
    def by_language(self) -> list[tuple[str, list[forms.BoundField]]]:
        """(the language's own name, its fields)."""
        return [(own, [self[f"{name}_{code}"] for name in TEXTS]) for code, own in settings.LANGUAGES]

    def values(self) -> dict[str, Any]:
        """What was sent, as the action takes it."""
        found: dict[str, Any] = {name: self[name].value() for name in _PLAIN}
        for name in TEXTS:
            found[name] = {code: self[f"{name}_{code}"].value() for code, _own in settings.LANGUAGES}
        return found

    @classmethod
    def values_of(cls, template: QuoteTemplate) -> dict[str, Any]:
        """Its values as the form's initial data."""
        found: dict[str, Any] = {name: getattr(template, name) for name in _PLAIN}
        found["logo"] = _Logo(template.logo) if template.logo else None
        for name in TEXTS:
            found |= {f"{name}_{code}": text for code, text in getattr(template, name).items()}
        return found
