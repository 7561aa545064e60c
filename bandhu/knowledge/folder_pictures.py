"""Pictures that lie beside Markdown files: where their texts say they are, out of a ZIP and into one.

Only pictures that a text names are read, each no further than one may be large, all together no further than LARGEST_TOGETHER. What they
are, the action that keeps them tells by their bytes.
"""

from __future__ import annotations

import html
import posixpath
import re
import zipfile
from collections.abc import Callable, Mapping
from typing import IO
from urllib.parse import unquote
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.knowledge.article_html import PICTURES
from bandhu.knowledge.models import PICTURE, ArticleText
from bandhu.platform.models import StoredFile

LARGEST_PICTURE, LARGEST_TOGETHER = 8_000_000, 200_000_000
_SHOWN = re.compile(r'(<img\b[^>]*?\bsrc=")([^"]*)(")')
_OWN = re.compile(re.escape(PICTURES) + r"([0-9a-f-]{36})/")
_ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "image/gif": "gif"}


class FolderPictures:
    """The pictures of a ZIP by their path in it, while the file is open; `read_folder` has looked whether it is one."""

    def __init__(self, sent: IO[bytes]) -> None:
        self._whole = zipfile.ZipFile(sent)
        self._read = 0

    def __call__(self, path: str) -> bytes | None:
        """The bytes that lie there, None where nothing does. Raises ValidationError for what is too large or cannot be read."""
        try:
            with self._whole.open(path) as content:
                found = content.read(LARGEST_PICTURE + 1)
        except KeyError:
            return None
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
            raise ValidationError(
                _("The picture “%(name)s” cannot be read.") % {"name": path[:100]}
            ) from None
        self._read += len(found)
        if len(found) > LARGEST_PICTURE or self._read > LARGEST_TOGETHER:
            raise ValidationError(_("The picture “%(name)s” is too large.") % {"name": path[:100]})
        return found


def named_in(body: str, file_path: str) -> dict[str, str]:
    """Where the pictures of a text lie in its ZIP, by what the text says; addresses elsewhere and ways out of the folder are none."""
    found = {}
    for _begin, said, _end in _SHOWN.findall(body):
        source = unquote(html.unescape(said))
        path = posixpath.normpath(posixpath.join(posixpath.dirname(file_path), source))
        if source and not source.startswith("/") and ":" not in source and not path.startswith(".."):
            found[said] = path
    return found


def with_sources(body: str, sources: Mapping[str, str]) -> str:
    """A text whose pictures are fetched from elsewhere; those that are not in `sources` stay."""
    return _SHOWN.sub(lambda one: f"{one[1]}{sources.get(one[2], one[2])}{one[3]}", body)


def pictures_of(text: ArticleText) -> dict[str, StoredFile]:
    """The pictures that stand in a text, by their address in it."""
    ids = {}
    for _begin, said, _end in _SHOWN.findall(text.body):
        if match := _OWN.fullmatch(said):
            ids[UUID(match[1])] = said
    rows = StoredFile.objects.filter(pk__in=ids, record_kind=PICTURE, deleted_at=None) if ids else ()
    return {ids[one.pk]: one for one in rows}


def name_beside(stored: StoredFile) -> str:
    """Where a picture lies beside the texts of its article."""
    return f"pictures/{stored.pk.hex[-12:]}.{_ENDINGS.get(stored.media_type, 'bin')}"


PictureAt = Callable[[str], bytes | None]


def no_pictures(_path: str) -> None:
    """For files that have none beside them."""
    return
