"""What is typed about channels other than mail. Values are checked by the actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from bandhu.catalog.forms.checked import CheckedLater
from bandhu.channels.adapters.port import Adapter, ConnectionField
from bandhu.channels.models import Channel
from bandhu.identity.models import Team

PREFIX = "of_"


class ChannelForm(CheckedLater):
    """A channel: its name, whose it is, and what its adapter wants to know. Secrets are never shown again."""

    name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=120,
        help_text=_("As you know it; colleagues see it in the inbox."),
    )
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.all(), required=False, empty_label=_("The whole house"),
        help_text=_("What comes in goes to this team first."),
    )  # fmt: skip
    language = forms.ChoiceField(
        label=_("Language"), required=False, help_text=_("Of customers whose language is not known.")
    )

    def __init__(
        self, *arguments: Any, adapter: Adapter, record: Channel | None = None, **keywords: Any
    ) -> None:
        keywords["initial"] = _initial(adapter, record)
        super().__init__(*arguments, **keywords)
        self.adapter, self.record = adapter, record
        self.fields["language"].choices = [("", _("Not known")), *settings.LANGUAGES]  # type: ignore[attr-defined]
        for one in adapter.fields:
            self.fields[PREFIX + one.name] = _field(one, is_kept=record is not None)
        self.places = {one.name: PREFIX + one.name for one in adapter.fields}

    @property
    def own_fields(self) -> list[forms.BoundField]:
        """The adapter's fields, for the template."""
        return [self[PREFIX + one.name] for one in self.adapter.fields]

    def values(self) -> dict[str, Any]:
        """What the actions take."""
        self.full_clean()
        return {
            "name": self["name"].value() or "",
            "team": self.cleaned_data.get("team"),
            "language": self["language"].value() or "",
            "values": {one.name: self[PREFIX + one.name].value() or "" for one in self.adapter.fields},
        }


class TestMessageForm(CheckedLater):
    """To whom a message goes that shows whether the channel works."""

    to = forms.CharField(
        label=_("To"), required=False, max_length=254, widget=forms.TextInput(attrs={"dir": "ltr"})
    )


def _initial(adapter: Adapter, record: Channel | None) -> dict[str, Any]:
    if record is None:
        start = {PREFIX + one.name: one.initial for one in adapter.fields}
        return {"name": str(adapter.label), **start}
    held = {
        PREFIX + one.name: record.settings.get(one.name, one.initial)
        for one in adapter.fields
        if not one.is_secret
    }
    return {"name": record.name, "team": record.team_id, "language": record.language, **held}


def _field(one: ConnectionField, *, is_kept: bool) -> forms.Field:
    if one.kind == "yes_no":
        return forms.BooleanField(label=one.label, required=False, help_text=one.help)
    if one.kind == "choice":
        return forms.ChoiceField(label=one.label, required=False, choices=one.choices, help_text=one.help)
    if one.kind == "text":
        area = forms.Textarea(attrs={"rows": 4, "dir": "auto", "spellcheck": "false"})
        return forms.CharField(
            label=one.label, required=False, max_length=3_000, help_text=one.help, widget=area
        )
    if one.is_secret:
        hint = _("Empty keeps the one that is stored.") if is_kept else one.help
        hidden = forms.PasswordInput(attrs={"autocomplete": "new-password", "spellcheck": "false"})
        return forms.CharField(
            label=one.label, required=False, max_length=1_000, help_text=hint, widget=hidden
        )
    kind = "color" if one.kind == "colour" else "text"
    line = forms.TextInput(attrs={"type": kind, "dir": "auto", "autocomplete": "off"})
    line.input_type = kind
    return forms.CharField(label=one.label, required=False, max_length=1_000, help_text=one.help, widget=line)
