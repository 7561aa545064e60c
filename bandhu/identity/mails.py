"""The mails identity sends; called by jobs."""

from __future__ import annotations

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from bandhu.identity.models import Invitation, User
from bandhu.identity.tokens import invitation_secret
from bandhu.platform.public_url import absolute


def invitation_link(invitation: Invitation) -> str:
    """The link that accepts an invitation; whoever has it can join."""
    return absolute(reverse("identity:invitation", args=[invitation_secret(invitation)]))


def mail_invitation(invitation: Invitation) -> None:
    """Send the link in the language of the invitation."""
    with translation.override(invitation.language):
        _send(
            invitation.email,
            _("An invitation to %(product)s") % {"product": settings.PRODUCT_NAME},
            "identity/mail/invitation.txt",
            {
                "invitation": invitation,
                "link": invitation_link(invitation),
                "invited_by": str(invitation.invited_by or settings.PRODUCT_NAME),
            },
        )


def mail_password_reset(email: str) -> bool:
    """Send a link to the user with this address, if there is one who may sign in. Returns whether there is."""
    user = User.objects.filter(email__iexact=email, is_active=True, is_system=False).first()
    if user is None:
        return False
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    path = reverse(
        "account_reset_password_from_key", kwargs=dict(zip(("uidb36", "key"), key.split("-", 1), strict=True))
    )
    with translation.override(user.language):
        _send(
            user.email,
            _("Choose a new password for %(product)s") % {"product": settings.PRODUCT_NAME},
            "identity/mail/password_reset.txt",
            {"user": user, "link": absolute(path)},
        )
    return True


def _send(to: str, subject: str, template: str, context: dict[str, object]) -> None:
    body = render_to_string(template, {**context, "product": settings.PRODUCT_NAME})
    send_mail(subject, body, settings.DEFAULT_FROM_EMAIL, [to])
