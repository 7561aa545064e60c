"""Users: making, changing, closing and opening their accounts."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.identity import sessions
from bandhu.identity.acting import action
from bandhu.identity.administrators import keeping_one, refuse_more_than_own
from bandhu.identity.differences import apply_changes, names_of
from bandhu.identity.events import UserCreated, UserDeactivated
from bandhu.identity.models import ApiToken, Role, Team, User
from bandhu.platform import audit
from bandhu.platform.events import publish

MANAGE = "identity.manage_users"
_NOBODY = UUID(int=0)


@action(MANAGE, on_record=False)
def create_user(
    *,
    actor: Any,
    email: str,
    full_name: str = "",
    role: str | None = None,
    roles: Iterable[Role] = (),
    password: str | None = None,
    team: Team | None = None,
    language: str = "en",
    time_zone: str | None = None,
) -> User:
    """A user who may sign in at once. `role` is the key of a role, `roles` are roles; without a password only a reset by mail lets in.

    Raises ValidationError ({"email": …}, {"password": …}, {"role": …}).
    """
    given = [*roles, *([_role_named(role)] if role else [])]
    refuse_more_than_own(actor, given)
    user = User(
        email=clean_email(email),
        full_name=unicodedata.normalize("NFC", full_name).strip() or email.strip().split("@")[0],
        team=team,
        language=language,
    )
    if time_zone:
        user.time_zone = time_zone
    set_password(user, password)
    save_user(user)
    user.roles.set(given)
    audit.record_change(
        "created",
        actor=actor,
        kind="user",
        record_id=user.pk,
        title=str(user),
        changes={"email": ("", user.email), "roles": ([], names_of(given))},
    )
    publish(UserCreated(user_id=str(user.pk), email=user.email), actor=actor)
    return user


@action(MANAGE, on_record=False)
def change_user(user: User, *, actor: Any, roles: Iterable[Role] | None = None, **values: Any) -> User:
    """Change `email`, `full_name`, `team`, `language`, `time_zone` and the roles. Raises ValidationError."""
    _refuse_system(user)
    if "email" in values:
        values["email"] = clean_email(values["email"], of=user)
    with keeping_one():
        changes = apply_changes(user, values)
        save_user(user)
        if roles is not None:
            changes |= _set_roles(user, list(roles), actor)
    if "email" in changes:
        # allauth lets in by any address it knows: an old one must not outlive the change.
        EmailAddress.objects.filter(user=user).delete()
    if changes:
        audit.record_change(
            "changed", actor=actor, kind="user", record_id=user.pk, title=str(user), changes=changes
        )
        user.forget_reaches()
    return user


@action(MANAGE, on_record=False)
def deactivate_user(user: User, *, actor: Any, hand_over_to: User | None = None, note: str = "") -> User:
    """Close the account: no sign-in, sessions ended, tokens revoked. What the user owned is handed over by those who keep it."""
    _refuse_system(user)
    if user.pk == actor.pk:
        raise ValidationError(_("You cannot close your own account. Ask another administrator."))
    if hand_over_to is not None and (hand_over_to.pk == user.pk or not hand_over_to.is_active):
        raise ValidationError({"hand_over_to": _("Choose somebody else who may sign in.")})
    with keeping_one():
        user.is_active, user.deactivated_at = False, timezone.now()
        user.hand_over_to, user.hand_over_note = hand_over_to, note.strip()
        user.save()
    ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=timezone.now())
    sessions.end_all(user)
    audit.record_change(
        "deactivated",
        actor=actor,
        kind="user",
        record_id=user.pk,
        title=str(user),
        changes={
            "is_active": (True, False),
            "hand_over_to": ("", str(hand_over_to or "")),
            "hand_over_note": ("", user.hand_over_note),
        },
    )
    publish(
        UserDeactivated(
            user_id=str(user.pk),
            hand_over_to=str(hand_over_to.pk) if hand_over_to else "",
            note=user.hand_over_note,
        ),
        actor=actor,
    )
    return user


@action(MANAGE, on_record=False)
def reactivate_user(user: User, *, actor: Any) -> User:
    """Open the account again; its tokens stay revoked."""
    _refuse_system(user)
    user.is_active, user.deactivated_at = True, None
    user.save(update_fields=["is_active", "deactivated_at"])
    audit.record_change(
        "reactivated",
        actor=actor,
        kind="user",
        record_id=user.pk,
        title=str(user),
        changes={"is_active": (False, True)},
    )
    return user


@action(MANAGE, on_record=False)
def sign_out_everywhere(user: User, *, actor: Any) -> int:
    """End every session of the user; returns how many."""
    ended = sessions.end_all(user)
    audit.record_change("sessions_ended", actor=actor, kind="user", record_id=user.pk, title=str(user))
    return ended


@action(MANAGE, on_record=False)
def remove_second_steps(user: User, *, actor: Any) -> None:
    """For somebody who lost telephone and recovery codes: the password alone lets in until a new second step is set up."""
    removed = sorted(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    Authenticator.objects.filter(user=user).delete()
    sessions.end_all(user)
    audit.record_change(
        "second_steps_removed",
        actor=actor,
        kind="user",
        record_id=user.pk,
        title=str(user),
        changes={"second_steps": (removed, [])},
    )


def clean_email(email: str, of: User | None = None) -> str:
    """The address in the form we store it. Raises ValidationError when it is none, or somebody else's."""
    email = unicodedata.normalize("NFKC", email).strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise ValidationError({"email": _("Enter a valid mail address.")}) from None
    if User.objects.filter(email__iexact=email).exclude(pk=of.pk if of else _NOBODY).exists():
        raise ValidationError({"email": _("There is already a user with this mail address.")})
    return email


def set_password(user: User, password: str | None) -> None:
    """Set a password that passes the rules; raises ValidationError({"password": …}). None = cannot sign in by password."""
    if password is None:
        user.set_unusable_password()
        return
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from None
    user.set_password(password)


def save_user(user: User) -> None:
    """Save; two people taking one address at once get an error, not a crash."""
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        raise ValidationError({"email": _("There is already a user with this mail address.")}) from None


def _set_roles(user: User, roles: list[Role], actor: Any) -> dict[str, tuple[Any, Any]]:
    before = list(user.roles.all())
    if set(before) == set(roles):
        return {}
    refuse_more_than_own(actor, set(before) ^ set(roles))
    user.roles.set(roles)
    return {"roles": (names_of(before), names_of(roles))}


def _role_named(key: str) -> Role:
    role = Role.objects.filter(key=key).first()
    if role is None:
        known = ", ".join(Role.objects.order_by("key").values_list("key", flat=True))
        raise ValidationError(
            {"role": _("There is no role “%(role)s”. There are: %(known)s.") % {"role": key, "known": known}}
        )
    return role


def _refuse_system(user: User) -> None:
    if user.is_system:
        raise ValidationError(_("The system user cannot be changed."))
