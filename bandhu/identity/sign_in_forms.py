"""The forms of the sign-in pages, named in the settings: our words, codes in any digits, mail by a job."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account_forms
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as step_forms
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bandhu.identity import throttling
from bandhu.platform import audit, queue, rate_limits
from bandhu.ui.digits import to_latin


class SignInForm(account_forms.LoginForm):
    """Mail address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self.fields["login"], _("Mail address"), autocomplete="username webauthn", autofocus=True)
        _name(self.fields["password"], _("Password"))
        _name(self.fields["remember"], _("Stay signed in on this device for two weeks"))


class PasswordResetForm(account_forms.ResetPasswordForm):
    """Asks for a link. The answer, and the time it takes, are the same whether or not there is such a user."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self.fields["email"], _("Mail address"), autofocus=True)

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        email = str(self.cleaned_data["email"])
        queue.enqueue("identity.send_password_reset", email=email)
        return email


class NewPasswordForm(account_forms.ResetPasswordKeyForm):
    """Behind the link of the mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self.fields["password1"], _("New password"), autofocus=True)
        _name(self.fields["password2"], _("The same once more"))


class ChangePasswordForm(account_forms.ChangePasswordForm):
    """For who is signed in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self.fields["oldpassword"], _("Present password"))
        _name(self.fields["password1"], _("New password"))
        _name(self.fields["password2"], _("The same once more"))


class ReauthenticateForm(account_forms.ReauthenticateForm):
    """The password once more, before something delicate."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self.fields["password"], _("Password"), autofocus=True)


class _CodeForm(forms.Form):
    """A code of an authenticator app or a recovery code: any digits, spaces ignored, each code once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self.fields["code"], _("Code"), inputmode="text", autofocus=True, dir="ltr")

    def clean_code(self) -> str:
        self.cleaned_data["code"] = to_latin(self.cleaned_data["code"])[:40].replace(" ", "").replace("-", "")
        code = str(super().clean_code())  # type: ignore[misc]
        # allauth remembers used codes in the memory of one process; the database does for all of them.
        if not rate_limits.allow(f"code:{self.user.pk}:{code}", 1 / 120, 1)[0]:  # type: ignore[attr-defined]
            raise get_adapter().validation_error("incorrect_code")
        return code


class SecondStepForm(_CodeForm, step_forms.AuthenticateForm):
    """The second step of signing in."""

    def _emit_authentication_failed(self, authenticator: Any) -> None:
        _write_failure(self.user)


class ReauthenticateStepForm(_CodeForm, step_forms.ReauthenticateForm):
    """The second step once more, before something delicate."""

    def _emit_authentication_failed(self, authenticator: Any) -> None:
        _write_failure(self.user)


class ActivateForm(_CodeForm, totp_forms.ActivateTOTPForm):
    """The first code of an app just set up."""


def _name(field: forms.Field, label: Any, **attributes: Any) -> None:
    field.label, field.help_text = label, ""
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attributes)


def _write_failure(user: Any) -> None:
    throttling.count_failure(user)
    audit.record_change("sign_in_failed", actor=None, kind="user", record_id=user.pk, title=str(user))
