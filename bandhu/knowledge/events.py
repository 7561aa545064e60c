"""What knowledge tells the house."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from bandhu.platform.events import Event


@dataclass(frozen=True, kw_only=True)
class ArticleCreated(Event, name="knowledge.article_created", sentence=_("An article was begun")):
    """`number` is the article's short public name."""

    article_id: str
    number: int
    title: str
    language: str


@dataclass(frozen=True, kw_only=True)
class ArticleChanged(Event, name="knowledge.article_changed", sentence=_("An article was changed")):
    """`fields` are the names of what changed; `language` is "" where it concerns all."""

    article_id: str
    number: int
    title: str
    language: str = ""
    fields: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class ArticlePublished(Event, name="knowledge.article_published", sentence=_("An article was published")):
    """`version` counts the published versions of this language."""

    article_id: str
    number: int
    title: str
    language: str
    version: int
    audience: str


@dataclass(frozen=True, kw_only=True)
class ArticleArchived(Event, name="knowledge.article_archived", sentence=_("An article was archived")):
    """Readers see it no more."""

    article_id: str
    number: int
    title: str


@dataclass(frozen=True, kw_only=True)
class ArticleRated(Event, name="knowledge.article_rated", sentence=_("A reader rated an article")):
    """Who it was stands in the feedback, and only for customers who had signed in."""

    article_id: str
    number: int
    title: str
    language: str
    is_helpful: bool
