"""Merge fields of letters: `{{contact.given_name}}`, or `{{contact.given_name|friend}}` with words for where it is empty.

There are only the fields named here: a template is text that people write, never a program.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from bandhu.customers.models import Company, Contact
from bandhu.identity.models import User
from bandhu.platform.person_names import salutation

_FIELD = re.compile(r"\{\{\s*([a-z_.]{1,60})\s*(?:\|([^{}|]{0,120}))?\}\}")


@dataclass(frozen=True)
class Addressed:
    """Whom a letter is for, and who writes it, in which language."""

    customer: Contact | Company | None
    writer: User
    language: str = "en"
    # What the fields of one kind of letter stand for.
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def contact(self) -> Contact | None:
        return self.customer if isinstance(self.customer, Contact) else None

    @property
    def company(self) -> Company | None:
        if self.customer is None or isinstance(self.customer, Company):
            return self.customer
        return self.customer.company


@dataclass(frozen=True)
class Merged:
    """The text with its fields filled in; `missing` are those without a value, `unknown` those that do not exist."""

    text: str
    missing: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def merge_fields() -> dict[str, Any]:
    """Every field with its label."""
    return {name: label for name, (label, _read) in _FIELDS.items()}


def merged(text: str, addressed: Addressed, *, is_html: bool = False) -> Merged:
    """Fill in the fields of `text`; a field without a value and without words for that is left empty and named in `missing`."""
    missing, unknown = [], []

    def value_of(found: re.Match[str]) -> str:
        name, instead = found[1], (found[2] or "").strip()
        if name in addressed.values:
            value = addressed.values[name] or instead
        elif name in _FIELDS:
            value = str(_FIELDS[name][1](addressed) or "") or instead
        else:
            unknown.append(name)
            return found[0]
        if not value and name not in addressed.values:
            missing.append(name)
        return html.escape(value) if is_html else value

    filled = _FIELD.sub(value_of, text)
    return Merged(filled, tuple(dict.fromkeys(missing)), tuple(dict.fromkeys(unknown)))


def unknown_fields(text: str, further: Collection[str] = ()) -> list[str]:
    """The fields in `text` that do not exist; `further` are those of one kind of letter."""
    return [
        found[1] for found in _FIELD.finditer(text) if found[1] not in _FIELDS and found[1] not in further
    ]


def _of_contact(column: str) -> Callable[[Addressed], Any]:
    return lambda addressed: getattr(addressed.contact, column, "")


def _of_company(column: str) -> Callable[[Addressed], Any]:
    return lambda addressed: getattr(addressed.company, column, "")


def _salutation(addressed: Addressed) -> str:
    contact = addressed.contact
    if contact is None:
        return ""
    with translation.override(addressed.language):
        return salutation(
            contact.full_name,
            form=contact.form_of_address,
            given=contact.given_name,
            family=contact.family_name,
            language=addressed.language,
        )


def _owner(column: str) -> Callable[[Addressed], Any]:
    return lambda addressed: getattr(getattr(addressed.customer, "owner", None), column, "")


_FIELDS: dict[str, tuple[Any, Callable[[Addressed], Any]]] = {
    "contact.salutation": (_("First line of a letter"), _salutation),
    "contact.full_name": (_("Name"), _of_contact("full_name")),
    "contact.given_name": (_("Given name"), _of_contact("given_name")),
    "contact.family_name": (_("Family name"), _of_contact("family_name")),
    "contact.nickname": (_("Nickname"), _of_contact("nickname")),
    "contact.job_title": (_("Job title"), _of_contact("job_title")),
    "contact.city": (_("City"), _of_contact("city")),
    "company.name": (_("Company"), _of_company("name")),
    "company.city": (_("City of the company"), _of_company("city")),
    "owner.name": (_("Owner of the customer"), _owner("full_name")),
    "owner.mail": (_("Mail address of the owner"), _owner("email")),
    "sender.name": (_("Who writes"), lambda addressed: addressed.writer.full_name),
    "sender.mail": (_("Mail address of who writes"), lambda addressed: addressed.writer.email),
}
