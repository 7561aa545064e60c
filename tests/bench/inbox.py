"""Measures the inbox: its list by view, a conversation, the search in messages, a month's report.

    python -m tests.bench.inbox --data .data-bench/inbox [--conversations 1000000]

Conversations of three years with ten messages each are written by SQL, once, into a database of their own: three in a hundred are
open, one sleeps, one is spam. The words of the messages are drawn as words are in texts (a few are everywhere, most are rare).
Pages are asked of Django in this process, with all middleware, as a supervisor who sees everything and as a seller who sees a team.
"""

from __future__ import annotations

import argparse
import random
from datetime import date, timedelta
from itertools import accumulate
from typing import Any
from urllib.parse import quote

from tests.bench.meter import Figure, measure
from tests.bench.report import keep, table
from tests.bench.server import running_database

SEED, ASKED = 5, 45
TEXTS, VOCABULARY, WORDS = 20_000, 60_000, 40
AGENTS, CUSTOMERS, MESSAGES = 40, 200, 10
_LIMITS = {"inbox": 60, "conversation": 60, "search": 150, "report": 400}
# An id of version 7 made from a moment and a number.
_ID = """(lpad(to_hex((extract(epoch FROM {at}) * 1000)::bigint), 12, '0') || '7' || substr(md5({seed}), 1, 3)
         || '8' || substr(md5({seed}), 4, 15))::uuid"""


def main() -> None:
    """Read the arguments, fill what is missing, measure, keep the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default=".data-bench/inbox")
    parser.add_argument("--conversations", type=int, default=1_000_000)
    options = parser.parse_args()
    with running_database(options.data, migrate=True):
        fill(options.conversations)
        keep("inbox", "Inbox", inbox_text())


def fill(conversations: int) -> None:
    """Write the conversations with their messages, unless there are some."""
    from django.db import connection

    from bandhu.interactions.models import Conversation

    if Conversation.objects.exists():
        return
    _people()
    with connection.cursor() as cursor:
        _texts(cursor)
        cursor.execute("DROP INDEX IF EXISTS message_words")
        cursor.execute(_conversations_sql(), [conversations])
        cursor.execute(_messages_sql(), [MESSAGES - 1])
        cursor.execute("CREATE INDEX message_words ON interactions_message USING gin (words)")
        for name in ("conversation", "message"):
            cursor.execute(f"VACUUM ANALYZE interactions_{name}")


def _people() -> None:
    """Agents in ten teams, somebody who sees everything, and customers of the teams."""
    from bandhu.customers.actions import create_contact
    from bandhu.identity.models import Role, Team, User
    from bandhu.identity.ready_made import ensure_ready_made, system_user

    ensure_ready_made()
    teams = [Team.objects.create(name=f"Team {number}") for number in range(10)]
    for number in range(AGENTS):
        user = User.objects.create(
            email=f"agent{number}@example.com", full_name=f"Agent {number}", team=teams[number % 10]
        )
        user.roles.add(Role.objects.get(key="supervisor" if number == 0 else "sales"))
    for number in range(CUSTOMERS):
        create_contact(
            actor=system_user(),
            full_name=f"Customer {number}",
            mails=[f"c{number}@example.com"],
            team=teams[number % 10],
        )


def _texts(cursor: Any) -> None:
    """A table of texts to draw from, with their words as the search keeps them."""
    rng = random.Random(SEED)
    cursor.execute(
        "CREATE UNLOGGED TABLE IF NOT EXISTS bench_text (n int PRIMARY KEY, body text, words tsvector)"
    )
    weights = list(accumulate(1 / (rank + 1) for rank in range(VOCABULARY)))
    words = [f"w{rank}" for rank in range(VOCABULARY)]
    with cursor.copy("COPY bench_text (n, body) FROM STDIN") as copy:
        for number in range(TEXTS):
            copy.write_row((number, " ".join(rng.choices(words, cum_weights=weights, k=WORDS))))
    cursor.execute("UPDATE bench_text SET words = to_tsvector('simple', body)")


def _conversations_sql() -> str:
    at = _ID.format(at="facts.began", seed="'c' || facts.n")
    return f"""
        INSERT INTO interactions_conversation (id, channel, person_name, person_address, person_key, external_id, subject, language,
            labels, state, preview, message_count, last_message_at, active_at, last_incoming_at, waiting_since, details, created_at,
            version, contact_id, assignee_id, team_id, first_incoming_at, first_answered_at, closed_at)
        SELECT {at}, facts.channel, 'Customer', 'c@example.com', 'c@example.com', '', 'About order ' || facts.n, facts.language,
            CASE WHEN facts.n %% 17 = 0 THEN ARRAY['Invoice'] WHEN facts.n %% 203 = 0 THEN ARRAY['Urgent'] ELSE ARRAY[]::varchar[] END,
            facts.state, 'What the last message began with, about order ' || facts.n, 10, facts.last, facts.last, facts.last,
            CASE WHEN facts.state = 'open' AND facts.n %% 2 = 0 THEN facts.last END, '{{}}', facts.began, 12, contacts.id, agents.id,
            contacts.team_id, facts.began, facts.began + interval '18 minutes', CASE WHEN facts.state IN ('closed', 'spam') THEN facts.last END
        FROM (SELECT n, now() - interval '3 years' * hash AS began, now() - interval '3 years' * hash + interval '3 hours' AS last,
                (ARRAY['mail','mail','chat','whatsapp','sms'])[1 + n %% 5] AS channel, (ARRAY['en','bn','bn','ta'])[1 + n %% 4] AS language,
                CASE WHEN n %% 100 < 3 THEN 'open' WHEN n %% 100 = 3 THEN 'snoozed' WHEN n %% 100 = 4 THEN 'spam' ELSE 'closed' END AS state
              FROM (SELECT n, abs(hashint8(n) %% 1000003) / 1000003.0 + 0.001 AS hash FROM generate_series(1, %s) n) numbers) facts
        JOIN (SELECT id, team_id, row_number() OVER (ORDER BY id) - 1 AS place FROM customers_contact) contacts
            ON contacts.place = facts.n %% {CUSTOMERS}
        LEFT JOIN (SELECT id, row_number() OVER (ORDER BY email) - 1 AS place FROM identity_user WHERE email LIKE 'agent%%') agents
            ON agents.place = facts.n / 7 %% {AGENTS} AND (facts.state <> 'open' OR facts.n %% 5 > 0)
    """


def _messages_sql() -> str:
    made = _ID.format(at="c.created_at + interval '18 minutes' * k", seed="c.id::text || k")
    return f"""
        INSERT INTO interactions_message (id, conversation_id, kind, direction, state, at, author_name, text, html, external_id,
            trouble, details, words)
        SELECT {made}, c.id, 'said', CASE WHEN k %% 2 = 0 THEN 'in' ELSE 'out' END,
            CASE WHEN k %% 2 = 0 THEN 'received' ELSE 'delivered' END, c.created_at + interval '18 minutes' * k, 'Somebody', t.body, '',
            '', '', '{{}}', t.words
        FROM interactions_conversation c CROSS JOIN generate_series(0, %s) k
        JOIN bench_text t ON t.n = abs(hashtext(c.id::text || k) %% {TEXTS})
    """


class InboxBench:
    """Somebody who sees everything, somebody who sees a team, and what they ask for."""

    def __init__(self) -> None:
        from django.conf import settings
        from django.test import Client

        from bandhu.identity.models import User

        settings.ALLOWED_HOSTS = ["*"]
        self.rng = random.Random(SEED)
        self.clients = {}
        for name, email in (("everything", "agent0@example.com"), ("team", "agent1@example.com")):
            self.clients[name] = Client(headers={"accept-encoding": "gzip"})
            self.clients[name].force_login(User.objects.get(email=email))

    def figures(self) -> list[Figure]:
        """Every figure; each view as a page and, for the largest, deep inside."""
        views = ("mine", "team", "unassigned", "open", "snoozed", "closed")
        found = [self._page(f"inbox: {view}", [f"/inbox/?view={view}"] * ASKED) for view in views]
        found += [
            self._page("inbox: open, who waits longest", ["/inbox/?view=open&sort=waiting"] * ASKED),
            self._page("inbox: closed, one label", ["/inbox/?view=closed&label=Urgent"] * ASKED),
            self._page("inbox: open, reach of a team", ["/inbox/?view=open"] * ASKED, who="team"),
            self._page(
                "inbox: rows alone, as they follow live", ["/inbox/?view=open"] * ASKED, fragment=True
            ),
        ]
        talks = [f"/inbox/{pk}/" for pk in self._talks(2 * ASKED)]
        found += [
            self._page("conversation, opened from the list", talks[:ASKED], fragment=True),
            self._page("conversation with the list beside it", talks[ASKED:]),
        ]
        found += [
            self._page("report: a month, by agent", self._months("assignee")),
            self._page("report: a month, by label", self._months("labels")),
            self._page("report: a month, reach of a team", self._months("channel"), who="team"),
        ]
        return found + [
            self._page(f"search: {name}", [f"/inbox/?q={quote(text)}" for text in texts], fragment=True)
            for name, texts in self._questions().items()
        ]

    def _page(self, name: str, urls: list[str], *, who: str = "everything", fragment: bool = False) -> Figure:
        headers = {"HX-Request": "true"} if fragment else {}

        def ask(url: str) -> None:
            answer = self.clients[who].get(url, headers=headers)
            if answer.status_code != 200:
                raise RuntimeError(f"{url}: {answer.status_code}")

        return measure(name, ask, urls)

    def _talks(self, count: int) -> list[Any]:
        from bandhu.interactions.models import Conversation

        return list(Conversation.objects.filter(state="open").values_list("pk", flat=True)[:count])

    def _months(self, by: str) -> list[str]:
        """Reports of thirty days, anywhere in the three years."""
        today = date.today()
        firsts = [today - timedelta(days=self.rng.randrange(29, 1_000)) for _one in range(ASKED // 3)]
        return [
            f"/inbox/report/?since={first}&until={first + timedelta(days=29)}&by={by}" for first in firsts
        ]

    def _questions(self) -> dict[str, list[str]]:
        """Words that are everywhere, in some messages, and in few."""

        def some(low: int, high: int) -> list[str]:
            return [f"w{self.rng.randrange(low, high)}" for _one in range(ASKED)]

        return {
            "a word in many messages": some(0, 30),
            "a usual word": some(200, 2_000),
            "a rare word": some(20_000, VOCABULARY),
            "two words": [f"{one} {other}" for one, other in zip(some(50, 500), some(50, 500), strict=True)],
        }


def inbox_text() -> str:
    """The table of all figures beside their aims."""
    from bandhu.interactions.models import Conversation, Message

    rows = []
    for figure in InboxBench().figures():
        together = round(figure.cpu + figure.database_cpu, 1)
        print(
            f"{figure.name:44} p50 {figure.p50:7.1f}  p95 {figure.p95:7.1f} ms  cpu {together:6.1f} ms",
            flush=True,
        )
        rows.append(
            [
                figure.name,
                figure.p50,
                figure.p95,
                _LIMITS[figure.name.split(":")[0].split(",")[0].split()[0]],
                together,
            ]
        )
    counted = f"{Conversation.objects.count():,} conversations, {Message.objects.count():,} messages."
    return f"{counted}\n\n{table(['ms', 'p50', 'p95', 'aim', 'processor'], rows)}"


if __name__ == "__main__":
    main()
