"""Conditions in words: numbers and days in the reader's digits, texts as they were typed."""

import pytest
from django.utils.translation import override

from bandhu.platform.record_kinds import Field
from bandhu.platform.value_choices import words_for


@pytest.mark.parametrize(("type", "value", "english", "bengali"), [
    ("number", 1000, "1,000", "১,০০০"),
    ("number", "12.50", "12.5", "১২.৫"),
    ("number", [5, 10], "5 – 10", "৫ – ১০"),
    ("number", "১২", "12", "১২"),
    ("money", "250000", "250,000", "২,৫০,০০০"),
    ("date", "2026-11-30", "Nov 30, 2026", "৩০ নভে, ২০২৬"),
    ("datetime", 30, "30", "৩০"),
    ("text", "7", "7", "7"),
    ("number", "many", "many", "many"),
    ("number", "NaN", "NaN", "NaN"),
    ("number", "1e999999", "1e999999", "1e999999"),
    ("number", "9" * 60, "9" * 60, "9" * 60),
    ("date", "2026-13-01", "2026-13-01", "2026-13-01"),
    ("number", None, "", ""),
])  # fmt: skip
def test_values_are_told_as_their_reader_reads_them(type, value, english, bengali):
    field = Field(name="x", label="X", type=type)
    for language, told in (("en", english), ("bn", bengali)):
        with override(language):
            assert words_for(None, field, value) == told
