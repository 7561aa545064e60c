"""What a stranger fills in to send a request. Values are checked by the action."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bandhu.catalog.forms.checked import CheckedLater
from bandhu.channels.models import Channel

TRAP = "website"


class ManyFiles(forms.FileInput):
    """Several at once; the form looks at one of them, the action at all."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.get(name)


class RequestForm(CheckedLater):
    """Who asks, and what; `website` is the trap, which people never see."""

    mail = forms.CharField(
        label=_("Mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"}),
    )
    name = forms.CharField(
        label=_("Your name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )
    phone = forms.CharField(
        label=_("Phone"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel", "dir": "ltr"}),
    )
    subject = forms.CharField(
        label=_("What it is about"), max_length=300, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    text = forms.CharField(
        label=_("Your message"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"})
    )
    uploads = forms.FileField(label=_("Files"), widget=ManyFiles(attrs={"multiple": True}), required=False)
    website = forms.CharField(required=False, max_length=300)

    def __init__(self, *arguments: Any, channel: Channel, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        for name in ("name", "phone"):
            asks = channel.settings.get(f"ask_{name}", "no")
            if asks == "no":
                del self.fields[name]
            else:
                self.fields[name].required = asks == "required"
        if not channel.settings.get("takes_files"):
            del self.fields["uploads"]

    @property
    def shown(self) -> list[forms.BoundField]:
        """What the visitor types."""
        return [self[name] for name in self.fields if name != TRAP]

    @property
    def fell_into_trap(self) -> bool:
        return bool(self.data.get(TRAP))

    def words(self) -> dict[str, str]:
        """What was typed, as the action takes it."""
        return {one.name: one.value() or "" for one in self.shown if one.name != "uploads"}
