"""Sentences that a job wrote down in English (why a mail did not leave, what a server did), for whoever reads them."""

from __future__ import annotations

from django.utils.translation import gettext


def in_readers_language(kept: str) -> str:
    """The sentence translated, with what a server said of it, in brackets behind, as it was said; other words as they are."""
    if not kept:
        return ""
    if (whole := gettext(kept)) != kept:
        return whole
    sentence, bracket, said = kept.partition(" (")
    translated = gettext(sentence) if bracket and sentence else sentence
    return f"{translated} ({said}" if translated != sentence else kept
