"""What an article's row repeats of its texts, and what is written down with every change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection

from bandhu.knowledge.models import Article, ArticleText, State
from bandhu.platform import audit, live
from bandhu.platform.events import Event, publish
from bandhu.platform.search.indexing import index_records
from bandhu.platform.sort_keys import sort_key

Changes = Mapping[str, tuple[Any, Any]]
_NUMBERS_LOCK = 7_251_090


def next_number() -> int:
    """The next free number; writers of new articles wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_NUMBERS_LOCK])
        cursor.execute("SELECT coalesce(max(number), 0) + 1 FROM knowledge_article")
        return int(cursor.fetchone()[0])


def derive(article: Article) -> None:
    """Bring the columns that lists read up to date with the texts; the caller saves."""
    texts = {one.language: one for one in article.texts.all()}
    source = texts.get(article.source_language) or next(iter(texts.values()), None)
    if source is None:
        return
    article.title, article.sort_key = source.title, sort_key(source.title)
    article.state = State.ARCHIVED if article.archived_at else source.state
    article.languages = sorted(texts)
    article.live_languages = sorted(code for code, one in texts.items() if one.live_id)
    article.behind = sorted(code for code, one in texts.items() if is_behind(article, one))
    article.is_behind = bool(article.behind)


def is_behind(article: Article, text: ArticleText) -> bool:
    """Whether the source language has moved on since this translation was last brought up to it."""
    return text.language != article.source_language and text.follows < article.source_number


def announce(
    article: Article, verb: str, event: Event, changes: Changes, actor: Any, *, is_new: bool = False
) -> None:
    """Save the article under its next version; trail, search index, event, hint to open pages: all in the caller's transaction."""
    if not is_new:
        article.version += 1
        changes = {**changes, "version": (article.version - 1, article.version)}
    derive(article)
    article.save()
    audit.record_change(
        verb, actor=actor, kind="article", record_id=article.pk, title=article.title, changes=changes
    )
    index_records("article", [article.pk])
    publish(event, actor=actor)
    live.hint(f"article:{article.pk}")
