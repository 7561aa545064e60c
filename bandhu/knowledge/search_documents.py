"""What the house's search knows of articles: found by their titles in every language, and by the words of what is published."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bandhu.knowledge.models import Article
from bandhu.platform.registries import SearchDocument, SearchKind

_MOST_NAMES = 8


def article_documents(ids: Sequence[UUID]) -> Iterator[SearchDocument]:
    """Documents of the articles among `ids`."""
    rows = Article.objects.filter(pk__in=ids).select_related("category").prefetch_related("texts")
    for article in rows.iterator(chunk_size=500):
        titles = [one.title for one in article.texts.all()]
        names = list(dict.fromkeys([article.title, *titles]))[:_MOST_NAMES]
        words = list(article.category.names.values()) if article.category else []
        yield SearchDocument(
            record_id=article.pk,
            names=[name for name in names if name],
            detail=" · ".join(filter(None, (f"#{article.number}", str(article.category or "")))),
            words=[*words, *(one.summary for one in article.texts.all() if one.summary)],
        )


def _visible(user: Any) -> Any:
    return Article.objects.visible_to(user)


ARTICLES = SearchKind(
    name="article",
    label=_("Article"),
    icon="book-open-text",
    url=lambda pk: reverse("knowledge:article", args=[pk]),
    visible_to=_visible,
    documents=article_documents,
    all_ids=lambda: Article.objects.values_list("pk", flat=True).iterator(),
    view_permission="knowledge.view_article",
    position=45,
)
