"""How the help centre looks, what readers say, and what they did not find."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.identity.acting import action
from bandhu.knowledge.actions.meanings import learn_soon
from bandhu.knowledge.brand import LOGO_OWNER, SETTING, Brand, brand_of, clean_brand, kept_value
from bandhu.knowledge.events import ArticleRated
from bandhu.knowledge.models import Article, ArticleFeedback, ArticleText, MissedSearch
from bandhu.knowledge.searched_words import kept_words
from bandhu.platform import audit
from bandhu.platform.events import publish
from bandhu.platform.files import delete_file, store_file
from bandhu.platform.ids import new_id
from bandhu.platform.models import Setting, StoredFile
from bandhu.platform.picture_metadata import PICTURE_TYPES, cleaned
from bandhu.platform.texts import clean_block, has_visible

_LARGEST_LOGO = 500_000
_MOST_TERMS = 5_000
_COUNT = """
    INSERT INTO knowledge_missedsearch AS missed (id, term, language, times, first_at, last_at)
    VALUES (%(id)s, %(term)s, %(language)s, 1, %(now)s, %(now)s)
    ON CONFLICT (term, language) DO UPDATE SET times = missed.times + 1, last_at = %(now)s
"""


@action("knowledge.manage_help_centre", on_record=False)
def change_help_centre(*, actor: Any, **changes: Any) -> Brand:
    """Change any of Brand's values but the logo. Raises ValidationError by field."""
    before = _brand_for_change()
    after = replace(before, **clean_brand(changes))
    _keep(before, after, actor)
    if after.by_meaning and not before.by_meaning:
        learn_soon()
    return after


@action("knowledge.manage_help_centre", on_record=False)
def set_logo(*, actor: Any, name: str = "", content: Iterable[bytes] | None = None) -> Brand:
    """The picture in the head of the help centre; without content it goes. Raises ValidationError for what is no small picture."""
    before = _brand_for_change()
    old = StoredFile.objects.filter(pk=before.logo, deleted_at=None).first() if before.logo else None
    after = replace(before, logo="", logo_type="")
    if content is not None:
        stored = store_file(
            record_kind="help_centre", record_id=LOGO_OWNER, name=name, content=cleaned(content, name, _LARGEST_LOGO), created_by=actor,
            limit=_LARGEST_LOGO,
        )  # fmt: skip
        if stored.media_type not in PICTURE_TYPES:
            delete_file(stored)
            raise ValidationError(
                {"logo": _("The logo is a picture: PNG, JPEG, WebP or GIF.")}, code="no_picture"
            )
        after = replace(before, logo=str(stored.pk), logo_type=stored.media_type)
    if old is not None:
        delete_file(old)
    _keep(before, after, actor)
    return after


def rate_article(
    text: ArticleText, *, is_helpful: bool, comment: str = "", contact_id: UUID | None = None
) -> ArticleFeedback:
    """A reader's answer, by whoever may read the text: the caller has asked. Raises ValidationError for a comment that is too long."""
    words = clean_block(comment, 2_000)
    with transaction.atomic():
        given = ArticleFeedback.objects.create(
            article=text.article,
            language=text.language,
            version_number=text.live.number if text.live else 0,
            is_helpful=is_helpful,
            comment=words if has_visible(words) else "",
            contact_id=contact_id,
            given_at=timezone.now(),
        )
        column = "helpful" if is_helpful else "unhelpful"
        Article.objects.filter(pk=text.article_id).update(**{column: F(column) + 1})
        event = ArticleRated(
            article_id=str(text.article_id), number=text.article.number, title=text.title,
            language=text.language, is_helpful=is_helpful,
        )  # fmt: skip
        publish(event)
    return given


def comment_on_rating(feedback_id: UUID | str, comment: str) -> None:
    """Words to an answer given a moment ago. Raises ValidationError when too long."""
    words = clean_block(comment, 2_000)
    if has_visible(words):
        ArticleFeedback.objects.filter(pk=feedback_id, comment="").update(comment=words)


def note_missed(term: str, language: str) -> None:
    """Count words that found nothing, as far as they may be kept."""
    if not (kept := kept_words(term)):
        return
    values: dict[str, Any] = {"id": new_id(), "term": kept, "language": language[:12], "now": timezone.now()}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values)


@action("knowledge.view_reports", on_record=False)
def forget_missed(*, actor: Any, missed: MissedSearch) -> None:
    """Done: an article was written, or it is none of ours."""
    missed.delete()


def tidy_missed() -> int:
    """Keep the most asked; the rest that nobody asked again for half a year goes. Returns how many went."""
    kept = MissedSearch.objects.order_by("-times", "-last_at").values("pk")[:_MOST_TERMS]
    gone, _kinds = MissedSearch.objects.exclude(pk__in=kept).delete()
    return gone


def _brand_for_change() -> Brand:
    row = Setting.objects.select_for_update().filter(name=SETTING).first()
    return brand_of(row.value if row else None)


def _keep(before: Brand, after: Brand, actor: Any) -> None:
    if before == after:
        return
    Setting.objects.update_or_create(name=SETTING, defaults={"value": kept_value(after)})
    was, now = asdict(before), asdict(after)
    changes = {name: (str(was[name]), str(now[name])) for name in now if was[name] != now[name]}
    audit.record_change(
        "changed", actor=actor, kind="help_centre", title=str(_("Help centre")), changes=changes
    )
