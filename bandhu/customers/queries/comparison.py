"""Two records side by side, as the reader may see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bandhu.customers.column_words import COLUMN_WORDS
from bandhu.customers.models import Contact
from bandhu.customers.queries.cards import Card, company_card, contact_card
from bandhu.customers.queries.history import LISTS, field_label
from bandhu.customers.record_values import COLUMNS, JOINED
from bandhu.identity.masking import masked
from bandhu.platform.cells import in_words
from bandhu.platform.custom_fields import fields_for

CARDS: dict[str, Any] = {"contact": contact_card, "company": company_card}


@dataclass(frozen=True)
class FieldRow:
    """One field with both values in words.

    `clash` when both have one and they differ, so that somebody must choose; `joined` when a merge keeps both instead.
    """

    name: str
    label: Any
    mine: Any
    theirs: Any
    clash: bool
    is_date: bool = False
    joined: bool = False


@dataclass(frozen=True)
class ListRow:
    """One list (phones, mails, …) of both; a merge keeps all of it."""

    label: Any
    mine: list[str]
    theirs: list[str]

    @property
    def sides(self) -> tuple[list[str], list[str]]:
        return self.mine, self.theirs


@dataclass(frozen=True)
class Comparison:
    """Two cards, the fields that at least one of them has, and their lists."""

    mine: Card
    theirs: Card
    fields: list[FieldRow]
    lists: list[ListRow]


def comparison(user: Any, kind: str, mine_id: Any, theirs_id: Any) -> Comparison:
    """Two contacts or two companies. Raises OutOfReach (404) unless the user may see both."""
    mine, theirs = CARDS[kind](user, mine_id), CARDS[kind](user, theirs_id)
    return Comparison(
        mine,
        theirs,
        [*_fields(user, kind, mine, theirs), *_custom(user, kind, mine, theirs)],
        _lists(mine, theirs),
    )


def _fields(user: Any, kind: str, mine: Card, theirs: Card) -> list[FieldRow]:
    rows = []
    for name in COLUMNS[type(mine.record)]:
        one, other = (getattr(card.record, name) for card in (mine, theirs))
        if one in (None, "") and other in (None, ""):
            continue
        clash = one not in (None, "") and other not in (None, "") and one != other
        shown = [_words(user, card.record, name) for card in (mine, theirs)]
        joined, is_date = clash and name in JOINED, hasattr(one or other, "year")
        rows.append(
            FieldRow(name, field_label(kind, name), shown[0], shown[1], clash and not joined, is_date, joined)
        )
    return rows


def _words(user: Any, record: Any, name: str) -> Any:
    value = getattr(record, name)
    if name == "national_id" and isinstance(record, Contact):
        return masked(user, record, value, "national_id")
    if name in COLUMN_WORDS and value and name != "birthday":  # the page writes dates itself
        return COLUMN_WORDS[name](value)
    return "" if value is None else value


def _custom(user: Any, kind: str, mine: Card, theirs: Card) -> list[FieldRow]:
    rows = []
    for one in fields_for(user, kind):
        first, second = (card.record.custom.get(one.custom_key) for card in (mine, theirs))
        if first is None and second is None:
            continue
        clash = first is not None and second is not None and first != second
        joined = clash and isinstance(first, list) and isinstance(second, list)
        words = [in_words(value, one) for value in (first, second)]
        rows.append(
            FieldRow(
                f"custom.{one.custom_key}", one.label, words[0], words[1], clash and not joined, joined=joined
            )
        )
    return rows


def _lists(mine: Card, theirs: Card) -> list[ListRow]:
    shown: dict[str, Any] = {
        "phones": lambda one: one.shown,
        "mails": lambda one: one.address,
        "addresses": lambda one: ", ".join(one.lines),
        "socials": str,
        "other_names": str,
        "external_ids": str,
        "tags": str,
    }
    rows = []
    for name, words in shown.items():
        one, other = ([words(row) for row in getattr(card, name)] for card in (mine, theirs))
        if one or other:
            rows.append(ListRow(LISTS[name], one, other))
    return rows
