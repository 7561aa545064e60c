"""REST: what becomes of an article's text besides writing and publishing it: review, translations, versions, and back from the archive."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from bandhu.identity.scoping import require_anywhere
from bandhu.knowledge import actions, queries
from bandhu.knowledge.api.articles import VIEW, ArticleOut, answer_with
from bandhu.knowledge.models import Article, ArticleVersion
from bandhu.platform.rest import Given, PageOf, answers, check_version

router = Router(tags=["articles"])
_ONE, _TEXT = "/articles/{article_id}", "/articles/{article_id}/texts/{language}"


class ArticleVersionOut(Schema):
    """A text as it was published."""

    id: UUID
    language: str
    number: int
    title: str
    summary: str
    body: str
    note: str
    published_at: datetime
    published_by_id: UUID | None

    @staticmethod
    def resolve_language(version: ArticleVersion) -> str:
        return version.text.language


class SentBackIn(Given):
    """Why; its writer is told."""

    note: str = Field("", max_length=300)


@router.get(f"{_ONE}/versions", response=answers(PageOf[ArticleVersionOut]))
def list_article_versions(request: HttpRequest, article_id: UUID, language: str = "") -> Any:
    """What was published, the newest first; of one language or of all, five hundred at most."""
    require_anywhere(request.user, VIEW)
    found = queries.article_for(request.user, article_id)
    return {"items": queries.versions_of(request.user, found, language[:12]), "next": None}


@router.post(f"{_ONE}/versions/{{version_id}}/restoration", response=answers(ArticleOut))
def restore_article_version(
    request: HttpRequest, response: HttpResponse, article_id: UUID, version_id: UUID
) -> Any:
    """Write an earlier version's words into its text again, as a draft."""
    actions.go_back_to(_held(request, article_id), actor=request.user, version_id=version_id)
    return answer_with(request, response, article_id)


@router.post(f"{_TEXT}/review", response=answers(ArticleOut))
def ask_for_review(request: HttpRequest, response: HttpResponse, article_id: UUID, language: str) -> Any:
    """The draft is ready to be looked at by somebody who reviews."""
    actions.ask_for_review(_held(request, article_id), actor=request.user, language=language)
    return answer_with(request, response, article_id)


@router.post(f"{_TEXT}/review/refusal", response=answers(ArticleOut))
def send_text_back(
    request: HttpRequest, response: HttpResponse, article_id: UUID, language: str, payload: SentBackIn
) -> Any:
    """Back to its writer, from review."""
    actions.send_back(_held(request, article_id), actor=request.user, language=language, note=payload.note)
    return answer_with(request, response, article_id)


@router.post(f"{_TEXT}/up-to-date", response=answers(ArticleOut))
def mark_text_current(request: HttpRequest, response: HttpResponse, article_id: UUID, language: str) -> Any:
    """The translation says what the source says now, though nothing in it was changed."""
    actions.mark_current(_held(request, article_id), actor=request.user, language=language)
    return answer_with(request, response, article_id)


@router.post(f"{_TEXT}/removal", response=answers(ArticleOut))
def remove_translation(request: HttpRequest, response: HttpResponse, article_id: UUID, language: str) -> Any:
    """A translation goes with its versions; the source language stays (422)."""
    actions.remove_translation(_held(request, article_id), actor=request.user, language=language)
    return answer_with(request, response, article_id)


@router.post(f"{_ONE}/return", response=answers(ArticleOut))
def bring_back_article(request: HttpRequest, response: HttpResponse, article_id: UUID) -> Any:
    """Out of the archive; what readers saw is to be published again."""
    actions.bring_back_article(_held(request, article_id), actor=request.user)
    return answer_with(request, response, article_id)


def _held(request: HttpRequest, article_id: UUID) -> Article:
    found: Article = queries.article_for(request.user, article_id)
    check_version(request, found.version)
    return found
