"""Articles as readers get them: what is published, for whom, in which language, and what answers a question.

An audience is what somebody may read: a stranger "public", a customer who signed in "customers", a colleague "staff"; each includes
the ones before.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.html import escape

from bandhu.identity.results import OutOfReach
from bandhu.knowledge.article_html import slug_of, with_whole_links, words_of
from bandhu.knowledge.brand import SETTING, Brand, brand_of
from bandhu.knowledge.languages import in_language
from bandhu.knowledge.models import PICTURE, Article, ArticleText, Audience, Category
from bandhu.knowledge.word_index import MOST_SUGGESTED_BY, Match, asked_words, matches, sharing_words
from bandhu.platform.html_cleaning import plain_text
from bandhu.platform.models import Setting, StoredFile
from bandhu.platform.names.keys import Token
from bandhu.platform.public_url import absolute
from bandhu.ui.graphemes import shorten

_WIDER = {
    "public": [Audience.PUBLIC],
    "customers": [Audience.PUBLIC, Audience.CUSTOMERS],
    "staff": [Audience.PUBLIC, Audience.CUSTOMERS, Audience.STAFF],
}
_SNIPPET = 180
# A hit must answer this share of what the words of the question tell.
_LEAST_SHARE = 0.5
_LEAST_OF_LETTER, _LONGEST_LETTER = 0.3, 2_000
_OTHER_LANGUAGE = 0.75
_RELATED = 5


@dataclass(frozen=True)
class Hit:
    """An article that answers, best first; `language` is that of the text found."""

    article_id: UUID
    number: int
    title: str
    snippet: str
    language: str
    url: str
    score: float
    is_public: bool = True


@dataclass(frozen=True)
class Entry:
    """An article in a list of the help centre."""

    number: int
    language: str
    title: str
    summary: str
    category_id: UUID | None

    @property
    def url(self) -> str:
        return article_address(self.number, self.language, self.title)


@dataclass(frozen=True)
class Shelf:
    """A category as a reader sees it, with what stands in it."""

    category: Category
    name: str
    text: str
    url: str
    articles: list[Entry] = field(default_factory=list)
    shelves: list[Shelf] = field(default_factory=list)

    @property
    def how_many(self) -> int:
        return len(self.articles) + sum(one.how_many for one in self.shelves)


def help_centre() -> Brand:
    """How the help centre looks."""
    return brand_of(Setting.objects.filter(name=SETTING).values_list("value", flat=True).first())


def published(audience: str, language: str | None = None) -> QuerySet[ArticleText]:
    """Texts readers of this audience see, with article and the version they see; in one language or in all."""
    rows = ArticleText.objects.filter(
        live__isnull=False, article__archived_at=None, article__audience__in=_WIDER[audience]
    ).select_related("article", "live")
    return rows.filter(language=language) if language else rows


def article_at(number: int, language: str, audience: str) -> ArticleText:
    """What readers see under a number; raises OutOfReach (404)."""
    found = (
        published(audience, language)
        .filter(article__number=number)
        .select_related("article__category")
        .first()
    )
    if found is None:
        raise OutOfReach
    return found


def languages_of(number: int, audience: str) -> dict[str, str]:
    """The addresses of an article in every language it can be read in."""
    rows = published(audience).filter(article__number=number)
    return {one.language: address_of(one) for one in rows}


def address_of(text: ArticleText) -> str:
    """Where readers find it; the words of the title are for people, the number for us."""
    return article_address(text.article.number, text.language, text.live.title if text.live else text.title)


def article_address(number: int, language: str, title: str) -> str:
    """Where an article of this title stands in the help centre."""
    slug = slug_of(title)
    place = f"{number}-{slug}" if slug else str(number)
    return reverse("knowledge:help_article", args=[language, place])


def shelves(language: str, audience: str) -> tuple[list[Shelf], list[Entry]]:
    """The tree of categories that have something to read, and what stands in none of them."""
    rows = published(audience, language).order_by("article__position", "article__sort_key", "article__number")
    by_category: dict[UUID | None, list[Entry]] = defaultdict(list)
    for entry in _entries(rows):
        by_category[entry.category_id].append(entry)
    return _shelves(list(Category.objects.all()), None, by_category, language), by_category[None]


def _entries(rows: QuerySet[ArticleText]) -> list[Entry]:
    """Read as plain values: a start page may show a thousand articles' places."""
    columns = ("article__number", "language", "live__title", "live__summary", "article__category_id")
    return [Entry(*values) for values in rows.values_list(*columns)]


def _shelves(
    rows: Sequence[Category], parent_id: UUID | None, entries: dict[UUID | None, list[Entry]], language: str
) -> list[Shelf]:
    found = [
        Shelf(
            category=one,
            name=in_language(one.names, language),
            text=one.texts.get(language, ""),
            url=category_address(one, language),
            articles=entries.get(one.pk, []),
            shelves=_shelves(rows, one.pk, entries, language),
        )
        for one in rows
        if one.parent_id == parent_id
    ]
    return [one for one in found if one.how_many]


def category_address(category: Category, language: str) -> str:
    """Where a category stands in the help centre."""
    return reverse("knowledge:help_category", args=[language, category.key])


def path_to(category: Category | None, language: str) -> list[tuple[str, str]]:
    """(name, address) of a category and those it stands within, the outermost first."""
    known = {one.pk: one for one in Category.objects.all()} if category else {}
    path: list[tuple[str, str]] = []
    while category is not None:
        path.insert(0, (in_language(category.names, language), category_address(category, language)))
        category = known.get(category.parent_id) if category.parent_id else None
    return path


def shelf_at(key: str, language: str, audience: str) -> tuple[Shelf, list[Shelf]]:
    """One category with what stands in it, and those it stands within, the outermost first; raises OutOfReach (404)."""

    def seek(found: list[Shelf], path: list[Shelf]) -> tuple[Shelf, list[Shelf]] | None:
        for one in found:
            if one.category.key == key:
                return one, path
            if inner := seek(one.shelves, [*path, one]):
                return inner
        return None

    answer = seek(shelves(language, audience)[0], [])
    if answer is None:
        raise OutOfReach
    return answer


def well_liked(language: str, audience: str, limit: int = 6) -> list[Entry]:
    """What helped most readers; until somebody said so, the newest."""
    rows = published(audience, language)
    return _entries(rows.order_by(F("article__helpful").desc(), F("live__published_at").desc())[:limit])


def related(text: ArticleText, audience: str) -> list[Entry]:
    """Others in its language that share words of its title, then others of its category."""
    title = text.live.title if text.live else text.title
    rows = published(audience, text.language).exclude(pk=text.pk)
    ids = sharing_words(title, text.pk, 3 * _RELATED)
    found = sorted(
        _entries(rows.filter(pk__in=ids)), key=lambda one: one.category_id != text.article.category_id
    )
    known = {one.number for one in found}
    if len(found) < _RELATED and text.article.category_id:
        shelf = rows.filter(article__category=text.article.category_id)
        shelf = shelf.order_by("article__position", "article__sort_key")
        found += [one for one in _entries(shelf[: 2 * _RELATED]) if one.number not in known]
    return found[:_RELATED]


def search(
    question: str,
    language: str,
    audience: str,
    limit: int = 20,
    *,
    only_language: bool = False,
    least: float = _LEAST_SHARE,
) -> list[Hit]:
    """What answers, best first: words in any script and spelling, in title, summary and text.

    Each article once, in the reader's language where it has one. A hit answers at least the share `least` of what the words tell.
    """
    asked = asked_words(question)
    scores = _scores(matches(asked)) if asked else {}
    return _ranked(asked, scores, language, audience, limit, only_language, least)


def _ranked(
    asked: Sequence[Token],
    scores: dict[Any, tuple[float, float]],
    language: str,
    audience: str,
    limit: int,
    only_language: bool,
    least: float,
) -> list[Hit]:
    ids = [text_id for text_id, (_score, share) in scores.items() if share >= least]
    best: dict[UUID, tuple[float, ArticleText]] = {}
    for text in published(audience, language if only_language else None).filter(pk__in=ids):
        score = scores[text.pk][0] * (1.0 if text.language == language else _OTHER_LANGUAGE)
        if text.article_id not in best or best[text.article_id][0] < score:
            best[text.article_id] = (score, text)
    ranked = sorted(best.values(), key=lambda one: (-one[0], one[1].article.number))[:limit]
    words = [token.folded for token in asked]
    return [_hit(score, _in_language(text, language, audience), words) for score, text in ranked]


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


def _in_language(text: ArticleText, language: str, audience: str) -> ArticleText:
    """The same article in the reader's language, when it was found in another and can be read in theirs."""
    if text.language == language:
        return text
    own = published(audience, language).filter(article=text.article_id).first()
    return own or text


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


def snippet(summary: str, body: str, words: Sequence[str] = ()) -> str:
    """The summary, or the part of the text around the first of the words."""
    if summary:
        return shorten(summary, _SNIPPET)
    text = words_of(body)
    places = [place for word in words if (place := text.casefold().find(word)) >= 0]
    start = max(0, min(places, default=0) - _SNIPPET // 4)
    start = text.rfind(" ", 0, start) + 1 if start else 0
    return ("… " if start else "") + shorten(text[start:], _SNIPPET)


def suggest(user: Any, text: str, language: str = "", audience: str = "public", limit: int = 5) -> list[Hit]:
    """Articles that may answer what somebody wrote: for the reply editor, and before a ticket is sent.

    With a `user`, what that user may see ("staff" needs knowledge.view_article, else []); None for strangers and customers, who get what
    `audience` says and never "staff". A letter is read by the words articles have.
    """
    if user is None:
        audience = audience if audience in ("public", "customers") else "public"
    elif not user.holds("knowledge.view_article"):
        return []
    asked = asked_words(text[:_LONGEST_LETTER], MOST_SUGGESTED_BY)
    scores = _scores(matches(asked), of_known_words=True) if asked else {}
    return _ranked(asked, scores, language, audience, limit, only_language=False, least=_LEAST_OF_LETTER)


def article_for_reply(user: Any, article_id: UUID | str, language: str) -> dict[str, str]:
    """An article to put into a reply: {"title", "html", "text", "url", "language"}; raises OutOfReach (404).

    In the customer's language, else in the source's. `url` is "" for what customers cannot open; staff articles are refused: what is
    meant for colleagues never slips into an answer.
    """
    from_user = Article.objects.visible_to(user).filter(pk=_uuid(article_id), archived_at=None).first()
    if from_user is None or from_user.audience == Audience.STAFF:
        raise OutOfReach
    rows = {one.language: one for one in published("customers").filter(article=from_user.pk)}
    text = rows.get(language) or rows.get(from_user.source_language) or next(iter(rows.values()), None)
    if text is None or text.live is None:
        raise OutOfReach
    url = absolute(address_of(text))
    heading = f"<p><strong>{escape(text.live.title)}</strong></p>"
    link = f'<p><a href="{escape(url)}">{escape(url)}</a></p>'
    return {
        "title": text.live.title,
        "html": f"{heading}{with_whole_links(text.live.body)}{link}",
        "text": plain_text(text.live.body),
        "url": url,
        "language": text.language,
    }


def reader_files(text: ArticleText) -> list[StoredFile]:
    """What can be downloaded with an article, by name."""
    rows = StoredFile.objects.filter(record_id=text.article_id, record_kind="article", deleted_at=None)
    return list(rows.order_by("name", "pk"))


def reader_file(file_id: UUID, audience: str) -> StoredFile:
    """A file of an article this audience may read, a picture in its text, or the logo; raises OutOfReach (404).

    Staff see pictures of what is not published yet.
    """
    stored = StoredFile.objects.filter(pk=file_id, deleted_at=None).first()
    if stored is not None and stored.record_kind == "help_centre" and str(stored.pk) == help_centre().logo:
        return stored
    if stored is None or stored.record_kind not in ("article", PICTURE):
        raise OutOfReach
    is_draft_seen = audience == "staff" and stored.record_kind == PICTURE
    if not is_draft_seen and not published(audience).filter(article=stored.record_id).exists():
        raise OutOfReach
    return stored


def _uuid(value: UUID | str) -> UUID:
    try:
        return value if isinstance(value, UUID) else UUID(str(value))
    except ValueError:
        raise OutOfReach from None
