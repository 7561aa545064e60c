"""What people type into the inbox."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bandhu.inbox.built_in_steps import choices_of
from bandhu.inbox.models import Preference
from bandhu.inbox.steps import step_kinds
from bandhu.platform.html_cleaning import MAX_HTML
from bandhu.platform.mail_addresses import mail_key
from bandhu.platform.time_zones import zone_named

MOST_ADDRESSES = 50
SHARED = [
    ("own", gettext_lazy("Me alone")),
    ("team", gettext_lazy("My team")),
    ("all", gettext_lazy("Everybody")),
]


class ReplyForm(forms.Form):
    """An answer: when it goes, to whom, and what follows."""

    text = forms.CharField(label=gettext_lazy("Reply"), widget=forms.Textarea, required=False)
    html = forms.CharField(max_length=MAX_HTML, required=False)
    to = forms.CharField(label=gettext_lazy("To"), max_length=1_000, required=False)
    cc = forms.CharField(label=gettext_lazy("Cc"), max_length=1_000, required=False)
    asks_receipt = forms.BooleanField(required=False)
    seen = forms.IntegerField(min_value=0, required=False)
    then = forms.CharField(max_length=40, required=False)
    send_at = forms.CharField(max_length=40, required=False)
    zone = forms.CharField(max_length=64, required=False)

    def clean_to(self) -> tuple[str, ...]:
        return _addresses(self.cleaned_data["to"])

    def clean_cc(self) -> tuple[str, ...]:
        return _addresses(self.cleaned_data["cc"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("send_at"):
            data["send_at"] = self._moment(data)
        else:
            data["send_at"] = None
        return data

    def _moment(self, data: dict[str, Any]) -> datetime | None:
        """On the customer's clock where the moment says no zone of its own."""
        try:
            found = parse_datetime(data["send_at"])
        except ValueError:
            found = None
        if found is None:
            self.add_error("send_at", _("Choose when it shall go."))
            return None
        if timezone.is_naive(found):
            found = timezone.make_aware(
                found, zone_named(data.get("zone") or "") or timezone.get_current_timezone()
            )
        if found <= timezone.now():
            self.add_error("send_at", _("Choose a moment that is still to come."))
        return found


class CannedReplyForm(forms.Form):
    """A canned reply, one box for each language of the house."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    shortcut = forms.CharField(
        label=gettext_lazy("Shortcut"),
        max_length=40,
        help_text=gettext_lazy("Typed with a slash in a reply, for instance /thanks."),
    )
    shared = forms.ChoiceField(label=gettext_lazy("Who uses it"), choices=SHARED, initial="own")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for code, name in settings.LANGUAGES:
            self.fields[f"text_{code}"] = forms.CharField(
                label=name, widget=forms.Textarea(attrs={"rows": 4}), required=False
            )

    @property
    def texts(self) -> dict[str, str]:
        return {code: self.cleaned_data.get(f"text_{code}", "") for code, _name in settings.LANGUAGES}

    @property
    def text_fields(self) -> list[Any]:
        return [self[f"text_{code}"] for code, _name in settings.LANGUAGES]


class PreferenceForm(forms.ModelForm):
    """How somebody works."""

    class Meta:
        model = Preference
        fields = ("undo_seconds", "opens_next")


CHOOSERS = ("text", "label", "agent", "queue", "canned_reply", "moment")


def steps_from(data: Any) -> list[dict[str, Any]]:
    """The steps of a macro as its page sends them: rows of "step" in order, each with a "value_…" for every way to choose."""
    own = {one.value for one in step_kinds.values() if one.options}
    values = {name: data.getlist(f"value_{name}") for name in {*CHOOSERS, *own}}
    found = []
    for place, kind in enumerate(data.getlist("step")):
        takes = step_kinds[kind].value if kind in step_kinds else ""
        given = values.get(takes, [])
        if kind:
            found.append({"kind": kind, "value": given[place] if place < len(given) else ""})
    return found


def step_rows(steps: Sequence[Mapping[str, Any]], spare: int = 1) -> list[dict[str, Any]]:
    """The rows the page shows: what there is, and some that are empty."""
    rows = [
        {
            "kind": step.get("kind", ""),
            "value": step.get("value", ""),
            "takes": step_kinds[step["kind"]].value,
        }
        for step in steps
        if step.get("kind") in step_kinds
    ]
    return [*rows, *({"kind": "", "value": "", "takes": ""} for _place in range(spare))]


def step_choices(user: Any) -> list[dict[str, Any]]:
    """The kinds of steps a macro can have, with what their value can be."""
    return [
        {"kind": kind, "choices": kind.options(user) if kind.options else choices_of(user, kind.value)}
        for kind in step_kinds.values()
        if kind.in_macros
    ]


def _addresses(text: str) -> tuple[str, ...]:
    """The mail addresses of a line. Raises ValidationError for what is none."""
    found = [part.strip() for part in re.split(r"[,;\s]+", text) if part.strip()]
    if len(found) > MOST_ADDRESSES:
        raise ValidationError(_("These are too many addresses."))
    for address in found:
        if not mail_key(address):
            raise ValidationError(_("“%(address)s” is no mail address.") % {"address": address})
    return tuple(found)
