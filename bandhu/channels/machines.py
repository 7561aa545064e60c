"""Programs that load pictures and follow links of mails before a person does: scanners, previews, and Apple's prefetching.

What Gmail's and Yahoo's proxies load counts: they do so when the mail is opened. What gives itself away as a program does not, nor what
comes within seconds of sending. A program that behaves like a person is told from none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

# Mail servers and their scanners look at once; people take longer.
AT_ONCE = timedelta(seconds=10)
_PROGRAMS = re.compile(
    r"bot\b|crawl|spider|scan|preview|prefetch|headless|barracuda|proofpoint|mimecast|messagelabs|symantec|trend ?micro|cloudmark|"
    r"safelinks|existence discovery|facebookexternalhit|whatsapp|telegram|slack|curl|wget|python|java/|go-http|okhttp|libwww|phantom",
    re.IGNORECASE,
)
_PREFETCHING = {
    "purpose": "prefetch",
    "sec-purpose": "prefetch",
    "x-purpose": "preview",
    "x-moz": "prefetch",
}


def is_program(method: str, headers: Mapping[str, str], sent_at: datetime | None, now: datetime) -> bool:
    """Whether a request was made by a program on its own. `headers` by any case; `sent_at` is when the mail was handed over."""
    agent = headers.get("User-Agent", "").strip()
    if method == "HEAD" or not agent or _PROGRAMS.search(agent):
        return True
    # Apple Mail loads everything on arrival, and calls itself so.
    if agent == "Mozilla/5.0":
        return True
    if any(word in headers.get(name, "").lower() for name, word in _PREFETCHING.items()):
        return True
    return sent_at is None or now - sent_at < AT_ONCE
