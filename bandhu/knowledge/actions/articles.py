"""Articles: begun, written in their languages, kept where they belong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.identity.acting import action
from bandhu.knowledge.article_html import words_of
from bandhu.knowledge.article_values import clean_columns, clean_text
from bandhu.knowledge.deriving import announce, next_number
from bandhu.knowledge.events import ArticleArchived, ArticleChanged, ArticleCreated
from bandhu.knowledge.languages import known_language
from bandhu.knowledge.models import PICTURE, Article, ArticleText, State
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.file_types import HEAD_BYTES, media_type_of
from bandhu.platform.files import MAX_FILE_BYTES, delete_file, store_file
from bandhu.platform.models import StoredFile
from bandhu.platform.picture_metadata import PICTURE_TYPES, cleaned

_SHOWN_IN_TRAIL = 200
MAX_FILES, MAX_PICTURES, MAX_PICTURE_BYTES = 40, 200, 8_000_000


@action("knowledge.write_article", on_record=False)
def create_article(
    *, actor: Any, title: str, language: str = "en", summary: str = "", body: str = "", **columns: Any
) -> Article:
    """A new article with its first text, which is its source language. `body` is HTML; `columns` any of article_values.COLUMNS.

    Raises ValidationError by field.
    """
    cleaned = _all_checked(
        lambda: clean_columns({"source_language": known_language(language), **columns}),
        lambda: clean_text({"title": title, "summary": summary, "body": body}),
    )
    words = {name: cleaned.pop(name) for name in ("title", "summary", "body")}
    article = Article(number=next_number(), created_by=actor, sort_key=b"", title=words["title"], **cleaned)
    article.owner = cleaned.get("owner") or (None if actor.is_system else actor)
    article.save(force_insert=True)
    ArticleText.objects.create(article=article, language=language, updated_by=actor, **words)
    event = ArticleCreated(
        article_id=str(article.pk), number=article.number, title=words["title"], language=language
    )
    announce(article, "created", event, {"title": (None, words["title"])}, actor, is_new=True)
    return article


@action("knowledge.write_article")
def change_article(article: Article, *, actor: Any, version: int | None = None, **changes: Any) -> Article:
    """Change any of article_values.COLUMNS; what is as it was writes nothing. Raises EditConflict and ValidationError."""
    fresh = _locked(article)
    cleaned = clean_columns(changes, fresh)
    written = {
        name: (getattr(fresh, name), value)
        for name, value in cleaned.items()
        if getattr(fresh, name) != value
    }
    if version is not None and version != fresh.version:
        theirs = {name: _told(getattr(fresh, name)) for name in cleaned}
        raise EditConflict(fresh.version, theirs, theirs, {name: _told(one) for name, one in cleaned.items()})
    if not written:
        return fresh
    for name, (_before, value) in written.items():
        setattr(fresh, name, value)
    trail = {name: (_told(before), _told(after)) for name, (before, after) in written.items()}
    announce(fresh, "changed", _changed(fresh, sorted(written)), trail, actor)
    return fresh


@action("knowledge.write_article")
def write_text(
    article: Article, *, actor: Any, language: str, version: int | None = None, **words: str
) -> ArticleText:
    """Write `title`, `summary` or `body` (HTML) in a language; the first time, it becomes a translation. Readers see nothing yet.

    `version` is that of the text that was edited: somebody else's change in between raises EditConflict. Raises ValidationError.
    """
    fresh = _locked(article)
    known_language(language)
    cleaned = clean_text(words)
    text = fresh.texts.filter(language=language).first()
    if text is None:
        return _begin_translation(fresh, language, cleaned, actor)
    if version is not None and version != text.version:
        theirs = {name: getattr(text, name) for name in cleaned}
        raise EditConflict(text.version, theirs, theirs, dict(cleaned))
    written = {
        name: (getattr(text, name), value) for name, value in cleaned.items() if getattr(text, name) != value
    }
    if not written:
        return text
    for name, (_before, value) in written.items():
        setattr(text, name, value)
    text.state, text.version, text.updated_by = State.DRAFT, text.version + 1, actor
    # What was planned was another text: it does not go out unseen.
    text.publish_at = text.scheduled_by = None
    text.save()
    announce(fresh, "changed", _changed(fresh, sorted(written), language), _trail(language, written), actor)
    return text


@action("knowledge.write_article")
def remove_translation(article: Article, *, actor: Any, language: str) -> None:
    """Take a language out with its versions. The source language stays: raises ValidationError."""
    fresh = _locked(article)
    if language == fresh.source_language:
        raise ValidationError(_("The language an article was first written in stays."), code="source")
    text = text_of(fresh, language)
    before = text.title
    text.delete()
    announce(
        fresh, "changed", _changed(fresh, ["text"], language), {f"title.{language}": (before, None)}, actor
    )


@action("knowledge.publish_article")
def archive_article(article: Article, *, actor: Any) -> Article:
    """Take the article from readers; its texts and versions stay. Archived already: nothing happens."""
    fresh = _locked(article)
    if fresh.archived_at is None:
        fresh.archived_at = timezone.now()
        fresh.texts.update(publish_at=None, scheduled_by=None)
        event = ArticleArchived(article_id=str(fresh.pk), number=fresh.number, title=fresh.title)
        announce(fresh, "archived", event, {"state": (fresh.state, State.ARCHIVED)}, actor)
    return fresh


@action("knowledge.publish_article")
def bring_back_article(article: Article, *, actor: Any) -> Article:
    """Readers see again what they saw before it was archived."""
    fresh = _locked(article)
    if fresh.archived_at is not None:
        fresh.archived_at = None
        announce(fresh, "brought_back", _changed(fresh, ["state"]), {"state": (State.ARCHIVED, None)}, actor)
    return fresh


@action("knowledge.write_article")
def attach_to_article(article: Article, *, actor: Any, name: str, content: Iterable[bytes]) -> StoredFile:
    """A file readers of the article can download; what a camera wrote into a picture goes. Raises ValidationError (empty, too large, too
    many, a picture that cannot be cleaned)."""
    fresh = _locked(article)
    known = StoredFile.objects.filter(record_id=fresh.pk, record_kind="article", deleted_at=None)
    if known.count() >= MAX_FILES:
        raise ValidationError(_("An article has at most %(most)d files.") % {"most": MAX_FILES}, code="many")
    stored = store_file(
        record_kind="article", record_id=fresh.pk, name=name, content=cleaned(content, name, MAX_FILE_BYTES),
        created_by=actor,
    )  # fmt: skip
    announce(fresh, "changed", _changed(fresh, ["files"]), {"files": (None, stored.name)}, actor)
    return stored


@action("knowledge.write_article")
def add_picture(article: Article, *, actor: Any, name: str, content: Iterable[bytes]) -> StoredFile:
    """A picture to stand in a text of the article. What it is, its bytes tell; what a camera wrote into it goes. Raises ValidationError
    (no picture, damaged, too large, too many)."""
    fresh = _locked(article)
    known = StoredFile.objects.filter(record_id=fresh.pk, record_kind=PICTURE, deleted_at=None)
    if known.count() >= MAX_PICTURES:
        raise ValidationError(
            _("An article has at most %(most)d pictures.") % {"most": MAX_PICTURES}, code="many"
        )
    chunks = iter(content)
    head = next(chunks, b"")
    if media_type_of(head[:HEAD_BYTES], name) not in PICTURE_TYPES:
        raise ValidationError(_("Choose a picture: PNG, JPEG, WebP or GIF."), code="bad_type")
    return store_file(
        record_kind=PICTURE, record_id=fresh.pk, name=name, created_by=actor, limit=MAX_PICTURE_BYTES,
        content=cleaned(chain([head], chunks), name, MAX_PICTURE_BYTES),
    )  # fmt: skip


@action("knowledge.write_article")
def remove_from_article(article: Article, *, actor: Any, stored: StoredFile) -> None:
    """Take a file away. Raises ValidationError for one of another record."""
    fresh = _locked(article)
    if stored.record_id != fresh.pk:
        raise ValidationError(_("This file belongs to something else."), code="other")
    delete_file(stored)
    announce(fresh, "changed", _changed(fresh, ["files"]), {"files": (stored.name, None)}, actor)


def text_of(article: Article, language: str) -> ArticleText:
    """The article's text in a language. Raises ValidationError where it has none."""
    text = article.texts.filter(language=language).first()
    if text is None:
        raise ValidationError(
            {"language": _("The article is not written in this language yet.")}, code="no_text"
        )
    return text


def _begin_translation(fresh: Article, language: str, cleaned: dict[str, str], actor: Any) -> ArticleText:
    if not cleaned.get("title"):
        raise ValidationError({"title": _("Write a title.")}, code="required")
    # Written from what the source says now.
    text = ArticleText.objects.create(
        article=fresh, language=language, follows=fresh.source_number, updated_by=actor, **cleaned
    )
    announce(
        fresh,
        "changed",
        _changed(fresh, ["text"], language),
        {f"title.{language}": (None, text.title)},
        actor,
    )
    return text


def _locked(article: Article) -> Article:
    return (
        Article.objects.select_for_update(of=("self",)).select_related("category", "owner").get(pk=article.pk)
    )


def _changed(article: Article, fields: list[str], language: str = "") -> ArticleChanged:
    return ArticleChanged(
        article_id=str(article.pk),
        number=article.number,
        title=article.title,
        language=language,
        fields=fields,
    )


def _trail(language: str, written: Mapping[str, tuple[Any, Any]]) -> dict[str, tuple[Any, Any]]:
    """The words of a change; of a long text only how it begins, the whole stands in its versions."""
    found = {}
    for name, (before, after) in written.items():
        pair = (words_of(before), words_of(after)) if name == "body" else (before, after)
        found[f"{name}.{language}"] = (pair[0][:_SHOWN_IN_TRAIL], pair[1][:_SHOWN_IN_TRAIL])
    return found


def _told(value: Any) -> Any:
    return str(value) if value is not None and not isinstance(value, (int, str)) else value


def _all_checked(*checks: Any) -> dict[str, Any]:
    """The values of several checks; their problems are told together."""
    found: dict[str, Any] = {}
    problems: dict[str, Any] = {}
    for check in checks:
        try:
            found |= check()
        except ValidationError as problem:
            problems |= problem.error_dict
    if problems:
        raise ValidationError(problems)
    return found
