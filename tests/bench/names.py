"""Measures the search of names across scripts among 100,000 people.

    BANDHU_DATA_SETS=… python -m tests.bench.names [--people 100000] [--show-misses 0] [--through-search]

Asked for are only names of the tested part (3 in 10 by a hash of the native name); what is learnt comes from the
rest (tests/bench/train_names.py). The book holds the real names of the data and, up to the size asked for, names
put together from the first and last words of real ones. Found means: among the first ten distinct names.
Candidates come from keys and trigrams over the words of the book, in memory; with --through-search the book is put
into an embedded PostgreSQL in --data and asked through the product's search; the figures go to docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import itertools
import random
import statistics
import time
from collections import Counter, defaultdict

from anyascii import anyascii
from django.db import connection
from rapidfuzz import process
from rapidfuzz.fuzz import ratio

from bandhu.platform.names.folding import fold
from bandhu.platform.names.keys import Token, prepare_name, prepare_token, token_keys
from bandhu.platform.names.similarity import query_similarity, token_similarity
from tests.bench.report import keep, table
from tests.bench.server import running_database

from .name_pairs import bengali_pairs, is_tested, tamil_pairs

SEED = 20261122
WORDS_KEPT = 60
PEOPLE_RANKED = 300
LEAST_LIKE = 0.55


def fill_book(real: list[str], wanted: int, tamil: list[str]) -> list[str]:
    """Return `wanted` distinct names: the real ones, then first word and last word of real ones put together anew."""
    rng = random.Random(SEED)
    book = dict.fromkeys(real + tamil)
    firsts = [name.split()[0] for name in real if " " in name]
    lasts = [name.split()[-1] for name in real if " " in name]
    while len(book) < wanted:
        if rng.random() < 0.25:
            given, father = rng.choice(tamil), rng.choice(tamil)
            book[f"{father[0]}. {given}" if rng.random() < 0.4 else f"{given} {father}"] = None
        elif rng.random() < 0.2:
            book[f"{rng.choice(firsts)} {rng.choice(firsts)} {rng.choice(lasts)}"] = None
        else:
            book[f"{rng.choice(firsts)} {rng.choice(lasts)}"] = None
    return list(book)


class Book:
    """The index as PostgreSQL holds it: words with keys and trigrams, and for each word its people."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        self.people: dict[int, list[int]] = defaultdict(list)
        self.words: list[Token] = []
        self.by_key: dict[str, list[int]] = defaultdict(list)
        self.by_trigram: dict[str, list[int]] = defaultdict(list)
        numbers: dict[str, int] = {}
        for person, name in enumerate(names):
            for token in {token.folded: token for token in prepare_name(name).tokens}.values():
                number = numbers.setdefault(token.folded, len(self.words))
                if number == len(self.words):
                    self._add_word(token, number)
                self.people[number].append(person)

    def _add_word(self, token: Token, number: int) -> None:
        self.words.append(token)
        for key in token_keys(token.folded):
            self.by_key[key].append(number)
        for trigram in trigrams(token.sound):
            self.by_trigram[trigram].append(number)

    def words_like(self, asked: Token) -> list[tuple[float, int]]:
        """Return (likeness, word) of the words that share a key or enough trigrams with `asked`."""
        found: set[int] = set()
        for key in token_keys(asked.folded):
            if key[0] != "i" or asked.is_initial:
                found.update(self.by_key.get(key, ()))
        own = trigrams(asked.sound)
        shared: Counter[int] = Counter()
        for trigram in own:
            shared.update(self.by_trigram.get(trigram, ()))
        for number, count in shared.items():
            if count / (len(own) + len(self.words[number].sound) + 1 - count) >= 0.25:
                found.add(number)
        scored = ((token_similarity(asked, self.words[number])[0], number) for number in found)
        return sorted((pair for pair in scored if pair[0] >= LEAST_LIKE), reverse=True)[:WORDS_KEPT]

    def search(self, text: str) -> tuple[list[str], int]:
        """Return the names in order of likeness, distinct, and how many people were candidates."""
        query = prepare_name(text)
        asked = [token for token in query.tokens if not token.is_initial] or list(query.tokens)
        asked += [prepare_token(a.folded + b.folded) for a, b in itertools.pairwise(asked)]
        gathered: Counter[int] = (
            Counter()
        )  # likeness of the words, a little less for every word of the record
        for token in asked:
            best: dict[int, float] = {}
            for likeness, number in self.words_like(token):
                for person in self.people[number]:
                    best.setdefault(person, likeness * token.weight)
            gathered.update(best)
        for person in gathered:
            gathered[person] -= 0.05 * len(prepare_name(self.names[person]).tokens)
        ranked = sorted(
            (
                (query_similarity(query, prepare_name(self.names[person]))[0], -person)
                for person, _sum in gathered.most_common(PEOPLE_RANKED)
            ),
            reverse=True,
        )
        return [self.names[-person] for _score, person in ranked], len(gathered)


class SearchedBook:
    """The same book in PostgreSQL, asked through the product's own search (the reach of users left out)."""

    def __init__(self, names: list[str]) -> None:
        from bandhu.platform.ids import new_id
        from bandhu.platform.models import SearchEntry, SearchWord
        from bandhu.platform.registries import SearchDocument
        from bandhu.platform.search.indexing import write_documents

        SearchEntry.objects.all().delete()
        SearchWord.objects.all().delete()
        for start in range(0, len(names), 20_000):
            part = names[start : start + 20_000]
            write_documents("contact", [SearchDocument(record_id=new_id(), names=[name]) for name in part])
        with connection.cursor() as cursor:
            for table in ("platform_searchentry", "platform_searchword"):
                cursor.execute(f"VACUUM ANALYZE {table}")
        self.words = range(SearchWord.objects.count())

    def search(self, text: str) -> tuple[list[str], int]:
        """Return the names in order, distinct, and how many records were candidates."""
        from bandhu.platform.search.asking import Group, Question
        from bandhu.platform.search.finding import find

        found = find(Question(text), [Group(("contact",), None, all_kinds=True)], 20)
        return list(dict.fromkeys(one.title for one in found)), len(found)


def trigrams(word: str) -> set[str]:
    """Return the trigrams of a word as pg_trgm pads them."""
    padded = f"  {word} "
    return {padded[start : start + 3] for start in range(len(padded) - 2)}


def measure(
    title: str, book: Book | SearchedBook, questions: list[tuple[str, set[str]]], show: int
) -> list[str]:
    """Print and return how many were asked, and the share whose right name came first and among the first ten distinct names."""
    first = ten = 0
    counts: list[int] = []
    times: list[float] = []
    for asked, right in questions:
        start = time.perf_counter()
        names, candidates = book.search(asked)
        times.append(time.perf_counter() - start)
        counts.append(candidates)
        top = [fold(name) for name in names][:10]
        first += bool(top) and top[0] in right
        hit = any(name in right for name in top)
        ten += hit
        if not hit and show > 0:
            show -= 1
            print("   missed:", asked, "| wanted", sorted(right), "| got", names[:3])
    counts.sort()
    times.sort()
    print(
        f"{title}: {len(questions)} asked, first {first / len(questions):.4f}, within ten {ten / len(questions):.4f}; "
        f"candidates mean {statistics.mean(counts):.0f}, p95 {counts[int(len(counts) * 0.95)]}; "
        f"ms mean {1000 * statistics.mean(times):.1f}, p95 {1000 * times[int(len(times) * 0.95)]:.1f}"
    )
    return [title, *_shares(len(questions), first, ten)]


def measure_plain(title: str, names: list[str], questions: list[tuple[str, set[str]]]) -> list[str]:
    """Print and return what plain romanising (anyascii) and the edit ratio over the whole book reach, on at most 300 questions."""
    plain = [anyascii(fold(name)).lower() for name in names]
    first = ten = 0
    questions = random.Random(SEED).sample(questions, min(300, len(questions)))
    for asked, right in questions:
        hits = process.extract(anyascii(fold(asked)).lower(), plain, scorer=ratio, limit=10)
        top = [fold(names[number]) for _text, _score, number in hits]
        first += top[0] in right
        ten += any(name in right for name in top)
    row = [f"{title}, plain romanising", *_shares(len(questions), first, ten)]
    print(" ".join(row))
    return row


def _shares(asked: int, first: int, ten: int) -> list[str]:
    return [str(asked), f"{first / asked:.3f}", f"{ten / asked:.3f}"]


def questions_of(pairs: list[tuple[str, str]], to_native: bool) -> list[tuple[str, set[str]]]:
    """Return (asked, right answers folded): one native name may have several Latin spellings and the other way."""
    right: dict[str, set[str]] = defaultdict(set)
    for native, latin in pairs:
        asked, answer = (latin, native) if to_native else (native, latin)
        right[asked].add(fold(answer))
    tested = [latin if to_native else native for native, latin in pairs if is_tested(native)]
    return [(asked, right[asked]) for asked in dict.fromkeys(tested)]


def main() -> None:
    """Print the figures of all four directions."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--show-misses", type=int, default=0)
    parser.add_argument("--no-plain", action="store_true")
    parser.add_argument("--through-search", action="store_true", help="ask PostgreSQL in --data")
    parser.add_argument("--data", default=".data-bench/names")
    options = parser.parse_args()
    if not options.through_search:
        _measure_all(options, Book)
        return
    with running_database(options.data, migrate=True):
        heads = ["asked → found", "names asked", "right name first", "within the first ten"]
        rows = _measure_all(options, SearchedBook)
    keep("names", f"Names across scripts, {options.people:,} people in the book", table(heads, rows))


def _measure_all(options: argparse.Namespace, make_book: type[Book] | type[SearchedBook]) -> list[list[str]]:
    bengali, tamil = bengali_pairs(), tamil_pairs()
    bengali_full = [pair for pair in bengali if len(pair[0].split()) > 1]
    rows = []
    for side, to_native, arrow in ((0, True, "Latin → {}"), (1, False, "{} → Latin")):
        names = fill_book([pair[side] for pair in bengali], options.people, [pair[side] for pair in tamil])
        start = time.perf_counter()
        book = make_book(names)
        print(
            f"book of {len(names)} people, {len(book.words)} words, made in {time.perf_counter() - start:.1f} s"
        )
        for title, pairs in (("Bengali full names", bengali_full), ("Tamil names", tamil)):
            questions = questions_of(pairs, to_native)
            rows.append(measure(arrow.format(title), book, questions, options.show_misses))
            if not options.no_plain:
                rows.append(measure_plain(arrow.format(title), names, questions))
    return rows


if __name__ == "__main__":
    main()
