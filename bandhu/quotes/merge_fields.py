"""Names in braces that a template's texts may hold: {customer}, {number}. Values are put in as plain text, never read again."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MERGE_FIELDS = {
    "customer": gettext_lazy("Name of the contact, else of the company"),
    "company": gettext_lazy("Name of the company"),
    "number": gettext_lazy("Number of the quote"),
    "title": gettext_lazy("Title of the quote"),
    "date": gettext_lazy("Day of the quote"),
    "valid_until": gettext_lazy("Last day on which it can be accepted"),
    "total": gettext_lazy("Total with tax"),
    "seller": gettext_lazy("Name of the owner"),
}
_FIELD = re.compile(r"\{(\w{1,40})\}")


def check_fields(text: str) -> str:
    """The text itself; raises ValidationError where it names a field there is not."""
    unknown = sorted({name for name in _FIELD.findall(text) if name not in MERGE_FIELDS})
    if unknown:
        words = {
            "unknown": ", ".join(unknown[:5]),
            "known": ", ".join(f"{{{name}}}" for name in MERGE_FIELDS),
        }
        raise ValidationError(
            _("There is no field called %(unknown)s. There are: %(known)s.") % words, code="unknown"
        )
    return text


def fill_in(text: str, values: Mapping[str, str]) -> str:
    """The text with its fields filled; what names no field stays as it is. One pass: braces inside values mean nothing."""
    return _FIELD.sub(lambda found: values.get(found[1], found[0]), text)
