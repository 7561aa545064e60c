"""Shapes of customers in the API. Lengths and meanings are checked by the actions, which answer field by field."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Schema
from pydantic import Field

from bandhu.customers.models import Lifecycle, Relation
from bandhu.platform.rest import Day, Given, Whole, YesNo


class PhoneOut(Schema):
    """`number` is E.164; covered (`masked` true) for who may not see whole numbers."""

    id: UUID
    number: str
    extension: str
    label: str
    is_primary: bool
    masked: bool = False


class PhoneIn(Given):
    """`number` in any notation and digits; without a country code it is read in the customer's country."""

    id: UUID | None = None
    number: str | None = Field(None, max_length=200)
    extension: str = Field("", max_length=12)
    label: str = Field("", max_length=30)
    is_primary: YesNo = False


class MailOut(Schema):
    """A mail address."""

    id: UUID
    address: str
    label: str
    is_primary: bool


class MailIn(Given):
    """A mail address."""

    id: UUID | None = None
    address: str | None = Field(None, max_length=600)
    label: str = Field("", max_length=30)
    is_primary: YesNo = False


class AddressOut(Schema):
    """A postal address; `country` are the two letters of ISO 3166."""

    id: UUID
    street: str
    district: str
    city: str
    region: str
    postcode: str
    country: str
    label: str
    is_primary: bool


class AddressIn(Given):
    """Any of the parts."""

    id: UUID | None = None
    street: str = ""
    district: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    label: str = Field("", max_length=30)
    is_primary: YesNo = False


class SocialOut(Schema):
    """An account on a network."""

    id: UUID
    network: str
    handle: str


class SocialIn(Given):
    """An account on a network."""

    id: UUID | None = None
    network: str = Field("other", max_length=30)
    handle: str = Field("", max_length=200)


class OtherNameOut(Schema):
    """A further name."""

    id: UUID
    name: str
    kind: str


class OtherNameIn(Given):
    """A further name: kind other_script, nickname, former, trade or other."""

    id: UUID | None = None
    name: str = ""
    kind: str = Field("other", max_length=30)


class ExternalIdOut(Schema):
    """The id in another system."""

    id: UUID
    source: str
    external_id: str


class ExternalIdIn(Given):
    """The id in another system; unique there among contacts, and among companies."""

    id: UUID | None = None
    source: str = Field("", max_length=60)
    external_id: str = Field("", max_length=200)


class RecordOut(Schema):
    """What contacts and companies have in common."""

    id: UUID
    version: int
    lifecycle: str
    owner_id: UUID | None
    team_id: UUID | None
    language: str
    time_zone: str
    preferred_channel: str
    source: str
    note: str
    culture_note: str
    tags: list[str]
    phones: list[PhoneOut]
    mails: list[MailOut]
    addresses: list[AddressOut]
    socials: list[SocialOut]
    other_names: list[OtherNameOut]
    external_ids: list[ExternalIdOut]
    custom: dict[str, Any]
    last_touched_at: datetime | None
    next_step_due_at: datetime | None
    created_at: datetime
    updated_at: datetime
    url: str
    matched: str | None = Field(None, description="Why a search found it; only with q.")


class ContactOut(RecordOut):
    """A person. `national_id` is always covered."""

    full_name: str
    given_name: str
    family_name: str
    nickname: str
    name_prefix: str
    name_suffix: str
    sort_as: str
    form_of_address: str
    job_title: str
    department: str
    company_id: UUID | None
    company_name: str
    birthday: date | None
    national_id: str


class CompanyOut(RecordOut):
    """A company."""

    name: str
    legal_name: str
    website: str
    industry: str
    employees: int | None
    registration_number: str
    parent_id: UUID | None


class RecordPatch(Given):
    """Lists are replaced as a whole: rows with `id` stay the same rows. What is left out stays as it is."""

    lifecycle: Lifecycle | None = None
    owner_id: UUID | None = None
    team_id: UUID | None = None
    language: str | None = None
    time_zone: str | None = None
    preferred_channel: str | None = None
    source: str | None = None
    note: str | None = None
    culture_note: str | None = None
    tags: list[str] | None = Field(None, max_length=100)
    phones: list[PhoneIn] | None = Field(None, max_length=60)
    mails: list[MailIn] | None = Field(None, max_length=60)
    addresses: list[AddressIn] | None = Field(None, max_length=60)
    socials: list[SocialIn] | None = Field(None, max_length=60)
    other_names: list[OtherNameIn] | None = Field(None, max_length=60)
    external_ids: list[ExternalIdIn] | None = Field(None, max_length=60)
    custom: dict[str, Any] | None = None


class ContactPatch(RecordPatch):
    """Any of a contact's values."""

    full_name: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    nickname: str | None = None
    name_prefix: str | None = None
    name_suffix: str | None = None
    sort_as: str | None = None
    form_of_address: str | None = None
    job_title: str | None = None
    department: str | None = None
    company_id: UUID | None = None
    birthday: Day | None = None
    national_id: str | None = None


class ContactIn(ContactPatch):
    """A new contact; only the name is needed. Owner and team are the caller's unless given."""

    full_name: str


class CompanyPatch(RecordPatch):
    """Any of a company's values."""

    name: str | None = None
    legal_name: str | None = None
    website: str | None = None
    industry: str | None = None
    employees: Whole | None = Field(None, ge=0, le=2_000_000_000)
    registration_number: str | None = None
    parent_id: UUID | None = None


class CompanyIn(CompanyPatch):
    """A new company; only the name is needed."""

    name: str


class RelationOut(Schema):
    """A relation as it reads from this customer's side."""

    id: UUID
    role: str
    reads: str
    title: str
    other_kind: str
    other_id: UUID
    other_name: str
    outgoing: bool
    since: date | None
    until: date | None


class RelationIn(Given):
    """This customer stands to the other one as `role` says; exactly one of contact_id and company_id."""

    role: Relation.Role
    contact_id: UUID | None = None
    company_id: UUID | None = None
    title: str = Field("", max_length=150)
    since: Day | None = None
    until: Day | None = None


class TagOut(Schema):
    """A word stuck on customers."""

    id: UUID
    name: str
    tone: str


class TagIn(Given):
    """A new tag."""

    name: str = Field(max_length=60)
    tone: str = "neutral"


class TagPatch(Given):
    """A new name or colour."""

    name: str | None = Field(None, max_length=60)
    tone: str | None = None


class TagMerge(Given):
    """Which tag shall stay."""

    into: UUID


# The lists of a customer, each with what is sent and what is answered.
LISTS: dict[str, tuple[type[Schema], type[Schema]]] = {
    "phones": (PhoneIn, PhoneOut),
    "mails": (MailIn, MailOut),
    "addresses": (AddressIn, AddressOut),
    "socials": (SocialIn, SocialOut),
    "other_names": (OtherNameIn, OtherNameOut),
    "external_ids": (ExternalIdIn, ExternalIdOut),
}
