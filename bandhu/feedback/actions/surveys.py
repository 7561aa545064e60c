"""Writing surveys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.feedback.models import Survey
from bandhu.identity.acting import action
from bandhu.identity.models import User
from bandhu.platform.audit import record_change
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.languages import is_known_language
from bandhu.platform.texts import clean_line

_TEXTS = {"question": 300, "low": 60, "high": 60, "thanks": 500}
_SETTINGS = (
    "name", "kind", "texts", "occasion", "channels", "languages", "delay_minutes", "sample_percent", "rest_days", "every_days",
    "expires_days", "low_at", "alerted", "is_active",
)  # fmt: skip


@action("feedback.manage_surveys", on_record=False)
def save_survey(
    survey: Survey | None = None, *, actor: User, version: int | None = None, **values: Any
) -> Survey:
    """Make a survey, or change one. Raises ValidationError by field, EditConflict where `version` is an older one.

    Once somebody was asked its scale stays: the figures would mean something else.
    """
    is_new = survey is None
    found = Survey() if survey is None else Survey.objects.select_for_update().get(pk=survey.pk)
    if version is not None and version != found.version:
        raise EditConflict(found.version, base={}, theirs={}, yours={})
    before = {name: getattr(found, name) for name in _SETTINGS}
    for name in set(values) & set(_SETTINGS):
        setattr(found, name, values[name])
    found.name, found.texts = clean_line(found.name, 120), _cleaned(found.texts)
    found.languages = list(dict.fromkeys(code.split("-")[0].lower() for code in found.languages))
    _check(found, before, is_new)
    if not is_new:
        found.version += 1
    found.save()
    record_change(
        "created" if is_new else "changed",
        actor=actor,
        kind="survey",
        record_id=found.pk,
        title=found.name,
        changes={
            name: (None if is_new else _plain(before[name]), _plain(getattr(found, name)))
            for name in _SETTINGS
            if is_new or before[name] != getattr(found, name)
        },
    )
    return found


def _cleaned(texts: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Only the words a survey has, each on one line and not too long; languages without any are left out."""
    kept = {
        language: {name: clean_line(words.get(name) or "", most) for name, most in _TEXTS.items()}
        for language, words in texts.items()
    }
    return {language: words for language, words in kept.items() if any(words.values())}


def _check(survey: Survey, before: Mapping[str, Any], is_new: bool) -> None:
    errors: dict[str, Any] = {}
    if not survey.name:
        errors["name"] = _("Give it a name.")
    if not is_new and survey.kind != before["kind"] and survey.askings.exists():
        errors["kind"] = _("Customers have been asked already: make another survey for another scale.")
    if survey.low_at is not None and survey.low_at not in survey.scale.scores:
        errors["low_at"] = _("This score is not on the scale.")
    if unknown := [code for code in survey.languages if not is_known_language(code)]:
        errors["languages"] = _("%(code)s is no language.") % {"code": unknown[0][:20]}
    if errors:
        raise ValidationError(errors)
    survey.clean_fields(exclude=["texts"])


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | list | dict) else str(value)
