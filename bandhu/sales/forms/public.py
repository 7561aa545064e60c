from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from bandhu.customers.forms.custom import form_field
from bandhu.sales.models import WebForm
from bandhu.sales.public_fields import STANDARD, own_fields

TRAP = "website"


class PublicForm(forms.Form):
    """What a stranger fills in: the fields of a web form, what may be agreed to, and the trap, which people never see."""

    website = forms.CharField(required=False, max_length=300)

    def __init__(self, *arguments: Any, web_form: WebForm, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.web_form = web_form
        own = own_fields()
        for asked in web_form.fields:
            name = str(asked["name"])
            if name in STANDARD:
                self.fields[name] = _standard(name)
            elif name in own:
                self.fields[name] = form_field(own[name])
            else:
                continue  # an own field that was retired since
            self.fields[name].required = bool(asked.get("required"))
        self.consents = list(web_form.consents.select_related("purpose").order_by("purpose__position"))
        for consent in self.consents:
            self.fields[f"consent_{consent.pk}"] = forms.BooleanField(
                label=web_form.text(consent.wordings), required=consent.is_required
            )

    @property
    def shown(self) -> list[forms.BoundField]:
        """What the visitor types."""
        return [self[name] for name in self.fields if name != TRAP and not name.startswith("consent_")]

    @property
    def shown_consents(self) -> list[forms.BoundField]:
        """What the visitor may agree to."""
        return [self[f"consent_{one.pk}"] for one in self.consents]

    @property
    def fell_into_trap(self) -> bool:
        return bool(self.data.get(TRAP))

    def answers(self) -> dict[str, str]:
        """Field → what was typed."""
        return {one.name: str(self.cleaned_data.get(one.name) or "") for one in self.shown}

    def agreed(self) -> list[UUID]:
        """Ids of the consents that were ticked."""
        return [one.pk for one in self.consents if self.cleaned_data.get(f"consent_{one.pk}")]

    def take_errors(self, problem: ValidationError) -> None:
        """What the action refuses goes to its field, the rest above the form."""
        found = problem.message_dict if hasattr(problem, "error_dict") else {"": problem.messages}
        for name, messages in found.items():
            self.add_error(name if name in self.fields else None, messages)


def _standard(name: str) -> forms.CharField:
    label, most, autocomplete, lines = STANDARD[name]
    attributes: dict[str, Any] = {"autocomplete": autocomplete, "dir": "auto"}
    if lines > 1:
        return forms.CharField(
            label=label, max_length=most, widget=forms.Textarea(attrs=attributes | {"rows": lines})
        )
    kinds = {"mail": forms.EmailInput, "phone": forms.TextInput}
    if name == "phone":
        attributes["inputmode"] = "tel"
    return forms.CharField(
        label=label, max_length=most, widget=kinds.get(name, forms.TextInput)(attrs=attributes)
    )
