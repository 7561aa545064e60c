"""REST: articles, their texts, and what answers a question."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import Field

from bandhu.identity.queries import colleague_with
from bandhu.identity.scoping import require_anywhere
from bandhu.knowledge import actions, queries
from bandhu.platform.list_pages import filter_of
from bandhu.platform.listing import listing_for
from bandhu.platform.rest import (
    Day,
    Given,
    ListIn,
    Moment,
    PageOf,
    YesNo,
    answers,
    changes_in,
    check_version,
    page_of,
    wanted_version,
    with_version,
)

router = Router(tags=["articles"])
VIEW = "knowledge.view_article"


class ArticleTextOut(Schema):
    """An article in one language. `state` is that of what is being written; `live_version` counts what readers see, null while they see nothing."""

    language: str
    title: str
    summary: str
    body: str
    state: str
    live_version: int | None
    is_behind: bool
    publish_at: datetime | None


class ArticleOut(Schema):
    """`audience`: public, customers or staff; `behind`: languages whose translation the source has left behind; `version` is the ETag."""

    id: UUID
    number: int
    title: str
    state: str
    audience: str
    source_language: str
    category_id: UUID | None
    owner_id: UUID | None
    review_by: date | None
    position: int
    languages: list[str]
    live_languages: list[str]
    behind: list[str]
    helpful: int
    unhelpful: int
    texts: list[ArticleTextOut]
    version: int
    created_at: datetime
    updated_at: datetime


class ArticlePatch(Given):
    """What is sent is changed."""

    category_id: UUID | None = None
    audience: str | None = None
    owner_id: UUID | None = None
    review_by: Day | None = None
    position: int | None = Field(None, ge=0, le=32_000)
    source_language: str | None = Field(None, max_length=12)


class ArticleTextIn(Given):
    """Title, summary and body (HTML, cleaned) of one language; what is not sent stays."""

    title: str | None = Field(None, max_length=300)
    summary: str | None = Field(None, max_length=500)
    body: str | None = Field(None, max_length=2_000_000)


class ArticleIn(ArticlePatch):
    """A title in its first language; it begins as a draft."""

    language: str = Field("en", max_length=12)
    title: str = Field(max_length=300)
    summary: str = Field("", max_length=500)
    body: str = Field("", max_length=2_000_000)


class PublicationIn(Given):
    """`at` publishes later. `is_small` leaves translations as they are."""

    note: str = Field("", max_length=300)
    is_small: YesNo = False
    at: Moment | None = None


class ArticleHitOut(Schema):
    """An article that answers; `url` is where readers find it. `by_meaning`: no word of the question stands in it."""

    article_id: UUID
    number: int
    title: str
    snippet: str
    language: str
    url: str
    score: float
    by_meaning: bool


class ArticleReplyOut(Schema):
    """What an article gives to a reply."""

    title: str
    html: str
    text: str
    url: str
    language: str


@router.get("/articles", response=answers(PageOf[ArticleOut]))
def list_articles(request: HttpRequest, asked: ListIn) -> Any:
    """By title, or as `sort` says. `q` finds titles in any language and script."""
    require_anywhere(request.user, VIEW)
    definition = {"filter": filter_of(asked.filter[:20_000]), "sort": asked.sort[:80]}
    rows, order = listing_for(request.user, "article", definition, text=asked.q[:300]).ordered()
    return page_of(rows.prefetch_related("texts__live"), order, asked, _shape)


@router.post("/articles", response=answers(ArticleOut, 201))
def create_article(request: HttpRequest, response: HttpResponse, payload: ArticleIn) -> Any:
    """A new article, a draft in its first language."""
    made = actions.create_article(actor=request.user, **_arguments(request, payload))
    return Status(201, answer_with(request, response, made.pk))


@router.get("/articles/search", response=answers(list[ArticleHitOut]))
def search_articles(
    request: HttpRequest, q: str, language: str = "en", audience: str = "staff", limit: int = 10
) -> Any:
    """What answers a question, best first, in any script; of what is published for `audience`."""
    require_anywhere(request.user, VIEW)
    audience = audience if audience in ("public", "customers", "staff") else "staff"
    return queries.suggest(request.user, q[:1_000], language[:12], audience, max(1, min(limit, 50)))


@router.get("/articles/{article_id}", response=answers(ArticleOut))
def get_article(request: HttpRequest, response: HttpResponse, article_id: UUID) -> Any:
    """One article with its texts; its version is the ETag."""
    return answer_with(request, response, article_id)


@router.patch("/articles/{article_id}", response=answers(ArticleOut))
def change_article(
    request: HttpRequest, response: HttpResponse, article_id: UUID, payload: ArticlePatch
) -> Any:
    """Change what is sent. With If-Match, a version that is no longer the newest is refused (412)."""
    found = queries.article_for(request.user, article_id)
    version = wanted_version(request, found.version)
    actions.change_article(found, actor=request.user, version=version, **_arguments(request, payload))
    return answer_with(request, response, article_id)


@router.put("/articles/{article_id}/texts/{language}", response=answers(ArticleOut))
def write_text(
    request: HttpRequest, response: HttpResponse, article_id: UUID, language: str, payload: ArticleTextIn
) -> Any:
    """Write one language; a new one becomes a translation. Readers see it once it is published."""
    found = queries.article_for(request.user, article_id)
    check_version(request, found.version)
    actions.write_text(found, actor=request.user, language=language, **changes_in(payload))
    return answer_with(request, response, article_id)


@router.post("/articles/{article_id}/texts/{language}/publication", response=answers(ArticleOut))
def publish_text(
    request: HttpRequest, response: HttpResponse, article_id: UUID, language: str, payload: PublicationIn
) -> Any:
    """Publish what is written now, or plan it (`at`)."""
    found = queries.article_for(request.user, article_id)
    check_version(request, found.version)
    if payload.at is not None:
        actions.schedule_text(found, actor=request.user, language=language, at=payload.at)
    else:
        actions.publish_text(
            found, actor=request.user, language=language, note=payload.note, is_small=payload.is_small
        )
    return answer_with(request, response, article_id)


@router.delete("/articles/{article_id}/texts/{language}/publication", response=answers(ArticleOut))
def withdraw_text(request: HttpRequest, response: HttpResponse, article_id: UUID, language: str) -> Any:
    """Take one language from readers; its versions stay."""
    found = queries.article_for(request.user, article_id)
    check_version(request, found.version)
    actions.withdraw_text(found, actor=request.user, language=language)
    return answer_with(request, response, article_id)


@router.post("/articles/{article_id}/archiving", response=answers(ArticleOut))
def archive_article(request: HttpRequest, response: HttpResponse, article_id: UUID) -> Any:
    """Take the article from readers in every language."""
    found = queries.article_for(request.user, article_id)
    check_version(request, found.version)
    actions.archive_article(found, actor=request.user)
    return answer_with(request, response, article_id)


@router.get("/articles/{article_id}/reply", response=answers(ArticleReplyOut))
def article_for_reply(request: HttpRequest, article_id: UUID, language: str = "en") -> Any:
    """Clean HTML, plain text and the public address, in this language or the source's. Staff articles are 404 here."""
    require_anywhere(request.user, VIEW)
    return queries.article_for_reply(request.user, article_id, language[:12])


def _arguments(request: HttpRequest, payload: Schema) -> dict[str, Any]:
    """What was sent, as the actions take it."""
    sent = payload.dict(exclude_unset=True)
    if "category_id" in sent:
        wanted = sent.pop("category_id")
        sent["category"] = queries.category_for(request.user, wanted) if wanted else None
    if "owner_id" in sent:
        wanted = sent.pop("owner_id")
        sent["owner"] = colleague_with(request.user, wanted) if wanted else None
    return sent


def answer_with(request: HttpRequest, response: HttpResponse, article_id: UUID) -> dict[str, Any]:
    """The article as it stands now, with its version in the ETag."""
    found = queries.article_for(request.user, article_id)
    with_version(response, found.version)
    return _shape(found)


def _shape(article: Any) -> dict[str, Any]:
    columns = (
        "number", "title", "state", "audience", "source_language", "category_id", "owner_id", "review_by", "position", "languages",
        "live_languages", "behind", "helpful", "unhelpful", "version", "created_at", "updated_at",
    )  # fmt: skip
    texts = [
        {
            "language": one.language,
            "title": one.title,
            "summary": one.summary,
            "body": one.body,
            "state": one.state,
            "live_version": one.live.number if one.live else None,
            "is_behind": one.language in article.behind,
            "publish_at": one.publish_at,
        }
        for one in article.texts.select_related("live")
    ]
    return {"id": article.pk, "texts": texts, **{name: getattr(article, name) for name in columns}}
