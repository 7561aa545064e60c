"""Rows of lists, drawn in Python: a page has fifty rows of ten cells, and a template for each would cost most of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from bandhu.platform.cells import reader_of, writer_of
from bandhu.platform.listing import Listing
from bandhu.platform.masks import masked_value
from bandhu.platform.record_kinds import Field
from bandhu.ui import formats
from bandhu.ui.templatetags.interface import avatar, badge, icon

register = template.Library()


@register.simple_tag
def record_rows(records: Sequence[Any], listing: Listing, selectable: bool) -> SafeString:
    """Records as table rows; the first column leads to each. With boxes to select them where `selectable`."""
    first, *others = listing.columns
    lead = _words(first, listing)
    cells = [_cell(column, listing) for column in others]
    below = _second_line(others, listing)
    box = _text(_("Select %(name)s"))
    sign = "" if listing.kind.has_face else icon(listing.kind.icon, 16, "text-muted")
    rows = []
    for record in records:
        url, title, key = _text(listing.kind.url(record)), str(record), _text(record.pk)
        tick = ""
        if selectable:
            label = box % {"name": _text(title)}
            tick = f'<td class="cell-select"><input type="checkbox" name="selected" value="{key}" aria-label="{label}"></td>'
        words = _text(lead(record) or title)
        rows.append(
            f'<tr data-list-target="row" data-href="{url}" data-id="{key}">{tick}'
            f'<td class="cell-lead"><a href="{url}" class="row-link flex items-center gap-2.5">{sign or avatar(title, "sm")}'
            f'<span class="min-w-0"><bdi class="block truncate" dir="auto">{words}</bdi>{below(record)}</span></a></td>'
            f"{''.join([f'<td>{cell(record)}</td>' for cell in cells])}</tr>"
        )
    return mark_safe("".join(rows))  # noqa: S308 (each value went through _text)


def _second_line(columns: Sequence[Field], listing: Listing) -> Callable[[Any], str]:
    """How to reach who the row is about: telephones show it below the name, where other columns have no room."""
    reach = next((one for one in columns if one.type in ("phone", "mail")), None)
    if reach is None:
        return lambda record: ""
    words = _words(reach, listing)
    return lambda record: f'<bdi class="cell-second">{_text(text)}</bdi>' if (text := words(record)) else ""


_NOTHING = '<span class="text-muted" aria-hidden="true">–</span>'


def _text(value: Any) -> str:
    """A value as text in HTML. Half of a list's time would go into format_html otherwise."""
    return escape(str(value))


def _words(column: Field, listing: Listing) -> Callable[[Any], str]:
    """Writes this column of a record, covered where the user may not see it."""
    read, write = reader_of(column), writer_of(column)
    if not column.masked_by:
        return lambda record: write(read(record))
    unmasked, user, permission = listing.kind.unmasked, listing.user, column.masked_by

    def guarded(record: Any) -> str:
        value = read(record)
        shown = not column.on_request and unmasked(user, permission, record)
        return write(value) if shown else masked_value(value, column.type)

    return guarded


def _cell(column: Field, listing: Listing) -> Callable[[Any], str]:
    """Draws this column of a record; what is the same for every row is asked once."""
    if column.type == "tags":
        read = reader_of(column)
        return lambda record: " ".join([badge(tag.name, tag.tone) for tag in read(record) or []])
    if column.type == "datetime":
        return partial(_moment, reader_of(column), formats.current_reader())
    words = _words(column, listing)
    if column.type == "choice":
        return lambda record: badge(text) if (text := words(record)) else _NOTHING
    before = '<bdi class="block max-w-64 truncate" dir="auto">'
    if column.type in ("phone", "mail", "number", "money"):
        before = "<bdi>"
    return lambda record: f"{before}{_text(text)}</bdi>" if (text := words(record)) else _NOTHING


def _moment(read: Callable[[Any], Any], reader: formats.Reader, record: Any) -> str:
    """How long ago, with the moment itself on hover."""
    moment = read(record)
    if not moment:
        return _NOTHING
    title, shown = _text(formats.when(moment, reader)), _text(formats.ago(moment, reader))
    return f'<time datetime="{moment.isoformat()}" title="{title}">{shown}</time>'


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
