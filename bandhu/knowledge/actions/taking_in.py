"""Articles from Markdown files: everything becomes a draft, nothing goes to readers by itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from bandhu.identity.acting import action
from bandhu.knowledge.actions.articles import MAX_PICTURE_BYTES, add_picture, create_article, write_text
from bandhu.knowledge.article_html import PICTURES
from bandhu.knowledge.folder_pictures import PictureAt, named_in, no_pictures, with_sources
from bandhu.knowledge.markdown_files import MarkdownFile
from bandhu.knowledge.models import PICTURE, Article, Audience, Category
from bandhu.platform.models import StoredFile
from bandhu.platform.picture_metadata import cleaned


@dataclass
class TakenIn:
    """How many articles are new, how many texts were written into ones that were there, and which files were not taken: (path, why)."""

    created: list[Article] = field(default_factory=list)
    changed: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)


@action("knowledge.write_article", on_record=False)
def take_in_articles(
    *, actor: Any, files: Sequence[MarkdownFile], picture_at: PictureAt = no_pictures
) -> TakenIn:
    """Make or change an article per folder, with the pictures that lie beside its texts (`picture_at`: their bytes by path). A file that
    names an article of ours (`article: 12`) is written into it, else a new one is made; a file that cannot be taken is left out and named,
    the others are kept."""
    result = TakenIn()
    by_folder: dict[str, list[MarkdownFile]] = defaultdict(list)
    for one in files:
        by_folder[one.folder].append(one)
    shelves = {one.key: one for one in Category.objects.all()}
    for group in by_folder.values():
        article = _named(group)
        source = article.source_language if article else group[0].facts.get("source_language", "en")
        for one in sorted(group, key=lambda each: each.language != source):
            try:
                with transaction.atomic():
                    article = _take(one, article, shelves, actor, result, picture_at)
            except ValidationError as problem:
                result.refused.append((one.path, " ".join(problem.messages)))
    return result


def _take(
    one: MarkdownFile,
    article: Article | None,
    shelves: dict[str, Category],
    actor: Any,
    result: TakenIn,
    picture_at: PictureAt,
) -> Article:
    words: dict[str, Any] = {"title": one.facts.get("title", ""), "summary": one.facts.get("summary", "")}
    if article is not None:
        body = _with_pictures(one, article, actor, result, picture_at)
        write_text(article, actor=actor, language=one.language, body=body, **words)
        result.changed += 1
        return article
    audience = one.facts.get("audience", Audience.STAFF)
    made = create_article(
        actor=actor, language=one.language, category=shelves.get(one.facts.get("category", "")), body=one.body,
        # What nobody said is for everybody is not.
        audience=audience if audience in Audience.values else Audience.STAFF, **words,
    )  # fmt: skip
    body = _with_pictures(one, made, actor, result, picture_at)
    if body != one.body:
        write_text(made, actor=actor, language=one.language, body=body)
    result.created.append(made)
    return made


def _with_pictures(
    one: MarkdownFile, article: Article, actor: Any, result: TakenIn, picture_at: PictureAt
) -> str:
    """The text with the article's own pictures in place of those beside it. One that cannot be taken is named; the text does without."""
    sources = {}
    for said, path in named_in(one.body, one.path).items():
        try:
            if content := picture_at(path):
                with transaction.atomic():
                    sources[said] = f"{PICTURES}{_picture(article, path, content, actor).pk}/"
        except ValidationError as problem:
            result.refused.append((path, " ".join(problem.messages)))
    return with_sources(one.body, sources)


def _picture(article: Article, path: str, content: bytes, actor: Any) -> StoredFile:
    """The picture of the article that has these bytes, else a new one."""
    kept = b"".join(cleaned([content], path, MAX_PICTURE_BYTES))
    known = StoredFile.objects.filter(
        record_id=article.pk, record_kind=PICTURE, sha256=sha256(kept).hexdigest(), deleted_at=None
    ).first()
    return known or add_picture(article, actor=actor, name=path.rsplit("/", 1)[-1], content=[kept])


def _named(group: Sequence[MarkdownFile]) -> Article | None:
    """The article of ours the files say they are, when number and title of one language still fit."""
    for one in group:
        number = one.facts.get("article", "")
        if number.isascii() and number.isdecimal() and len(number) < 9:
            found = Article.objects.filter(number=int(number)).first()
            if found and found.texts.filter(language=one.language, title=one.facts.get("title", "")).exists():
                return found
    return None
