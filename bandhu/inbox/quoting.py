"""What a mail in HTML repeats of earlier ones, folded away."""

from __future__ import annotations

import re

from django.utils.html import format_html
from django.utils.translation import gettext as _

_QUOTE = re.compile(r"</?blockquote\b[^>]*>", re.IGNORECASE)
_TAGS = re.compile(r"<[^>]*>")


def folded(cleaned: str) -> str:
    """Cleaned HTML with a quotation at its end inside <details>; one in the middle of the text stays open, it was answered."""
    tags = list(_QUOTE.finditer(cleaned))
    if not tags or tags[0][0].startswith("</"):
        return cleaned
    depth, end = 0, None
    for tag in tags:
        depth += -1 if tag[0].startswith("</") else 1
        if depth == 0:
            end = tag.end()
            break
    start = tags[0].start()
    if end is None or _words(cleaned[end:]) or not _words(cleaned[:start]):
        return cleaned
    summary = format_html("<summary>{}</summary>", _("Show what was quoted"))
    return f"{cleaned[:start]}<details>{summary}{cleaned[start:end]}</details>{cleaned[end:]}"


def _words(html: str) -> str:
    return _TAGS.sub(" ", html).replace("&nbsp;", " ").strip()
