"""What bounds how sure a score may be: the model takes fields for independent, which the lives of people are not."""

from __future__ import annotations

from collections.abc import Callable

from bandhu.customers.matching.comparing import (
    BIRTHDAY,
    FAMILY,
    GIVEN,
    HOUSE,
    MAIL,
    NAME,
    NATIONAL_ID,
    PHONE,
    STREET,
    mails_level,
    spells_the_name,
)
from bandhu.customers.matching.records import Record

UNLIKELY = 0.4  # most that is said where name, birthday or national id differ and nothing identifies
BY_OTHERS = (
    0.6  # most that is said of such two where only a third record, which resembles both, speaks for them
)
MOST_NAME_WORDS = 8  # that a mail address is compared with
ALMOST = 0.9999  # most that is said of two records that are not written the same throughout
DOUBTFUL = 0.9  # what is said above this depends on what agrees
IDENTIFYING = frozenset(("same_mail", "same_phone", "same_national_id"))


def bounded(probability: float, levels: list[int]) -> float:
    """The probability, held down where name, birthday or national id are another person's and nothing identifies."""
    return min(probability, UNLIKELY) if are_others(levels) else probability


def are_others(levels: list[int]) -> bool:
    """Whether name, birthday or national id are another person's and nothing identifies the two as one."""
    return _another_name(levels) or _another_person(levels)


def stated(probability: float, reasons: list[str], *, equal: bool) -> float:
    """The probability as it is told: certain only where a mail, telephone or id agrees and nothing differs.

    Of two records that are not `equal`, written the same throughout, at most ALMOST is said.

    The model takes fields for independent, which people are not: names, towns and firms run in families. Without an
    identifier at most 0.98 is said, with something that differs at most 0.99; the order of pairs stays.
    """
    if probability <= DOUBTFUL:
        return probability
    if not IDENTIFYING.intersection(reasons):
        most = 0.98
    elif any(reason.endswith("_differs") for reason in reasons):
        most = 0.99
    else:
        return probability if equal else min(probability, ALMOST)
    return DOUBTFUL + (probability - DOUBTFUL) * (most - DOUBTFUL) / (1 - DOUBTFUL)


def identified(levels: list[int]) -> bool:
    """Whether a mail, telephone or national id agrees, slips of the hand forgiven."""
    return any(levels[at] in (0, 1) for at in (MAIL, PHONE, NATIONAL_ID))


def _another_name(levels: list[int]) -> bool:
    """Whether a part of the name is another one, and no identifier (a mail or phone to the letter) nor birthday agrees."""
    differs = max(levels[GIVEN], levels[FAMILY]) >= 4 or levels[NAME] == 5
    sure = 0 in (levels[MAIL], levels[PHONE]) or {levels[NATIONAL_ID], levels[BIRTHDAY]} & {0, 1}
    return differs and not sure


def _another_person(levels: list[int]) -> bool:
    """Whether birthday or national id is another one, slips aside, and only what many share agrees: name, town, firm.

    The other one of the two, a mail address, a telephone number and a home say that one person is meant after all.
    """
    proofs = {levels[BIRTHDAY], levels[NATIONAL_ID]}
    differs = levels[BIRTHDAY] == 4 or levels[NATIONAL_ID] == 2
    agrees = proofs & {0, 1} or identified(levels) or (levels[STREET] in (0, 1) and levels[HOUSE] != 2)
    return differs and not agrees


def mails_level_of(one: Record, other: Record) -> Callable[[str, str], int]:
    """`mails_level` of two records' addresses: a name before two different @ repeats the name and adds nothing to it."""

    def level(mine: str, theirs: str) -> int:
        found = mails_level(mine, theirs)
        if (
            found in (2, 3)
            and spells_the_name(mine, _words_of(one))
            and spells_the_name(theirs, _words_of(other))
        ):
            return 4
        return found

    return level


def _words_of(record: Record) -> list[str]:
    """Every word of the names, those in other scripts too."""
    names = (*record.name, *record.given.split(), *record.family.split())
    words = dict.fromkeys((*names, *(word for name in record.alternatives for word in name.split())))
    return list(words)[:MOST_NAME_WORDS]
