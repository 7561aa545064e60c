"""The rows of the bench's book, written into one file per table in a single pass over the people."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from bandhu.customers.models import AlternativeName, Company, Contact, EmailAddress, Phone, PostalAddress, Tag
from bandhu.interactions.models import FollowUp, Interaction
from bandhu.platform.ids import new_id
from bandhu.platform.models import SearchEntry, SearchWord
from bandhu.platform.registries import SearchDocument
from bandhu.platform.search.keys import entry_of, word_row
from bandhu.platform.sort_keys import sort_key
from bandhu.platform.texts import fold
from bandhu.privacy.models import Consent, Purpose
from bandhu.workspace.demo.office import Office
from bandhu.workspace.demo.words import word_lists
from tests.bench.bulk_tables import Columns, array_text
from tests.bench.invented import END, Stream, Texts

_LIFECYCLES = ["customer"] * 11 + ["lead"] * 4 + ["prospect"] * 4 + ["former"]
_POINT = ("id", "contact_id", "company_id", "is_primary")
_RECORD = (
    "id", "sort_key", "lifecycle", "owner_id", "team_id", "language", "time_zone", "primary_mail", "primary_phone", "city", "country",
    "last_touched_at", "last_touched_by_id", "next_step_due_at", "created_at", "updated_at", "created_by_id",
)  # fmt: skip
COLUMNS: dict[str, Columns] = {
    "company": Columns(Company, *_RECORD, "name", "domain", "website", "industry", "employees"),
    "contact": Columns(Contact, *_RECORD, "full_name", "given_name", "family_name", "company_id", "job_title"),
    "phone": Columns(Phone, *_POINT, "number", "label"),
    "mail": Columns(EmailAddress, *_POINT, "address", "key"),
    "address": Columns(PostalAddress, *_POINT, "country", "city", "district", "postcode", "street"),
    "other_name": Columns(AlternativeName, "id", "contact_id", "company_id", "name", "kind"),
    "tagged": Columns(Contact.tags.through, "contact_id", "tag_id"),
    "interaction": Columns(
        Interaction, "id", "kind", "direction", "occurred_at", "contact_id", "company_id", "actor_id", "subject", "body",
        "department", "created_at", "words",
    ),
    "follow_up": Columns(FollowUp, "id", "contact_id", "what", "owner_id", "due_at", "state", "created_at"),
    "consent": Columns(Consent, "id", "contact_id", "purpose_id", "state", "changed_at"),
    "entry": Columns(SearchEntry, "record_id", "kind", "title", "detail", "other_names", "keys", "marks"),
    "word": Columns(SearchWord, "word", "sound", "keys"),
}  # fmt: skip
NULL = "\\N"


class Book:
    """A book of `contacts` people, drawn from `seed`; `office` has the users and teams."""

    def __init__(self, seed: int, contacts: int, office: Office) -> None:
        self.size = contacts
        self.stream = Stream(seed)
        self.rng = self.stream.rng
        self.office = office
        carers = {user.pk.hex: None for users in office.carers.values() for user in users}
        self.users = list(carers)
        self.user_teams = {user.pk.hex: user.team_id.hex for user in office.users if user.team_id}
        self.moments = [self.stream.moment() for _ in range(contacts)]
        self.ids = [self.stream.new_id(moment) for moment in self.moments]
        self.employers = array("i", (self._employer() for _ in range(contacts)))
        self.company_ids = [self.stream.new_id(self.stream.moment()) for _ in range(max(contacts // 10, 1))]
        self.company_names = [self.stream.company_name(number) for number in range(len(self.company_ids))]
        self.touched: dict[str, tuple[str, str]] = {}
        self.due: dict[str, str] = {}
        self.words: set[str] = set()

    def _employer(self) -> int:
        """The number of the company, smaller numbers being larger firms; -1 for none."""
        return int(max(self.size // 10, 1) * self.rng.random() ** 1.6) if self.rng.random() < 0.6 else -1

    def write(self, folder: Path, report: Callable[[str], None]) -> list[tuple[Columns, Path]]:
        """Write every table's file; returns them in the order they must be copied in."""
        with ExitStack() as open_files:
            files = {
                name: open_files.enter_context((folder / name).open("w", encoding="utf-8"))
                for name in COLUMNS
            }
            self.put = {name: _putter(files[name].write, COLUMNS[name]) for name in COLUMNS}
            self._write_interactions()
            report(f"{5 * self.size:,} interactions drawn")
            self._write_follow_ups()
            self._write_companies()
            self._write_contacts()
            for word in sorted(self.words):
                row = word_row(word)
                self.put["word"](row[0], row[1], array_text(row[2]))
            report("people and companies drawn")
        return [(COLUMNS[name], folder / name) for name in COLUMNS]

    def _write_interactions(self) -> None:
        rng, texts, put, count = self.rng, Texts(), self.put["interaction"], 5 * self.size
        company_hex = [self.company_ids[number] if number >= 0 else NULL for number in self.employers]
        for number, moment in enumerate(self.stream.moments(count)):
            # A fifth of the talk is with one contact in a hundred.
            who = int(self.size * (rng.random() ** 3 if rng.random() < 0.2 else rng.random()))
            at, by = moment.isoformat(), rng.choice(self.users)
            kind, direction, department, subject, body = texts.one(rng, number, "Karim")
            contact = self.ids[who]
            put(
                self.stream.new_id(moment), kind, direction, at, contact, company_hex[who], by, subject, body, department, at,
                texts.words(subject, body),
            )  # fmt: skip
            self.touched[contact] = (at, by)

    def _write_follow_ups(self) -> None:
        rng = self.rng
        for number in range(self.size // 5):
            contact = self.ids[rng.randrange(self.size)]
            due = END + timedelta(seconds=rng.randrange(-86_400 * 400, 86_400 * 60))
            state = "open" if due > END - timedelta(days=10) else "done"
            made = (due - timedelta(days=5)).isoformat()
            self.put["follow_up"](
                new_id(due - timedelta(days=5)).hex,
                contact,
                f"Call about order {number}",
                rng.choice(self.users),
                due.isoformat(),
                state,
                made,
            )
            if state == "open" and self.due.get(contact, "9") > due.isoformat():
                self.due[contact] = due.isoformat()

    def _write_companies(self) -> None:
        rng, industries = self.rng, [word[0] for word in word_lists()["industries"]]
        for number, (pk, name) in enumerate(zip(self.company_ids, self.company_names, strict=True)):
            place, domain = rng.choice(self.stream.places), f"firm{number}.example.com"
            phone, mail = _phone(place.country, rng.randrange(10**7)), f"info@{domain}"
            owner, industry = rng.choice(self.users), rng.choice(industries)
            self.put["company"](
                *self._record(pk, name, owner, place, mail, phone, self.stream.moment(), "en"),
                name, domain, f"https://{domain}", industry, str(rng.randrange(2, 900)),
            )  # fmt: skip
            self._reach(NULL, pk, phone, mail)
            self._index(
                "company",
                pk,
                [name],
                f"{industry} · {place.city[1]}",
                [f"firm{number}"],
                phone,
                [mail, f"@{domain}"],
                owner,
            )

    def _write_contacts(self) -> None:
        rng, stream = self.rng, self.stream
        purpose = Purpose.objects.get(key="marketing").pk.hex
        tags = [tag.pk.hex for tag in _tags()]
        titles = [word[0] for word in word_lists()["titles_en"]]
        for number, pk in enumerate(self.ids):
            (name, latin), place, moment = stream.full_name(), rng.choice(stream.places), self.moments[number]
            employer, owner = self.employers[number], rng.choice(self.users)
            company = self.company_ids[employer] if employer >= 0 else NULL
            firm = self.company_names[employer] if employer >= 0 else ""
            phone = _phone(place.country, number)
            mail = f"{latin.split()[0].lower()}.{number}@{f'firm{employer}.example.com' if employer >= 0 else 'example.org'}"
            given, _space, family = name.rpartition(" ")
            title = rng.choice(titles) if employer >= 0 else ""
            language = "en" if name.isascii() else "ta" if "\u0b80" <= name[0] <= "\u0bff" else "bn"
            self.put["contact"](
                *self._record(pk, name, owner, place, mail, phone, moment, language),
                name,
                given,
                family,
                company,
                title,
            )
            self._reach(pk, NULL, phone, mail)
            names = [name, latin] if latin != name else [name]
            if latin != name:
                self.put["other_name"](stream.new_id(moment), pk, NULL, latin, "other_script")
            if rng.random() < 0.5:
                self.put["address"](
                    stream.new_id(moment), pk, NULL, "t", place.country, place.city[1], place.area[1], place.postcode,
                    f"House {rng.randrange(1, 200)}, Road {rng.randrange(1, 40)}",
                )  # fmt: skip
            if rng.random() < 0.3:
                self.put["tagged"](pk, rng.choice(tags))
            if rng.random() < 0.3:
                self.put["consent"](stream.new_id(moment), pk, purpose, "given", moment.isoformat())
            detail = " · ".join(filter(None, (title, firm)))
            self._index("contact", pk, names, detail, [firm] if firm else [], phone, [mail], owner)

    def _record(
        self,
        pk: str,
        name: str,
        owner: str,
        place: Any,
        mail: str,
        phone: str,
        moment: datetime,
        language: str,
    ) -> tuple[str, ...]:
        at, by = self.touched.get(pk, (NULL, NULL))
        made = moment.isoformat()
        return (
            pk, f"\\\\x{sort_key(name).hex()}", self.rng.choice(_LIFECYCLES), owner, self.user_teams[owner], language, place.zone,
            mail, phone, place.city[1], place.country, at, by, self.due.get(pk, NULL), made, made, owner,
        )  # fmt: skip

    def _reach(self, contact: str, company: str, phone: str, mail: str) -> None:
        moment = END
        self.put["phone"](self.stream.new_id(moment), contact, company, "t", phone, "mobile")
        self.put["mail"](self.stream.new_id(moment), contact, company, "t", mail, mail)

    def _index(
        self,
        kind: str,
        pk: str,
        names: list[str],
        detail: str,
        words: list[str],
        phone: str,
        mails: list[str],
        owner: str,
    ) -> None:
        document = SearchDocument(
            record_id=UUID(pk), names=names, detail=detail, words=words, phones=[phone], mails=mails,
            owner_id=UUID(owner), team_id=UUID(self.user_teams[owner]),
        )  # fmt: skip
        entry = entry_of(kind, document)
        self.words.update(entry.words)
        self.put["entry"](
            pk,
            kind,
            entry.title,
            entry.detail,
            array_text(entry.other_names),
            array_text(entry.keys),
            entry.marks,
        )


def _putter(write: Callable[[str], Any], columns: Columns) -> Callable[..., None]:
    def put(*values: str) -> None:
        write(columns.line(*values))

    return put


def _phone(country: str, number: int) -> str:
    if country == "BD":
        return f"+88011{number:08d}"
    return f"+91984{number % 10**7:07d}" if country == "IN" else f"+9477{number % 10**7:07d}"


def _tags() -> Iterator[Tag]:
    for name, tone in word_lists()["tags"]:
        yield Tag.objects.get_or_create(key=fold(name), defaults={"name": name, "tone": tone})[0]
