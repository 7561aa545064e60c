"""Candidates from the index, stage by stage, and their order. Every statement walks an index of fixed selectivity."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from bandhu.platform.names.keys import PreparedName, prepare_name, prepare_token, with_words
from bandhu.platform.names.similarity import (
    DIFFERENT,
    SAME,
    SCRIPT,
    SPELLING,
    answers_truly,
    query_similarity,
)

from .asking import Group, Question
from .frequencies import records_with, share_of_kinds
from .keys import whole_key
from .words import close_words, far_words

CANDIDATES = 120
# Words that together stand in more records than this tell nobody apart: alone they are not looked for.
TOO_COMMON = 15_000
# From this score on a hit is worth the page; when they fill it, later and vaguer stages are left out.
GOOD = 0.7
# From this score on the name asked for has been found, and names that share some of its words are not of interest.
CERTAIN = 0.84
# From this score on several words have been found as they are: misspellings of them are not looked for.
EXACT = 0.95
# What a word of the company counts beside a word of the name; alone less than one word of a long name.
_BY_COMPANY, _BY_COMPANY_ALONE = 0.75, 0.6
# Kinds whose further words are those of a company; other kinds have customers, campaigns and the like.
WITH_COMPANIES = frozenset(("contact", "company"))
# First letters of one name in several spellings: Chris and Kris, Geeta and Jita, Wahid and Vahid.
_LETTERS_HEARD_ALIKE = {
    "a": "aeou", "b": "bvw", "c": "cks", "d": "dt", "e": "aeiy", "f": "fp", "g": "gj", "i": "ieyj", "j": "jgyz", "k": "kcq",
    "o": "oauw", "p": "pf", "q": "qk", "s": "sc", "t": "td", "u": "uowy", "v": "vbw", "w": "wvou", "x": "xjzs", "y": "yije", "z": "zj",
}  # fmt: skip
# A statement and its values.
_Part = tuple[str, list[Any]]
_SELECT = "SELECT record_id, kind, title, detail, other_names, keys, marks FROM platform_searchentry"


@dataclass(frozen=True)
class Found:
    """A record that answers, before it is checked who may see it."""

    record_id: UUID
    kind: str
    title: str
    detail: str
    score: float
    reason: str
    # Score and reason by its own words; None when only words of a related record (its company) answer.
    by_own_words: tuple[float, str] | None = None


def find(question: Question, groups: Sequence[Group], limit: int) -> list[Found]:
    """Return candidates, best first, at least `limit` of them where so many exist and never more than a few hundred.

    Every stage asks for all groups in one statement, so that how a reach is put together changes neither the answers nor, much, the
    work: what is found as typed among customers leaves misspellings out among sales too.
    """
    if not groups:
        return []
    gathered: dict[UUID, Found] = {}
    with _settled() as cursor:
        search = _Search(cursor, question, groups, limit)
        for stage in search.stages():
            for found in stage():
                known = gathered.get(found.record_id)
                if known is None or known.score < found.score:
                    gathered[found.record_id] = found
                search.best = max(search.best, found.score)
            if sum(1 for found in gathered.values() if _is_good(found)) >= limit:
                break
    return sorted(gathered.values(), key=lambda one: (-one.score, len(one.title), one.title, one.record_id))


def _is_good(found: Found) -> bool:
    """Whether the hit is worth the page; by a company as by a name, though it stands below them."""
    least = GOOD * _BY_COMPANY_ALONE if found.reason in ("company", "related") else GOOD
    return found.score >= least


@contextmanager
def _settled() -> Iterator[Any]:
    """A cursor with the settings of a search, put back afterwards for whatever the transaction does next."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pg_trgm.similarity_threshold', '0.3', true), set_config('enable_seqscan', 'off', true)"
        )
        yield cursor
        cursor.execute("RESET pg_trgm.similarity_threshold; RESET enable_seqscan")


class _Search:
    """The stages of one search, and what it has learnt so far: the best score, and what each telling word may mean."""

    def __init__(self, cursor: Any, question: Question, groups: Sequence[Group], limit: int) -> None:
        self.cursor = cursor
        self.question = question
        self.groups = groups
        self._scored: set[UUID] = set()
        self._asked: set[str] = set()
        self.best = 0.0
        self.candidates = max(CANDIDATES, limit)

    @cached_property
    def close(self) -> list[list[str]]:
        return [
            [meaning.word for meaning in close_words(self.cursor, token)] for token in self.question.telling
        ]

    @cached_property
    def far(self) -> list[list[str]]:
        """The close words of each, and those like it."""
        return [
            list(dict.fromkeys([*close, *(meaning.word for meaning in far_words(self.cursor, token))]))
            for token, close in zip(self.question.telling, self.close, strict=True)
        ]

    @cached_property
    def joined(self) -> list[list[str]]:
        """What each two neighbouring words may mean, written as one."""
        both = (
            prepare_token(first.folded + second.folded) for first, second in pairwise(self.question.telling)
        )
        return [[meaning.word for meaning in close_words(self.cursor, token)] for token in both]

    def stages(self) -> list[Callable[[], Iterable[Found]]]:
        """The stages in order, each costlier and less certain than the one before."""
        if self.question.mail.startswith("@"):
            return [self.mail_domain]
        if self.question.mail:
            return [self.whole_mail, self.part_of_mail]
        stages: list[Callable[[], Iterable[Found]]] = []
        if self.question.digits:
            stages.append(self.phones)
        if self.question.domain:
            stages.append(self.mail_domain)
        if self.question.telling:
            stages += [self.whole_names, self.same_words, self.same_companies, self.close_names]
            stages += [self.far_names, self.most_words]
        if self.question.handle:
            stages.append(self.part_of_mail)
        return stages

    def whole_mail(self) -> Iterator[Found]:
        for row in self._rows(["keys && %s::varchar[]"], [[f"m:{self.question.mail}"]]):
            yield self._own(row, 1.0, "mail")

    def mail_domain(self) -> Iterator[Found]:
        """Whoever has an address there: the domain alone, as it is read aloud."""
        for row in self._rows(["keys && %s::varchar[]"], [[self.question.domain]]):
            yield self._own(row, 0.8, "mail")

    def part_of_mail(self) -> Iterator[Found]:
        """The end of a local part with the beginning of a domain, or any piece of a local part."""
        asked = self.question.mail or self.question.handle
        local, at, _domain = asked.partition("@")
        if len(local) < 3:
            return
        for row in self._rows(["marks LIKE %s"], [f"%{_escaped(local + at)}%"]):
            mails = [key[2:] for key in row[5] if key.startswith("m:") and asked in key]
            if mails:
                begins = any(mail.startswith(asked) for mail in mails)
                yield self._own(row, 0.9 if begins else 0.75, "mail")

    def phones(self) -> Iterator[Found]:
        digits = self.question.digits
        for row in self._rows(["marks LIKE %s"], [f"%{digits}%"], by_phone=True):
            marks = [mark for mark in row[6].split() if mark.isdigit() and digits in mark]
            if marks:
                share = max(len(digits) / len(mark) for mark in marks)
                ends = any(mark.endswith(digits) for mark in marks)
                yield self._own(row, min(1.0, (0.75 if ends else 0.65) + 0.25 * share), "phone")

    def whole_names(self) -> Iterator[Found]:
        """The same name in any script, spelling and order: found however many others share its words."""
        return self._names(["keys && %s::varchar[]"], [[whole_key(self.question.name)]])

    def same_words(self) -> Iterator[Found]:
        """Every word just as typed: for a common name they fill the page, and no costlier stage is needed."""
        return self._names(*_all_of([[token.folded] for token in self.question.telling]))

    def same_companies(self) -> Iterator[Found]:
        """Every word just as typed, in the name or in the company's."""
        meant = [[token.folded, f"c:{token.folded}"] for token in self.question.telling]
        return self._names(*_all_of(meant))

    def close_names(self) -> Iterator[Found]:
        """Every word, or a word it begins, in any spelling or script; first with the initials asked for."""
        conditions, values = _all_of(self.close)
        if self.question.initials:
            yield from self._names([*conditions, "keys @> %s::varchar[]"], [*values, self.question.initials])
        yield from self._names(conditions, values)

    def far_names(self) -> Iterator[Found]:
        """Every word, misspelt or inside another word, or a word of the company."""
        if len(self.question.telling) > 1 and self.best >= EXACT:
            return
        meant = self.far
        if records_with(meant) <= TOO_COMMON:
            with_companies = [[*words, *(f"c:{word}" for word in words)] for words in meant]
            meant = with_companies if records_with(with_companies) <= TOO_COMMON else meant
            yield from self._names(*_all_of(meant))

    def most_words(self) -> Iterator[Found]:
        """All words but one or two, and words written together: Amiya Bhushan is অমিয়ভূষণ."""
        telling = self.question.telling
        count = len(telling)
        if count < 2 or self.best >= CERTAIN:
            return
        close, far = self.close, self.far
        for first, words in enumerate(self.joined):
            if words:
                yield from self._names(*_all_of([words, *_without(far, first, first + 1)]))
        for left_out, token in enumerate(telling):
            begins = [f"i:{letter}" for letter in _LETTERS_HEARD_ALIKE.get(token.roman[:1], token.roman[:1])]
            for meant in (_without(far, left_out), _without(close, left_out)):
                if records_with(meant) <= TOO_COMMON:
                    yield from self._names(*_all_of([begins, *meant]))
                    break
            if self.best < GOOD and records_with(_without(close, left_out)) <= TOO_COMMON:
                yield from self._names(*_all_of(_without(close, left_out)))
        if count > 2 and self.best < GOOD:
            for pair in combinations(range(count), 2):
                yield from self._names(*_all_of([close[number] for number in pair]))

    def _names(self, conditions: list[str], values: list[Any]) -> Iterator[Found]:
        for row in self._rows(conditions, values):
            if row[0] in self._scored:
                continue
            self._scored.add(row[0])
            own = self._by_names(row)
            best = self._by_company(row, own[0] if own else 0.0) or own
            if best:
                answers = all(_has_own_word(row[5], value) for value in values)
                yield self._found(row, *best, own if answers else None)

    def _by_names(self, row: Sequence[Any]) -> tuple[float, str] | None:
        """Score and reason by the record's own names; None when none of them is what was asked for."""
        asked, title = self.question.name, prepare_name(row[2])
        best, reason = shown = _likeness(asked, title)
        for other in row[4]:
            score, why = _likeness(asked, prepare_name(other))
            if score > best:
                best, reason = score, _as_shown(asked, title, shown[1], why)
        return (best, reason) if best else None

    def _by_company(self, row: Sequence[Any], own: float) -> tuple[float, str] | None:
        """Score and reason with the words of its company, or of what else it is found by, where they say more."""
        asked, name = self.question.name, prepare_name(row[2])
        discount = _BY_COMPANY if len(self.question.telling) > 1 else _BY_COMPANY_ALONE
        words = [key[2:] for key in row[5] if key.startswith("c:")] if own < discount else []
        both = with_words(name, words)
        if not words or not answers_truly(asked, both):
            return None
        # They count like words of the name, at a discount.
        alone = query_similarity(asked, name, 0.0)[0] if own else 0.0
        together = discount * query_similarity(asked, both, 0.0)[0]
        reason = "company" if row[1] in WITH_COMPANIES else "related"
        return (together, reason) if together > max(own, alone) else None

    def _rows(self, conditions: list[str], values: list[Any], *, by_phone: bool = False) -> list[Any]:
        """Candidates of every group; nothing for what was asked before."""
        asked = repr((conditions, values))
        if not conditions or asked in self._asked:
            return []
        self._asked.add(asked)
        together: list[_Part] = []
        apart: list[_Part] = []
        for group in self.groups:
            reading_on = self._may_read_on(group, values)
            (apart if reading_on else together).append(
                self._statement(group, conditions, values, by_phone=by_phone)
            )
        rows = self._fetched(together)
        if apart:
            self.cursor.execute("SET LOCAL enable_seqscan = on")
            rows += self._fetched(apart)
            self.cursor.execute("SET LOCAL enable_seqscan = off")
        return rows

    def _fetched(self, parts: list[_Part]) -> list[Any]:
        if not parts:
            return []
        statement = " UNION ALL ".join(f"({text})" for text, _values in parts)
        self.cursor.execute(statement, [value for _text, values in parts for value in values])
        return list(self.cursor.fetchall())

    def _may_read_on(self, group: Group, values: list[Any]) -> bool:
        """A word that every tenth record has is found soonest by reading on until enough have come.

        For many words or several conditions at once the planner's estimate of that is worthless: there it may only walk the index.
        """
        one_word = len(values) == 1 and isinstance(values[0], list) and len(values[0]) <= 2
        return one_word and group.within is None and (group.all_kinds or share_of_kinds(group.kinds) > 0.5)

    def _statement(self, group: Group, conditions: list[str], values: list[Any], *, by_phone: bool) -> _Part:
        conditions, values = list(conditions), list(values)
        # A number that is covered answers nothing: it could be guessed.
        if by_phone and group.phones_within is not None:
            conditions.append("keys && %s::varchar[]")
            values.append(list(group.phones_within))
        if not group.all_kinds:
            conditions.append("kind = ANY(%s)")
            values.append(list(group.kinds))
        if group.within is not None:
            conditions.append("keys && %s::varchar[]")
            values.append(list(group.within))
        return f"{_SELECT} WHERE {' AND '.join(conditions)} LIMIT {self.candidates}", values

    def _own(self, row: Sequence[Any], score: float, reason: str) -> Found:
        return self._found(row, score, reason, (score, reason))

    def _found(
        self, row: Sequence[Any], score: float, reason: str, own: tuple[float, str] | None = None
    ) -> Found:
        return Found(row[0], row[1], row[2], row[3], score, reason, own)


def _likeness(asked: PreparedName, name: PreparedName) -> tuple[float, str]:
    """As `query_similarity`; nothing for a name that is only the nearest one and not what was asked for."""
    score, reason = query_similarity(asked, name)
    if reason == DIFFERENT or not (score >= CERTAIN or answers_truly(asked, name)):
        return 0.0, DIFFERENT
    return score, reason


def _as_shown(asked: PreparedName, title: PreparedName, shown: str, why: str) -> str:
    """The reason as it holds for the name the reader sees, where another name of the record answers better."""
    if shown in (SAME, SCRIPT, SPELLING):
        return shown
    words = {token.folded for token in title.tokens}
    as_typed = all(token.folded in words for token in asked.tokens)
    return SAME if as_typed and why in (SAME, SCRIPT, SPELLING) else why


def _has_own_word(keys: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether one of the words wanted is the record's own rather than its company's."""
    return any(word in keys for word in wanted if not word.startswith("c:"))


def _all_of(meant: list[list[str]]) -> tuple[list[str], list[Any]]:
    """Conditions that ask for one of the words of every list."""
    lists = [words for words in meant if words]
    return ["keys && %s::varchar[]"] * len(lists), list(lists)


def _without(meant: list[list[str]], *left_out: int) -> list[list[str]]:
    return [words for number, words in enumerate(meant) if number not in left_out]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
