"""Words of articles and categories in templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from bandhu.knowledge.languages import in_language

register = template.Library()


@register.filter
def in_my_language(texts: Mapping[str, str]) -> str:
    """Of texts by language the reader's."""
    return in_language(texts)


@register.filter
def steps(depth: int) -> range:
    """So many steps to the right."""
    return range(depth)


@register.filter
def at(values: Mapping[str, Any], key: str) -> Any:
    """What stands under a key; the key itself where there is nothing."""
    return values.get(key, key)
