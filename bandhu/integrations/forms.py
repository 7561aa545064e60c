"""The form of a webhook."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bandhu.integrations.queries import event_choices
from bandhu.ui.widgets import BoxGroups


class WebhookForm(forms.Form):
    """Address and events."""

    name = forms.CharField(label=_("Name"), max_length=120)
    url = forms.CharField(
        label=_("Address"), max_length=2000, help_text=_("Begins with https:// and lies outside our network.")
    )
    events = forms.MultipleChoiceField(
        label=_("Events"), required=False, widget=BoxGroups,
        help_text=_("Nothing ticked means all of them."),
    )  # fmt: skip
    is_active = forms.BooleanField(label=_("Switched on"), required=False, initial=True)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["events"].choices = event_choices()  # type: ignore[attr-defined]
