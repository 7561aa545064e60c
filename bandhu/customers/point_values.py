"""Cleaning phones, mails, addresses, handles, other names and external ids; each as the plain values of its row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bandhu.customers.models import (
    AlternativeName,
    EmailAddress,
    ExternalId,
    Phone,
    PostalAddress,
    SocialHandle,
)
from bandhu.customers.record_values import Problems
from bandhu.platform.mail_addresses import MailAddressError, parse_mail_address
from bandhu.platform.phone_numbers import PhoneNumberError, parse_phone_number
from bandhu.platform.postal_addresses import check_address, country_letters, tidy_address
from bandhu.platform.texts import check_length, clean_block, clean_line

MOST = 50
"""So many phones (or mails, …) one customer may have."""

Values = dict[str, Any]

LABELS: dict[str, Any] = {
    "mobile": gettext_lazy("Mobile"),
    "work": gettext_lazy("Work"),
    "home": gettext_lazy("Home"),
    "billing": gettext_lazy("Billing"),
    "delivery": gettext_lazy("Delivery"),
    "fax": gettext_lazy("Fax"),
    "other": gettext_lazy("Other"),
}
NETWORKS: dict[str, str] = {
    "whatsapp": "WhatsApp",
    "facebook": "Facebook",
    "messenger": "Messenger",
    "instagram": "Instagram",
    "linkedin": "LinkedIn",
    "telegram": "Telegram",
    "x": "X",
    "youtube": "YouTube",
    "viber": "Viber",
    "imo": "imo",
}
NAME_KINDS: dict[str, Any] = {
    "other_script": gettext_lazy("In another script"),
    "nickname": gettext_lazy("Nickname"),
    "former": gettext_lazy("Former name"),
    "trade": gettext_lazy("Trading name"),
    "merged": gettext_lazy("From a merged record"),
    "other": gettext_lazy("Other name"),
}


@dataclass(frozen=True)
class PointKind:
    """One of the lists a customer has. `shown` names the columns the audit and comparisons write."""

    name: str
    model: type[models.Model]
    main: str
    clean: Callable[[Values, str], Values]
    same: tuple[str, ...]
    has_primary: bool
    shown: tuple[str, ...]

    def key(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        """What makes two rows the same."""
        return tuple(values[name] for name in self.same)


def clean_points(
    kind: PointKind,
    items: Sequence[Any],
    *,
    country: str,
    problems: Problems,
    stored: Mapping[UUID, Any] | None = None,
) -> list[Values]:
    """Each item (a text, or a mapping, with "id" when it is an existing row) as values of a row, duplicates folded.

    An existing row given without its main value keeps it: whoever may not see a number can still sort the list.
    """
    if len(items) > MOST:
        problems.add(kind.name, ValidationError(_("At most %(most)d fit here."), params={"most": MOST}))
        return []
    rows: dict[tuple[Any, ...], Values] = {}
    for place, item in enumerate(items):
        try:
            row = _clean_item(kind, item, country, stored or {})
        except ValidationError as problem:
            problems.add(f"{kind.name}.{place}", problem)
            continue
        if row:
            known = rows.setdefault(kind.key(row), row)
            if kind.has_primary:
                known["is_primary"] = known["is_primary"] or row["is_primary"]
    return _with_one_primary(kind, list(rows.values()))


def _clean_item(kind: PointKind, item: Any, country: str, stored: Mapping[UUID, Any]) -> Values:
    given: Values = dict(item) if isinstance(item, Mapping) else {kind.main: item}
    known = _known_row(given.pop("id", None), stored)
    is_primary = given.pop("is_primary", None)
    if known is not None and not given.get(kind.main) and kind.main not in given:
        row = {name: getattr(known, name) for name in _columns(kind)}
        row.update({name: given[name] for name in ("label",) if name in given})
    else:
        row = kind.clean(given, country)
    if not row:
        return {}
    if known is not None:
        row["id"] = known.pk
    if kind.has_primary:
        row["is_primary"] = bool(known.is_primary if is_primary is None and known is not None else is_primary)
    return row


def _known_row(pk: Any, stored: Mapping[UUID, Any]) -> Any:
    if not pk:
        return None
    try:
        return stored.get(UUID(str(pk)))
    except ValueError:
        return None


def _columns(kind: PointKind) -> list[str]:
    skipped = {"id", "contact", "company", "is_primary"}
    return [column.name for column in kind.model._meta.concrete_fields if column.name not in skipped]


def _with_one_primary(kind: PointKind, rows: list[Values]) -> list[Values]:
    if kind.has_primary and rows:
        chosen = next((row for row in rows if row["is_primary"]), rows[0])
        for row in rows:
            row["is_primary"] = row is chosen
    return rows


def clean_phone(given: Values, country: str) -> Values:
    """{"number", "label", "extension"}: the number in any notation, read in the customer's country."""
    typed = clean_line(given.get("number") or "", 100)
    if not typed:
        return {}
    try:
        number = parse_phone_number(typed, country or settings.DEFAULT_COUNTRY)
    except PhoneNumberError as problem:
        raise ValidationError(str(problem.message), code=problem.code) from None
    return {
        "number": number.e164,
        "extension": clean_line(given.get("extension") or number.extension, 12),
        "label": clean_line(given.get("label") or ("mobile" if number.kind == "mobile" else ""), 30),
        "as_typed": typed[:60],
    }


def clean_mail(given: Values, country: str) -> Values:
    """{"address", "label"}: shown as written, matched by its key."""
    typed = clean_line(given.get("address") or "", 600)
    if not typed:
        return {}
    try:
        mail = parse_mail_address(typed)
    except MailAddressError as problem:
        raise ValidationError(str(problem.message), code=problem.code) from None
    check_length(mail.address, 254)
    check_length(mail.key, 254)
    return {"address": mail.address, "key": mail.key, "label": clean_line(given.get("label") or "", 30)}


def clean_address(given: Values, country: str) -> Values:
    """{"country", "region", "city", "district", "postcode", "street", "label"}, any of them."""
    row = {
        "country": clean_country(given.get("country")),
        "region": clean_line(given.get("region") or "", 120),
        "city": clean_line(given.get("city") or "", 120),
        "district": clean_line(given.get("district") or "", 120),
        "postcode": clean_line(given.get("postcode") or "", 20),
        "street": clean_block(given.get("street") or "", 1_000),
    }
    row = tidy_address(row)
    if not any(value for name, value in row.items() if name != "country"):
        return {}
    # A partly known address is better than none: only what is certainly wrong is refused.
    wrong = check_address(row).get("postcode") if row["country"] else None
    if wrong:
        raise ValidationError(wrong.message, code=wrong.code)
    return row | {"label": clean_line(given.get("label") or "", 30)}


def clean_country(value: Any) -> str:
    """Two capital letters of ISO 3166, or "". Letters that name no country (ZZ) are refused."""
    letters = clean_line(value or "", 60).upper()
    if letters and letters not in country_letters():
        raise ValidationError(_("Use the two letters of the country, for example BD."), code="no_country")
    return letters


def clean_social(given: Values, country: str) -> Values:
    """{"network", "handle"}."""
    handle = clean_line(given.get("handle") or "", 200)
    if not handle:
        return {}
    network = clean_line(given.get("network") or "other", 30).lower()
    return {"network": network, "handle": handle}


def clean_other_name(given: Values, country: str) -> Values:
    """{"name", "kind"}."""
    name = clean_line(given.get("name") or "", 300)
    return {"name": name, "kind": clean_line(given.get("kind") or "other", 30)} if name else {}


def clean_external_id(given: Values, country: str) -> Values:
    """{"source", "external_id"}."""
    external_id = clean_line(given.get("external_id") or "", 200)
    if not external_id:
        return {}
    source = clean_line(given.get("source") or "", 60)
    if not source:
        raise ValidationError(_("Say which system this id is from."), code="no_source")
    return {"source": source, "external_id": external_id}


POINT_KINDS: dict[str, PointKind] = {
    kind.name: kind
    for kind in (
        PointKind("phones", Phone, "number", clean_phone, ("number", "extension"), True, ("number", "extension")),
        PointKind("mails", EmailAddress, "address", clean_mail, ("key",), True, ("address",)),
        PointKind(
            "addresses", PostalAddress, "street", clean_address,
            ("country", "region", "city", "district", "postcode", "street"), True,
            ("street", "district", "city", "region", "postcode", "country"),
        ),
        PointKind("socials", SocialHandle, "handle", clean_social, ("network", "handle"), False, ("network", "handle")),
        PointKind("other_names", AlternativeName, "name", clean_other_name, ("name",), False, ("name",)),
        PointKind(
            "external_ids", ExternalId, "external_id", clean_external_id, ("source", "external_id"), False,
            ("source", "external_id"),
        ),
    )
}  # fmt: skip
