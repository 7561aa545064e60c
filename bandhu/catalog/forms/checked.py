from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError


class CheckedLater(forms.Form):
    """A form whose values an action checks; `take_errors` puts what it says where it belongs."""

    # Where errors of an action's argument go when no field has its name: {"names": "name_en"}.
    places: dict[str, str] = {}

    def take_errors(self, problem: ValidationError) -> None:
        """Errors of fields go to fields, the rest above the form."""
        self.full_clean()
        self._errors = forms.utils.ErrorDict()
        found = problem.message_dict if hasattr(problem, "error_dict") else {"": problem.messages}
        for name, messages in found.items():
            place = self.places.get(name, name)
            self.add_error(place if place in self.fields else None, messages)
