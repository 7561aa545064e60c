"""What a contact and a company are made of, said once: lists, filters, bulk edit, import, export and the API read it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import DurationField, ExpressionWrapper, F, IntegerField, QuerySet
from django.db.models.functions import Extract, Now
from django.utils.translation import gettext_lazy as _

from bandhu.customers.actions import change_company, change_contact
from bandhu.customers.models import Company, Contact, Lifecycle
from bandhu.customers.record_values import CHANNELS
from bandhu.identity.masking import may_see
from bandhu.platform.record_kinds import Field, RecordKind
from bandhu.ui.addresses import record_address

_SEE_COMPANIES = "customers.view_company"
_NAME, _WORK, _REACH = _("Name"), _("Work"), _("Ways to reach")
_PLACE, _CARE, _FACTS = _("Address"), _("Who looks after"), _("Facts")


def _lifecycles() -> Sequence[tuple[str, Any]]:
    return Lifecycle.choices


def _channels() -> Sequence[tuple[str, Any]]:
    return list(CHANNELS.items())


def days_without_contact(rows: QuerySet) -> QuerySet:
    """Adds whole days since the last touch, or since creation where there never was one."""
    since = ExpressionWrapper(Now() - F("last_touched_at"), output_field=DurationField())
    return rows.annotate(
        days_without_contact=ExpressionWrapper(Extract(since, "epoch") / 86_400, output_field=IntegerField())
    )


def _own(name: str, label: Any, type: str = "text", *, group: Any = "", **more: Any) -> Field:
    """A column of the record that can be filtered, sorted, imported, and changed by its own name."""
    return Field(
        name=name, label=label, type=type, path=name, setting=name, importable=True, group=group,
        **({"sort": name} | more),
    )  # fmt: skip


def _shared() -> list[Field]:
    """Fields that contacts and companies have in common."""
    return [*_reached(), *_cared_for()]


def _reached() -> list[Field]:
    """How, and where."""
    return [
        Field(
            name="phone", label=_("Phone"), type="phone", path="phones__number", setting="phones",
            importable=True, masked_by="customers.see_phones", group=_REACH,
            words=("phone", "mobile", "telephone", "tel", "cell", "ফোন", "মোবাইল", "தொலைபேசி", "கைபேசி"),
        ),
        Field(
            name="mail", label=_("E-mail"), type="mail", path="mails__key", sort="primary_mail", setting="mails",
            importable=True, group=_REACH,
            words=("email", "e-mail", "mail", "email address", "ইমেইল", "மின்னஞ்சல்"),
        ),
        Field(name="social", label=_("Social account"), path="socials__handle", importable=True, group=_REACH),
        _own("preferred_channel", _("Preferred channel"), "choice", choices=_channels, group=_REACH, sort=""),
        Field(
            name="street", label=_("Street"), type="long_text", path="addresses__street", importable=True,
            group=_PLACE, words=("street", "address", "address line 1", "ঠিকানা", "முகவரி"),
        ),
        Field(
            name="city", label=_("City"), path="city", sort="city", importable=True, group=_PLACE,
            words=("city", "town", "শহর", "நகரம்"),
        ),
        Field(
            name="district", label=_("District"), path="addresses__district", importable=True, group=_PLACE,
            words=("district", "জেলা", "மாவட்டம்"),
        ),
        Field(
            name="region", label=_("State or division"), path="addresses__region", importable=True, group=_PLACE,
            words=("state", "province", "region", "division", "বিভাগ", "மாநிலம்"),
        ),
        Field(
            name="postcode", label=_("Post code"), path="addresses__postcode", importable=True, group=_PLACE,
            words=("zip", "postcode", "postal code", "pin", "pincode", "zip code"),
        ),
        Field(
            name="country", label=_("Country"), type="country", path="country", sort="country", importable=True,
            group=_PLACE, words=("country", "দেশ", "நாடு"),
        ),
    ]  # fmt: skip


def _cared_for() -> list[Field]:
    """By whom, and what is known besides."""
    return [
        _own("lifecycle", _("Lifecycle"), "choice", choices=_lifecycles, group=_CARE, words=("status", "stage")),
        _own("owner", _("Owner"), "user", sort="", group=_CARE, words=("owner", "assigned to", "salesperson")),
        _own("team", _("Team"), "team", sort="", group=_CARE),
        Field(
            name="tags", label=_("Tags"), type="tags", path="tags", setting="tags", importable=True, group=_CARE,
            words=("tags", "labels", "categories", "groups"),
        ),
        Field(
            name="last_touched_at", label=_("Last contact"), type="datetime", path="last_touched_at",
            sort="last_touched_at", group=_FACTS,
        ),
        Field(
            name="last_touched_by", label=_("Last contact by"), type="user", path="last_touched_by", group=_FACTS
        ),
        Field(
            name="days_without_contact", label=_("Days without contact"), type="number",
            path="days_without_contact", sort="-last_touched_at", annotate=days_without_contact, group=_FACTS,
        ),
        Field(
            name="next_step_due_at", label=_("Next step due"), type="datetime", path="next_step_due_at",
            sort="next_step_due_at", group=_FACTS,
        ),
        _own("language", _("Language"), "language", sort="", group=_FACTS, words=("language", "ভাষা", "மொழி")),
        _own("time_zone", _("Time zone"), "time_zone", sort="", group=_FACTS),
        _own("source", _("Source"), sort="", group=_FACTS, words=("source", "lead source")),
        _own("note", _("Note"), "long_text", sort="", group=_FACTS, words=("notes", "description", "comments")),
        _own("culture_note", _("Culture note"), "long_text", sort="", group=_FACTS),
        Field(
            name="external_id", label=_("Id in another system"), path="external_ids__external_id",
            importable=True, group=_FACTS, words=("id", "external id", "record id"),
        ),
        Field(name="created_at", label=_("Created"), type="datetime", path="created_at", sort="created_at", group=_FACTS),
        Field(name="created_by", label=_("Created by"), type="user", path="created_by", group=_FACTS),
        Field(name="updated_at", label=_("Changed"), type="datetime", path="updated_at", sort="updated_at", group=_FACTS),
    ]  # fmt: skip


def _contact_fields() -> list[Field]:
    return [
        _own(
            "full_name", _("Name"), sort="sort_key", group=_NAME,
            words=("name", "full name", "contact name", "display name", "নাম", "பெயர்"),
        ),
        _own("given_name", _("Given name"), sort="", group=_NAME, words=("first name", "given name", "forename")),
        _own("family_name", _("Family name"), sort="", group=_NAME, words=("last name", "family name", "surname")),
        _own("nickname", _("Nickname"), sort="", group=_NAME, words=("nickname", "ডাকনাম")),
        _own("name_prefix", _("Name prefix"), sort="", group=_NAME, words=("prefix", "salutation", "title")),
        _own("name_suffix", _("Name suffix"), sort="", group=_NAME, words=("suffix",)),
        _own("sort_as", _("Sort as"), sort="", group=_NAME),
        _own("form_of_address", _("Form of address"), sort="", group=_NAME),
        Field(
            name="other_name", label=_("Other name"), path="other_names__name", setting="other_names",
            importable=True, group=_NAME,
        ),
        _own(
            "company", _("Company"), "link", sort="company__sort_key", group=_WORK, related_permission=_SEE_COMPANIES,
            words=("company", "account", "account name", "organization", "organisation", "প্রতিষ্ঠান", "நிறுவனம்"),
        ),
        Field(
            name="company_name", label=_("Company name"), path="company__name", sort="company__sort_key",
            group=_WORK, related_permission=_SEE_COMPANIES,
        ),
        Field(name="company_industry", label=_("Company's industry"), path="company__industry", group=_WORK, related_permission=_SEE_COMPANIES),
        Field(name="company_city", label=_("Company's city"), path="company__city", group=_WORK, related_permission=_SEE_COMPANIES),
        Field(
            name="company_lifecycle", label=_("Company's lifecycle"), type="choice", path="company__lifecycle",
            choices=_lifecycles, group=_WORK, related_permission=_SEE_COMPANIES,
        ),
        _own("job_title", _("Job title"), sort="", group=_WORK, words=("title", "job title", "position", "designation", "পদবি")),
        _own("department", _("Department"), sort="", group=_WORK),
        *_shared(),
        _own("birthday", _("Birthday"), "date", sort="", group=_FACTS, words=("birthday", "date of birth", "dob", "জন্মদিন")),
        _own(
            "national_id", _("National id"), sort="", masked_by="customers.see_national_ids", on_request=True, group=_FACTS,
            words=("national id", "nid", "aadhaar", "passport"),
        ),
    ]  # fmt: skip


def _company_fields() -> list[Field]:
    return [
        _own(
            "name", _("Name"), sort="sort_key", group=_NAME,
            words=("name", "company", "company name", "account name", "organization name"),
        ),
        _own("legal_name", _("Legal name"), sort="", group=_NAME),
        Field(
            name="other_name", label=_("Other name"), path="other_names__name", setting="other_names",
            importable=True, group=_NAME,
        ),
        _own("website", _("Website"), "url", sort="", group=_REACH, words=("website", "url", "web", "domain")),
        _own("industry", _("Industry"), sort="", group=_FACTS, words=("industry", "sector")),
        _own("employees", _("Employees"), "number", sort="", group=_FACTS, words=("employees", "number of employees")),
        _own("registration_number", _("Registration number"), sort="", group=_FACTS),
        _own(
            "parent", _("Parent company"), "link", sort="", group=_WORK, related_permission=_SEE_COMPANIES,
            words=("parent", "parent account", "subsidiary of"),
        ),
        *_shared(),
    ]  # fmt: skip


def _contact_url(record: Any) -> str:
    return record_address("customers:contact", getattr(record, "pk", record))


def _company_url(record: Any) -> str:
    return record_address("customers:company", getattr(record, "pk", record))


CONTACT = RecordKind(
    name="contact",
    has_face=True,
    label=_("Contact"),
    plural=_("Contacts"),
    icon="users",
    model=Contact,
    view_permission="customers.view_contact",
    change_permission="customers.change_contact",
    create_permission="customers.create_contact",
    url=_contact_url,
    list_url_name="customers:contacts",
    new_url_name="customers:contact_new",
    fields=_contact_fields(),
    default_columns=(
        "full_name",
        "company",
        "phone",
        "mail",
        "owner",
        "last_touched_at",
        "next_step_due_at",
        "tags",
    ),
    default_sort="full_name",
    change=change_contact,
    unmasked=may_see,
    empty_text=_(
        "People you sell to, help or write to. Create the first one, or import a spreadsheet or an export of another system."
    ),
    custom_fields=True,
    search_hint=_("Name in any script, phone, mail or company"),
)
COMPANY = RecordKind(
    name="company",
    has_face=True,
    label=_("Company"),
    plural=_("Companies"),
    icon="building-2",
    model=Company,
    view_permission="customers.view_company",
    change_permission="customers.change_company",
    create_permission="customers.create_company",
    url=_company_url,
    list_url_name="customers:companies",
    new_url_name="customers:company_new",
    fields=_company_fields(),
    default_columns=(
        "name",
        "industry",
        "city",
        "phone",
        "owner",
        "last_touched_at",
        "next_step_due_at",
        "tags",
    ),
    default_sort="name",
    change=change_company,
    unmasked=may_see,
    empty_text=_("Firms, offices and households your contacts belong to."),
    custom_fields=True,
    search_hint=_("Name of a company in any script, phone, mail or website"),
)
