"""Letters to begin from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from bandhu.channels.merge_fields import Addressed, merge_fields, merged
from bandhu.channels.models import MailTemplate
from bandhu.customers.models import Company, Contact
from bandhu.identity.models import User
from bandhu.identity.results import OutOfReach


@dataclass(frozen=True)
class Drafted:
    """A template filled in for one customer; `missing` are labels of the fields that have no value."""

    subject: str
    body: str
    language: str
    purpose: str
    missing: list[Any] = field(default_factory=list)


def templates(user: User) -> QuerySet[MailTemplate]:
    """Those in use."""
    return MailTemplate.objects.filter(is_active=True)


def all_templates(user: User) -> QuerySet[MailTemplate]:
    """Those out of use too, for who looks after them."""
    return MailTemplate.objects.all()


def template_for(user: User, pk: UUID | str) -> MailTemplate:
    """One, whether in use or not; raises OutOfReach."""
    found = MailTemplate.objects.filter(pk=pk).first()
    if found is None:
        raise OutOfReach
    return found


def drafted_from(template: MailTemplate, customer: Contact | Company, writer: User) -> Drafted:
    """The letter in the customer's language where the template speaks it, else in the house's first one that it does."""
    language = _language(template, customer)
    text = template.texts.get(language, {})
    addressed = Addressed(customer, writer, language)
    subject, body = merged(text.get("subject", ""), addressed), merged(text.get("body", ""), addressed)
    labels = merge_fields()
    missing = [labels[name] for name in dict.fromkeys((*subject.missing, *body.missing))]
    return Drafted(subject.text, body.text, language, template.purpose, missing)


def _language(template: MailTemplate, customer: Contact | Company) -> str:
    wanted = (customer.language or "").partition("-")[0]
    codes = [wanted, settings.LANGUAGE_CODE, *dict(settings.LANGUAGES)]
    return next((code for code in codes if template.texts.get(code)), "en")
