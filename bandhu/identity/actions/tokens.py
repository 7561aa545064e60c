"""Keys for programs."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.identity.acting import action
from bandhu.identity.models import ApiToken, Role, User
from bandhu.platform.audit import record_change

PREFIX = "bandhu_"


@action("identity.use_tokens", on_record=False)
def create_token(
    user: User,
    *,
    actor: User,
    name: str = "API",
    role: Role | None = None,
    expires_at: datetime | None = None,
) -> tuple[ApiToken, str]:
    """A new key acting as `user`, narrowed to `role` if given. The secret is returned once and never stored.

    For another user than oneself the actor must manage users. Raises ValidationError for a role the user lacks.
    """
    if actor != user and not actor.holds("identity.manage_users"):
        raise ValidationError(_("You can only make tokens for yourself."))
    if role is not None and not user.roles.filter(pk=role.pk).exists():
        raise ValidationError(_("A token can only carry a role its user has."))
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        role=role,
        name=name,
        prefix=secret[:12],
        sha256=fingerprint(secret),
        expires_at=expires_at,
    )
    record_change("token_created", actor=actor, kind="user", record_id=user.pk, title=str(user))
    return token, secret


@action("identity.use_tokens", on_record=False)
def revoke_token(token: ApiToken, *, actor: User) -> None:
    """The key stops working at once."""
    if token.user_id != actor.pk and not actor.holds("identity.manage_users"):
        raise ValidationError(_("You can only revoke your own tokens."))
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])
    record_change("token_revoked", actor=actor, kind="user", record_id=token.user_id, title=str(token.user))


def fingerprint(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
