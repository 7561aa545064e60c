"""Forms of the settings."""

from __future__ import annotations

import zoneinfo
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bandhu.identity import queries
from bandhu.identity.models import Role, Team, User
from bandhu.ui.widgets import DateInput


def show_errors(form: forms.Form, error: ValidationError) -> None:
    """Put what an action refused beside the fields it is about; the rest above the form."""
    for name, messages in (
        error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    ).items():
        for message in messages:
            form.add_error(name if name in form.fields else None, message)


def language_choices() -> list[tuple[str, str]]:
    """The languages to choose from, each in its own name."""
    return list(settings.LANGUAGES)


def time_zone_choices() -> list[tuple[str, str]]:
    """Every zone with a place in its name: "Asia/Dhaka" reads "Asia / Dhaka"."""
    names = sorted(
        name for name in zoneinfo.available_timezones() if "/" in name and not name.startswith("Etc/")
    )
    return [(name, name.replace("/", " / ").replace("_", " ")) for name in names] + [("UTC", "UTC")]


class PreferencesForm(forms.Form):
    """How one likes to read."""

    full_name = forms.CharField(label=_("Name"), max_length=200)
    language = forms.ChoiceField(label=_("Language"), choices=language_choices)
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=time_zone_choices, help_text=_("Dates and times are shown in it.")
    )
    digits = forms.ChoiceField(label=_("Digits"), choices=User.Digits.choices)
    theme = forms.ChoiceField(label=_("Theme"), choices=User.Theme.choices)
    density = forms.ChoiceField(label=_("Density"), choices=User.Density.choices)


class InvitationForm(forms.Form):
    """What somebody chooses who accepts an invitation."""

    full_name = forms.CharField(label=_("Your name"), max_length=200)
    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
        help_text=_("At least ten characters."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=language_choices)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zone_choices)


class UserForm(forms.Form):
    """An account, as an administrator sees it."""

    full_name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("Mail address"), max_length=254)
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.none(), required=False, empty_label=_("No team")
    )
    roles = forms.ModelMultipleChoiceField(
        label=_("Roles"),
        queryset=Role.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Without a role one can sign in and sees nothing."),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = queries.teams(user)  # type: ignore[attr-defined]
        self.fields["roles"].queryset = queries.roles(user)  # type: ignore[attr-defined]


class NewUserForm(UserForm):
    """A new account: by invitation, or at once with a password."""

    language = forms.ChoiceField(label=_("Language"), choices=language_choices)
    password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Leave it empty to send an invitation, with which they choose their own."),
    )


class ClosureForm(forms.Form):
    """Closing an account."""

    hand_over_to = forms.ModelChoiceField(
        label=_("Hand over to"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody"),
        help_text=_("Who looks after the customers and open follow-ups from now on."),
    )
    note = forms.CharField(
        label=_("Note for the handover"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=5000,
    )

    def __init__(self, *args: Any, user: Any, leaving: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hand_over_to"].queryset = queries.colleagues(user).exclude(pk=leaving.pk)  # type: ignore[attr-defined]


class TeamForm(forms.Form):
    """A team and where it stands."""

    name = forms.CharField(label=_("Name"), max_length=120)
    parent = forms.ModelChoiceField(
        label=_("Part of"), queryset=Team.objects.none(), required=False, empty_label=_("None: at the top")
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = queries.teams(user)  # type: ignore[attr-defined]


class RoleForm(forms.Form):
    """Name and purpose of a role."""

    name = forms.CharField(label=_("Name"), max_length=120)
    description = forms.CharField(label=_("What it is for"), max_length=300, required=False)


class TokenForm(forms.Form):
    """A new API token."""

    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("What will use it: “Web shop”, “Nightly report”.")
    )
    role = forms.ModelChoiceField(
        label=_("Role"),
        queryset=Role.objects.none(),
        required=False,
        empty_label=_("All your roles"),
        help_text=_("The token may do what this role allows, and never more than you."),
    )
    expires_on = forms.DateField(
        label=_("Works until"), required=False, widget=DateInput, help_text=_("Empty: until you revoke it.")
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].queryset = user.roles.all()  # type: ignore[attr-defined]


class AuditFilterForm(forms.Form):
    """What to show of the audit trail; what is nonsense is left out."""

    actor = forms.ModelChoiceField(
        label=_("Who"), queryset=User.objects.none(), required=False, empty_label=_("Everybody")
    )
    verb = forms.ChoiceField(label=_("What"), required=False)
    kind = forms.ChoiceField(label=_("Kind of record"), required=False)
    since = forms.DateField(label=pgettext_lazy("the first day", "From"), required=False, widget=DateInput)
    until = forms.DateField(label=_("Until"), required=False, widget=DateInput)
    q = forms.CharField(required=False, max_length=100)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["actor"].queryset = queries.everybody(user)  # type: ignore[attr-defined]
        verbs, kinds = queries.audit_choices()
        self.fields["verb"].choices = [("", _("Everything")), *verbs]  # type: ignore[attr-defined]
        self.fields["kind"].choices = [("", _("All kinds")), *kinds]  # type: ignore[attr-defined]

    def wanted(self) -> queries.AuditFilter:
        """The filter; of a form that does not fit, the fields that do."""
        values = self.cleaned_data
        actor = values.get("actor")
        return queries.AuditFilter(
            actor=actor.pk if actor else None,
            verb=values.get("verb", ""),
            kind=values.get("kind", ""),
            text=values.get("q", ""),
            since=values.get("since"),
            until=values.get("until"),
        )
