"""The form of what an administrator names."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from bandhu.identity.named import Named

_OTHERS = [(code, name) for code, name in settings.LANGUAGES if code != "en"]


class NamedForm(forms.Form):
    """A name, and what it is called in the other languages of the house."""

    name = forms.CharField(label=_("Name"), max_length=120)

    def __init__(self, *arguments: Any, row: Named | None = None, **keywords: Any) -> None:
        keywords["initial"] = {} if row is None else self.initial_of(row)
        super().__init__(*arguments, **keywords)
        for code, language in _OTHERS:
            self.fields[f"name_{code}"] = forms.CharField(
                label=language, max_length=120, required=False,
                initial=row.names.get(code, "") if row else "",
            )  # fmt: skip
        if row is not None:
            self.fields["is_active"] = forms.BooleanField(
                label=_("In use"), required=False, initial=row.is_active
            )

    @classmethod
    def initial_of(cls, row: Any) -> dict[str, Any]:
        return {name: getattr(row, name) for name in cls.base_fields}

    def values(self) -> dict[str, Any]:
        """What the actions take."""
        data = self.cleaned_data
        names = {code: data[f"name_{code}"] for code, _language in _OTHERS if data[f"name_{code}"]}
        kept = {name: value for name, value in data.items() if not name.startswith("name_")}
        return kept | {"names": names}
