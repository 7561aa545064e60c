"""Letters to begin from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from bandhu.channels.merge_fields import Addressed, merge_fields, merged
from bandhu.channels.models import MailTemplate
from bandhu.channels.ready_letters import fields_of, ready_letters
from bandhu.customers.models import Company, Contact
from bandhu.identity.models import User
from bandhu.identity.results import OutOfReach

_ALONE = re.compile(r"\s*\{\{\s*([a-z_.]{1,60})\s*\}\}\s*")
_GAPS = re.compile(r"\n\s*\n\s*\n")


@dataclass(frozen=True)
class Drafted:
    """A template filled in for one customer; `missing` are labels of the fields that have no value."""

    subject: str
    body: str
    language: str
    purpose: str
    missing: list[Any] = field(default_factory=list)


def templates(user: User) -> QuerySet[MailTemplate]:
    """Those in use that people begin from; ready-made letters belong to what they are about."""
    return MailTemplate.objects.filter(is_active=True, key="")


def all_templates(user: User) -> QuerySet[MailTemplate]:
    """Those out of use and the ready-made ones too, for who looks after them."""
    return MailTemplate.objects.all()


def template_for(user: User, pk: UUID | str) -> MailTemplate:
    """One, whether in use or not; raises OutOfReach."""
    found = MailTemplate.objects.filter(pk=pk).first()
    if found is None:
        raise OutOfReach
    return found


def letter_called(key: str) -> MailTemplate:
    """The ready-made letter as the house words it now; as it was delivered where no row was made yet."""
    return MailTemplate.objects.filter(key=key).first() or MailTemplate(key=key)


def drafted_from(
    template: MailTemplate,
    customer: Contact | Company | None,
    writer: User,
    *,
    language: str = "",
    values: Mapping[str, str] | None = None,
) -> Drafted:
    """The letter in `language`, else the customer's, where the template speaks it; else in the house's first one that it does.

    `values` fill the fields that only this letter has; an empty one of them is meant to be empty.
    """
    texts = _texts(template)
    spoken = _spoken(texts, language or (customer.language if customer else ""))
    text = texts.get(spoken, {})
    addressed = Addressed(customer, writer, spoken, values or {})
    subject = merged(text.get("subject", ""), addressed)
    body = merged(_without_empty(text.get("body", ""), addressed.values), addressed)
    labels = {**merge_fields(), **fields_of(template.key)}
    missing = [labels[name] for name in dict.fromkeys((*subject.missing, *body.missing))]
    whole = _GAPS.sub("\n\n", body.text).strip()
    return Drafted(subject.text, whole, spoken, template.purpose, missing)


def _without_empty(body: str, values: Mapping[str, str]) -> str:
    """Where a field is meant to be empty, the line it has to itself goes with it."""
    lines = body.replace("\r\n", "\n").split("\n")
    alone = {line: _ALONE.fullmatch(line) for line in lines}
    return "\n".join(line for line in lines if not ((found := alone[line]) and values.get(found[1]) == ""))


def _texts(template: MailTemplate) -> dict[str, dict[str, str]]:
    """What the house wrote; a ready-made letter speaks its other languages as delivered."""
    ready = ready_letters.get(template.key)
    delivered = {code: ready.text(code) for code in ready.texts} if ready else {}
    return delivered | {code: text for code, text in template.texts.items() if text}


def _spoken(texts: Mapping[str, Any], wanted: str) -> str:
    codes = [(wanted or "").partition("-")[0], settings.LANGUAGE_CODE, *dict(settings.LANGUAGES)]
    return next((code for code in codes if texts.get(code)), "en")
