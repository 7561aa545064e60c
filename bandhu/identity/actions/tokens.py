"""API tokens."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.identity.acting import action
from bandhu.identity.models import ApiToken, Role
from bandhu.identity.results import OutOfReach
from bandhu.identity.tokens import fingerprint, new_secret
from bandhu.platform import audit


@action("identity.use_tokens", on_record=False)
def create_token(
    user: Any, *, actor: Any, role: Role | None = None, name: str = "", expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """A token that acts as `user`, narrowed to `role` if one is given. Returns it and its secret, which is never shown again.

    For somebody else only with the permission to manage users. Raises ValidationError.
    """
    _require_own_or_manager(user, actor)
    if role is not None and not user.roles.filter(pk=role.pk).exists():
        raise ValidationError({"role": _("Choose one of the user's own roles.")})
    if expires_at is not None and expires_at <= timezone.now():
        raise ValidationError({"expires_at": _("Choose a time to come.")})
    secret = new_secret()
    token = ApiToken.objects.create(
        user=user,
        role=role,
        name=unicodedata.normalize("NFC", name).strip()[:120] or _("Token"),
        prefix=secret[:12],
        sha256=fingerprint(secret),
        expires_at=expires_at,
    )
    audit.record_change(
        "created",
        actor=actor,
        kind="token",
        record_id=token.pk,
        title=token.name,
        changes={
            "user": ("", str(user)),
            "role": ("", str(role or "")),
            "expires_at": (None, expires_at),
        },
    )
    return token, secret


@action("", on_record=False)
def revoke_token(token: ApiToken, *, actor: Any) -> None:
    """The token stops working at once."""
    _require_own_or_manager(token.user, actor)
    if token.revoked_at is None:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        audit.record_change("revoked", actor=actor, kind="token", record_id=token.pk, title=token.name)


def _require_own_or_manager(user: Any, actor: Any) -> None:
    if user.pk != actor.pk and not actor.holds("identity.manage_users"):
        raise OutOfReach
