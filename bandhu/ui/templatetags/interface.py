"""Tags every template has without loading them: icons, faces, badges, and what components need inside."""

import secrets
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput
from django.http import QueryDict
from django.template.base import Node, NodeList, Parser, Token
from django.template.context import Context
from django.template.defaulttags import TemplateIfParser
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.html import conditional_escape, format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe

from bandhu.ui.addresses import record_address
from bandhu.ui.assets import asset_url
from bandhu.ui.faces import face
from bandhu.ui.icons import icon_svg
from bandhu.ui.options import DrawnOptions, options_html

register = template.Library()

# Tones are our words, classes the kit's; whole names, so that the style builder sees them.
BADGES = {
    "neutral": "badge badge-neutral",
    "primary": "badge badge-primary",
    "info": "badge badge-info",
    "success": "badge badge-success",
    "warning": "badge badge-warning",
    "danger": "badge badge-error",
}
BUTTONS = {
    "neutral": "btn",
    "primary": "btn btn-primary",
    "quiet": "btn btn-ghost",
    "danger": "btn btn-error",
    "quiet-danger": "btn btn-ghost btn-error",
}
SIZES = {"xs": "btn-xs", "sm": "btn-sm", "md": ""}
TONE_ICONS = {
    "neutral": "info",
    "primary": "info",
    "info": "info",
    "success": "circle-check",
    "warning": "triangle-alert",
    "danger": "circle-alert",
}
MENU_GROUPS = ("work", "records", "sales", "insight", "settings")
# What Django's messages framework calls its levels.
MESSAGE_TONES = {
    "debug": "neutral",
    "info": "info",
    "success": "success",
    "warning": "warning",
    "error": "danger",
}


@register.simple_tag
def icon(name: str, size: int | str = 16, classes: str = "") -> SafeString:
    """A Lucide icon: {% icon "phone" %}, {% icon "phone" 20 %}."""
    return icon_svg(str(name), int(size or 16), str(classes))


@register.simple_tag
def avatar(name: Any, size: str = "sm", src: str = "", square: bool = False) -> SafeString:
    """Initials (or the picture) in the name's own tint: {% avatar contact.name %}."""
    return face(str(name or ""), size, src, square)


@register.simple_tag
def badge(text: Any, tone: str = "neutral", icon: str = "") -> SafeString:
    """A small label: {% badge contact.lifecycle_label "success" %}."""
    return _badge(str(text), str(tone), icon, isinstance(text, SafeString))


@lru_cache(maxsize=2048)
def _badge(text: str, tone: str, icon: str, is_html: bool) -> SafeString:
    sign = icon_svg(icon, 12) if icon else ""
    words = mark_safe(text) if is_html else text  # noqa: S308 (it came as HTML)
    return format_html('<span class="{}">{}{}</span>', BADGES.get(tone, BADGES["neutral"]), sign, words)


@register.simple_tag
def tick_box(name: str, value: Any, label: Any, checked: bool = False) -> SafeString:
    """A box to tick among many, with its words: {% tick_box "column" one.name one.label shown %}. One alone is a <c-checkbox>."""
    return format_html(
        '<label class="tick"><input class="checkbox" type="checkbox" name="{}" value="{}"{}>{}</label>',
        name,
        value,
        mark_safe(" checked") if checked else "",
        label,
    )


@register.simple_tag
def options(pairs: Iterable[tuple[Any, Any]] | DrawnOptions, chosen: Any = None) -> SafeString:
    """The <option>s of a long list: {% options row.countries row.values.country %}."""
    return pairs.html(chosen) if isinstance(pairs, DrawnOptions) else options_html(pairs or (), chosen)


@register.simple_tag
def menu_line(label: Any, href: str, current: bool = False, icon: str = "") -> SafeString:
    """A link of a long menu: {% menu_line one.label url here %}. In short ones write <c-menu-item>."""
    sign = icon_svg(icon) if icon else ""
    here = mark_safe(' aria-current="true"') if current else ""
    return format_html('<a class="menu-entry" href="{}"{}>{}<span>{}</span></a>', href, here, sign, label)


@register.simple_tag
def asset(name: str) -> str:
    """The address of a built style sheet or script: {% asset "app.css" %}."""
    return asset_url(name)


@register.simple_tag
def record_url(url_name: str, pk: Any, *words: str) -> str:
    """The address of a record, many times on a page: {% record_url "customers:contact" one.pk %}; {% url %} takes ten times as long."""
    return record_address(url_name, pk, *words)


@register.filter
def badge_class(tone: str) -> str:
    return BADGES.get(str(tone), BADGES["neutral"])


@register.filter
def button_class(tone: str, size: str = "md") -> str:
    return f"{BUTTONS.get(str(tone), BUTTONS['neutral'])} {SIZES.get(str(size), '')}".rstrip()


@register.filter
def tone_icon(tone: str) -> str:
    return TONE_ICONS.get(str(tone), "info")


@register.filter
def message_tone(level_tag: str) -> str:
    return MESSAGE_TONES.get(str(level_tag), "info")


@register.filter
def is_error(level_tag: str) -> bool:
    return str(level_tag) == "error"


@register.filter
def make_words(text: str) -> list[str]:
    """The words of "a b c" as a list, for loops over fixed words."""
    return str(text).split()


@register.filter
def by_group(menu: list[dict[str, Any]] | None) -> list[tuple[str, list[dict[str, Any]]]]:
    """The navigation's lines under their groups, in the order people work through them."""
    groups: dict[str, list[dict[str, Any]]] = {name: [] for name in MENU_GROUPS}
    for line in menu or []:
        entry = line["entry"]
        name = entry["group"] if isinstance(entry, dict) else entry.group
        groups.setdefault(name, []).append(line)
    return [(name, lines) for name, lines in groups.items() if lines]


@register.filter
def in_menu_order(menu: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
    """The navigation's lines as they stand in it, without the groups."""
    return [line for _name, lines in by_group(menu) for line in lines]


@register.filter
def make_list_of(count: Any) -> range:
    """A loop of so many turns."""
    return range(int(count))


@register.filter
def wrong_fields(form: BaseForm) -> list[BoundField]:
    """The visible fields of a form that have errors."""
    return [field for field in form.visible_fields() if field.errors]


@register.filter
def is_tick_box(field: BoundField) -> bool:
    """Whether the words of a field stand beside its box rather than above."""
    return isinstance(field.field.widget, CheckboxInput)


@register.simple_tag
def unique_id(prefix: str = "id") -> str:
    """An id no other fragment of the page has."""
    return f"{prefix}-{secrets.token_hex(4)}"


@register.simple_tag(takes_context=True)
def attributes(context: Context) -> SafeString:
    """Inside a component: the attributes it did not declare, escaped; False and None leave one out."""
    given = context.get("attrs")
    if given is None:
        return mark_safe("")
    return mark_safe("".join(_attribute(name, value) for name, value in given.attrs_dict().items()))  # noqa: S308


def _attribute(name: str, value: Any) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return f" {conditional_escape(name)}"
    # A rendered value is safe already, but the template's own part of it may hold quotes (hx-vals='{"a": 1}').
    return f' {conditional_escape(name)}="{conditional_escape(value).replace(chr(34), "&quot;")}"'


@register.simple_tag(takes_context=True)
def address_with(context: Context, **changes: Any) -> str:
    """This page's query with changes; None takes one out. (Django's querystring needs a RequestContext: components have none.)"""
    request = context.get("request")
    query = request.GET.copy() if request is not None else QueryDict(mutable=True)
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = value
    return f"?{query.urlencode()}"


@register.tag
def evaluate(parser: Parser, token: Token) -> Node:
    """{% evaluate name = expression %}: what {% if %} understands, as a value. Written by `template_loader`, not by hand."""
    _tag, name, _equals, *words = token.split_contents()
    return EvaluateNode(name, TemplateIfParser(parser, words).parse())


class EvaluateNode(Node):
    def __init__(self, name: str, expression: Any) -> None:
        self.name, self.expression = name, expression

    def render(self, context: Context) -> str:
        context[self.name] = self.expression.eval(context)
        return ""


@register.tag
def repeat_block(parser: Parser, token: Token) -> Node:
    """{% repeat_block title %}: the words of a block again, without tags (the browser's title repeats the heading)."""
    return RepeatBlockNode(token.split_contents()[1].strip("\"'"))


class RepeatBlockNode(Node):
    def __init__(self, name: str) -> None:
        self.name = name

    def render(self, context: Context) -> str:
        blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
        block = blocks.get_block(self.name) if blocks else None
        nodes: NodeList = block.nodelist if block else NodeList()
        with context.push():
            words = " ".join(strip_tags(nodes.render(context)).split())
        return mark_safe(words)  # noqa: S308 (rendered and escaped by the block itself)
