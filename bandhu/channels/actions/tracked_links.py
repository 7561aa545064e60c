"""A mail as it leaves: its links by way of us and a picture that says it was opened, where that is allowed."""

from __future__ import annotations

import html
import re

from bandhu.channels.models import Mail, TrackedLink
from bandhu.channels.queries.tracking import may_track
from bandhu.channels.tracking_addresses import link_address, picture_address
from bandhu.platform.public_url import absolute
from bandhu.platform.web_addresses import is_safe_link

MOST_LINKS = 100
# As `clean_html` and `html_of_text` write them.
_HREF = re.compile(r'(<a\b[^>]*?\bhref=")(https?://[^"]*)(")')


def html_to_send(mail: Mail) -> str:
    """The HTML of `mail`, the same each time it is tried. Links to our own pages stay: those tell by themselves when they are read.

    The plain text beside it keeps every address as it was written.
    """
    if not mail.html or not may_track(mail):
        return mail.html
    known: dict[str, TrackedLink] = {one.target: one for one in mail.tracked.all()}

    def by_way_of_us(found: re.Match[str]) -> str:
        target = html.unescape(found[2])
        if target.startswith(absolute("/")) or not is_safe_link(target):
            return found[0]
        if target not in known and len(known) > MOST_LINKS:
            return found[0]
        return found[1] + html.escape(link_address(_link(mail, target, known).pk)) + found[3]

    text = _HREF.sub(by_way_of_us, mail.html)
    picture = picture_address(_link(mail, "", known).pk)
    return f'{text}<img src="{html.escape(picture)}" width="1" height="1" alt="">'


def _link(mail: Mail, target: str, known: dict[str, TrackedLink]) -> TrackedLink:
    if target not in known:
        known[target], _made = TrackedLink.objects.get_or_create(mail=mail, target=target)
    return known[target]
