"""Rows of lists, drawn in Python: a page has fifty rows of ten cells, and a template for each would cost most of it."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
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
    url = listing.kind.url(record)
    title = str(record)
    cells = [
        _cell(record, column, listing, url if place == 0 else "")
        for place, column in enumerate(listing.columns)
    ]
    tick = SafeString("")
    if selectable:
        tick = format_html(
            '<td class="cell-select"><input type="checkbox" name="selected" value="{}" aria-label="{}"></td>',
            record.pk,
            _("Select %(name)s") % {"name": title},
        )
    return format_html(
        '<tr data-list-target="row" data-href="{}" data-id="{}">{}{}</tr>',
        url,
        record.pk,
        tick,
        format_html_join("", "{}", ((cell,) for cell in cells)),
    )


def _cell(record: Any, column: Field, listing: Listing, url: str) -> SafeString:
    if url:
        return format_html(
            '<td class="cell-lead"><a href="{}" class="row-link flex items-center gap-2.5">{}<bdi class="truncate" dir="auto">{}</bdi></a></td>',
            url,
            avatar(str(record), "sm"),
            words_of(record, column) or str(record),
        )
    return format_html("<td>{}</td>", _inner(record, column, listing))


def _inner(record: Any, column: Field, listing: Listing) -> SafeString | str:
    if column.type == "tags":
        return format_html_join(
            " ", "{}", ((badge(tag.name, tag.tone),) for tag in value_of(record, column) or [])
        )
    if column.masked_by and not listing.kind.unmasked(listing.user, column.masked_by, record):
        return format_html("<bdi>{}</bdi>", masked_value(value_of(record, column), column.type))
    words = words_of(record, column)
    if not words:
        return mark_safe('<span class="text-muted" aria-hidden="true">–</span>')
    if column.type == "datetime":
        moment = value_of(record, column)
        return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), words, ago(moment))
    if column.type == "choice":
        return badge(words)
    if column.type in ("phone", "mail", "number", "money"):
        return format_html("<bdi>{}</bdi>", words)
    return format_html('<bdi class="block max-w-64 truncate" dir="auto">{}</bdi>', words)


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
