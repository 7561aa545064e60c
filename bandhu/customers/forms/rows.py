"""Rows of phones, mails, addresses, … in a form, without any script: each row has a key of its own.

`phones` (several times) names the rows in their order; `phones-<key>-number` is a field of one; `phones-primary` the chosen key.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bandhu.customers.point_values import LABELS, NAME_KINDS, NETWORKS
from bandhu.identity.masking import may_see
from bandhu.platform.phone_numbers import display_number
from bandhu.platform.postal_addresses import FIELDS, AddressField, address_fields, countries

FIELDS_OF: dict[str, tuple[str, ...]] = {
    "phones": ("id", "number", "label"),
    "mails": ("id", "address", "label"),
    "addresses": ("id", "label", "country", *FIELDS),
    "socials": ("id", "network", "handle"),
    "other_names": ("id", "name", "kind"),
    "external_ids": ("id", "source", "external_id"),
}
WORDS: dict[str, tuple[Any, Any]] = {
    "phones": (_("Phones"), _("Add a phone")),
    "mails": (_("E-mails"), _("Add an e-mail")),
    "addresses": (_("Addresses"), _("Add an address")),
    "socials": (_("Social accounts"), _("Add an account")),
    "other_names": (_("Other names"), _("Add a name")),
    "external_ids": (_("Ids in other systems"), _("Add an id")),
}


@dataclass
class PointRow:
    """One row as the template draws it."""

    kind: str
    key: str
    values: dict[str, str] = field(default_factory=dict)
    is_primary: bool = False
    error: str = ""
    is_masked: bool = False

    @property
    def choices(self) -> list[tuple[str, Any]]:
        """What its kind can be."""
        known: Mapping[str, Any] = {"socials": NETWORKS, "other_names": NAME_KINDS}.get(self.kind, LABELS)
        return list(known.items())

    @property
    def has_own_label(self) -> bool:
        """Whether the label is somebody's own word."""
        return bool(self.values.get("label")) and self.values["label"] not in LABELS

    @property
    def countries(self) -> list[tuple[str, str]]:
        return countries(get_language() or "en")

    @property
    def address_fields(self) -> list[tuple[AddressField, str]]:
        """The fields of this country in its order, each with its value; values of other fields follow."""
        named = address_fields(self.values.get("country", ""))
        known = {one.name for one in named}
        left = [one for one in address_fields("") if one.name not in known and self.values.get(one.name)]
        return [(one, self.values.get(one.name, "")) for one in (*named, *left)]


def blank_row(kind: str, **values: str) -> PointRow:
    return PointRow(kind, secrets.token_hex(4), dict(values))


def rows_of(user: Any, record: Any, kind: str, known: Iterable[Any] | None = None) -> list[PointRow]:
    """The rows a record has (`known` where they were read already), in the order they were made.

    Whoever may not see its numbers gets them covered, and can sort but not change them.
    """
    hidden = kind == "phones" and not may_see(user, "customers.see_phones", record)
    rows = []
    for one in sorted(getattr(record, kind).all() if known is None else known, key=attrgetter("pk")):
        values = {name: str(getattr(one, name) or "") for name in FIELDS_OF[kind] if name != "id"}
        values["id"] = str(one.pk)
        if kind == "phones":
            values["number"] = display_number(one.number, one.extension)
        if hidden:
            del values["number"]
        rows.append(
            PointRow(kind, one.pk.hex[-8:], values, getattr(one, "is_primary", False), is_masked=hidden)
        )
    return rows


def rows_sent(data: Any, kind: str) -> list[PointRow]:
    """The rows of a POST, in order, empty ones included."""
    primary = data.get(f"{kind}-primary", "")
    rows = []
    for key in data.getlist(kind)[:60]:
        sent = {name: data.get(f"{kind}-{key}-{name}") for name in FIELDS_OF[kind]}
        values = {name: value for name, value in sent.items() if value is not None}
        rows.append(
            PointRow(
                kind, key[:40], values, key == primary, is_masked="number" not in values and kind == "phones"
            )
        )
    return rows


def as_items(rows: list[PointRow]) -> list[dict[str, Any]]:
    """The rows as the actions take them: empty new rows left out."""
    return [
        {**row.values, "is_primary": row.is_primary}
        for row in rows
        if row.is_masked or any(value.strip() for name, value in row.values.items() if name not in _NO_VALUE)
    ]


_NO_VALUE = ("id", "label", "country", "network", "kind")


def mark_errors(rows: list[PointRow], errors: Mapping[str, str]) -> None:
    """Put "phones.1" to the second row that was sent with a value."""
    filled = [row for row in rows if as_items([row])]
    for place, row in enumerate(filled):
        row.error = errors.get(f"{row.kind}.{place}", row.error)
