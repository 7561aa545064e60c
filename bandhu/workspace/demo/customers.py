"""The customers: companies, people, how to reach them, how they stand to each other, and some who are in the book twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db import models

from bandhu.customers.models import (
    AlternativeName,
    Company,
    Contact,
    EmailAddress,
    ExternalId,
    Lifecycle,
    Phone,
    PostalAddress,
    Relation,
    SocialHandle,
    Tag,
)
from bandhu.identity.models import User
from bandhu.platform.ids import new_id
from bandhu.platform.mail_addresses import mail_key
from bandhu.platform.person_names import suggest_parts
from bandhu.platform.sort_keys import sort_key
from bandhu.platform.texts import fold
from bandhu.workspace.demo.office import Office
from bandhu.workspace.demo.people import Inventor, Person
from bandhu.workspace.demo.words import Place, notes, word_lists

MONTHS_BACK = 18
TWICE_IN_THE_BOOK = 40
_LIFECYCLES = [Lifecycle.CUSTOMER] * 11 + [Lifecycle.LEAD] * 4 + [Lifecycle.PROSPECT] * 4 + [Lifecycle.FORMER]
_SOURCES = ("Trade fair Dhaka", "Website", "Recommendation", "Walk-in", "Pongal fair Chennai", "Facebook", "")
_CHANNELS = ("phone", "phone", "whatsapp", "mail", "", "")
_FORMS = {"bn": ("জনাব", "জনাবা"), "ta": ("திரு", "திருமதி"), "en": ("mr", "ms")}


@dataclass
class Book:
    """Everything about customers, as rows that wait to be copied in; `places` and `languages` by the id of the contact."""

    office: Office
    rng: Random
    now: datetime
    rows: dict[type[models.Model], list[Any]] = field(default_factory=dict)
    companies: list[Company] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    people: dict[Any, Person] = field(default_factory=dict)
    places: dict[Any, Place] = field(default_factory=dict)
    tags: list[Tag] = field(default_factory=list)

    def add(self, row: models.Model) -> None:
        """Keep a row until everything is copied in."""
        self.rows.setdefault(type(row), []).append(row)

    def past_moment(self, most_days: int = MONTHS_BACK * 30) -> datetime:
        """Some moment of the last months, rather lately."""
        return self.now - timedelta(
            seconds=self.rng.triangular(3_600, most_days * 86_400, most_days * 30_000)
        )


def invent_customers(office: Office, rng: Random, now: datetime, *, people: int, companies: int) -> Book:
    """Companies first, then the people in them, then relations between them and the ones entered twice."""
    book = Book(office, rng, now)
    inventor = Inventor(rng, now.date())
    for name, tone in word_lists()["tags"]:
        book.tags.append(Tag(id=new_id(), name=name, key=fold(name), tone=tone))
    for number in range(companies):
        _invent_company(book, inventor, number)
    twice = min(TWICE_IN_THE_BOOK, people // 20)
    for _number in range(people - twice):
        _invent_contact(book, inventor.person(), inventor)
    for original in rng.sample(book.contacts, twice):
        _enter_again(book, original, inventor)
    _relate(book)
    return book


def _invent_company(book: Book, inventor: Inventor, number: int) -> None:
    rng, lists = book.rng, word_lists()
    place = rng.choices(inventor.places, inventor.weights)[0]
    script = {"chennai": "ta", "colombo": "ta", "abroad": "en"}.get(place.branch, "bn")
    script = "en" if rng.random() < 0.25 else script
    first, second = rng.choice(lists[f"{script}_first"]), rng.choice(lists[f"{script}_second"])
    latin = f"{first[1]} {second[1]}"
    town = place.city[1] if any(company.legal_name.startswith(latin) for company in book.companies) else ""
    name = " ".join(filter(None, [first[0], second[0], place.city[0] if town else ""]))
    domain = f"{latin.lower().replace(' ', '-').replace('&', 'and')}-{number + 1}.example.com"
    moment = book.past_moment()
    owner = rng.choice(book.office.carers[place.branch])
    company = Company(
        id=new_id(moment), name=name, legal_name=" ".join(filter(None, [latin, town, "Ltd."])), sort_key=sort_key(name),
        website=f"https://{domain}", domain=domain, industry=rng.choice(lists["industries"])[0],
        employees=rng.choice((3, 5, 8, 12, 20, 45, 120, 300)), registration_number=f"TL-{rng.randrange(10**6):06d}",
        lifecycle=rng.choice(_LIFECYCLES), owner=owner, team=book.office.teams[place.branch],
        language="en" if script == "en" else script, time_zone=place.zone, source=rng.choice(_SOURCES),
        created_at=moment, updated_at=moment, created_by=owner,
    )  # fmt: skip
    if number > 20 and rng.random() < 0.06:
        company.parent = rng.choice(book.companies[:20])
    book.companies.append(company)
    book.places[company.pk] = place
    _reach(
        book,
        company,
        place,
        inventor.phone(place.country),
        f"info@{domain}",
        inventor.street(script, place, script != "en"),
        script,
    )
    if latin != name:
        book.add(AlternativeName(company=company, name=company.legal_name, kind="other_script"))
    _tag(book, company, 0.5)


def _invent_contact(book: Book, person: Person, inventor: Inventor) -> Contact:
    rng = book.rng
    moment = book.past_moment()
    owner = rng.choice(book.office.carers[person.place.branch])
    contact = Contact(
        full_name=person.name, lifecycle=rng.choice(_LIFECYCLES), owner=owner, source=rng.choice(_SOURCES),
        birthday=person.birthday, preferred_channel=rng.choice(_CHANNELS),
    )  # fmt: skip
    _complete(contact, person, moment, book)
    if rng.random() < 0.55:
        _employ(book, contact, person, inventor)
    if rng.random() < 0.3:
        contact.note, contact.culture_note = rng.choice(notes()[_told_in(person.language)])
    if rng.random() < 0.35:
        contact.form_of_address = _FORMS[_told_in(person.language)][person.female]
    if person.place.country == "BD" and rng.random() < 0.2:
        contact.national_id = f"{rng.randrange(10**9, 10**10)}"
    _keep(book, contact, person)
    _reach(
        book,
        contact,
        person.place,
        person.phone,
        person.mail,
        person.street,
        person.language if person.is_native else "en",
    )
    if rng.random() < 0.12:
        book.add(Phone(contact=contact, label="home", number=inventor.phone(person.place.country)))
    if person.other and rng.random() < 0.8:
        book.add(AlternativeName(contact=contact, name=person.other, kind="other_script"))
    if rng.random() < 0.15:
        book.add(
            SocialHandle(
                contact=contact,
                network=rng.choice(("whatsapp", "facebook", "linkedin")),
                handle=person.mail.split("@")[0],
            )
        )
    if rng.random() < 0.2:
        book.add(
            ExternalId(contact=contact, source="old-books", external_id=f"K{10_000 + len(book.contacts)}")
        )
    _tag(book, contact, 0.4)
    return contact


def _complete(contact: Contact, person: Person, moment: datetime, book: Book) -> None:
    parts = suggest_parts(contact.full_name)
    contact.id = new_id(moment)
    contact.name_prefix, contact.given_name = parts.prefix, parts.given
    contact.family_name, contact.name_suffix = parts.family, parts.suffix
    contact.sort_key = sort_key(contact.full_name)
    contact.language, contact.time_zone = person.language, person.place.zone
    contact.team = book.office.teams[person.place.branch]
    contact.created_at = contact.updated_at = moment
    contact.created_by = contact.owner


def _employ(book: Book, contact: Contact, person: Person, inventor: Inventor) -> None:
    near = [company for company in book.companies if book.places[company.pk].branch == person.place.branch]
    if not near:
        return
    # A few firms are large: most people are in the first of the list.
    company = near[int(len(near) * book.rng.random() ** 1.7)]
    contact.company = company
    contact.job_title = book.rng.choice(word_lists()[f"titles_{_told_in(person.language)}"])[0]
    if book.rng.random() < 0.7:
        person.mail = inventor.mail(person.latin, company.domain)


def _enter_again(book: Book, original: Contact, inventor: Inventor) -> None:
    """The same person once more, as another colleague would enter them: other script or spelling, other details missing."""
    person, rng = book.people[original.pk], book.rng
    name = (
        person.respelt
        if person.respelt != person.latin and rng.random() < 0.5
        else (person.other or person.respelt)
    )
    moment = min(original.created_at + timedelta(days=rng.randrange(5, 120)), book.now - timedelta(hours=3))
    contact = Contact(
        full_name=name,
        lifecycle=Lifecycle.LEAD,
        owner=rng.choice(book.office.carers[person.place.branch]),
        source="Website",
    )
    _complete(contact, person, moment, book)
    _keep(book, contact, person)
    same_phone = rng.random() < 0.6
    phone = person.phone if same_phone else inventor.phone(person.place.country)
    mail = person.mail if not same_phone or rng.random() < 0.3 else ""
    _reach(book, contact, person.place, phone, mail, person.street if rng.random() < 0.5 else "", "en")


def _keep(book: Book, contact: Contact, person: Person) -> None:
    book.contacts.append(contact)
    book.people[contact.pk] = person
    book.places[contact.pk] = person.place


def _reach(
    book: Book, record: Contact | Company, place: Place, phone: str, mail: str, street: str, script: str
) -> None:
    """Phone, mail and address rows of a record, and the columns of its own that repeat them in lists."""
    side: dict[str, Any] = {"contact": record} if isinstance(record, Contact) else {"company": record}
    native = script not in ("en", "si", "hi")
    record.primary_phone, record.primary_mail = phone, mail
    record.city, record.country = place.city[1], place.country
    book.add(
        Phone(
            **side,
            label="mobile" if isinstance(record, Contact) else "work",
            number=phone,
            as_typed=phone,
            is_primary=True,
        )
    )
    if mail:
        book.add(EmailAddress(**side, label="work", address=mail, key=mail_key(mail), is_primary=True))
    if street:
        book.add(
            PostalAddress(
                **side, label="work", country=place.country, region=place.region, city=place.city[1],
                district=place.area[0] if native else place.area[1], postcode=place.postcode, street=street, is_primary=True,
            )
        )  # fmt: skip


def _tag(book: Book, record: Contact | Company, chance: float) -> None:
    if book.rng.random() >= chance:
        return
    through: Any = type(record).tags.through
    column = "contact_id" if isinstance(record, Contact) else "company_id"
    for tag in book.rng.sample(book.tags, book.rng.choice((1, 1, 2))):
        book.add(through(**{column: record.pk, "tag_id": tag.pk}))


def _relate(book: Book) -> None:
    """Who decides, who reports to whom, families, recommendations; firms that supply and belong to each other."""
    rng, role = book.rng, Relation.Role
    by_company: dict[Any, list[Contact]] = {}
    for contact in book.contacts:
        if contact.company_id:
            by_company.setdefault(contact.company_id, []).append(contact)
    for company_id, people in by_company.items():
        head = people[0]
        book.add(
            Relation(role=role.DECIDES_FOR, from_contact=head, to_company_id=company_id, title=head.job_title)
        )
        for other in people[1:4]:
            book.add(Relation(role=role.REPORTS_TO, from_contact=other, to_contact=head))
    for _number in range(len(book.contacts) // 15):
        one, other = rng.sample(book.contacts, 2)
        kind = rng.choice((role.HOUSEHOLD, role.RELATIVE, role.REFERRED_BY, role.REFERRED_BY))
        book.add(Relation(role=kind, from_contact=one, to_contact=other))
    for _number in range(len(book.companies) // 6):
        first, second = rng.sample(book.companies, 2)
        book.add(
            Relation(role=rng.choice((role.SUPPLIES, role.PARTNER_OF)), from_company=first, to_company=second)
        )


def _told_in(language: str) -> str:
    """The language the house talks in to somebody: texts exist in three."""
    return language if language in ("bn", "ta") else "en"


def colleagues(book: Book, contact: Contact) -> Iterable[User]:
    """Who may have written with this customer: those who look after the branch."""
    return book.office.carers[book.places[contact.pk].branch]
