"""What a request's reader refuses is told in sentences for people."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, get_args
from uuid import UUID

import pytest
from django.utils import translation
from pydantic import Field, ValidationError, field_validator
from pydantic_core.core_schema import ErrorType

from bandhu.platform.problems import _SENTENCE_OF, sentence_of
from bandhu.platform.rest import Given, Moment, Whole, YesNo


class Order(Given):
    name: str = Field("x", min_length=2, max_length=5)
    share: Decimal = Field(Decimal(1), gt=0, le=100, decimal_places=2)
    count: Whole = Field(1, ge=1, lt=10)
    kind: Literal["won", "lost"] = "won"
    who: UUID | None = None
    day: date | None = None
    at: Moment | None = None
    is_on: YesNo = True
    parts: list[str] = Field(default_factory=lambda: ["a"], min_length=1, max_length=2)
    facts: dict[str, Any] = Field(default_factory=dict)
    needed: int = 0
    when: datetime | None = None

    @field_validator("needed")
    @classmethod
    def _odd(cls, value: int) -> int:
        if value % 2:
            raise ValueError("This is odd.")
        return value


class Needing(Given):
    needed: int


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"colour": 1}, "There is no such key here."),
        ({"name": 3}, "Write a text, in quotation marks."),
        ({"name": "abcdef"}, "At most 5 characters fit here."),
        ({"name": "a"}, "Write at least 2 characters."),
        ({"share": "much"}, "Write a number."),
        ({"share": "NaN"}, "Write a number."),
        ({"share": 0}, "Write more than 0."),
        ({"share": 101}, "The most is 100."),
        ({"share": "1.234"}, "At most 2 digits after the decimal point."),
        ({"count": "1"}, "Write a whole number."),
        ({"count": 0}, "The least is 1."),
        ({"count": 10}, "Write less than 10."),
        ({"kind": "open"}, "Choose one of these: won, lost."),
        ({"who": "Ben"}, "This is no id: ids are UUIDs."),
        ({"day": "soon"}, "Write a day as in 2026-11-30."),
        ({"at": "2026-11-30T99:00"}, "Write a moment as in 2026-11-30T10:00:00Z."),
        ({"is_on": "yes"}, "Write true or false."),
        ({"parts": "a"}, "Write a list, in square brackets."),
        ({"parts": []}, "Give at least 1 of them."),
        ({"parts": ["a", "b", "c"]}, "Give at most 2 of them."),
        ({"facts": []}, "Write an object, in braces."),
        ({"needed": 3}, "This is odd."),
        ({"needed": 3.5}, "Write a whole number."),
    ],
)
def test_each_common_kind_has_its_sentence(sent, sentence):
    with pytest.raises(ValidationError) as refused:
        Order.model_validate(sent)
    assert [sentence_of(one) for one in refused.value.errors()] == [sentence]


def test_what_is_missing_is_needed():
    with pytest.raises(ValidationError) as refused:
        Needing.model_validate({})
    assert [sentence_of(one) for one in refused.value.errors()] == ["This is needed."]


def test_a_rare_kind_keeps_its_own_words():
    assert sentence_of({"type": "url_scheme", "msg": "URL scheme should be 'https'"}).startswith("URL")


def test_every_kind_of_the_table_is_one_of_pydantic():
    assert set(_SENTENCE_OF) <= set(get_args(ErrorType))


def test_sentences_hold_their_values_in_every_language():
    for code in ("en", "bn", "ta"):
        with translation.override(code):
            told = sentence_of({"type": "less_than_equal", "msg": "", "ctx": {"le": 100}})
            assert "100" in told and "%" not in told
