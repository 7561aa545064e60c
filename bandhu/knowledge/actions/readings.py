"""What is counted of how articles are used: opened, found by which words, put into answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from bandhu.knowledge.models import Article, ArticleReply, ArticleSearch, ArticleText
from bandhu.knowledge.searched_words import kept_words
from bandhu.platform.ids import new_id
from bandhu.platform.public_url import absolute

_KEPT = timedelta(days=400)
_VIEWED = """
    INSERT INTO knowledge_articleday AS known (id, article_id, language, day, views)
    VALUES (%(id)s, %(article)s, %(language)s, %(day)s, 1)
    ON CONFLICT (article_id, day, language) DO UPDATE SET views = known.views + 1
"""
_SEARCHED = """
    INSERT INTO knowledge_articlesearch AS known (id, article_id, term, language, day, times)
    VALUES (%(id)s, %(article)s, %(term)s, %(language)s, %(day)s, 1)
    ON CONFLICT (article_id, day, term, language) DO UPDATE SET times = known.times + 1
"""


def note_reading(text: ArticleText, searched: str = "") -> None:
    """A reader opened it, after a search for these words. Who asks has made sure that it was a reader."""
    values: dict[str, Any] = {
        "id": new_id(),
        "article": text.article_id,
        "language": text.language,
        "day": _today(),
    }
    _write(_VIEWED, values)
    if term := kept_words(searched):
        _write(_SEARCHED, {**values, "id": new_id(), "term": term})


def note_replies(words: str, *, conversation_id: UUID, message_id: UUID, at: datetime) -> None:
    """The articles an answer has in it, by the addresses in its words; said again of the same message it changes nothing."""
    found = {int(number): language for language, number in _addresses().findall(words)}
    if not found:
        return
    ArticleReply.objects.bulk_create(
        [
            ArticleReply(
                article=one, language=found[one.number], conversation_id=conversation_id, message_id=message_id,
                written_at=at,
            )
            for one in Article.objects.filter(number__in=found)
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def tidy_searches() -> int:
    """Words for which readers searched go after a year and a bit. Returns how many went."""
    gone, _kinds = ArticleSearch.objects.filter(day__lt=_today() - _KEPT).delete()
    return gone


def _addresses() -> re.Pattern[str]:
    """Addresses of our articles: language and number."""
    return re.compile(re.escape(absolute("/help/")) + r"([a-z]{2,3}(?:-[a-z]{2,8})?)/articles/([0-9]{1,8})\b")


def _today() -> date:
    return timezone.localdate(timezone=timezone.get_default_timezone())


def _write(statement: str, values: Mapping[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
