"""What the help centre's search finds by words, and what by meaning, too; then what meaning costs with ten thousand articles.

    python -m tests.bench.meaning [--data .data-bench/meaning]

Quality: the questions of `tests/bench/asked.py` against the articles of the demonstration (six that everybody may read, two or three
languages each), through the one search of the house. Cost: vectors drawn by chance, five to a text, since comparing asks the same of any.
"""

from __future__ import annotations

import argparse
import gc
import random
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil

from tests.bench.asked import ASKED, UNANSWERED
from tests.bench.meter import measure
from tests.bench.report import keep, table
from tests.bench.server import running_database

SEED, ARTICLES, PARTS, ASKED_TIMES = 11, 10_000, 5, 60
FLOORS = (0.80, 0.82, 0.83, 0.84, 0.85)
NEAR = 3


def main() -> None:
    """Fill, measure, print, keep the section of the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default=".data-bench/meaning")
    asked = parser.parse_args()
    Path(asked.data).mkdir(parents=True, exist_ok=True)
    with running_database(asked.data, migrate=True):
        numbers = _demonstration()
        text = f"{_quality(numbers)}\n\n{_cost()}"
    print(text)
    keep("meaning", "Help centre: search by meaning", text)


def _demonstration() -> dict[str, int]:
    """The demonstration's articles, known to the model; their numbers by folder."""
    from bandhu.identity.ready_made import system_user
    from bandhu.knowledge import actions
    from bandhu.knowledge.models import Article, ArticleText
    from bandhu.workspace.demo.articles import _files, write_articles

    Article.objects.filter(number__gt=100).delete()
    if not Article.objects.exists():
        write_articles(system_user())
    actions.change_help_centre(actor=system_user(), by_meaning=True)
    while actions.learn_meanings():
        pass
    titles = {one.facts["title"]: one.path.partition("/")[0] for one in _files()}
    rows = ArticleText.objects.select_related("article")
    return {titles[one.title]: one.article.number for one in rows if one.title in titles}


def _quality(numbers: dict[str, int]) -> str:
    from bandhu.knowledge import meaning

    rows = [_row("words alone", numbers, words_only=True)]
    for floor in FLOORS:
        meaning.LEAST_LIKELY = floor
        rows.append(_row(f"words, then meaning from {floor:.2f}", numbers))
    heads = [
        "", *(f"{language}, of {len(_in(language))}" for language in ("en", "bn", "ta")),
        f"all within {NEAR}, of {len(ASKED)}", "first", f"something shown though nothing answers, of {len(UNANSWERED)}",
    ]  # fmt: skip
    return "The right article among the first three:\n\n" + table(heads, rows)


def _in(language: str) -> list[tuple[str, str]]:
    return [(question, folder) for code, question, folder in ASKED if code == language]


def _row(name: str, numbers: dict[str, int], *, words_only: bool = False) -> list[Any]:
    def found(question: str, language: str) -> list[int]:
        from bandhu.knowledge.queries import search

        return [one.number for one in search(question, language, "public", words_only=words_only)]

    near, first = {"en": 0, "bn": 0, "ta": 0}, 0
    for language, question, folder in ASKED:
        hits = found(question, language)
        near[language] += numbers[folder] in hits[:NEAR]
        first += hits[:1] == [numbers[folder]]
    wrong = sum(bool(found(question, language)) for language, question in UNANSWERED)
    return [name, *near.values(), sum(near.values()), first, wrong]


def _cost() -> str:
    from bandhu.knowledge import meaning
    from bandhu.knowledge.queries import search

    meaning.LEAST_LIKELY = 0.83
    _many()
    meaning._known.clear()
    gc.collect()
    process = psutil.Process()
    before = process.memory_info().rss
    begun = time.perf_counter()
    search("zzqx vvkw", "en", "public")
    first = time.perf_counter() - begun
    held = process.memory_info().rss - before
    rng = random.Random(SEED)
    unknown = ["".join(rng.choices("qxzvwkj", k=7)) + " parcel" for _one in range(ASKED_TIMES)]
    by_words = measure(
        "10,000 articles: words alone", lambda one: search(one, "en", "public", words_only=True), unknown
    )
    both = measure("10,000 articles: words, then meaning", lambda one: search(one, "en", "public"), unknown)
    rows = [
        [one.name, one.p50, one.p95, one.cpu, one.database_cpu]
        for one in (by_words, both)
    ]  # fmt: skip
    return (
        table(["", "p50, ms", "p95, ms", "ours, ms", "PostgreSQL, ms"], rows)
        + f"\n\n30,000 texts of {PARTS} vectors: the first search after a change reads them in {first * 1000:,.0f} ms;"
        f" this process grew by {held / 1e6:,.0f} MB."
    )


def _many() -> None:
    """Ten thousand articles in three languages, with vectors of nothing."""
    from django.utils import timezone

    from bandhu.knowledge.models import Article, ArticleText, ArticleVersion

    now = timezone.now()
    articles = [Article(number=1_000 + one, sort_key=b"", title="Filler") for one in range(ARTICLES)]
    Article.objects.bulk_create(articles, batch_size=2_000)
    texts = [
        ArticleText(article=one, language=language, title="Filler")
        for one in articles
        for language in ("en", "bn", "ta")
    ]
    ArticleText.objects.bulk_create(texts, batch_size=2_000)
    versions = [ArticleVersion(text=one, number=1, title="Filler", published_at=now) for one in texts]
    ArticleVersion.objects.bulk_create(versions, batch_size=2_000)
    for text, version in zip(texts, versions, strict=True):
        text.live = version
    ArticleText.objects.bulk_update(texts, ["live"], batch_size=2_000)
    invent_vectors(texts)


def invent_vectors(texts: Iterable[Any]) -> None:
    """Vectors of nothing for published texts that have none: comparing asks the same of any."""
    import numpy as np
    from django.utils import timezone

    from bandhu.knowledge.meaning import STAMP
    from bandhu.knowledge.meaning_vectors import as_bytes
    from bandhu.knowledge.models import ArticleMeaning
    from bandhu.platform.embedding import embedder
    from bandhu.platform.models import Setting

    rng, now, model = np.random.default_rng(SEED), timezone.now(), embedder().model
    ArticleMeaning.objects.bulk_create(
        (
            ArticleMeaning(
                text=text, version=text.live_id, model=model, parts=PARTS, made_at=now,
                vectors=as_bytes(rng.standard_normal((PARTS, 384), dtype=np.float32)),
            )
            for text in texts
        ),
        batch_size=1_000,
        ignore_conflicts=True,
    )  # fmt: skip
    Setting.objects.update_or_create(name=STAMP, defaults={"value": uuid4().hex})


if __name__ == "__main__":
    main()
