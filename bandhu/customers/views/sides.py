"""Contacts and companies share their pages; a side says what is particular to each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bandhu.customers import actions, queries
from bandhu.customers.forms import CompanyForm, ContactForm, RecordForm
from bandhu.platform.record_kinds import RecordKind, record_kinds


class Addresses(dict[str, str]):
    """{% url side.at.field … %}: names of addresses by what they are for."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def __missing__(self, suffix: str) -> str:
        return f"customers:{self.kind}" if suffix == "page" else f"customers:{self.kind}_{suffix}"


@dataclass(frozen=True)
class Side:
    """The doors and words of one kind of record."""

    name: str
    find: Callable[..., Any]
    card: Callable[[Any, UUID], Any]
    rows: Callable[..., Any]
    deleted: Callable[[Any], Any]
    create: Callable[..., Any]
    change: Callable[..., Any]
    delete: Callable[..., Any]
    restore: Callable[..., Any]
    purge: Callable[..., Any]
    form: type[RecordForm]
    lists: tuple[str, ...]
    new_label: Any
    list_url_name: str

    @cached_property
    def at(self) -> Addresses:
        return Addresses(self.name)

    @property
    def kind(self) -> RecordKind:
        return record_kinds[self.name]

    def url(self, suffix: str, *arguments: Any) -> str:
        """ "fields", pk, "name" → customers:contact_fields."""
        name = f"customers:{self.name}_{suffix}" if suffix else f"customers:{self.name}"
        return reverse(name, args=arguments)

    @property
    def list_url(self) -> str:
        return reverse(self.list_url_name)


SIDES = {
    "contact": Side(
        "contact",
        queries.contact_for,
        queries.contact_card,
        queries.contacts,
        queries.deleted_contacts,
        actions.create_contact,
        actions.change_contact,
        actions.delete_contact,
        actions.restore_contact,
        actions.purge_contact,
        ContactForm,
        ("phones", "mails", "addresses", "socials", "other_names", "external_ids"),
        _("New contact"),
        "customers:contacts",
    ),
    "company": Side(
        "company",
        queries.company_for,
        queries.company_card,
        queries.companies,
        queries.deleted_companies,
        actions.create_company,
        actions.change_company,
        actions.delete_company,
        actions.restore_company,
        actions.purge_company,
        CompanyForm,
        ("phones", "mails", "addresses", "socials", "other_names", "external_ids"),
        _("New company"),
        "customers:companies",
    ),
}


def record_of(request: HttpRequest, kind: str, pk: UUID, *, deleted: bool = False) -> tuple[Side, Any]:
    """The side and the record the user may see; 404 otherwise."""
    side = SIDES[kind]
    return side, side.find(request.user, pk, deleted=deleted)
