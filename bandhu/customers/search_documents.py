"""What the search knows of contacts and companies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bandhu.customers.models import AlternativeName, Company, Contact, EmailAddress, Phone
from bandhu.platform.registries import SearchDocument, SearchKind


def contact_documents(ids: Sequence[UUID]) -> Iterator[SearchDocument]:
    """Documents of the contacts among `ids` that stand in the book; those in the bin have none."""
    columns = ("full_name", "nickname", "company__name", "job_title", "owner_id", "team_id")
    others, phones, mails = _belongings("contact_id", ids)
    for pk, name, nickname, company, job, owner_id, team_id in _standing(Contact, ids, columns):
        yield SearchDocument(
            record_id=pk,
            names=[name, nickname, *others[pk]],
            detail=" · ".join(filter(None, (job, company))),
            words=[company] if company else (),
            phones=phones[pk],
            mails=mails[pk],
            owner_id=owner_id,
            team_id=team_id,
        )


def company_documents(ids: Sequence[UUID]) -> Iterator[SearchDocument]:
    """Documents of the companies among `ids` that stand in the book."""
    columns = ("name", "legal_name", "domain", "industry", "city", "owner_id", "team_id")
    others, phones, mails = _belongings("company_id", ids)
    for pk, name, legal_name, domain, industry, city, owner_id, team_id in _standing(Company, ids, columns):
        yield SearchDocument(
            record_id=pk,
            names=[name, legal_name, *others[pk]],
            detail=" · ".join(filter(None, (industry, city))),
            words=[domain.partition(".")[0]] if domain else (),
            phones=phones[pk],
            # A company is found by its domain as by a mail address.
            mails=[*mails[pk], *([f"@{domain}"] if domain else [])],
            owner_id=owner_id,
            team_id=team_id,
        )


def _standing(model: type[Contact | Company], ids: Sequence[UUID], columns: Sequence[str]) -> Any:
    rows = model._default_manager.filter(pk__in=ids, deleted_at__isnull=True)
    return rows.values_list("pk", *columns).iterator(chunk_size=2_000)


def _belongings(side: str, ids: Sequence[UUID]) -> tuple[dict[UUID, list[str]], ...]:
    """Other names, phone numbers and mail addresses by record."""
    found = []
    for model, column in ((AlternativeName, "name"), (Phone, "number"), (EmailAddress, "address")):
        by_record: dict[UUID, list[str]] = defaultdict(list)
        rows = model._default_manager.filter(**{f"{side}__in": ids})
        for pk, value in rows.values_list(side, column):
            by_record[pk].append(value)
        found.append(by_record)
    return tuple(found)


def without_company(user: Any, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Those of the contacts whose company `user` may not see, with what else tells them apart."""
    if user.holds_on_all("customers.view_company"):
        return {}
    # Asked of each contact's own company: a list of all those in reach is as long as the book.
    seen = Company.objects.visible_to(user).filter(pk=OuterRef("company"))
    rows = Contact.objects.filter(~Exists(seen), pk__in=ids, company__isnull=False)
    return dict(rows.values_list("pk", "job_title"))


CONTACTS = SearchKind(
    name="contact",
    label=_("Contact"),
    icon="user",
    url=lambda pk: reverse("customers:contact", args=[pk]),
    visible_to=lambda user: Contact.objects.visible_to(user),
    documents=contact_documents,
    all_ids=lambda: Contact.objects.filter(deleted_at__isnull=True).values_list("pk", flat=True).iterator(),
    view_permission="customers.view_contact",
    see_phones="customers.see_phones",
    without_related=without_company,
    position=10,
)
COMPANIES = SearchKind(
    name="company",
    label=_("Company"),
    icon="building-2",
    url=lambda pk: reverse("customers:company", args=[pk]),
    visible_to=lambda user: Company.objects.visible_to(user),
    documents=company_documents,
    all_ids=lambda: Company.objects.filter(deleted_at__isnull=True).values_list("pk", flat=True).iterator(),
    view_permission="customers.view_company",
    see_phones="customers.see_phones",
    position=20,
)
