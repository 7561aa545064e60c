"""Which words of the articles a word that was typed may mean: itself, its beginning, another spelling, another script.

The forms and their comparison are those of the house's search (`platform/names`); articles have many words where records have a
few names, so theirs stand in a table of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Sum

from bandhu.knowledge.article_html import words_of
from bandhu.knowledge.models import ArticleText, ArticleVersion, ArticleWord
from bandhu.platform.names.folding import tokens
from bandhu.platform.names.keys import Token, prepare_token
from bandhu.platform.names.similarity import asked_similarity

_TITLE, _SUMMARY, _BODY = 6, 3, 1
_MOST_WORDS, _LONGEST = 4_000, 60
MOST_ASKED, MOST_SUGGESTED_BY = 8, 40
# No word is this.
_NOTHING = "\x01"
_SHORTEST_BEGINNING = 3
LEAST_LIKE = 0.78
# One statement for all words of a question; each part walks an index and stops soon.
_CANDIDATES = """
    SELECT asked.place, found.text_id, found.word, found.weight
    FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[]) WITH ORDINALITY
        AS asked (word, begins, sounds, weak, place),
    LATERAL (
        (SELECT text_id, word, weight FROM knowledge_articleword WHERE word = asked.word LIMIT 2000)
        UNION (SELECT text_id, word, weight FROM knowledge_articleword WHERE word LIKE asked.begins LIMIT 1000)
        UNION (SELECT text_id, word, weight FROM knowledge_articleword WHERE sound LIKE asked.sounds LIMIT 1000)
        UNION (SELECT text_id, word, weight FROM knowledge_articleword WHERE weak = asked.weak LIMIT 1000)
    ) AS found
"""


@dataclass(frozen=True)
class Match:
    """How well a text answers one word: 0 to 1, and what the place it stands in weighs (title, summary, body)."""

    likeness: float
    weight: int


def index_text(text: ArticleText, version: ArticleVersion | None) -> None:
    """Write the words of what readers see of this text; None takes them out."""
    ArticleWord.objects.filter(text=text).delete()
    if version is None:
        return
    weights: dict[str, int] = {}
    for source, weight in (
        (version.title, _TITLE),
        (version.summary, _SUMMARY),
        (words_of(version.body), _BODY),
    ):
        for word in tokens(source):
            if len(word) <= _LONGEST:
                weights[word] = max(weight, weights.get(word, 0))
    kept = list(weights.items())[:_MOST_WORDS]
    ArticleWord.objects.bulk_create(_row(text, word, weight) for word, weight in kept)


def _row(text: ArticleText, word: str, weight: int) -> ArticleWord:
    token = prepare_token(word)
    return ArticleWord(text=text, word=word, sound=token.sound[:60], weak=token.weak[:60], weight=weight)


def asked_words(question: str, most: int = MOST_ASKED) -> list[Token]:
    """The words of a question; those of one letter only where there are no others."""
    words = list(dict.fromkeys(word for word in tokens(question) if len(word) <= _LONGEST))
    telling = [word for word in words if len(word) > 1] or words
    return [prepare_token(word) for word in telling[:most]]


def matches(asked: Sequence[Token]) -> list[dict[Any, Match]]:
    """For each word the texts that have it, or a word it may mean; the best place of each text."""
    best: list[dict[Any, Match]] = [{} for _token in asked]
    # Many texts share a word: how like it is asked once.
    likenesses: dict[tuple[int, str], float] = {}
    for place, text_id, word, weight in _candidates(asked):
        likeness = likenesses.get((place, word))
        if likeness is None:
            likeness = likenesses[place, word] = _likeness(asked[place - 1], word)
        known = best[place - 1].get(text_id)
        if likeness and (known is None or likeness * weight > known.likeness * known.weight):
            best[place - 1][text_id] = Match(likeness, weight)
    return best


def sharing_words(title: str, text_id: UUID, limit: int) -> list[Any]:
    """Ids of the texts that share most words with a title, as written: for "Read on", where nobody types in another script."""
    words = [word for word in dict.fromkeys(tokens(title)) if len(word) > _SHORTEST_BEGINNING][:MOST_ASKED]
    rows = ArticleWord.objects.filter(word__in=words).exclude(text_id=text_id).values("text")
    return [row["text"] for row in rows.annotate(shared=Sum("weight")).order_by("-shared", "text")[:limit]]


def _candidates(asked: Sequence[Token]) -> Sequence[tuple[int, Any, str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            _CANDIDATES,
            [
                [token.folded for token in asked],
                [_beginning(token.folded) for token in asked],
                [_beginning(token.sound) for token in asked],
                [token.weak if len(token.weak) > 1 else _NOTHING for token in asked],
            ],
        )
        rows: list[tuple[int, Any, str, int]] = cursor.fetchall()
    return rows


def _beginning(text: str) -> str:
    """What LIKE finds words by that begin so; short ones must be the whole word."""
    return f"{_escaped(text)}%" if len(text) >= _SHORTEST_BEGINNING else _escaped(text) or _NOTHING


def _likeness(asked: Token, word: str) -> float:
    if word == asked.folded:
        return 1.0
    if len(asked.folded) >= _SHORTEST_BEGINNING and word.startswith(asked.folded):
        return 0.9
    likeness = asked_similarity(asked, prepare_token(word))[0]
    return likeness if likeness >= LEAST_LIKE else 0.0


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
