"""Lists to choose from, drawn here rather than by a template for each option: of countries or zones there are hundreds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe


def options_html(pairs: Iterable[tuple[Any, Any]], chosen: Any = None) -> SafeString:
    """<option>s of (value, words), that of the `chosen` value selected; no value is an empty one. A list of such pairs as words is a group."""
    now = _text(chosen)
    return _joined(
        _group(value, options_html(words, chosen))
        if isinstance(words, list)
        else _option(value, words, " selected" if _text(value) == now else "")
        for value, words in pairs
    )


class DrawnOptions:
    """A list to choose from that stands in each row of a table: drawn once for each value that is chosen somewhere, not once for each row.

    For one page and its reader: the words are those of the language in which it is made.
    """

    def __init__(self, pairs: Iterable[tuple[Any, Any]]) -> None:
        self._pairs = [(value, str(words)) for value, words in pairs]
        self._drawn: dict[str, SafeString] = {}

    def __bool__(self) -> bool:
        return bool(self._pairs)

    def html(self, chosen: Any = None) -> SafeString:
        """What `options_html` says, remembered."""
        key = _text(chosen)
        if key not in self._drawn:
            self._drawn[key] = options_html(self._pairs, chosen)
        return self._drawn[key]


def select_html(widget: dict[str, Any]) -> SafeString:
    """A Django select from its context, as django/forms/widgets/select.html writes it."""
    groups = (
        _group(
            name, _joined(_option(one["value"], one["label"], _attributes(one["attrs"])) for one in options)
        )
        for name, options, _index in widget["optgroups"]
    )
    attributes = _attributes(widget["attrs"])
    return mark_safe(  # noqa: S308 (every part is escaped below)
        f'<select name="{conditional_escape(widget["name"])}"{attributes}>{_joined(groups)}</select>'
    )


def _group(name: Any, options: str) -> str:
    return f'<optgroup label="{conditional_escape(name)}">{options}</optgroup>' if name else options


def _option(value: Any, words: Any, attributes: str) -> str:
    return (
        f'<option value="{conditional_escape(_text(value))}"{attributes}>{conditional_escape(words)}</option>'
    )


def _attributes(attributes: dict[str, Any]) -> str:
    return "".join(
        f" {name}" if value is True else f' {name}="{conditional_escape(str(value))}"'
        for name, value in attributes.items()
        if value is not False
    )


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _joined(parts: Iterable[str]) -> SafeString:
    return mark_safe("".join(parts))  # noqa: S308 (its parts are escaped where they are made)
