"""Articles as colleagues read and write them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils import timezone

from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import require_anywhere
from bandhu.knowledge.article_html import compared
from bandhu.knowledge.deriving import is_behind
from bandhu.knowledge.languages import language_codes, own_name
from bandhu.knowledge.meaning import is_on, published_texts
from bandhu.knowledge.models import (
    Article,
    ArticleFeedback,
    ArticleText,
    ArticleVersion,
    Category,
    MissedSearch,
    State,
)
from bandhu.platform.embedding import is_installed
from bandhu.platform.files import files_of
from bandhu.platform.models import StoredFile

_FEW = 50


@dataclass(frozen=True)
class LanguageLine:
    """An article in one language of the house, as its page shows it; `text` is None where it is not written yet."""

    code: str
    name: str
    text: ArticleText | None
    is_source: bool
    is_behind: bool
    has_changes: bool


@dataclass(frozen=True)
class Comparison:
    """Two versions side by side: titles, and the running text as (kind, words)."""

    older: ArticleVersion
    newer: ArticleVersion
    title: list[tuple[str, str]]
    body: list[tuple[str, str]]


def articles(user: Any) -> QuerySet[Article]:
    """Those the user may see, by title."""
    return Article.objects.visible_to(user).order_by("sort_key", "pk")


def article_for(user: Any, article_id: UUID | str) -> Article:
    """One with its category and owner; raises OutOfReach (404)."""
    try:
        wanted = article_id if isinstance(article_id, UUID) else UUID(str(article_id))
    except ValueError:
        raise OutOfReach from None
    found = articles(user).select_related("category", "owner").filter(pk=wanted).first()
    if found is None:
        raise OutOfReach
    return found


def text_for(user: Any, article: Article, language: str) -> ArticleText:
    """The article in one language; raises OutOfReach (404)."""
    found = article.texts.select_related("live", "updated_by").filter(language=language).first()
    if found is None:
        raise OutOfReach
    return found


def language_lines(user: Any, article: Article) -> list[LanguageLine]:
    """Every language of the house, the source first."""
    texts = {one.language: one for one in article.texts.select_related("live", "updated_by")}
    codes = sorted(language_codes(), key=lambda code: code != article.source_language)
    return [_line(article, code, texts.get(code)) for code in codes]


def _line(article: Article, code: str, text: ArticleText | None) -> LanguageLine:
    live = text.live if text else None
    differs = bool(
        text and live and (live.title, live.summary, live.body) != (text.title, text.summary, text.body)
    )
    return LanguageLine(
        code=code,
        name=own_name(code),
        text=text,
        is_source=code == article.source_language,
        is_behind=bool(text and is_behind(article, text)),
        has_changes=differs,
    )


def versions_of(user: Any, article: Article, language: str = "") -> list[ArticleVersion]:
    """What was published, the newest first; of one language or of all."""
    rows = ArticleVersion.objects.filter(text__article=article).select_related("text", "published_by")
    rows = rows.filter(text__language=language) if language else rows
    return list(rows.order_by("-published_at", "-number")[:500])


def comparison(user: Any, article: Article, older: str, newer: str) -> Comparison:
    """Two versions of the article, by their ids; raises OutOfReach (404)."""
    found = [_version(article, one) for one in (older, newer)]
    first, second = sorted(found, key=lambda one: (one.published_at, one.number))
    return Comparison(first, second, compared(first.title, second.title), compared(first.body, second.body))


def source_changes(user: Any, article: Article, text: ArticleText) -> list[tuple[str, str]]:
    """What the source language says otherwise now than when this translation was last brought up to it; [] when that is unknown."""
    source = article.texts.select_related("live").filter(language=article.source_language).first()
    if source is None or source.live is None or not is_behind(article, text):
        return []
    known = source.versions.filter(published_at__lte=text.updated_at).order_by("-number").first()
    return compared(known.body, source.live.body) if known and known.pk != source.live_id else []


def _version(article: Article, version_id: str) -> ArticleVersion:
    try:
        wanted = UUID(version_id)
    except ValueError:
        raise OutOfReach from None
    found = ArticleVersion.objects.filter(pk=wanted, text__article=article).select_related(
        "text", "published_by"
    )
    if (version := found.first()) is None:
        raise OutOfReach
    return version


def article_files(user: Any, article: Article) -> list[StoredFile]:
    """What readers of the article can download, newest first."""
    return files_of(article.pk)


def article_file(user: Any, article: Article, file_id: UUID) -> StoredFile:
    """One of them; raises OutOfReach (404)."""
    found = StoredFile.objects.filter(pk=file_id, record_id=article.pk, deleted_at=None).first()
    if found is None:
        raise OutOfReach
    return found


def categories(user: Any) -> list[tuple[int, Category]]:
    """Every category with its depth, in the order of the tree; with `how_many` articles stand in each."""
    rows = list(Category.objects.annotate(how_many=Count("articles")))
    found: list[tuple[int, Category]] = []

    def gather(parent_id: UUID | None, depth: int) -> None:
        for one in rows:
            if one.parent_id == parent_id:
                found.append((depth, one))
                gather(one.pk, depth + 1)

    gather(None, 0)
    return found


def category_for(user: Any, category_id: UUID | str) -> Category:
    """One; raises OutOfReach (404)."""
    try:
        wanted = category_id if isinstance(category_id, UUID) else UUID(str(category_id))
    except ValueError:
        raise OutOfReach from None
    found = Category.objects.filter(pk=wanted).first()
    if found is None:
        raise OutOfReach
    return found


def missed_searches(user: Any, language: str = "") -> QuerySet[MissedSearch]:
    """Words that found nothing, the most asked first. Needs knowledge.view_reports."""
    require_anywhere(user, "knowledge.view_reports")
    rows = MissedSearch.objects.order_by("-times", "-last_at")
    return rows.filter(language=language) if language else rows


def missed_for(user: Any, pk: UUID) -> MissedSearch:
    """One; raises OutOfReach (404)."""
    require_anywhere(user, "knowledge.view_reports")
    found = MissedSearch.objects.filter(pk=pk).first()
    if found is None:
        raise OutOfReach
    return found


def feedback_of(user: Any, article: Article) -> list[ArticleFeedback]:
    """What readers said, the newest first."""
    return list(article.feedback.select_related("contact")[:_FEW])


def comments(user: Any) -> QuerySet[ArticleFeedback]:
    """The newest words of readers about articles the user may see. Needs knowledge.view_reports."""
    require_anywhere(user, "knowledge.view_reports")
    return (
        ArticleFeedback.objects.filter(article__in=articles(user))
        .exclude(comment="")
        .select_related("article")
    )


def health(user: Any) -> dict[str, int]:
    """Numbers of the report page: articles by what needs doing."""
    require_anywhere(user, "knowledge.view_reports")
    today = timezone.localdate()
    rows = articles(user).exclude(state=State.ARCHIVED)
    found = rows.aggregate(
        live=Count("pk", filter=~Q(live_languages=[])),
        in_review=Count("pk", filter=Q(state=State.REVIEW)),
        behind=Count("pk", filter=~Q(behind=[])),
        due=Count("pk", filter=Q(review_by__lte=today + timedelta(days=14))),
        helpful=Sum("helpful"),
        unhelpful=Sum("unhelpful"),
    )
    return {name: value or 0 for name, value in found.items()}


@dataclass(frozen=True)
class MeaningState:
    """How far the search by meaning is: whether this machine can, and how many of the published texts are known to the model."""

    is_installed: bool
    is_on: bool
    published: int
    known: int


def meaning_state(user: Any) -> MeaningState:
    """For the settings page. Needs knowledge.manage_help_centre."""
    require_anywhere(user, "knowledge.manage_help_centre")
    texts = published_texts()
    known = texts.filter(meaning__version=F("live_id"))
    return MeaningState(is_installed(), is_on(), texts.count(), known.count())
