"""The shelves of the help centre: categories with what stands in them, what was liked, what is like an article."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.db.models import Count, QuerySet
from django.urls import reverse

from bandhu.identity.results import OutOfReach
from bandhu.knowledge.languages import in_language
from bandhu.knowledge.models import ArticleText, Category
from bandhu.knowledge.queries.reading import article_address, published, published_articles
from bandhu.knowledge.word_index import sharing_words

_RELATED = 5


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
    """A category as a reader sees it: the shelves in it, and how many articles stand in it and in them.

    `articles` are those on the shelf itself, read only where they are shown (`shelf_at`).
    """

    category: Category
    name: str
    text: str
    url: str
    how_many: int
    shelves: list[Shelf] = field(default_factory=list)
    articles: list[Entry] = field(default_factory=list)


def shelves(language: str, audience: str) -> tuple[list[Shelf], list[Entry]]:
    """The tree of categories that have something to read, and what stands in none of them."""
    rows = published_articles(audience, language).order_by().values_list("category")
    counted = dict(rows.annotate(Count("pk")))
    loose = _entries(_in_order(language, audience).filter(article__category=None)) if None in counted else []
    return _shelves(list(Category.objects.all()), None, counted, language), loose


def shelf_at(key: str, language: str, audience: str) -> tuple[Shelf, list[Shelf]]:
    """One category with the articles on it and on the shelves in it, and those it stands within, the outermost first; raises OutOfReach (404)."""
    found = _seek(shelves(language, audience)[0], key, [])
    if found is None:
        raise OutOfReach
    shelf, path = found
    categories = [shelf.category.pk, *(one.category.pk for one in shelf.shelves)]
    entries = _entries(_in_order(language, audience).filter(article__category__in=categories))
    inner = [_filled(one, entries) for one in shelf.shelves]
    return replace(_filled(shelf, entries), shelves=inner), path


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


def well_liked(language: str, audience: str, limit: int = 6) -> list[Entry]:
    """What helped most readers; until somebody said so, the newest."""
    # As the index of articles stands, which the first six are read from.
    return _entries(
        published(audience, language).order_by("-article__helpful", "-article__published_at")[:limit]
    )


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


def _shelves(
    rows: Sequence[Category], parent_id: UUID | None, counted: Mapping[UUID | None, int], language: str
) -> list[Shelf]:
    found = []
    for one in rows:
        if one.parent_id == parent_id:
            inner = _shelves(rows, one.pk, counted, language)
            shelf = Shelf(
                category=one,
                name=in_language(one.names, language),
                text=one.texts.get(language, ""),
                url=category_address(one, language),
                how_many=counted.get(one.pk, 0) + sum(each.how_many for each in inner),
                shelves=inner,
            )
            found.append(shelf)
    return [one for one in found if one.how_many]


def _seek(found: Sequence[Shelf], key: str, path: list[Shelf]) -> tuple[Shelf, list[Shelf]] | None:
    for one in found:
        if one.category.key == key:
            return one, path
        if inner := _seek(one.shelves, key, [*path, one]):
            return inner
    return None


def _filled(shelf: Shelf, entries: Sequence[Entry]) -> Shelf:
    return replace(shelf, articles=[one for one in entries if one.category_id == shelf.category.pk])


def _in_order(language: str, audience: str) -> QuerySet[ArticleText]:
    rows = published(audience, language)
    return rows.order_by("article__position", "article__sort_key", "article__number")


def _entries(rows: QuerySet[ArticleText]) -> list[Entry]:
    """Read as plain values: a shelf may show hundreds."""
    columns = ("article__number", "language", "live__title", "live__summary", "article__category_id")
    return [Entry(*values) for values in rows.values_list(*columns)]
