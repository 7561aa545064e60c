"""How one likes to read."""

from __future__ import annotations

import unicodedata
import zoneinfo
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.identity.acting import action
from bandhu.identity.differences import apply_changes
from bandhu.identity.models import User
from bandhu.identity.results import OutOfReach
from bandhu.platform import audit

CHANGEABLE = ("full_name", "language", "time_zone", "digits", "theme", "density")


@action("", on_record=False)
def change_preferences(user: Any, *, actor: Any, **values: str) -> User:
    """Change one's own name, language, time_zone, digits, theme and density. Raises ValidationError by field."""
    if user.pk != actor.pk:
        raise OutOfReach
    changes = apply_changes(user, clean_preferences(values))
    if changes:
        user.save(update_fields=list(changes))
        audit.record_change(
            "changed", actor=actor, kind="user", record_id=user.pk, title=str(user), changes=changes
        )
    return user


@action("", on_record=False)
def finish_tour(user: Any, *, actor: Any) -> None:
    """The first-run tour was seen or closed; it does not come again."""
    if user.pk == actor.pk and user.toured_at is None:
        user.toured_at = timezone.now()
        user.save(update_fields=["toured_at"])


def clean_preferences(values: dict[str, str]) -> dict[str, str]:
    """The known ones of the values, checked. Raises ValidationError by field."""
    errors: dict[str, str] = {}
    cleaned = {name: values[name] for name in CHANGEABLE if name in values}
    if "full_name" in cleaned:
        cleaned["full_name"] = unicodedata.normalize("NFC", cleaned["full_name"]).strip()[:200]
        if not cleaned["full_name"]:
            errors["full_name"] = _("Write your name.")
    if "language" in cleaned and cleaned["language"] not in dict(settings.LANGUAGES):
        errors["language"] = _("Choose a language of the list.")
    if "time_zone" in cleaned and cleaned["time_zone"] not in zoneinfo.available_timezones():
        errors["time_zone"] = _("Choose a time zone of the list.")
    for name, choices in (("digits", User.Digits), ("theme", User.Theme), ("density", User.Density)):
        if name in cleaned and cleaned[name] not in choices.values:
            errors[name] = _("Choose one of the list.")
    if errors:
        raise ValidationError(errors)
    return cleaned
