"""What an article's own values may be, checked once for pages, API and imports."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from bandhu.identity.models import User
from bandhu.knowledge.article_html import clean_article
from bandhu.knowledge.languages import known_language, language_codes
from bandhu.knowledge.models import Article, Audience, Category
from bandhu.platform.html_cleaning import MAX_HTML
from bandhu.platform.texts import check_length, clean_block, clean_line, has_visible

COLUMNS = ("category", "audience", "owner", "review_by", "position", "source_language")
_LAST_POSITION = 32_000
MAX_BODY = 400_000
DEEPEST = 4


def clean_columns(given: Mapping[str, Any], article: Article | None = None) -> dict[str, Any]:
    """The values as they are kept. Raises ValidationError by field; names that are no columns are refused."""
    found: dict[str, Any] = {}
    problems: dict[str, Any] = {}
    for name, value in given.items():
        if name not in COLUMNS:
            problems[name] = _("An article has no such field.")
            continue
        try:
            found[name] = _CHECKS[name](value)
        except ValidationError as problem:
            problems[name] = problem.messages
    if article is not None and found.get("source_language", article.source_language) not in article.languages:
        problems["source_language"] = _("The article is not written in this language yet.")
    if problems:
        raise ValidationError(problems)
    return found


def clean_text(given: Mapping[str, Any]) -> dict[str, str]:
    """Title, summary and body of one language, of those that are given. Raises ValidationError by field."""
    found: dict[str, str] = {}
    problems: dict[str, Any] = {}
    checks = {"title": _title, "summary": lambda text: clean_line(text, 500), "body": _body}
    for name, value in given.items():
        try:
            found[name] = checks[name](value)
        except ValidationError as problem:
            problems[name] = problem.messages
    if problems:
        raise ValidationError(problems)
    return found


def clean_names(names: Mapping[str, Any], most: int = 120) -> dict[str, str]:
    """Texts by language, empty ones left out. Raises ValidationError."""
    found = {}
    for code, text in names.items():
        known_language(code)
        if kept := clean_line(text, most):
            found[code] = kept
    return found


def clean_category(given: Mapping[str, Any], category: Category | None = None) -> dict[str, Any]:
    """A category's values as they are kept. Raises ValidationError by field."""
    found = dict(given)
    if "names" in given:
        found["names"] = clean_names(given["names"])
        if not found["names"]:
            raise ValidationError({"names": _("Write its name in one language at least.")}, code="required")
    if "texts" in given:
        found["texts"] = clean_names(given["texts"], 300)
    if "icon" in given:
        found["icon"] = slugify(str(given["icon"]))[:40] or "book-open"
    if "position" in given:
        found["position"] = _position(given["position"])
    if "parent" in given:
        _check_parent(given["parent"], category)
    return found


def category_key(names: Mapping[str, str]) -> str:
    """A short key in Latin letters for a new category, unlike all others."""
    start = slugify(names.get("en", ""))[:50] or "category"
    taken = set(Category.objects.filter(key__startswith=start).values_list("key", flat=True))
    return next(
        key
        for number in range(1, 100_000)
        if (key := start if number == 1 else f"{start}-{number}") not in taken
    )


def _title(value: Any) -> str:
    title = clean_line(value, 300)
    if not has_visible(title):
        raise ValidationError(_("Write a title."), code="required")
    return title


def _body(value: Any) -> str:
    if not isinstance(value, str):
        raise ValidationError(_("This is not a text."), code="no_text")
    check_length(value, MAX_HTML)
    body = clean_article(clean_block(value, MAX_HTML))
    check_length(body, MAX_BODY)
    return body


def _position(value: Any) -> int:
    text = str(value or "0").strip()
    if not (text.isascii() and text.isdecimal() and int(text[:9]) <= _LAST_POSITION):
        raise ValidationError(_("Write a whole number."), code="no_number")
    return int(text)


def _audience(value: Any) -> str:
    if value not in Audience.values:
        raise ValidationError(_("Choose who may read it."), code="no_choice")
    return str(value)


def _language(value: Any) -> str:
    if value not in language_codes():
        raise ValidationError(_("Articles cannot be written in this language."), code="unknown")
    return str(value)


def _day(value: Any) -> date | None:
    if value in (None, "") or isinstance(value, date):
        return value or None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ValidationError(_("Write a day."), code="no_day") from None


def _category(value: Any) -> Category | None:
    if value is None or isinstance(value, Category):
        return value
    raise ValidationError(_("There is no such category."), code="unknown")


def _owner(value: Any) -> User | None:
    if value is None or (isinstance(value, User) and value.is_active and not value.is_system):
        return value
    raise ValidationError(_("There is no such colleague."), code="unknown")


def _check_parent(parent: Category | None, category: Category | None) -> None:
    above, depth = parent, 1
    while above is not None:
        if category is not None and above.pk == category.pk:
            raise ValidationError({"parent": _("A category cannot stand within itself.")}, code="circle")
        above, depth = above.parent, depth + 1
        if depth > DEEPEST:
            raise ValidationError({"parent": _("Categories do not go that deep.")}, code="deep")


_CHECKS: dict[str, Any] = {
    "category": _category,
    "audience": _audience,
    "owner": _owner,
    "review_by": _day,
    "position": _position,
    "source_language": _language,
}
