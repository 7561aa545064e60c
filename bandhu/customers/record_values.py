"""Cleaning what comes from outside for the columns of contacts and companies: one place for pages, API and import."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from babel import Locale
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bandhu.customers.birthdays import may_be_born_on
from bandhu.customers.models import Company, Contact
from bandhu.identity.models import Team, User
from bandhu.platform.texts import clean_block, clean_line, has_visible
from bandhu.ui.digits import to_latin

# Ways to reach somebody, as preferences and consents name them.
CHANNELS: dict[str, Any] = {
    "phone": gettext_lazy("Phone call"),
    "mail": gettext_lazy("E-mail"),
    "sms": gettext_lazy("SMS"),
    "whatsapp": gettext_lazy("WhatsApp"),
    "messenger": gettext_lazy("Messenger"),
    "telegram": gettext_lazy("Telegram"),
    "letter": gettext_lazy("Letter"),
    "visit": gettext_lazy("Visit"),
}
_COMMON = (
    "lifecycle", "owner", "team", "language", "time_zone", "preferred_channel", "source", "note", "culture_note",
)  # fmt: skip
CONTACT_COLUMNS = (
    "full_name", "given_name", "family_name", "nickname", "name_prefix", "name_suffix", "sort_as",
    "form_of_address", "job_title", "department", "company", "birthday", "national_id", *_COMMON,
)  # fmt: skip
COMPANY_COLUMNS = (
    "name", "legal_name", "website", "industry", "employees", "registration_number", "parent", *_COMMON,
)  # fmt: skip
JOINED = ("note", "culture_note")  # a merge keeps both of these texts
COLUMNS: dict[type[models.Model], tuple[str, ...]] = {Contact: CONTACT_COLUMNS, Company: COMPANY_COLUMNS}
TITLES: dict[type[models.Model], str] = {Contact: "full_name", Company: "name"}
_BLOCKS = ("note", "culture_note")
_URL = URLValidator(schemes=["http", "https"])


class Problems:
    """Collects what is wrong field by field, so that a person sees everything at once."""

    def __init__(self) -> None:
        self.found: dict[str, list[ValidationError]] = {}

    def add(self, name: str, problem: ValidationError) -> None:
        self.found.setdefault(name, []).extend(problem.error_list)

    def raise_if_any(self) -> None:
        if self.found:
            raise ValidationError(self.found)


def clean_columns(
    model: type[Contact] | type[Company], values: Mapping[str, Any], *, actor: Any, problems: Problems
) -> dict[str, Any]:
    """The values as the columns hold them; what is wrong goes to `problems`. Raises TypeError for an unknown name."""
    cleaned = {}
    for name, value in values.items():
        if name not in COLUMNS[model]:
            raise TypeError(f"{model.__name__} has no value {name!r}")
        try:
            cleaned[name] = _clean(model, name, value, actor)
        except ValidationError as problem:
            problems.add(name, problem)
    return cleaned


def _clean(model: type[models.Model], name: str, value: Any, actor: Any) -> Any:
    column: Any = model._meta.get_field(name)
    if isinstance(column, models.ForeignKey):
        return linked_record(name, value, actor)
    if name == "lifecycle":
        return _clean_choice(value, dict(column.flatchoices), name)
    if isinstance(column, models.DateField):
        return clean_birthday(value)
    if isinstance(column, models.PositiveIntegerField):
        return clean_count(value)
    text = "" if value is None else value
    if name in _BLOCKS:
        return clean_block(text)
    cleaned = clean_line(text, getattr(column, "max_length", None) or 300)
    if name == TITLES[model] and not cleaned:
        raise ValidationError(_("A name is needed."), code="required")
    if name == TITLES[model] and not has_visible(cleaned):
        raise ValidationError(_("Nothing of this name can be seen; write it with letters."), code="invisible")
    return _CHECKS[name](cleaned) if name in _CHECKS and cleaned else cleaned


def linked_record(name: str, value: Any, actor: Any) -> Any:
    """The record behind a link, given as record, id or None. Raises ValidationError when there is none the actor may use."""
    if value is None or value == "":
        return None
    rows: Any
    if name == "owner":
        rows = User.objects.filter(is_active=True, is_system=False)
    elif name == "team":
        rows = Team.objects.all()
    else:
        rows = Company.objects.visible_to(actor)
    if isinstance(value, models.Model):
        return value
    try:
        found = rows.filter(pk=UUID(str(value))).first()
    except ValueError:
        found = None
    if found is None:
        raise ValidationError(_UNKNOWN[name], code="unknown")
    return found


_UNKNOWN = {
    "owner": gettext_lazy("There is no such user who may sign in."),
    "team": gettext_lazy("There is no such team."),
    "company": gettext_lazy("There is no such company."),
    "parent": gettext_lazy("There is no such company."),
}


def clean_birthday(value: Any) -> date | None:
    """A date, or an ISO text in any digits; neither in the future nor before 1850."""
    found = clean_day(value)
    if found and not may_be_born_on(found):
        raise ValidationError(_("A birthday lies in the past, after 1850."), code="out_of_range")
    return found


def clean_day(value: Any) -> date | None:
    """A date, or an ISO text in any digits; None for nothing."""
    if value is None or value == "":
        return None
    try:
        found = value if isinstance(value, date) else parse_date(to_latin(str(value).strip()))
    except ValueError:
        found = None
    if found is None:
        raise ValidationError(_("Write the date as year-month-day, for example 1990-04-14."), code="no_date")
    return found


def clean_count(value: Any) -> int | None:
    """A whole number from 0 to two thousand million, in any digits."""
    if value is None or value == "":
        return None
    text = to_latin(str(value)).replace(",", "").replace(" ", "")
    if not text.isdecimal() or len(text) > 10 or int(text) > 2_000_000_000:
        raise ValidationError(_("Write a whole number."), code="no_number")
    return int(text)


def _clean_choice(value: Any, choices: Mapping[str, Any], name: str) -> str:
    if value not in choices:
        raise ValidationError(
            _("“%(value)s” is none of the choices: %(choices)s."),
            code="no_choice",
            params={"value": str(value)[:60], "choices": ", ".join(choices)},
        )
    return str(value)


def _clean_language(text: str) -> str:
    tag = text.replace("_", "-")
    try:
        Locale.parse(tag, sep="-")
    except Exception:  # babel raises half a dozen kinds for the same thing
        raise ValidationError(
            _("This language is not known; use a code such as bn, ta or en."), code="no_language"
        ) from None
    return tag


def _clean_time_zone(text: str) -> str:
    if text not in available_timezones():
        raise ValidationError(
            _("This time zone is not known; use a name such as Asia/Dhaka."), code="no_zone"
        )
    return text


def _clean_channel(text: str) -> str:
    return _clean_choice(text, CHANNELS, "preferred_channel")


def clean_website(text: str) -> str:
    """A web address; "example.com" becomes "https://example.com"."""
    address = text if "://" in text else f"https://{text}"
    try:
        _URL(address)
    except ValidationError:
        raise ValidationError(_("This is not a web address."), code="no_website") from None
    return address


def domain_of(website: str) -> str:
    """The host of a web address without "www."; "" when there is none."""
    host = website.partition("://")[2].partition("/")[0].rpartition("@")[2].partition(":")[0].lower()
    return host.removeprefix("www.")[:253]


_CHECKS = {
    "language": _clean_language,
    "time_zone": _clean_time_zone,
    "preferred_channel": _clean_channel,
    "website": clean_website,
}
