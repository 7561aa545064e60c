"""{% load imports %}: what the rows of a file are, in words."""

from typing import Any

from django import template

from bandhu.customers.importing.kinds import import_kinds

register = template.Library()


@register.filter
def kind_words(run: Any) -> Any:
    """{{ run|kind_words }}: Contacts."""
    return import_kinds[run.kind].label
