"""What answers a question: by its words, in any script and spelling, then by what it means where the house has that switched on."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import Q

from bandhu.knowledge.article_html import words_of
from bandhu.knowledge.meaning import SURELY, nearest
from bandhu.knowledge.models import ArticleText, Audience
from bandhu.knowledge.queries.reading import address_of, published
from bandhu.knowledge.word_index import MOST_SUGGESTED_BY, Match, asked_words, matches
from bandhu.platform.names.keys import Token
from bandhu.ui.graphemes import shorten

_SNIPPET = 180
# A hit must answer this share of what the words of the question tell.
_LEAST_SHARE = 0.5
_LEAST_OF_LETTER, _LONGEST_LETTER = 0.3, 2_000
_OTHER_LANGUAGE = 0.75
# Where words found as many as this, nothing is looked for by meaning; and of what is found so, no more is shown.
_ENOUGH = 3


@dataclass(frozen=True)
class Hit:
    """An article that answers, best first; `language` is that of the text found. `by_meaning`: none of the words asked for it, and
    `score` is a likeness of 0 to 1."""

    article_id: UUID
    number: int
    title: str
    snippet: str
    language: str
    url: str
    score: float
    is_public: bool = True
    by_meaning: bool = False

    @property
    def is_sure(self) -> bool:
        """Whether it answers: by the words, or by a meaning so near that it nearly always does."""
        return not self.by_meaning or self.score >= SURELY


@dataclass(frozen=True)
class _Asked:
    """Who asks for what: `least` is the share of what the words tell that a hit must answer."""

    words: Sequence[Token]
    language: str
    audience: str
    limit: int
    least: float


def search(
    question: str,
    language: str,
    audience: str,
    limit: int = 20,
    *,
    least: float = _LEAST_SHARE,
    words_only: bool = False,
) -> list[Hit]:
    """What answers, best first: words in any script and spelling, in title, summary and text; then what means the same.

    Each article once, in the reader's language where it has one. A hit by words answers at least the share `least` of what they tell.
    """
    asked = _Asked(asked_words(question), language, audience, limit, least)
    found = _by_words(asked, _scores(matches(asked.words))) if asked.words else []
    return found if words_only else _filled(found, asked, question)


def suggest(user: Any, text: str, language: str = "", audience: str = "public", limit: int = 5) -> list[Hit]:
    """Articles that may answer what somebody wrote: for the reply editor, and before a ticket is sent.

    With a `user`, what that user may see ("staff" needs knowledge.view_article, else []); None for strangers and customers, who get what
    `audience` says and never "staff". A letter is read by the words articles have.
    """
    if user is None:
        audience = audience if audience in ("public", "customers") else "public"
    elif not user.holds("knowledge.view_article"):
        return []
    words = asked_words(text[:_LONGEST_LETTER], MOST_SUGGESTED_BY)
    asked = _Asked(words, language, audience, limit, _LEAST_OF_LETTER)
    found = _by_words(asked, _scores(matches(words), of_known_words=True)) if words else []
    return _filled(found, asked, text)


def snippet(summary: str, body: str, words: Sequence[str] = ()) -> str:
    """The summary, or the part of the text around the first of the words."""
    if summary:
        return shorten(summary, _SNIPPET)
    text = words_of(body)
    places = [place for word in words if (place := text.casefold().find(word)) >= 0]
    start = max(0, min(places, default=0) - _SNIPPET // 4)
    start = text.rfind(" ", 0, start) + 1 if start else 0
    return ("… " if start else "") + shorten(text[start:], _SNIPPET)


def _by_words(asked: _Asked, scores: Mapping[Any, tuple[float, float]]) -> list[Hit]:
    enough = {text_id: score for text_id, (score, share) in scores.items() if share >= asked.least}
    return _hits(asked, enough, _OTHER_LANGUAGE)


def _filled(found: list[Hit], asked: _Asked, question: str) -> list[Hit]:
    """What words found, and behind it what means the same, until there is enough."""
    room = min(asked.limit, _ENOUGH) - len(found)
    if room <= 0:
        return found
    known = {one.article_id for one in found}
    # Some of those that mean it may be those that words found already.
    near = _hits(replace(asked, words=[], limit=_ENOUGH), nearest(question), 1.0)
    further = [replace(one, by_meaning=True) for one in near if one.article_id not in known]
    return [*found, *further[:room]]


def _hits(asked: _Asked, scores: Mapping[Any, float], other_language: float) -> list[Hit]:
    """Ranked by plain values, since a common word is in a thousand texts; whole texts are read of those that are shown. A text in another
    language than the reader's counts for so much of itself."""
    if not scores:
        return []
    rows = published(asked.audience).filter(pk__in=list(scores))
    best: dict[UUID, tuple[float, int, UUID]] = {}
    columns = ("pk", "language", "article_id", "article__number")
    for text_id, language, article_id, number in rows.values_list(*columns):
        score = scores[text_id] * (1.0 if language == asked.language else other_language)
        if article_id not in best or best[article_id][0] < score:
            best[article_id] = (score, number, text_id)
    shown = sorted(best, key=lambda article_id: (-best[article_id][0], best[article_id][1]))[: asked.limit]
    texts = _texts(asked, {article_id: best[article_id][2] for article_id in shown})
    words = [token.folded for token in asked.words]
    return [_hit(best[one][0], texts[one], words) for one in shown if one in texts]


def _texts(asked: _Asked, found: Mapping[UUID, UUID]) -> dict[UUID, ArticleText]:
    """By article: its text in the reader's language where it can be read in it, else the one that was found."""
    rows = published(asked.audience).filter(article__in=found)
    rows = rows.filter(Q(language=asked.language) | Q(pk__in=found.values()))
    return {text.article_id: text for text in sorted(rows, key=lambda one: one.language == asked.language)}


def _scores(
    by_word: Sequence[dict[Any, Match]], *, of_known_words: bool = False
) -> dict[Any, tuple[float, float]]:
    """By text: what its matches weigh, and the share of the question they answer.

    Words that many texts have tell less (inverse document frequency). `of_known_words`: words no article has are not held against it,
    as in a letter, which says much that no article is about.
    """
    everything = len({text_id for found in by_word for text_id in found}) + 1
    telling = [
        math.log(1 + everything / (1 + len(found))) if found or not of_known_words else 0.0
        for found in by_word
    ]
    whole = sum(telling) or 1.0
    scores: dict[Any, tuple[float, float]] = {}
    for tells, found in zip(telling, by_word, strict=True):
        for text_id, match in found.items():
            score, share = scores.get(text_id, (0.0, 0.0))
            weight = tells * match.likeness * (1 + math.log(match.weight))
            scores[text_id] = (score + weight, share + tells / whole)
    return scores


def _hit(score: float, text: ArticleText, words: list[str]) -> Hit:
    live = text.live
    return Hit(
        article_id=text.article_id,
        number=text.article.number,
        title=live.title if live else text.title,
        snippet=snippet(live.summary if live else "", live.body if live else "", words),
        language=text.language,
        url=address_of(text),
        score=round(score, 4),
        is_public=text.article.audience == Audience.PUBLIC,
    )
