"""How quotes look and what they always say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.identity.acting import action
from bandhu.identity.results import OutOfReach
from bandhu.platform import audit
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.events import publish
from bandhu.platform.files import delete_file, store_file
from bandhu.platform.pdf import PaperError
from bandhu.platform.texts import clean_block, clean_line
from bandhu.quotes.events import QuoteTemplateChanged
from bandhu.quotes.merge_fields import check_fields
from bandhu.quotes.models import QuoteTemplate
from bandhu.quotes.papers import PICTURES, quote_pdf
from bandhu.quotes.samples import sample_document
from bandhu.ui.digits import to_latin

KIND = "quote_template"
MANAGE = "quotes.manage_templates"
MAX_LOGO_BYTES = 500_000
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_DAYS = range(1, 366)


@action(MANAGE, on_record=False)
def set_template(
    template: QuoteTemplate | None, *, actor: Any, version: int | None = None, **values: Any
) -> QuoteTemplate:
    """Make one (None) or change any of name, colour, sender, valid_days, is_default, is_active and the texts by language
    (titles, introductions, terms, footers). Another `version` than its own raises EditConflict. Raises ValidationError by field."""
    fresh = QuoteTemplate() if template is None else _locked(template)
    if version is not None and version != fresh.version:
        raise EditConflict(fresh.version, {}, {}, {})
    cleaned = _cleaned({"name": "", **values} if template is None else values)
    changes = {}
    for name, value in cleaned.items():
        before = getattr(fresh, name)
        if before != value:
            setattr(fresh, name, value)
            changes[name] = (before if template else None, value)
    if not QuoteTemplate.objects.filter(is_default=True).exclude(pk=fresh.pk).exists():
        fresh.is_default = fresh.is_active = True
    elif fresh.is_default:
        QuoteTemplate.objects.filter(is_default=True).exclude(pk=fresh.pk).update(is_default=False)
    if changes or template is None:
        fresh.version += 0 if template is None else 1
        fresh.changed_by = actor
        fresh.save()
        _written("created" if template is None else "changed", fresh, actor, changes)
    return fresh


@action(MANAGE, on_record=False)
def set_logo(template: QuoteTemplate, *, actor: Any, name: str, content: Iterable[bytes]) -> QuoteTemplate:
    """Put a PNG or JPEG at the head of the page. Raises ValidationError for anything else, for a large one, for a broken one."""
    fresh = _locked(template)
    former = fresh.logo
    stored = store_file(record_kind=KIND, record_id=fresh.pk, name=name, content=content, created_by=actor)
    if stored.media_type not in PICTURES or stored.size > MAX_LOGO_BYTES:
        text = _("A logo is a PNG or JPEG picture of at most %(limit)d kB.")
        raise ValidationError({"logo": text % {"limit": MAX_LOGO_BYTES // 1000}}, code="no_picture")
    fresh.logo = stored
    try:
        quote_pdf(sample_document(fresh, "en"))
    except PaperError:
        raise ValidationError({"logo": _("This picture cannot be read.")}, code="broken") from None
    fresh.version += 1
    fresh.save()
    if former is not None:
        delete_file(former)
    _written("changed", fresh, actor, {"logo": (None, name)})
    return fresh


@action(MANAGE, on_record=False)
def remove_logo(template: QuoteTemplate, *, actor: Any) -> QuoteTemplate:
    """Without a logo again."""
    fresh = _locked(template)
    former, fresh.logo = fresh.logo, None
    if former is not None:
        fresh.version += 1
        fresh.save()
        delete_file(former)
        _written("changed", fresh, actor, {"logo": (former.name, None)})
    return fresh


def _written(verb: str, template: QuoteTemplate, actor: Any, changes: Mapping[str, tuple[Any, Any]]) -> None:
    """In the audit trail, and told to other programs: which texts changed, never what they say."""
    title = template.name
    audit.record_change(
        verb, actor=actor, kind=KIND, record_id=template.pk, title=title, changes=dict(changes)
    )
    told = QuoteTemplateChanged(
        template_id=str(template.pk), title=title, version=template.version, change=verb, fields=sorted(changes)
    )  # fmt: skip
    publish(told, actor=actor)


def _locked(template: QuoteTemplate) -> QuoteTemplate:
    found = QuoteTemplate.objects.select_for_update().filter(pk=template.pk).first()
    if found is None:
        raise OutOfReach
    return found


def _cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    problems: dict[str, Any] = {}
    cleaned: dict[str, Any] = {}
    for name, value in values.items():
        if name not in _CHECKS:
            raise TypeError(f"a template has no value {name!r}")
        try:
            cleaned[name] = _CHECKS[name](value)
        except ValidationError as problem:
            problems[name] = problem
    if problems:
        raise ValidationError(problems)
    return cleaned


def _name(value: Any) -> str:
    found = clean_line(value or "", 120)
    if not found:
        raise ValidationError(_("A name is needed."), code="required")
    return found


def _colour(value: Any) -> str:
    if not _COLOUR.fullmatch(str(value or "")):
        raise ValidationError(_("Write the colour like #0f766e."), code="invalid")
    return str(value).lower()


def _days(value: Any) -> int:
    text = to_latin(str(value)).strip()
    if not text.isdecimal() or int(text) not in _DAYS:
        raise ValidationError(_("A quote is valid for 1 to 365 days."), code="out_of_range")
    return int(text)


def _texts(most: int) -> Any:
    def clean(value: Any) -> dict[str, str]:
        known, given = dict(settings.LANGUAGES), value or {}
        if strange := sorted(given.keys() - known):
            text = _("There is no language “%(code)s” here.") % {"code": strange[0]}
            raise ValidationError(text, code="no_choice")
        texts = {code: clean_block(text or "", most) for code, text in given.items()}
        return {code: check_fields(text) for code, text in texts.items() if text}

    return clean


_CHECKS: dict[str, Any] = {
    "name": _name,
    "colour": _colour,
    "sender": lambda value: clean_block(value or "", 1_000),
    "valid_days": _days,
    "is_default": bool,
    "is_active": bool,
    "titles": _texts(80),
    "introductions": _texts(5_000),
    "terms": _texts(10_000),
    "footers": _texts(600),
}
