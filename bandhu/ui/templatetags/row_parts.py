"""Buttons and values that stand many times on a page: what the components draw, at a twentieth of the price.

{% load row_parts %}: the same classes as <c-button>, <c-copy>, <c-icon-button>, <c-inline-edit> and <c-timeline-entry>.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from html import escape
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from bandhu.ui import formats
from bandhu.ui.addresses import record_address
from bandhu.ui.icons import icon_svg
from bandhu.ui.templatetags.interface import button_class

register = template.Library()
_EMPTY = mark_safe('<span class="text-muted">–</span>')
_SMALL = "btn btn-ghost btn-xs btn-square"


@register.simple_tag
def copy_button(text: Any) -> SafeString:
    """Copies the text: {% copy_button phone.shown %}."""
    return format_html(
        '<button type="button" class="{0}" data-controller="copy" data-action="copy#copy" data-copy-text-value="{1}" '
        'data-copy-done-value="{2}" aria-label="{3}" title="{3}">{4}</button>',
        _SMALL,
        text,
        _("Copied."),
        _("Copy"),
        icon_svg("copy", 14),
    )


@register.simple_tag
def dialog_button(icon: str, label: Any, url: str) -> SafeString:
    """Opens the shell's dialog with what the address answers: {% dialog_button "pencil" label url %}."""
    return format_html(
        '<button type="button" class="{0}" hx-get="{1}" hx-target="#dialog-body" hx-swap="innerHTML" aria-label="{2}" '
        'title="{2}">{3}</button>',
        _SMALL,
        url,
        label,
        icon_svg(icon, 14),
    )


@register.simple_tag
def editable(url: str, label: Any, value: Any) -> SafeString:
    """A value that is edited where it stands, over as many lines as it needs: {% editable url label value %}."""
    shown = str(value).strip() if value is not None else ""
    words = _("Edit %(label)s") % {"label": label}
    return mark_safe(  # noqa: S308 (each value is escaped)
        '<div class="min-w-0" data-controller="inline-edit"><button type="button" class="edit-in-place text-start" '
        f'data-inline-edit-target="show" hx-get="{escape(url)}" hx-target="closest [data-controller~=\'inline-edit\']" '
        f'hx-swap="innerHTML" data-list-edit aria-label="{escape(words)}">'
        f'<span class="wrap-anywhere" dir="auto">{escape(shown) or _EMPTY}</span></button></div>'
    )


@register.simple_tag
def detail_pairs(lines: Iterable[Mapping[str, Any]], url_name: str, pk: Any, may_change: bool) -> SafeString:
    """Names and values, each edited where it stands if both reader and line allow: {% detail_pairs fields side.at.field pk card.may_change %}.

    A line has `name`, `label`, `value` and `may_change`, and `link` where its value leads somewhere.
    """
    pairs = []
    for line in lines:
        url = record_address(url_name, pk, line["name"]) if may_change and line["may_change"] else ""
        pairs.append(f"<div><dt>{escape(str(line['label']))}</dt><dd>{_detail(line, url)}</dd></div>")
    return mark_safe("".join(pairs))  # noqa: S308 (each value is escaped)


def _detail(line: Mapping[str, Any], url: str) -> str:
    label, value = line["label"], escape(str(line["value"]))
    if link := line.get("link"):
        replacing = editable(url, label, _("Replace or remove")) if url else ""
        return f'<a class="text-primary wrap-anywhere" href="{escape(link)}"><bdi dir="auto">{value}</bdi></a>{replacing}'
    return editable(url, label, line["value"]) if url else f'<bdi dir="auto">{value or "–"}</bdi>'


@register.simple_tag
def link_button(words: Any, href: str, icon: str, tone: str = "neutral") -> SafeString:
    """A link that looks like a button: {% link_button words "tel:+8801…" "phone" "primary" %}."""
    return format_html(
        '<a href="{}" class="{}">{}<span>{}</span></a>', href, button_class(tone), icon_svg(icon), words
    )


@register.simple_tag
def post_button(icon: str, label: Any, url: str, target: str) -> SafeString:
    """Posts to the address and puts the answer in the target's place: {% post_button "trash-2" label url "#entry-7" %}."""
    return format_html(
        '<button type="button" class="{0}" hx-post="{1}" hx-target="{2}" hx-swap="outerHTML" aria-label="{3}" '
        'title="{3}">{4}</button>',
        _SMALL,
        url,
        target,
        label,
        icon_svg(icon, 14),
    )


@register.simple_block_tag
def timeline_entry(
    content: SafeString, id: str, icon: str, tone: str, title: Any, at: datetime, marks: Any = ""
) -> SafeString:
    """One event: {% timeline_entry id icon tone title moment badges %}what happened{% endtimeline_entry %}."""
    reader = formats.current_reader()
    return format_html(
        '<li class="event" id="{}"><span class="event-icon tone-{}" aria-hidden="true">{}</span><div class="min-w-0">'
        '<div class="event-head"><span class="event-title" dir="auto">{}</span>{}<time class="event-time" datetime="{}" '
        'title="{}">{}</time></div><div class="event-body" dir="auto">{}</div></div></li>',
        id,
        tone,
        icon_svg(icon),
        title,
        marks,
        timezone.localtime(at).isoformat(),
        formats.when(at, reader),
        formats.ago(at, reader),
        content,
    )
