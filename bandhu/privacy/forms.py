"""Writing down a yes or a no."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bandhu.customers.record_values import CHANNELS
from bandhu.privacy.purposes import METHODS
from bandhu.ui.widgets import DateTimeInput


class ConsentForm(forms.Form):
    """`state` decides which fields make sense: a withdrawal has no wording."""

    channel = forms.ChoiceField(
        label=_("Channel"), required=False, choices=[("", _("Every channel")), *CHANNELS.items()]
    )
    method = forms.ChoiceField(label=_("How they told us"), choices=list(METHODS.items()))
    at = forms.DateTimeField(label=_("When"), required=False, widget=DateTimeInput())
    wording = forms.CharField(
        label=_("What they agreed to, word for word"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=300)

    def __init__(self, *arguments, state: str = "given", **keywords) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["at"].initial = timezone.localtime
        if state == "withdrawn":
            del self.fields["wording"]
