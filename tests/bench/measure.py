"""Measures pages, search and writing on a book made by `generate`.

    python -m tests.bench.measure --data .data-bench [--json FILE]

Pages are asked of Django in this process, with all middleware, as an administrator and as a sales person whose reach is a team;
times are those of the whole request in the server, database included, network left out, once PostgreSQL has the book in memory
as far as its cache reaches.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.bench.meter import Figure, measure
from tests.bench.server import running_database, warm

SEED = 7
ASKED = 65


def main() -> None:
    """Read the arguments, measure, print, and write the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default=".data-bench")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with running_database(options.data, migrate=True):
        warm(options.data)
        found = measure_all()
    if options.json:
        options.json.write_text(json.dumps(found, indent=1))


def measure_all() -> dict[str, Any]:
    """Every figure for the database Django is connected to; prints each as it comes."""
    from bandhu.customers.models import Contact
    from bandhu.interactions.models import Interaction

    bench = Bench()
    figures: list[Figure] = []
    for make in (bench.lists, bench.records, bench.searches, bench.writing, bench.interface):
        for figure in make():
            figures.append(figure)
            print(
                f"{figure.name:58} p50 {figure.p50:7.1f}  p95 {figure.p95:7.1f} ms   "
                f"cpu {figure.cpu:6.1f} + {figure.database_cpu:6.1f} ms  {figure.note}",
                flush=True,
            )
    return {
        "contacts": Contact.objects.count(),
        "interactions": Interaction.objects.count(),
        "figures": [figure.plain for figure in figures],
        "bytes": bench.page_bytes(),
    }


class Bench:
    """Somebody who sees everything, somebody who sees a team, and what they ask for."""

    def __init__(self) -> None:
        from django.conf import settings
        from django.test import Client

        from bandhu.customers.models import Contact
        from bandhu.identity.models import User

        settings.ALLOWED_HOSTS = ["*"]
        self.rng = random.Random(SEED)
        self.everything = User.objects.get(email="nasrin@bandhu.example.com")
        self.team = User.objects.get(email="rafiq@bandhu.example.com")
        self.clients = {}
        for user in (self.everything, self.team):
            self.clients[user.pk] = Client(headers={"accept-encoding": "gzip"})
            self.clients[user.pk].force_login(user)
        self.size = Contact.objects.count()

    def lists(self) -> list[Figure]:
        """The first page by name, and pages deep inside by name and by another column."""
        return [
            self._page("list by name, first page", ["/contacts/"] * ASKED),
            self._page("list by name, first page, reach of a team", ["/contacts/"] * ASKED, self.team),
            self._page("list by name, anywhere inside", self._deep("sort_key", "full_name")),
            self._page(
                "rows of the list alone, as they follow by scrolling",
                self._deep("sort_key", "full_name"),
                fragment=True,
            ),
            self._page("list by city, deep page", self._deep("city", "city")),
            self._page("list by last contact, deep page", self._deep("-last_touched_at", "-last_touched_at")),
        ]

    def records(self) -> list[Figure]:
        """The page of a contact with its timeline: the page, then the panels it loads, as one operation."""
        any_contact = self._contacts("random")
        return [
            self._page("record page, without panels", [f"/contacts/{pk}/" for pk in any_contact]),
            self._page("timeline panel", [f"/contacts/{pk}/timeline/" for pk in any_contact], fragment=True),
            self._together("record page and timeline", self._contacts("random")),
            self._together("record page and timeline, longest timelines", self._contacts("busy")),
        ]

    def searches(self) -> list[Figure]:
        """The box at the top, by what people type into it."""
        from bandhu.platform.queries import search

        asked = self._questions()
        return [
            measure(f"search: {kind}", lambda text: search(self.everything, text), texts)
            for kind, texts in asked.items()
        ] + [
            measure(
                "search: name, reach of a team",
                lambda text: search(self.team, text),
                asked["full name"][::-1],
            )
        ]

    def writing(self) -> list[Figure]:
        """A note on the timeline through the write door, and through the page."""
        from bandhu.customers.models import Contact
        from bandhu.interactions.actions import log_interaction

        contacts = list(Contact.objects.filter(pk__in=self._contacts("random")))
        client = self.clients[self.everything.pk]

        def write(contact: Contact) -> None:
            log_interaction(
                contact,
                actor=self.everything,
                kind="note",
                body="Called about the delivery, will call again.",
            )

        def post(contact: Contact) -> None:
            answer = client.post(
                f"/contacts/{contact.pk}/interactions/",
                {"kind": "note", "body": "Called about it."},
                headers=_HTMX,
            )
            assert answer.status_code == 200, answer.content[:500]

        return [
            measure("create an interaction, write door", write, contacts),
            measure("create an interaction, page", post, contacts),
        ]

    def interface(self) -> list[Figure]:
        """The same through the REST API: what other systems are compared by, since theirs is data too and no page."""
        from django.test import Client

        from bandhu.identity.actions import create_token

        _token, secret = create_token(self.everything, actor=self.everything, name="bench")
        client = Client(headers={"authorization": f"Bearer {secret}", "host": "localhost"})
        contacts = self._contacts("random")
        get = _getter(client, False)

        def record(pk: Any) -> None:
            get(f"/api/v1/contacts/{pk}")
            get(f"/api/v1/contacts/{pk}/timeline?limit=30")

        def write(pk: Any) -> None:
            note = {"contact_id": str(pk), "kind": "note", "body": "Called about the delivery."}
            answer = client.post("/api/v1/interactions", json.dumps(note), content_type="application/json")
            assert answer.status_code == 201, answer.content[:500]

        names = self._questions()["full name"]
        return [
            measure("API: 50 contacts by name", get, ["/api/v1/contacts?limit=50"] * ASKED),
            measure(
                "API: 50 contacts by city, descending", get, ["/api/v1/contacts?limit=50&sort=-city"] * ASKED
            ),
            measure(
                "API: search by name", get, [f"/api/v1/contacts?limit=20&q={quote(name)}" for name in names]
            ),
            measure("API: contact and 30 entries of its timeline", record, contacts),
            measure("API: create an interaction", write, contacts[::-1]),
        ]

    def page_bytes(self) -> dict[str, int]:
        """What the first view of a page sends, compressed, its styles and scripts left out."""
        client = self.clients[self.everything.pk]
        return {
            path: len(gzip.compress(client.get(path, headers={"accept-encoding": "identity"}).content))
            for path in ("/", "/contacts/")
        }

    def _page(self, name: str, paths: list[str], user: Any = None, fragment: bool = False) -> Figure:
        client = self.clients[(user or self.everything).pk]
        return measure(name, _getter(client, fragment), paths)

    def _together(self, name: str, contacts: list[Any]) -> Figure:
        client = self.clients[self.everything.pk]
        page, panel = _getter(client, False), _getter(client, True)

        def both(pk: Any) -> None:
            page(f"/contacts/{pk}/")
            panel(f"/contacts/{pk}/timeline/")

        return measure(name, both, contacts)

    def _deep(self, order: str, sort: str) -> list[str]:
        """Addresses of pages that begin after a row drawn by lot."""
        from bandhu.customers.models import Contact
        from bandhu.platform.paging import FORTH, _ending_in_id, _written

        rows = Contact.objects.filter(pk__in=self._contacts("random"))
        return [
            f"/contacts/?sort={sort}&after={_written(FORTH, row, _ending_in_id([order]))}" for row in rows
        ]

    def _contacts(self, which: str) -> list[Any]:
        """Ids of contacts: any, or those with the longest timelines."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(_BUSY_CONTACTS if which == "busy" else _ANY_CONTACTS, [ASKED])
            found = [row[0] for row in cursor.fetchall()]
        self.rng.shuffle(found)
        return found

    def _questions(self) -> dict[str, list[str]]:
        from bandhu.customers.models import AlternativeName, Contact

        contacts = list(Contact.objects.filter(pk__in=self._contacts("random")))
        others = list(
            AlternativeName.objects.filter(contact__in=self._contacts("random")).values_list(
                "name", flat=True
            )
        )
        while len(others) < ASKED:
            others += others or ["Rahman"]
        names = [contact.full_name for contact in contacts]
        return {
            "full name": names,
            "part of a name": [name.split()[-1][: max(3, len(name.split()[-1]) - 2)] for name in names],
            "one common word": (["Rahman", "রহমান", "Das", "Lakshmi", "முருகன்", "Islam", "Khan"] * ASKED)[
                :ASKED
            ],
            "other script": others[:ASKED],
            "misspelt": [_misspelt(name, self.rng) for name in names],
            "phone digits": [contact.primary_phone[-7:] for contact in contacts],
            "mail": [contact.primary_mail for contact in contacts],
            "nothing like it": [f"qxzw{number} vvkj" for number in range(ASKED)],
            "word of an interaction": [f"B{self.rng.randrange(5 * self.size)}" for _ in range(ASKED)],
        }


_HTMX = {"HX-Request": "true", "accept-encoding": "identity"}
# Ids are drawn evenly without sorting the whole table: a little too many rows by lot, then as many as asked.
_ANY_CONTACTS = """
    SELECT id FROM customers_contact WHERE random() < 400.0 / (SELECT count(*) FROM customers_contact)
    LIMIT %s
"""

_BUSY_CONTACTS = "SELECT contact_id FROM interactions_interaction GROUP BY 1 ORDER BY count(*) DESC LIMIT %s"


def _getter(client: Any, fragment: bool) -> Callable[[str], None]:
    def get(path: str) -> None:
        answer = client.get(path, headers=_HTMX if fragment else None)
        assert answer.status_code == 200, (path, answer.status_code)

    return get


def _misspelt(name: str, rng: random.Random) -> str:
    """Two neighbouring letters of the longest word changed places."""
    word = max(name.split(), key=len)
    if len(word) < 4:
        return name
    at = rng.randrange(1, len(word) - 2)
    return name.replace(word, word[:at] + word[at + 1] + word[at] + word[at + 2 :])


if __name__ == "__main__":
    main()
