"""Invitations: how people join."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.identity.acting import action
from bandhu.identity.actions.preferences import clean_preferences
from bandhu.identity.actions.users import clean_email, save_user, set_password
from bandhu.identity.administrators import refuse_more_than_own
from bandhu.identity.differences import names_of
from bandhu.identity.events import UserCreated, UserInvited
from bandhu.identity.models import Invitation, Role, Team, User
from bandhu.identity.tokens import fingerprint, invitation_for, invitation_secret
from bandhu.platform import audit, queue
from bandhu.platform.events import publish

MANAGE = "identity.manage_users"
VALID_FOR = timedelta(days=7)


@action(MANAGE, on_record=False)
def invite_user(
    *,
    actor: Any,
    email: str,
    full_name: str = "",
    roles: Iterable[Role] = (),
    team: Team | None = None,
    language: str = "en",
) -> Invitation:
    """Offer somebody an account by mail; an open invitation to the same address is replaced. Raises ValidationError."""
    roles = list(roles)
    refuse_more_than_own(actor, roles)
    email = clean_email(email)
    Invitation.objects.filter(email=email, accepted_at=None, revoked_at=None).update(
        revoked_at=timezone.now()
    )
    invitation = Invitation(
        email=email,
        full_name=unicodedata.normalize("NFC", full_name).strip()[:200],
        team=team,
        language=language,
        invited_by=actor,
    )
    _seal(invitation)
    invitation.roles.set(roles)
    _mail(invitation)
    audit.record_change(
        "invited",
        actor=actor,
        kind="invitation",
        record_id=invitation.pk,
        title=email,
        changes={"roles": ([], names_of(roles)), "team": ("", str(team or ""))},
    )
    publish(UserInvited(invitation_id=str(invitation.pk), email=email), actor=actor)
    return invitation


@action(MANAGE, on_record=False)
def resend_invitation(invitation: Invitation, *, actor: Any) -> Invitation:
    """Send a fresh link, valid for another week; the older link stops working."""
    if invitation.accepted_at or invitation.revoked_at:
        raise ValidationError(_("This invitation is closed. Write a new one."))
    _seal(invitation)
    _mail(invitation)
    audit.record_change(
        "invited", actor=actor, kind="invitation", record_id=invitation.pk, title=invitation.email
    )
    return invitation


@action(MANAGE, on_record=False)
def revoke_invitation(invitation: Invitation, *, actor: Any) -> None:
    """The link stops working."""
    if invitation.accepted_at is None and invitation.revoked_at is None:
        invitation.revoked_at = timezone.now()
        invitation.save(update_fields=["revoked_at"])
        audit.record_change(
            "revoked", actor=actor, kind="invitation", record_id=invitation.pk, title=invitation.email
        )


@transaction.atomic
def accept_invitation(
    secret: str, *, password: str, full_name: str, language: str, time_zone: str
) -> User | None:
    """Make the user an invitation offers; the secret of the link is the permission.

    None when the link is unknown, used, revoked or too old. Raises ValidationError by field.
    """
    invitation = invitation_for(secret)
    # Locked: two clicks at once make one user.
    if (
        invitation is None
        or not Invitation.objects.select_for_update().filter(pk=invitation.pk, accepted_at=None).exists()
    ):
        return None
    wishes = clean_preferences({"full_name": full_name, "language": language, "time_zone": time_zone})
    user = User(email=clean_email(invitation.email), team=invitation.team, **wishes)
    set_password(user, password)
    save_user(user)
    user.roles.set(invitation.roles.all())
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    audit.record_change(
        "joined",
        actor=user,
        kind="user",
        record_id=user.pk,
        title=str(user),
        changes={"email": ("", user.email), "roles": ([], names_of(user.roles.all()))},
    )
    publish(UserCreated(user_id=str(user.pk), email=user.email), actor=user)
    return user


def _seal(invitation: Invitation) -> None:
    invitation.expires_at = timezone.now() + VALID_FOR
    invitation.sha256 = fingerprint(invitation_secret(invitation))
    invitation.save()


def _mail(invitation: Invitation) -> None:
    queue.enqueue("identity.send_invitation", invitation_id=str(invitation.pk))
