"""What kinds of follow-up are called."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

KINDS: list[tuple[str, Any]] = [
    ("task", _("Task")),
    ("call", pgettext_lazy("a telephone call", "Call")),
    ("mail", _("Mail")),
    ("message", _("Message")),
    ("meeting", _("Meeting")),
    ("visit", _("Visit")),
]
