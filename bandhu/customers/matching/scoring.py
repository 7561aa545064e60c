"""How probable it is that two records speak of the same one, and why.

The model is Fellegi and Sunter's (1969): each compared field adds log2(P(level | same) / P(level | other)) bits to the
prior odds. One setting serves every source. What a source's own data teach without labels is taken in twice: values
count by how rare they are (Winkler 1989), and the two probabilities are fitted by expectation maximisation
(Dempster, Laird and Rubin 1977; Winkler 1988) with the setting as prior, so that a small source keeps to the setting.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import log2
from typing import NamedTuple

from bandhu.customers.matching.caution import bounded, identified, mails_level_of, stated
from bandhu.customers.matching.comparing import (
    BIRTHDAY,
    CITY,
    COMPANY,
    FAMILY,
    FIELDS,
    GIVEN,
    HOUSE,
    LOCALITY,
    MAIL,
    MAIL_NAME,
    MISSING,
    NAME,
    NATIONAL_ID,
    ORDER,
    PHONE,
    POSITION,
    POSTCODE,
    REGION,
    STREET,
    bag_of,
    bags_level,
    best_level,
    birthdays_level,
    codes_level,
    phones_level,
    streets_level,
    texts_level,
    words_level,
)
from bandhu.customers.matching.frequencies import Frequencies
from bandhu.customers.matching.records import Record

PERSONAL = (GIVEN, NAME)
USUAL_BOOK, USUAL_DUPLICATES = 200, 0.05
NEAR_PAIRS = 0.05  # pairs of one household or one address that are not the same, per record
DIFFERS_GROWTH, MOST_DIFFERING = 3.0, 0.6  # how far a source may teach that the same one's values differ
ONE_PLACE = (LOCALITY, CITY, POSTCODE, REGION)
FURTHER_PLACE = 0.25  # of the evidence of a further name for the same place: a postcode says the town already
# Learning believes in so many pairs without an agreeing identifier for each one with: what is more are namesakes.
UNIDENTIFIED, ASSUMED_IDENTIFIED = 2.0, 5.0
EVIDENCE_CAP = 20.0  # bits one field may add: a million to one
Pattern = tuple[int, ...]


class Score(NamedTuple):
    """Probability 0..1 that two records are the same one, the bits behind it, and reasons, strongest first."""

    probability: float
    bits: float
    reasons: tuple[str, ...]


@dataclass(slots=True)
class Compared:
    """Levels of two records field by field, and for agreements how rare the value is (share of records)."""

    levels: list[int]
    rarity: dict[int, float] = field(default_factory=dict)


def _probability(bits: float) -> float:
    return 1 / (1 + 2 ** -max(-60.0, min(60.0, bits)))


def _bits(same: float, other: float) -> float:
    return max(-EVIDENCE_CAP, min(EVIDENCE_CAP, log2(same / max(other, 1e-7))))


def _disagreement(given: int, family: int) -> float:
    """How badly two parts of a name fit; a part not known on one side is half a disagreement."""
    return sum(2.6 if level == MISSING else level for level in (given, family))


class Scorer:
    """Compares and weighs pairs of one source, `expected` pairs of which are believed to be the same ones.

    `records` is the size of the source where `frequencies` counted only a part of it.
    """

    def __init__(
        self, frequencies: Frequencies, *, expected: float | None = None, records: int | None = None
    ) -> None:
        self.frequencies = frequencies
        self.same, self.other = [one.same for one in FIELDS], [one.other for one in FIELDS]
        self.near = [one.near for one in FIELDS]
        self._fitted_anew()
        records = max(2, frequencies.records if records is None else records)
        self.pairs = records * (records - 1) / 2
        near = NEAR_PAIRS * (records + USUAL_BOOK) / (self.pairs + USUAL_BOOK * (USUAL_BOOK - 1) / 2)
        self.prior_near = log2(near)
        self.set_expected(USUAL_DUPLICATES * records if expected is None else expected)

    def set_expected(self, matches: float) -> None:
        """How many pairs among all are believed to be the same: the prior odds.

        Counted together with a usual book of 200 records, so that a handful of rows does not teach that everybody is
        everybody.
        """
        usual = USUAL_BOOK * (USUAL_BOOK - 1) / 2
        share = min(0.1, (matches + USUAL_DUPLICATES * USUAL_BOOK) / (self.pairs + usual))
        self.prior = log2(share / (1 - share))

    # -- comparing ---------------------------------------------------------------------------------------------

    def compare(self, one: Record, other: Record) -> Compared:
        """Levels of every field."""
        compared = Compared([MISSING] * len(FIELDS))
        self._compare_names(one, other, compared)
        self._compare_mail_with_name(one, other, compared)
        levels, rarity = compared.levels, compared.rarity
        for at, name, ones, others, level in (
            (MAIL, "mail", one.mails, other.mails, mails_level_of(one, other)),
            (PHONE, "phone", one.phones, other.phones, phones_level),
            (NATIONAL_ID, "national_id", one.national_ids, other.national_ids, codes_level),
        ):
            if ones and others:
                levels[at], value = best_level(ones, others, level)
                if levels[at] == 0:
                    rarity[at] = self._share(at, name, value)
        if levels[MAIL] == 3 and (levels[GIVEN] in (0, 1, 2) or levels[FAMILY] in (0, 1, 2)):
            levels[MAIL] = MISSING  # namesakes have similar addresses: with the name, this says nothing more
        if one.birthday and other.birthday:
            levels[BIRTHDAY] = birthdays_level(one.birthday, other.birthday)
            if levels[BIRTHDAY] == 0:
                rarity[BIRTHDAY] = self._share(BIRTHDAY, "birthday", one.birthday)
        if one.company and other.company:
            levels[COMPANY] = min(2, texts_level(one.company, other.company))
            if levels[COMPANY] == 0:
                rarity[COMPANY] = self._share(COMPANY, "company", one.company)
        self._compare_places(one, other, compared)
        return compared

    def _compare_names(self, one: Record, other: Record, compared: Compared) -> None:
        if not (one.given or one.family) or not (other.given or other.family):
            self._compare_whole_names(one, other, compared)
            return
        self._compare_parts(one, other, compared)
        levels = compared.levels
        if (one.alternatives or other.alternatives) and max(levels[GIVEN], levels[FAMILY]) >= 4:
            whole = Compared([MISSING] * len(FIELDS))
            self._compare_whole_names(one, other, whole)
            if 0 <= whole.levels[NAME] <= 2:
                levels[GIVEN] = levels[FAMILY] = levels[ORDER] = MISSING
                levels[NAME] = whole.levels[NAME]
                compared.rarity = whole.rarity

    def _compare_whole_names(self, one: Record, other: Record, compared: Compared) -> None:
        """The best level between any names of the two; names of several records may be in several scripts."""
        best = 99
        shared: list[str] = []
        for mine in (one.name, *(name.split() for name in one.alternatives)):
            for theirs in (other.name, *(name.split() for name in other.alternatives)):
                level, words = bags_level(bag_of(mine), bag_of(theirs), self._word_weight)
                if level != MISSING and (level, words) < (best, shared):
                    best, shared = level, words
        if best <= 5:
            compared.levels[NAME] = best
        if best <= 4:
            compared.rarity[NAME] = self._bag_share(shared)

    def _compare_parts(self, one: Record, other: Record, compared: Compared) -> None:
        levels = compared.levels
        given = self._word_level(one.given, other.given)
        family = self._word_level(one.family, other.family)
        if max(given, family) >= 4 or (given == MISSING and family == MISSING):
            across = self._word_level(one.given, other.family)
            back = self._word_level(one.family, other.given)
            if _disagreement(back, across) < _disagreement(given, family):
                levels[ORDER] = 1
                # Sorted, so that it does not matter which of the two has the names the wrong way round.
                (levels[GIVEN], first), (levels[FAMILY], second) = sorted(
                    ((back, one.family), (across, one.given))
                )
                self._name_rarity(first, second, compared)
                return
        levels[GIVEN], levels[FAMILY] = given, family
        if given in (0, 1, 2) and family in (0, 1, 2):
            levels[ORDER] = 0
        self._name_rarity(one.given, one.family, compared)

    def _word_level(self, one: str, other: str) -> int:
        return words_level(one, other) if one and other else MISSING

    @staticmethod
    def _compare_mail_with_name(one: Record, other: Record, compared: Compared) -> None:
        """Where a part of the name is missing on one side, that side's mail may still carry it."""
        for mine, theirs in ((one, other), (other, one)):
            for part, also in ((mine.given, theirs.given), (mine.family, theirs.family)):
                if len(part) >= 3 and not also and theirs.mails:
                    found = any(part.replace(" ", "") in mail.split("@")[0] for mail in theirs.mails)
                    if found or compared.levels[MAIL_NAME] == MISSING:
                        compared.levels[MAIL_NAME] = 0 if found else 1

    def _name_rarity(self, given: str, family: str, compared: Compared) -> None:
        for at, value in ((GIVEN, given), (FAMILY, family)):
            if compared.levels[at] == 0:
                compared.rarity[at] = max(self._share(at, "given", value), self._share(at, "family", value))

    def _share(self, at: int, field: str, value: str) -> float:
        return self.frequencies.share(field, value, FIELDS[at].other[0])

    def _compare_places(self, one: Record, other: Record, compared: Compared) -> None:
        levels, rarity, share = compared.levels, compared.rarity, self._share
        if one.house and other.house:
            levels[HOUSE] = codes_level(one.house, other.house)
            if levels[HOUSE] == 0:
                rarity[HOUSE] = share(HOUSE, "house", one.house)
        if one.postcode and other.postcode:
            levels[POSTCODE] = codes_level(one.postcode, other.postcode)
            if levels[POSTCODE] == 0:
                rarity[POSTCODE] = share(POSTCODE, "postcode", one.postcode)
        if one.region and other.region:
            levels[REGION] = int(one.region != other.region)
            if levels[REGION] == 0:
                rarity[REGION] = share(REGION, "region", one.region)
        for at, name in ((STREET, "street"), (LOCALITY, "locality"), (CITY, "city")):
            mine, theirs = getattr(one, name), getattr(other, name)
            if mine and theirs:
                levels[at] = (streets_level if at == STREET else texts_level)(mine, theirs)
                if levels[at] == 0:
                    rarity[at] = share(at, name, mine)
        if levels[STREET] in (MISSING, 3) and levels[LOCALITY] in (MISSING, 3):
            self._compare_exchanged_lines(one, other, levels)
        if levels[STREET] == 3:
            levels[HOUSE] = MISSING  # number 7 of two streets are two houses

    @staticmethod
    def _compare_exchanged_lines(one: Record, other: Record, levels: list[int]) -> None:
        """The two lines of an address are easily written the other way round."""
        first = texts_level(one.street, other.locality) if one.street and other.locality else MISSING
        second = texts_level(one.locality, other.street) if one.locality and other.street else MISSING
        crossed = (first in (0, 1)) + (second in (0, 1))
        if crossed:
            levels[STREET] = 1
        if crossed == 2:
            levels[LOCALITY] = 1

    def _word_weight(self, word: str) -> float:
        return log2(1.0 + 1.0 / self.frequencies.share("word", word))

    def _bag_share(self, words: list[str]) -> float:
        """Chance of carrying the two rarest of these words, taken as half dependent on each other."""
        shares = sorted(self.frequencies.share("word", word) for word in words)
        if not shares:
            return 1.0
        return shares[0] * (shares[1] ** 0.5 if len(shares) > 1 else 1.0)

    # -- weighing ----------------------------------------------------------------------------------------------

    def weigh(self, compared: Compared) -> tuple[float, list[tuple[float, str]]]:
        """log2 of the odds that the two are the same, and each field's share of it with its reason."""
        parts: list[tuple[float, str]] = []
        strangers, neighbours, place = -self.prior, self.prior_near - self.prior, 0.0
        rarities = compared.rarity
        for at, level in enumerate(compared.levels):
            if level < 0:
                continue
            bits, near_bits = self._bits[at][level]
            if at in rarities:
                bits, near_bits = self._bits_of_rare(at, level, rarities[at], near_bits)
            if at in ONE_PLACE and bits > 0:
                strangers += (1 - FURTHER_PLACE) * min(bits, place)
                place = max(bits, place)
            strangers -= bits
            neighbours -= near_bits
            parts.append((bits, FIELDS[at].reasons[level]))
        worse, better = (strangers, neighbours) if strangers < neighbours else (neighbours, strangers)
        return -(better + log2(1 + 2.0 ** max(worse - better, -60.0))), parts

    def _bits_of_rare(self, at: int, level: int, rarity: float, near_bits: float) -> tuple[float, float]:
        """Evidence against strangers and against neighbours where the value's own frequency is known."""
        same, near, other = self.same[at][level], self.near[at][level], self.other[at][level]
        other = rarity if level == 0 else (other * min(other, rarity)) ** 0.5
        if level <= 1 and at in PERSONAL:
            # A household seldom shares a rare given name.
            near_bits = log2(same / min(near, (near * rarity) ** 0.5))
        return _bits(same, other), near_bits

    def _fitted_anew(self) -> None:
        """The evidence of every level, worked out once."""
        self._bits = [
            [(_bits(same, other), log2(same / near)) for same, near, other in zip(*tables, strict=True)]
            for tables in zip(self.same, self.near, self.other, strict=True)
        ]

    def score(self, one: Record, other: Record, *, least: float = 0.0) -> Score:
        """Symmetric; 0..1; never raises. Below `least` the reasons are left empty, which saves time."""
        compared = self.compare(one, other)
        bits, parts = self.weigh(compared)
        probability = bounded(_probability(bits), compared.levels)
        if probability < least:
            return Score(probability, bits, ())
        parts.sort(reverse=True)
        reasons = [reason for part, reason in parts if part > 1] + [
            reason for part, reason in reversed(parts) if part < -2
        ]
        return Score(stated(probability, reasons, equal=one == other), bits, tuple(reasons))

    # -- learning without labels -------------------------------------------------------------------------------

    def learn(self, candidates: Iterable[tuple[Record, Record]], strangers: Iterable[tuple[Record, Record]], *,
              found_share: float = 1.0, rounds: int = 12, strength: float = 40.0) -> None:  # fmt: skip
        """Fits the weights to a source: `other` on pairs drawn blindly, `same` by EM over candidate pairs.

        `found_share` is the part of all candidates that is given; `strength` how many pairs the setting itself is
        worth against the data.
        """
        self._learn_other(Counter(tuple(self.compare(*pair).levels) for pair in strangers), strength)
        seen = [self.compare(*pair) for pair in candidates]
        for _ in range(rounds):
            weights = _believed(seen, [_probability(self.weigh(one)[0]) for one in seen])
            self._learn_same(
                ((one.levels, weight) for one, weight in zip(seen, weights, strict=True)), strength
            )
            self.set_expected(sum(weights) / max(found_share, 1e-9))

    def _learn_other(self, patterns: Counter[Pattern], strength: float) -> None:
        self.other = _fitted(self.other, ((pattern, count) for pattern, count in patterns.items()), strength)
        self._fitted_anew()

    def _learn_same(self, patterns: Iterable[tuple[Iterable[int], float]], strength: float) -> None:
        """Keeps the last level, "differs", within bounds: else a source where most candidates are namesakes would
        teach that one person's birthday and phone are usually different ones."""
        setting = [one.same for one in FIELDS]
        fitted = _fitted(setting, patterns, strength)
        for at, levels in enumerate(fitted):
            most = min(MOST_DIFFERING, DIFFERS_GROWTH * setting[at][-1])
            if levels[-1] > most:
                rest = (1 - most) / (1 - levels[-1])
                fitted[at] = (*(level * rest for level in levels[:-1]), most)
        self.same = fitted
        self._fitted_anew()


def _believed(seen: list[Compared], weights: list[float]) -> list[float]:
    """The weights, less for pairs without an agreeing identifier where those that have identifiers seldom agree.

    Else, in a book that holds hardly any duplicates, the class of the same ones falls onto namesakes and neighbours.
    """
    agreeing = differing = 0.0
    known = [identified(one.levels) for one in seen]
    for one, weight, sure in zip(seen, weights, known, strict=True):
        if sure:
            agreeing += weight
        elif max(one.levels[at] for at in (MAIL, PHONE, NATIONAL_ID)) >= 0:
            differing += weight
    believed = min(1.0, UNIDENTIFIED * (agreeing + ASSUMED_IDENTIFIED) / max(differing, 1e-9))
    return [weight * (1.0 if sure else believed) for weight, sure in zip(weights, known, strict=True)]


def _fitted(prior: list[tuple[float, ...]], patterns: Iterable[tuple[Iterable[int], float]],
            strength: float) -> list[tuple[float, ...]]:  # fmt: skip
    """Level probabilities per field: the prior, worth `strength` observations, and the weighted patterns."""
    sums = [[strength * share for share in levels] for levels in prior]
    for pattern, weight in patterns:
        for at, level in enumerate(pattern):
            if level >= 0:
                sums[at][level] += weight
    return [tuple(one / sum(levels) for one in levels) for levels in sums]


__all__ = ["POSITION", "Compared", "Score", "Scorer"]
