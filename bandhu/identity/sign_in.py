"""How people come in: allauth's account and two-step pages, without open registration, by our rules."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bandhu.identity import throttling
from bandhu.platform import audit
from bandhu.platform.middleware import client_address
from bandhu.platform.vault import sealed, unsealed

_SECOND_STEPS = "identity.second_steps"


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by invitation only; every sign-in and every failure is written down."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _(
            "This mail address and this password do not belong together. Check both."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Nothing: `throttling.py` counts, in the database, for all processes."""

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        # The address typed may be a password in the wrong box: only its start is kept.
        typed = str(credentials.get("email", ""))
        audit.record_change("sign_in_failed", actor=None, kind="user", title=_abridged(typed))

    def post_login(self, request: HttpRequest, user: Any, **details: Any) -> HttpResponse:
        throttling.forgive(request, user)
        audit.record_change("signed_in", actor=user, kind="user", record_id=user.pk, title=str(user))
        return super().post_login(request, user, **details)

    def logout(self, request: HttpRequest) -> None:
        user = request.user
        super().logout(request)
        if user.is_authenticated:
            audit.record_change("signed_out", actor=user, kind="user", record_id=user.pk, title=str(user))

    def reauthenticate(self, user: Any, password: str) -> bool:
        if user.check_password(password):
            return True
        audit.record_change("sign_in_failed", actor=None, kind="user", record_id=user.pk, title=str(user))
        return False

    def set_password(self, user: Any, password: str) -> None:
        super().set_password(user, password)
        audit.record_change("password_changed", actor=user, kind="user", record_id=user.pk, title=str(user))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("identity:security")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Nothing: our own jobs send what identity has to say (`mails.py`)."""

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        """No toast for coming and going; for the rest as allauth does."""
        if message_template not in (
            "account/messages/logged_in.txt",
            "account/messages/logged_out.txt",
        ):
            super().add_message(request, level, message_template, *args, **kwargs)


class SecondStepAdapter(DefaultMFAAdapter):
    """Second steps named after the product and its configured address; secrets stored encrypted."""

    def send_notification_mail(self, template_prefix: str, user: Any, *args: Any, **kwargs: Any) -> None:
        """No mail; but the trail remembers every change of what guards an account."""
        what = template_prefix.rpartition("/")[2]
        verb = "second_steps_removed" if what.endswith(("deactivated", "removed")) else "second_steps_added"
        audit.record_change(
            verb,
            actor=user,
            kind="user",
            record_id=user.pk,
            title=str(user),
            changes={"second_steps": ("", what)},
        )

    def get_totp_issuer(self) -> str:
        return str(settings.PRODUCT_NAME)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        host = urlsplit(settings.PUBLIC_URL).hostname or context.request.get_host().partition(":")[0]
        return {"id": host, "name": str(settings.PRODUCT_NAME)}

    def encrypt(self, text: str) -> str:
        return sealed(text, _SECOND_STEPS)

    def decrypt(self, encrypted_text: str) -> str:
        # "" when the key of the installation was lost: no code fits, an administrator removes the second step.
        return unsealed(encrypted_text, _SECOND_STEPS)


def _abridged(typed: str) -> str:
    return typed if "@" in typed else typed[:2] + "…"
