"""A folder of Markdown files in a ZIP: one file per article and language, its facts in front matter.

    12-how-to-pay/en.md, 12-how-to-pay/bn.md, 12-how-to-pay/pictures/9f3c….jpg …

Reading trusts nothing: no path leaves the folder, nothing is unpacked to disk, and what would grow beyond all measure is refused
before it is read.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bandhu.knowledge.article_html import slug_of
from bandhu.knowledge.folder_pictures import name_beside, pictures_of, with_sources
from bandhu.knowledge.languages import language_codes
from bandhu.knowledge.markdown_text import html_of, markdown_of
from bandhu.knowledge.models import Article, ArticleText
from bandhu.platform.files import open_file
from bandhu.platform.models import StoredFile

MOST_FILES, LARGEST_FILE, LARGEST_WHOLE, LARGEST_ZIP = 10_000, 1_000_000, 100_000_000, 250_000_000
# Text shrinks to a tenth or so; what shrinks to a thousandth is a bomb.
_MOST_GROWTH = 200
_FENCE = "---"
_LINE = re.compile(r"([a-z_]{1,30}):[ \t]*(.*)")
_FACTS = ("title", "summary", "language", "article", "category", "audience", "source_language")


@dataclass(frozen=True)
class MarkdownFile:
    """One article in one language: where it lay, its facts, its HTML (not cleaned yet)."""

    path: str
    folder: str
    language: str
    facts: dict[str, str] = field(default_factory=dict)
    body: str = ""


def write_folder(articles: QuerySet[Article], out: IO[bytes]) -> None:
    """Every article in every language as it is written now, its pictures beside it, as a ZIP. A picture whose bytes are lost is left out."""
    rows = articles.select_related("category").prefetch_related("texts")
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as whole:
        for article in rows.iterator(chunk_size=200):
            folder = f"{article.number}-{slug_of(article.title) or 'article'}"
            written: set[str] = set()
            for text in article.texts.all():
                sources = {}
                for address, stored in pictures_of(text).items():
                    sources[address] = name = name_beside(stored)
                    if name not in written:
                        written.add(name)
                        _write_picture(whole, f"{folder}/{name}", stored)
                body = with_sources(text.body, sources)
                whole.writestr(f"{folder}/{text.language}.md", _content_of(article, text, body))


def _write_picture(whole: zipfile.ZipFile, path: str, stored: StoredFile) -> None:
    """As it is: pictures are pressed already."""
    with contextlib.suppress(FileNotFoundError), open_file(stored) as content:
        whole.writestr(path, content.read(), compress_type=zipfile.ZIP_STORED)


def read_folder(sent: IO[bytes]) -> list[MarkdownFile]:
    """The Markdown files of a ZIP, others are left out. Raises ValidationError for what is no ZIP, too much, or wants out of its folder."""
    sent.seek(0, io.SEEK_END)
    if sent.tell() > LARGEST_ZIP:
        raise _refused(_("The file is larger than %(limit)d MB.") % {"limit": LARGEST_ZIP // 1_000_000})
    sent.seek(0)
    try:
        with zipfile.ZipFile(sent) as whole:
            return list(_files(whole))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError):
        raise _refused(_("This is no ZIP file that can be read.")) from None


def _files(whole: zipfile.ZipFile) -> Iterator[MarkdownFile]:
    entries = [one for one in whole.infolist() if not one.is_dir()]
    texts = [one for one in entries if one.filename.lower().endswith(".md")]
    if len(entries) > MOST_FILES or sum(one.file_size for one in texts) > LARGEST_WHOLE:
        raise _refused(_("There is too much in this file. Split it."))
    for entry in entries:
        name = entry.filename.replace("\\", "/")
        if name.startswith("/") or ".." in name.split("/") or re.match(r"[A-Za-z]:", name) or "\x00" in name:
            raise _refused(
                _("The file “%(name)s” wants to lie outside of its folder.") % {"name": name[:100]}
            )
        if not name.lower().endswith(".md") or name.rsplit("/", 1)[-1].startswith("."):
            continue
        if entry.file_size > LARGEST_FILE or entry.file_size > _MOST_GROWTH * max(entry.compress_size, 1):
            raise _refused(_("The file “%(name)s” is too large.") % {"name": name[:100]})
        yield read_file(name, _text(whole, entry, name))


def _text(whole: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> str:
    # The size in the directory is only a claim: no more than allowed is read.
    with whole.open(entry) as content:
        found = content.read(LARGEST_FILE + 1)
    if len(found) > LARGEST_FILE:
        raise _refused(_("The file “%(name)s” is too large.") % {"name": name[:100]})
    try:
        return found.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise _refused(_("The file “%(name)s” is not written in UTF-8.") % {"name": name[:100]}) from None


def read_file(name: str, text: str) -> MarkdownFile:
    """One file by its path in the folder. Raises ValidationError for a language articles cannot be written in."""
    facts, markdown = _front_matter(text)
    folder, _slash, last = name.rpartition("/")
    stem = last[: -len(".md")]
    language = facts.get("language") or (stem if stem in language_codes() else "en")
    if language not in language_codes():
        raise _refused(
            _("The file “%(name)s” is in a language articles cannot be written in.") % {"name": name[:100]}
        )
    heading = re.match(r"\s*#[ \t]+(.+)\n?", markdown)
    if "title" not in facts and heading:
        facts["title"], markdown = heading[1].strip(), markdown[heading.end() :]
    facts.setdefault("title", stem.replace("-", " ").strip()[:300])
    # Without a folder of their own, files of one name in several languages are not taken for one article.
    return MarkdownFile(
        name, folder if stem in language_codes() else name, language, facts, html_of(markdown)
    )


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    """The lines "name: value" between two fences; a value in double quotes is read as JSON."""
    if not text.startswith(_FENCE + "\n"):
        return {}, text
    head, fence, rest = text[len(_FENCE) + 1 :].partition(f"\n{_FENCE}\n")
    if not fence:
        return {}, text
    facts = {}
    for line in head.split("\n")[:100]:
        if (match := _LINE.fullmatch(line)) and match[1] in _FACTS:
            facts[match[1]] = _value(match[2].strip())
    return facts, rest


def _value(text: str) -> str:
    if text.startswith('"'):
        try:
            return str(json.loads(text))
        except ValueError:
            return text.strip('"')
    return text.strip("'")


def _content_of(article: Article, text: ArticleText, body: str) -> str:
    facts: dict[str, Any] = {
        "title": text.title,
        "summary": text.summary,
        "language": text.language,
        "article": str(article.number),
        "category": article.category.key if article.category else "",
        "audience": article.audience,
        "source_language": article.source_language,
    }
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in facts.items() if value]
    return "\n".join([_FENCE, *lines, _FENCE, "", markdown_of(body)])


def _refused(sentence: str) -> ValidationError:
    return ValidationError({"file": sentence}, code="refused")
