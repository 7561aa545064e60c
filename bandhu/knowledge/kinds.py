"""What an article is made of, said once: lists, filters, bulk edit and the API's filters read it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bandhu.knowledge.actions import change_article
from bandhu.knowledge.models import Article, Audience, State
from bandhu.platform.record_kinds import Field, RecordKind


def _url(record: Any) -> str:
    return reverse("knowledge:article", args=[getattr(record, "pk", record)])


def _languages() -> list[tuple[str, str]]:
    return [(code, str(name)) for code, name in settings.LANGUAGES]


ARTICLE = RecordKind(
    name="article",
    label=_("Article"),
    plural=_("Articles"),
    icon="book-open-text",
    model=Article,
    view_permission="knowledge.view_article",
    change_permission="knowledge.write_article",
    create_permission="knowledge.write_article",
    url=_url,
    list_url_name="knowledge:articles",
    new_url_name="knowledge:article_new",
    fields=[
        Field(name="title", label=_("Title"), path="title", sort="sort_key"),
        Field(name="number", label=_("Number"), type="number", path="number", sort="number"),
        Field(
            name="state", label=_("State"), type="choice", path="state", sort="state",
            choices=lambda: list(State.choices),
        ),
        Field(
            name="audience", label=_("For"), type="choice", path="audience", sort="audience", setting="audience",
            choices=lambda: list(Audience.choices),
        ),
        Field(name="category", label=_("Category"), path="category__names__en", reads="category", needs=("category",)),
        Field(name="owner", label=_("Owner"), type="user", path="owner", setting="owner"),
        Field(name="review_by", label=_("Look at again by"), type="date", path="review_by", sort="review_by", setting="review_by"),
        Field(name="languages", label=_("Languages"), type="choices", path="texts__language", choices=_languages),
        Field(name="live_languages", label=_("Published in"), reads="live_languages"),
        Field(name="is_behind", label=_("A translation is behind"), type="boolean", path="is_behind"),
        Field(name="helpful", label=_("Helped"), type="number", path="helpful", sort="helpful"),
        Field(name="unhelpful", label=_("Did not help"), type="number", path="unhelpful", sort="unhelpful"),
        Field(name="source_language", label=_("First written in"), type="choice", path="source_language", choices=_languages),
        # Named for the audit trail; they are edited on the article's pages.
        Field(name="summary", label=_("Summary"), in_list=False),
        Field(name="body", label=_("Text"), in_list=False),
        Field(name="publish_at", label=_("Publish at"), in_list=False),
        Field(name="note", label=_("Note"), in_list=False),
        Field(name="created_at", label=_("Created"), type="datetime", path="created_at", sort="created_at"),
        Field(name="updated_at", label=_("Changed"), type="datetime", path="updated_at", sort="updated_at"),
    ],
    default_columns=("title", "state", "category", "audience", "live_languages", "is_behind", "owner", "updated_at"),
    default_sort="title",
    change=change_article,
    empty_text=_(
        "Write down what customers ask again and again. Published articles stand in the help centre, are found in every script, and are offered while colleagues reply."
    ),
    search_hint=_("Words of the title, in any script"),
)  # fmt: skip
