"""The way of a text to its readers: review, publishing now or later, versions, going back."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bandhu.identity.acting import action
from bandhu.identity.ready_made import system_user
from bandhu.identity.results import Denied, OutOfReach
from bandhu.knowledge.actions.articles import text_of, write_text
from bandhu.knowledge.deriving import announce, is_behind
from bandhu.knowledge.events import ArticleChanged, ArticlePublished
from bandhu.knowledge.models import Article, ArticleText, ArticleVersion, State
from bandhu.knowledge.word_index import index_text
from bandhu.platform.notifications import notify
from bandhu.platform.texts import clean_line

_log = logging.getLogger(__name__)
_FURTHEST_DAYS = 730
_BACK = gettext_noop("“%(title)s” came back from review: %(reason)s")


@action("knowledge.write_article")
def ask_for_review(article: Article, *, actor: Any, language: str) -> ArticleText:
    """The text is ready to be looked at by somebody who reviews. Raises ValidationError unless it is a draft."""
    return _move(article, language, State.REVIEW, "review_asked", actor, only_from=(State.DRAFT,))


@action("knowledge.review_article")
def send_back(article: Article, *, actor: Any, language: str, note: str = "") -> ArticleText:
    """Back to its writer, who is told why. Raises ValidationError unless it is in review."""
    reason = clean_line(note, 300)
    text = _move(article, language, State.DRAFT, "sent_back", actor, only_from=(State.REVIEW,), note=reason)
    if text.updated_by is not None and text.updated_by != actor:
        address = reverse("knowledge:article", args=[article.pk])
        notify(text.updated_by, _BACK, url=address, icon="undo-2", title=text.title, reason=reason)
    return text


@action("knowledge.publish_article")
def publish_text(
    article: Article, *, actor: Any, language: str, note: str = "", is_small: bool = False
) -> ArticleVersion:
    """Let readers see the text as it is written now; a version of it is kept.

    In the source language every translation then counts as behind, unless the change `is_small` (a slip of the pen). Published already
    and unchanged: the version that stands is returned. Raises ValidationError for a text without a body.
    """
    fresh = _locked(article)
    text = text_of(fresh, language)
    live = text.live
    if live and (live.title, live.summary, live.body) == (text.title, text.summary, text.body):
        _unplan(text, State.PUBLISHED)
        if fresh.archived_at is None:
            return live
    if not text.body:
        raise ValidationError({"body": _("There is nothing to read yet.")}, code="empty")
    version = _keep_version(text, clean_line(note, 300), actor)
    before, was_behind = text.state, is_behind(fresh, text)
    text.live = version
    if language == fresh.source_language:
        fresh.source_number += 0 if is_small and live else 1
    else:
        text.follows = fresh.source_number
    _unplan(text, State.PUBLISHED)
    fresh.archived_at, fresh.published_at = None, fresh.published_at or version.published_at
    index_text(text, version)
    event = ArticlePublished(
        article_id=str(fresh.pk), number=fresh.number, title=version.title, language=language,
        version=version.number, audience=fresh.audience,
    )  # fmt: skip
    trail: dict[str, tuple[Any, Any]] = {f"state.{language}": (before, State.PUBLISHED)}
    if was_behind:
        trail[f"behind.{language}"] = (True, False)
    announce(fresh, "published", event, trail, actor)
    return version


@action("knowledge.publish_article")
def schedule_text(article: Article, *, actor: Any, language: str, at: datetime) -> ArticleText:
    """Publish the text as it is written now at a moment to come (aware); a change before then takes the plan back."""
    fresh = _locked(article)
    text = text_of(fresh, language)
    now = timezone.now()
    if at <= now:
        raise ValidationError({"publish_at": _("This lies in the past.")}, code="past")
    if (at - now).days > _FURTHEST_DAYS:
        raise ValidationError({"publish_at": _("This lies too far ahead.")}, code="far")
    if not text.body:
        raise ValidationError({"body": _("There is nothing to read yet.")}, code="empty")
    before, text.publish_at, text.scheduled_by = text.publish_at, at, actor
    text.save()
    _announce(fresh, text, "scheduled", "publish_at", before and before.isoformat(), at.isoformat(), actor)
    return text


@action("knowledge.publish_article")
def unschedule_text(article: Article, *, actor: Any, language: str) -> ArticleText:
    """Take the plan back; without one nothing happens."""
    fresh = _locked(article)
    text = text_of(fresh, language)
    if before := text.publish_at:
        _unplan(text, text.state)
        _announce(fresh, text, "unscheduled", "publish_at", before.isoformat(), None, actor)
    return text


@action("knowledge.publish_article")
def withdraw_text(article: Article, *, actor: Any, language: str) -> ArticleText:
    """Take one language from readers; its versions stay."""
    fresh = _locked(article)
    text = text_of(fresh, language)
    if text.live is not None:
        text.live = None
        _unplan(text, State.DRAFT)
        index_text(text, None)
        _announce(fresh, text, "withdrawn", "state", State.PUBLISHED, State.DRAFT, actor)
    return text


@action("knowledge.write_article")
def mark_current(article: Article, *, actor: Any, language: str) -> ArticleText:
    """The translation says what the source says now, though nothing in it was changed."""
    fresh = _locked(article)
    text = text_of(fresh, language)
    if is_behind(fresh, text):
        text.follows = fresh.source_number
        text.save()
        _announce(fresh, text, "changed", "behind", True, False, actor)
    return text


@action("knowledge.write_article")
def go_back_to(article: Article, *, actor: Any, version_id: UUID) -> ArticleText:
    """Write an earlier version's words into the text again, as a draft. Raises OutOfReach for a version of another article."""
    found = (
        ArticleVersion.objects.filter(pk=version_id, text__article=article.pk).select_related("text").first()
    )
    if found is None:
        raise OutOfReach
    return write_text(
        article,
        actor=actor,
        language=found.text.language,
        title=found.title,
        summary=found.summary,
        body=found.body,
    )


def publish_due() -> int:
    """Publish what is due, on behalf of who planned it; a plan of somebody who may no more publish is dropped. Returns how many."""
    due = ArticleText.objects.filter(publish_at__lte=timezone.now()).select_related("article", "scheduled_by")
    return sum(_publish_one(text) for text in list(due[:500]))


def _publish_one(text: ArticleText) -> bool:
    actor = text.scheduled_by or system_user()
    try:
        with transaction.atomic():
            still = ArticleText.objects.select_for_update().filter(pk=text.pk, publish_at=text.publish_at)
            if not still.exists():
                return False
            publish_text(text.article, actor=actor, language=text.language)
            return True
    except (Denied, OutOfReach, ValidationError) as problem:
        _log.warning("article text %s was not published: %s", text.pk, problem)
        ArticleText.objects.filter(pk=text.pk).update(publish_at=None, scheduled_by=None)
        return False


def _keep_version(text: ArticleText, note: str, actor: Any) -> ArticleVersion:
    newest = text.versions.aggregate(newest=Max("number"))["newest"] or 0
    return ArticleVersion.objects.create(
        text=text,
        number=newest + 1,
        title=text.title,
        summary=text.summary,
        body=text.body,
        note=note,
        published_at=timezone.now(),
        published_by=actor,
    )


def _unplan(text: ArticleText, state: str) -> None:
    text.state, text.publish_at, text.scheduled_by = state, None, None
    text.save()


def _move(
    article: Article,
    language: str,
    state: str,
    verb: str,
    actor: Any,
    *,
    only_from: tuple[str, ...],
    note: str = "",
) -> ArticleText:
    fresh = _locked(article)
    text = text_of(fresh, language)
    if text.state not in only_from:
        raise ValidationError(_("The text has moved on meanwhile. Look at it again."), code="state")
    before, text.state = text.state, state
    text.save()
    _announce(fresh, text, verb, "state", before, state, actor, note)
    return text


def _announce(
    article: Article,
    text: ArticleText,
    verb: str,
    name: str,
    before: Any,
    after: Any,
    actor: Any,
    note: str = "",
) -> None:
    changes: dict[str, tuple[Any, Any]] = {f"{name}.{text.language}": (before, after)}
    if note:
        changes["note"] = (None, note)
    event = ArticleChanged(
        article_id=str(article.pk), number=article.number, title=article.title, language=text.language,
        fields=[name],
    )  # fmt: skip
    announce(article, verb, event, changes, actor)


def _locked(article: Article) -> Article:
    return Article.objects.select_for_update(of=("self",)).get(pk=article.pk)
