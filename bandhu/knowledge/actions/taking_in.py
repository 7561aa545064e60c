"""Articles from Markdown files: everything becomes a draft, nothing goes to readers by itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from bandhu.identity.acting import action
from bandhu.knowledge.actions.articles import create_article, write_text
from bandhu.knowledge.markdown_files import MarkdownFile
from bandhu.knowledge.models import Article, Audience, Category


@dataclass
class TakenIn:
    """How many articles are new, how many texts were written into ones that were there, and which files were not taken: (path, why)."""

    created: list[Article] = field(default_factory=list)
    changed: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)


@action("knowledge.write_article", on_record=False)
def take_in_articles(*, actor: Any, files: Sequence[MarkdownFile]) -> TakenIn:
    """Make or change an article per folder. A file that names an article of ours (`article: 12`) is written into it, else a new one is
    made; a file that cannot be taken is left out and named, the others are kept."""
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
                    article = _take(one, article, shelves, actor, result)
            except ValidationError as problem:
                result.refused.append((one.path, " ".join(problem.messages)))
    return result


def _take(
    one: MarkdownFile, article: Article | None, shelves: dict[str, Category], actor: Any, result: TakenIn
) -> Article:
    words: dict[str, Any] = {
        "title": one.facts.get("title", ""),
        "summary": one.facts.get("summary", ""),
        "body": one.body,
    }
    if article is not None:
        write_text(article, actor=actor, language=one.language, **words)
        result.changed += 1
        return article
    audience = one.facts.get("audience", Audience.STAFF)
    made = create_article(
        actor=actor, language=one.language, category=shelves.get(one.facts.get("category", "")),
        # What nobody said is for everybody is not.
        audience=audience if audience in Audience.values else Audience.STAFF, **words,
    )  # fmt: skip
    result.created.append(made)
    return made


def _named(group: Sequence[MarkdownFile]) -> Article | None:
    """The article of ours the files say they are, when number and title of one language still fit."""
    for one in group:
        number = one.facts.get("article", "")
        if number.isascii() and number.isdecimal() and len(number) < 9:
            found = Article.objects.filter(number=int(number)).first()
            if found and found.texts.filter(language=one.language, title=one.facts.get("title", "")).exists():
                return found
    return None
