"""The sample form of the living page."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .widgets import Combobox, DateInput, Switch


class SampleForm(forms.Form):
    """One field of each kind, with errors where nothing is given."""

    name = forms.CharField(label=_("Name"))
    email = forms.EmailField(label=_("Mail"), help_text=_("We check the form, not whether it exists."))
    language = forms.ChoiceField(
        label=_("Language"), choices=[("bn", "বাংলা"), ("ta", "தமிழ்"), ("en", "English")]
    )
    birthday = forms.DateField(label=_("Birthday"), required=False, widget=DateInput)
    owner = forms.CharField(
        label=_("Owner"), required=False, widget=Combobox("/ui/answers/", placeholder=_("Type a name"))
    )
    channels = forms.MultipleChoiceField(
        label=_("Channels"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("call", _("Call")), ("mail", _("Mail"))],
    )
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    vip = forms.BooleanField(label=_("Tell me when they write"), required=False, widget=Switch)
