"""An answer as it leaves: what was written, the signature, and below it the mail it answers."""

from __future__ import annotations

import html as escaping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from bandhu.channels.folding import folded
from bandhu.channels.models import Mail
from bandhu.platform.html_cleaning import clean_html, html_of_text
from bandhu.ui import formats

# Of an exchange of weeks the newest part is enough.
MOST_QUOTED = 20_000


@dataclass(frozen=True)
class Quoted:
    """The mail that is answered."""

    writer: str
    at: datetime
    text: str
    html: str

    @classmethod
    def of(cls, mail: Mail | None) -> Quoted | None:
        if mail is None:
            return None
        return cls(mail.sender_name or mail.sender, mail.written_at, mail.text, mail.html)


def letter_texts(
    *, text: str, html: str, signature: str, quoted: Quoted | None, language: str, zone: str = ""
) -> tuple[str, str]:
    """(plain text, clean HTML) of an answer; the line above the quotation is in `language`, its moment on the clock of `zone` (else the house's)."""
    lines, page = [text.strip()], [clean_html(html)]
    if signature:
        # The mark programs know a signature by (RFC 3676, 4.3).
        lines.append(f"-- \n{signature}")
        page.append(f"<p>-- </p>{html_of_text(signature)}")
    if quoted is not None:
        with translation.override(language or translation.get_language()):
            reader = formats.Reader(translation.get_language(), ZoneInfo(zone or settings.DEFAULT_TIME_ZONE))
            said = _("On %(when)s, %(writer)s wrote:") % {
                "when": formats.when(quoted.at, reader),
                "writer": quoted.writer,
            }
        lines.append(f"{said}\n{_marked(quoted.text[:MOST_QUOTED])}")
        inside = (
            clean_html(quoted.html[:MOST_QUOTED]) if quoted.html else html_of_text(quoted.text[:MOST_QUOTED])
        )
        page.append(f"<p>{escaping.escape(said)}</p><blockquote>{inside}</blockquote>")
    return "\n\n".join(lines), "".join(page)


def _marked(text: str) -> str:
    """With the marks of a quotation, without what it quotes itself."""
    visible = folded(text=text).visible or text
    return "\n".join(f"> {line}" if line else ">" for line in visible.splitlines())
