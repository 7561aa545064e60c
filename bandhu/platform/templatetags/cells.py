"""Rows of lists, drawn in Python: a page has fifty rows of ten cells, and a template for each would cost most of it."""

from __future__ import annotations

from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from bandhu.platform.cells import value_of, words_of
from bandhu.platform.listing import Listing
from bandhu.platform.masks import masked_value
from bandhu.platform.record_kinds import Field
from bandhu.ui.templatetags.formats import ago
from bandhu.ui.templatetags.interface import avatar, badge

register = template.Library()


@register.simple_tag
def record_row(record: Any, listing: Listing, selectable: bool) -> SafeString:
    """One record as a table row; the first column leads to it."""
    url, title, key = _text(listing.kind.url(record)), str(record), _text(record.pk)
    cells = [
        _lead(record, column, title, url) if place == 0 else f"<td>{_inner(record, column, listing)}</td>"
        for place, column in enumerate(listing.columns)
    ]
    tick = ""
    if selectable:
        label = _text(_("Select %(name)s") % {"name": title})
        tick = f'<td class="cell-select"><input type="checkbox" name="selected" value="{key}" aria-label="{label}"></td>'
    row = f'<tr data-list-target="row" data-href="{url}" data-id="{key}">{tick}{"".join(cells)}</tr>'
    return mark_safe(row)  # noqa: S308 (each value went through _text)


def _text(value: Any) -> str:
    """A value as text in HTML. Half of a list's time would go into format_html otherwise."""
    return escape(str(value))


def _lead(record: Any, column: Field, title: str, url: str) -> str:
    words = _text(words_of(record, column) or title)
    return (
        f'<td class="cell-lead"><a href="{url}" class="row-link flex items-center gap-2.5">{avatar(title, "sm")}'
        f'<bdi class="truncate" dir="auto">{words}</bdi></a></td>'
    )


def _inner(record: Any, column: Field, listing: Listing) -> str:
    if column.type == "tags":
        return " ".join(badge(tag.name, tag.tone) for tag in value_of(record, column) or [])
    if column.masked_by and not listing.kind.unmasked(listing.user, column.masked_by, record):
        return f"<bdi>{_text(masked_value(value_of(record, column), column.type))}</bdi>"
    words = words_of(record, column)
    if not words:
        return '<span class="text-muted" aria-hidden="true">–</span>'
    if column.type == "datetime":
        moment = value_of(record, column)
        return f'<time datetime="{moment.isoformat()}" title="{_text(words)}">{_text(ago(moment))}</time>'
    if column.type == "choice":
        return badge(words)
    if column.type in ("phone", "mail", "number", "money"):
        return f"<bdi>{_text(words)}</bdi>"
    return f'<bdi class="block max-w-64 truncate" dir="auto">{_text(words)}</bdi>'


@register.filter
def words(text: str) -> list[str]:
    """Split at spaces: {% for name in "sort view"|words %}."""
    return text.split()


@register.filter
def get(mapping: Any, key: str) -> Any:
    return mapping.get(key, "")


@register.filter
def other_joining(joined: str) -> str:
    return "any" if joined == "all" else "all"
