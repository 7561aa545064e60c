"""Who an enquiry is from: somebody in the book, or a new contact; never a second copy of the same person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from bandhu.customers.actions import create_company, create_contact
from bandhu.customers.actions.writing import Kind, change
from bandhu.customers.models import Company, Contact, Lifecycle
from bandhu.customers.queries.companies import company_called
from bandhu.customers.queries.duplicates import possible_duplicates
from bandhu.platform.mail_addresses import mail_key
from bandhu.platform.phone_numbers import PhoneNumberError, parse_phone_number
from bandhu.platform.texts import clean_line, fold

# One of them must agree before an enquiry is put to somebody without anyone looking.
_PROOFS = {"same_mail", "same_phone"}


def contact_behind(
    person: Mapping[str, Any], *, actor: Any, owner: Any, team: Any, anew: bool = False
) -> Contact:
    """The contact of the book that `person` most likely is, else a new one; as `contact_found_or_made`."""
    return contact_found_or_made(person, actor=actor, owner=owner, team=team, anew=anew)[0]


def contact_found_or_made(
    person: Mapping[str, Any], *, actor: Any, owner: Any, team: Any, anew: bool = False
) -> tuple[Contact, bool]:
    """The contact of the book that `person` (full_name, mail, phone, country, language, company, job_title, city) most likely is, else a new one; and whether it is new.

    What is known of somebody is never changed here: whoever writes a form has proved nothing. A new one works for the company of that
    name, which is made where there is none. With `anew` somebody has looked, and
    it is nobody of the book. Raises ValidationError by field.
    """
    name = clean_line(person.get("full_name") or "", 300)
    country = person.get("country") or settings.DEFAULT_COUNTRY
    mail = clean_line(person.get("mail") or "", 254)
    phone = _international(clean_line(person.get("phone") or "", 100), country)
    if not (name or mail or phone):
        raise ValidationError({"full_name": _("Say who this is from: a name, a mail address or a number.")})
    _wait_for(mail, phone)
    suspects = (
        []
        if anew
        else possible_duplicates(
            actor, name=name, mails=[mail] if mail else [], phones=[phone] if phone else [], country=country
        )
    )
    proved = [one for one in suspects if _PROOFS & set(one.reasons)]
    for one in proved:
        if one.likely:
            return one.record, False
    if not name and len(proved) == 1:
        # A number alone says little among names; where no name is told, it is whoever has it.
        return proved[0].record, False
    return _create(name or mail or phone, mail, phone, person, actor, owner, team), True


def give_nobodys(
    customer: Kind, *, actor: Any, owner: Any = None, team: Any = None, is_team_given: bool = False
) -> Kind:
    """Whoever deals with somebody must see them: a customer who has neither owner nor team gets these, any other stays as it is.

    With `is_team_given` a team alone counts for nothing: it was only given when the customer was made a moment ago.
    """
    if customer.deleted_at is not None or customer.owner_id is not None:
        return customer
    if customer.team_id is not None and not is_team_given:
        return customer
    given = {name: one for name, one in (("owner", owner), ("team", team)) if one is not None}
    return change(customer, given, actor=actor, version=None) if given else customer


def _wait_for(mail: str, phone: str) -> None:
    """Two enquiries of one new person at the same moment: the second one waits, and finds the first one's contact."""
    for text in filter(None, (mail_key(mail) or "", phone)):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 8))", [text])


def _company(name: str, actor: Any, owner: Any, team: Any) -> Company | None:
    """Of this name as people write it (case and spaces aside), the oldest one; else a new one."""
    if not name:
        return None
    _wait_for("", fold(name))
    known = company_called(actor, name)
    if known is not None:
        return known
    try:
        return create_company(
            actor=actor, name=name, in_passing=True, owner=owner, team=team, lifecycle=Lifecycle.LEAD
        )
    except ValidationError as problem:
        raise ValidationError({"company": problem.messages}) from None


def _international(phone: str, country: str) -> str:
    """The number with its country; what is no number stays as typed, and is refused with a reason where it is written."""
    try:
        return parse_phone_number(phone, country).e164 if phone else ""
    except PhoneNumberError:
        return phone


def _create(
    name: str, mail: str, phone: str, person: Mapping[str, Any], actor: Any, owner: Any, team: Any
) -> Contact:
    city = clean_line(person.get("city") or "", 120)
    try:
        return create_contact(
            actor=actor,
            full_name=name,
            in_passing=True,
            mails=[mail] if mail else [],
            phones=[phone] if phone else [],
            addresses=[{"city": city, "country": person.get("country") or ""}] if city else [],
            company=_company(clean_line(person.get("company") or "", 200), actor, owner, team),
            job_title=clean_line(person.get("job_title") or "", 120),
            language=person.get("language") or "",
            owner=owner,
            team=team,
            lifecycle=Lifecycle.LEAD,
        )
    except ValidationError as problem:
        raise ValidationError(_by_our_names(problem)) from None


def _by_our_names(problem: ValidationError) -> dict[str, list[str]]:
    """ "mails.0" is the one mail that was asked for."""
    names = {
        "mails.0": "mail",
        "phones.0": "phone",
        "mails": "mail",
        "phones": "phone",
        "addresses.0": "city",
    }
    return {names.get(name, name): texts for name, texts in problem.message_dict.items()}
