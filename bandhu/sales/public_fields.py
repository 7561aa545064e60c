"""What web forms may ask for: a person's usual facts, and the administrator's own fields of leads."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from bandhu.platform.custom_fields import definitions, label_of
from bandhu.platform.models import CustomField

PREFIX = "custom."
# Name → label, most characters, what browsers may fill in, lines.
STANDARD: dict[str, tuple[Any, int, str, int]] = {
    "full_name": (_("Your name"), 200, "name", 1),
    "mail": (_("Mail address"), 254, "email", 1),
    "phone": (_("Phone"), 60, "tel", 1),
    "company": (_("Company"), 200, "organization", 1),
    "job_title": (_("Your job"), 120, "organization-title", 1),
    "city": (_("Town"), 120, "address-level2", 1),
    "title": (_("What it is about"), 200, "off", 1),
    "message": (_("Message"), 5000, "off", 5),
}
# These tell who somebody is: shown only to whoever may see the contact.
PERSONAL = ("full_name", "mail", "phone", "company", "job_title", "city")
_SIMPLE = ("text", "long_text", "choice", "number", "date", "boolean")


def own_fields() -> dict[str, CustomField]:
    """Own fields of leads that a stranger can fill in, by the name of the form field."""
    return {f"{PREFIX}{one.key}": one for one in definitions("lead") if one.type in _SIMPLE}


def offered_fields() -> list[tuple[str, Any]]:
    """(name, label) of everything a web form may ask for."""
    own = [(name, label_of(one)) for name, one in own_fields().items()]
    return [*((name, label) for name, (label, *_rest) in STANDARD.items()), *own]
