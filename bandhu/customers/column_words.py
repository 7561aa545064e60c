"""Columns of a customer that hold a code, in the words of the reader."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import get_language

from bandhu.customers.models import Lifecycle
from bandhu.customers.record_values import CHANNELS
from bandhu.platform.languages import language
from bandhu.platform.time_zones import zone_label
from bandhu.ui import formats


def _language_words(code: str) -> str:
    return language(code, get_language() or "en").label


# Looked up one by one: a form's list of all zones, made for its one label, took a third of the page's time.
COLUMN_WORDS: dict[str, Callable[[Any], Any]] = {
    "language": _language_words,
    "time_zone": lambda value: zone_label(value, get_language() or "en"),
    "lifecycle": lambda value: dict(Lifecycle.choices).get(value, value),
    "preferred_channel": lambda value: CHANNELS.get(value, value),
    "birthday": lambda value: formats.day(value, formats.current_reader()),
    "employees": lambda value: formats.number(value, formats.current_reader()),
}
