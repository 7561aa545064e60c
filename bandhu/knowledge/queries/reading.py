"""Articles as readers get them: what is published, for whom, in which language.

An audience is what somebody may read: a stranger "public", a customer who signed in "customers", a colleague "staff"; each includes
the ones before.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import escape

from bandhu.identity.results import OutOfReach
from bandhu.knowledge.article_html import slug_of, with_whole_links
from bandhu.knowledge.brand import SETTING, Brand, brand_of
from bandhu.knowledge.models import PICTURE, Article, ArticleText, Audience
from bandhu.platform.html_cleaning import plain_text
from bandhu.platform.models import Setting, StoredFile
from bandhu.platform.public_url import absolute

_WIDER = {
    "public": [Audience.PUBLIC],
    "customers": [Audience.PUBLIC, Audience.CUSTOMERS],
    "staff": [Audience.PUBLIC, Audience.CUSTOMERS, Audience.STAFF],
}


def help_centre() -> Brand:
    """How the help centre looks."""
    return brand_of(Setting.objects.filter(name=SETTING).values_list("value", flat=True).first())


def published(audience: str, language: str | None = None) -> QuerySet[ArticleText]:
    """Texts readers of this audience see, with article and the version they see; in one language or in all."""
    rows = ArticleText.objects.filter(
        live__isnull=False, article__archived_at=None, article__audience__in=_WIDER[audience]
    ).select_related("article", "live")
    return rows.filter(language=language) if language else rows


def published_articles(audience: str, language: str) -> QuerySet[Article]:
    """The articles of `published`, without a look at their texts."""
    return Article.objects.filter(
        archived_at=None, audience__in=_WIDER[audience], live_languages__contains=[language]
    )


def article_at(number: int, language: str, audience: str) -> ArticleText:
    """What readers see under a number; raises OutOfReach (404)."""
    found = (
        published(audience, language)
        .filter(article__number=number)
        .select_related("article__category")
        .first()
    )
    if found is None:
        raise OutOfReach
    return found


def languages_of(number: int, audience: str) -> dict[str, str]:
    """The addresses of an article in every language it can be read in."""
    rows = published(audience).filter(article__number=number).order_by("language")
    # Plain values: the bodies of all languages would be read for the address of each.
    found = rows.values_list("language", "live__title")
    return {language: article_address(number, language, title) for language, title in found}


def address_of(text: ArticleText) -> str:
    """Where readers find it; the words of the title are for people, the number for us."""
    return article_address(text.article.number, text.language, text.live.title if text.live else text.title)


def article_address(number: int, language: str, title: str) -> str:
    """Where an article of this title stands in the help centre."""
    slug = slug_of(title)
    place = f"{number}-{slug}" if slug else str(number)
    return reverse("knowledge:help_article", args=[language, place])


def article_for_reply(user: Any, article_id: UUID | str, language: str) -> dict[str, str]:
    """An article to put into a reply: {"title", "html", "text", "url", "language"}; raises OutOfReach (404).

    In the customer's language, else in the source's. `url` is "" for what customers cannot open; staff articles are refused: what is
    meant for colleagues never slips into an answer.
    """
    from_user = Article.objects.visible_to(user).filter(pk=_uuid(article_id), archived_at=None).first()
    if from_user is None or from_user.audience == Audience.STAFF:
        raise OutOfReach
    rows = {one.language: one for one in published("customers").filter(article=from_user.pk)}
    text = rows.get(language) or rows.get(from_user.source_language) or next(iter(rows.values()), None)
    if text is None or text.live is None:
        raise OutOfReach
    url = absolute(address_of(text))
    heading = f"<p><strong>{escape(text.live.title)}</strong></p>"
    link = f'<p><a href="{escape(url)}">{escape(url)}</a></p>'
    return {
        "title": text.live.title,
        "html": f"{heading}{with_whole_links(text.live.body)}{link}",
        "text": plain_text(text.live.body),
        "url": url,
        "language": text.language,
    }


def reader_files(text: ArticleText) -> list[StoredFile]:
    """What can be downloaded with an article, by name."""
    rows = StoredFile.objects.filter(record_id=text.article_id, record_kind="article", deleted_at=None)
    return list(rows.order_by("name", "pk"))


def reader_file(file_id: UUID, audience: str) -> StoredFile:
    """A file of an article this audience may read, a picture in its text, or the logo; raises OutOfReach (404).

    Staff see pictures of what is not published yet.
    """
    stored = StoredFile.objects.filter(pk=file_id, deleted_at=None).first()
    if stored is not None and stored.record_kind == "help_centre" and str(stored.pk) == help_centre().logo:
        return stored
    if stored is None or stored.record_kind not in ("article", PICTURE):
        raise OutOfReach
    is_draft_seen = audience == "staff" and stored.record_kind == PICTURE
    if not is_draft_seen and not published(audience).filter(article=stored.record_id).exists():
        raise OutOfReach
    return stored


def _uuid(value: UUID | str) -> UUID:
    try:
        return value if isinstance(value, UUID) else UUID(str(value))
    except ValueError:
        raise OutOfReach from None
