"""{% keep name what it depends on %} … {% endkeep %}: parts that are the same on every page are rendered once.

The frame (navigation, palette, dialogs, the person's menu) costs 6 ms to render and half a millisecond to repeat. Kept per
process, for the language and the values named; a part that holds a form writes {% kept_csrf %} where its token belongs.

A part that differs from record to record by the id in its addresses alone ends with `for` and the variable of that id:
{% keep composer kind for pk %}. It is drawn with a stand-in, and the id of each record put in its place.
"""

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from typing import Any
from uuid import UUID

from django import template
from django.middleware.csrf import get_token
from django.template.base import FilterExpression, Node, NodeList, Parser, Token
from django.template.context import Context
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from bandhu.ui.addresses import STAND_IN

register = template.Library()

MOST_KEPT = 600
_TOKEN_PLACE = "<!--token-->"  # noqa: S105
_KEEPING = "is_being_kept"
_kept: OrderedDict[Hashable, str] = OrderedDict()


@register.tag
def keep(parser: Parser, token: Token) -> Node:
    _tag, name, *values = token.split_contents()
    id_name = ""
    if len(values) > 1 and values[-2] == "for":
        id_name = values[-1]
        values = values[:-2]
    body = parser.parse(("endkeep",))
    parser.delete_first_token()
    return KeepNode(name, [parser.compile_filter(value) for value in values], body, id_name)


@register.simple_tag(takes_context=True)
def kept_csrf(context: Context) -> SafeString:
    """The hidden field with the visitor's token; inside {% keep %} only its place, filled when the part is shown."""
    return mark_safe(_TOKEN_PLACE) if context.get(_KEEPING) else _token_field(context)  # noqa: S308 (our own comment)


class KeepNode(Node):
    def __init__(self, name: str, values: list[FilterExpression], body: NodeList, id_name: str = "") -> None:
        self.name, self.values, self.body, self.id_name = name, values, body, id_name

    def render(self, context: Context) -> str:
        depends = tuple(_fingerprint(value.resolve(context, ignore_failures=True)) for value in self.values)
        key = (self.name, translation.get_language(), depends)
        text = _kept.get(key)
        if text is None:
            text = _kept[key] = self._drawn(context)
            while len(_kept) > MOST_KEPT:
                _kept.popitem(last=False)
        else:
            _touch(key)
        if _TOKEN_PLACE in text:
            text = text.replace(_TOKEN_PLACE, _token_field(context))
        if self.id_name:
            text = text.replace(str(STAND_IN), str(UUID(str(context[self.id_name]))))
        return mark_safe(text)  # noqa: S308 (rendered and escaped by the templates)

    def _drawn(self, context: Context) -> str:
        stand_in = {self.id_name: STAND_IN} if self.id_name else {}
        with context.push(**{_KEEPING: True}, **stand_in):
            return self.body.render(context)


def _touch(key: Hashable) -> None:
    try:
        _kept.move_to_end(key)
    except KeyError:
        # Another thread let it go in the same moment: it will be rendered anew next time.
        return


def _fingerprint(value: Any) -> Hashable:
    """What a value looks like on the page: lines of the navigation by address and state, models by key, the rest as text."""
    if isinstance(value, (list, tuple)):
        return tuple(_fingerprint(one) for one in value)
    if isinstance(value, Mapping):
        entry = value.get("entry")
        shown = tuple((str(name), str(one)) for name, one in value.items() if name != "entry")
        return (str(getattr(entry, "name", entry)), shown)
    return str(value)


def _token_field(context: Context) -> SafeString:
    # A page's context makes its token once; a new one for each form of the page would cost a millisecond in all.
    token = context.get("csrf_token") or (get_token(request) if (request := context.get("request")) else "")
    if not token:
        return mark_safe("")
    return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', token)
