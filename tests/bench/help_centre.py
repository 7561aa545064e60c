"""Pages of the help centre with a thousand articles in three languages: processor milliseconds in the server.

    python -m tests.bench.help_centre [--data .data-bench/help] [--articles 1000]

Pages are asked of Django in this process as a stranger without a cookie, with all middleware. The limit counts our process and
PostgreSQL's together.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.bench.meaning import invent_vectors
from tests.bench.meter import Figure, measure
from tests.bench.report import keep, table
from tests.bench.server import running_database

SEED, ASKED, LIMIT = 11, 105, 20
# What is read; a search asks more and is told for itself.
_LIMITED = ("help centre: an article", "help centre: its start")
_WORDS = {
    "en": "visa passport invoice payment delivery machine needle thread warranty repair boiler pressure refund address order branch carriage fee form letter",
    "bn": "ভিসা পাসপোর্ট চালান টাকা ডেলিভারি মেশিন সুই সুতা ওয়ারেন্টি মেরামত বয়লার চাপ ফেরত ঠিকানা অর্ডার শাখা পরিবহন ফি ফরম চিঠি",
    "ta": "விசா பாஸ்போர்ட் விலைப்பட்டியல் கட்டணம் விநியோகம் இயந்திரம் ஊசி நூல் உத்தரவாதம் பழுது கொதிகலன் அழுத்தம் பணம் முகவரி ஆர்டர் கிளை வண்டி கட்டணம் படிவம் கடிதம்",
}


def main() -> None:
    """Fill what is missing, measure, print, keep the section of the page; fails where the limit is passed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default=".data-bench/help")
    parser.add_argument("--articles", type=int, default=1_000)
    asked = parser.parse_args()
    Path(asked.data).mkdir(parents=True, exist_ok=True)
    with running_database(asked.data, migrate=True):
        figures = _measure_all(_fill(asked.articles))
        how_many = f"{_texts():,} published texts in three languages."
    rows = [
        [one.name, one.p50, one.p95, one.cpu, one.database_cpu, LIMIT if one.name in _LIMITED else "–"]
        for one in figures
    ]
    text = f"{how_many}\n\n" + table(
        ["", "p50, ms", "p95, ms", "ours, ms", "PostgreSQL, ms", "limit of both, ms"], rows
    )
    print(text)
    keep("help-centre", "Help centre", text)
    late = [one.name for one in figures if one.name in _LIMITED and one.cpu + one.database_cpu > LIMIT]
    if late:
        raise SystemExit(f"over {LIMIT} ms: {', '.join(late)}")


def _fill(wanted: int) -> list[str]:
    """Addresses of articles in every language; made where there are too few."""
    from bandhu.identity.ready_made import system_user
    from bandhu.knowledge import actions, queries
    from bandhu.knowledge.models import Article, Category

    rng, boss = random.Random(SEED), system_user()
    shelves = list(Category.objects.all()) or [
        actions.create_category(actor=boss, names={"en": f"Shelf {number}"}) for number in range(8)
    ]
    for _number in range(wanted - Article.objects.count()):
        article = None
        for language in _WORDS:
            title, body = (
                _words(rng, language, 5),
                "".join(
                    f"<h2>{_words(rng, language, 3)}</h2><p>{_words(rng, language, 120)}</p>"
                    for _part in range(4)
                ),
            )
            if article is None:
                article = actions.create_article(
                    actor=boss, title=title, body=body, language=language, category=rng.choice(shelves)
                )
            else:
                actions.write_text(article, actor=boss, language=language, title=title, body=body)
            actions.publish_text(article, actor=boss, language=language)
    texts = list(queries.published("public").filter(language__in=_WORDS).order_by("?")[:ASKED])
    return [queries.address_of(text) for text in texts]


def _texts() -> int:
    from bandhu.knowledge.queries import published

    return published("public").count()


def _words(rng: random.Random, language: str, many: int) -> str:
    return " ".join(rng.choices(_WORDS[language].split(), k=many)).capitalize()


def _measure_all(articles: list[str]) -> list[Figure]:
    from django.conf import settings
    from django.test import Client

    settings.ALLOWED_HOSTS = ["*"]
    client = Client(headers={"accept-encoding": "gzip"})
    rng = random.Random(SEED)
    homes = [f"/help/{rng.choice(list(_WORDS))}/" for _one in range(ASKED)]
    asked = [
        f"/help/bn/search/?q={quote(_words(rng, rng.choice(list(_WORDS)), 2))}" for _one in range(ASKED // 3)
    ]
    # Words no article has: what is asked of the model in the worst case.
    unknown = [f"/help/bn/search/?q=qx{number}+zzv{number}" for number in range(ASKED // 3)]
    get = _getter(client)
    figures = [
        measure("help centre: an article", get, articles),
        measure("help centre: its start", get, homes),
        measure("help centre: a search across scripts", get, asked),
    ]
    _go_by_meaning()
    return [*figures, measure("help centre: a search by meaning, words finding nothing", get, unknown)]


def _go_by_meaning() -> None:
    from bandhu.identity.ready_made import system_user
    from bandhu.knowledge import actions
    from bandhu.knowledge.queries import published, search

    actions.change_help_centre(actor=system_user(), by_meaning=True)
    invent_vectors(published("public").filter(meaning=None))
    search("the model is loaded", "en", "public")


def _getter(client: Any) -> Callable[[str], None]:
    def get(path: str) -> None:
        # Each visitor from an address of their own: one alone would be asked to wait.
        answer = client.get(path, REMOTE_ADDR=f"10.0.{random.randrange(250)}.{random.randrange(250)}")
        if answer.status_code != 200:
            raise SystemExit(f"{path} answers {answer.status_code}")

    return get


if __name__ == "__main__":
    main()
