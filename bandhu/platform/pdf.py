"""Papers: a Typst template and plain data become a PDF. Whatever comes from outside is data, never markup.

The template (a file of ours) reads `data.json`; its texts are strings there, which Typst prints as they are, and its pictures lists of
bytes. Nothing else can be read: the compiler sees these two files, and fonts of our own build.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from django.utils.translation import gettext as _

FONTS = Path(__file__).resolve().parent.parent / "ui" / "static" / "ui" / "dist" / "print"
DATA = "data.json"


class PaperError(Exception):
    """A paper cannot be made; the message says what is to be done."""


def pdf_of(template: Path, data: Mapping[str, Any]) -> bytes:
    """The PDF. Raises PaperError."""
    return _compiled(template, data, "pdf")[0]


def pictures_of(template: Path, data: Mapping[str, Any], *, ppi: float = 110) -> list[bytes]:
    """Each page as a PNG with so many dots to the inch. Raises PaperError."""
    return _compiled(template, data, "png", ppi)


def _compiled(
    template: Path,
    data: Mapping[str, Any],
    form: Literal["pdf", "png"],
    ppi: float | None = None,
) -> list[bytes]:
    if not any(FONTS.glob("*.ttf")):
        raise PaperError(_("The fonts for papers are not built. Run “make assets” once."))
    sources = {
        "main.typ": template.read_bytes(),
        DATA: json.dumps(data, ensure_ascii=False).encode("utf-8", "replace"),
    }
    # Loaded with the first paper: 7 MB that most processes never need.
    import typst

    # Its stubs do not know yet that several files may be given.
    compiler: Any = typst.compile
    try:
        made = compiler(sources, font_paths=[str(FONTS)], ignore_system_fonts=True, format=form, ppi=ppi)
    except RuntimeError as error:
        raise PaperError(_("The paper could not be set: %(reason)s") % {"reason": error}) from error
    return [made] if isinstance(made, bytes) else list(made)
