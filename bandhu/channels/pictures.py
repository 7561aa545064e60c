"""Pictures in mails. Enclosed ones are shown; those on other machines tell their sender who reads when, and wait for the reader's word.

A picture from outside is fetched by us, with no cookie and nothing of the reader, from the internet alone (platform/web_addresses.py),
looked at (only pictures pass, by their bytes), and handed on. Its address in the page is ours, signed for this mail, so that nobody makes us
fetch anything else.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx
from django.core import signing
from django.urls import reverse

from bandhu.platform.file_types import media_type_of
from bandhu.platform.html_cleaning import clean_html
from bandhu.platform.web_addresses import MAX_URL, WebAddressError, safe_get

MAX_BYTES = 5_000_000
# Of a mail that is nothing but pictures: more make the page and us slow.
MOST = 100
SHOWN_TYPES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/avif"})
# Same origin, so that the page around it can measure the frame; nothing runs or submits in it, and what it loads comes from here.
FRAME = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; frame-ancestors 'self'; "
    "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
)
_SALT = "bandhu.channels.pictures"
_HEADERS = {"User-Agent": "Mozilla/5.0 (Bandhu)", "Accept": "image/*", "Accept-Encoding": "identity"}


class PictureCleaner:
    """Cleans the HTML of one mail and leaves its pictures: enclosed ones by their Content-ID, others where `is_remote_shown`."""

    def __init__(self, mail_id: UUID, enclosed: Mapping[str, str], *, is_remote_shown: bool) -> None:
        self._mail_id, self._enclosed, self._is_remote_shown = mail_id, enclosed, is_remote_shown
        self._made: dict[str, str] = {}

    def __call__(self, source: str) -> str:
        return clean_html(source, pictures=self._address_of)

    def _address_of(self, source: str) -> str | None:
        if source in self._made.values():
            return source  # cleaned once already
        if source not in self._made:
            address = self._new_address(source)
            if address is None or len(self._made) >= MOST:
                return None
            self._made[source] = address
        return self._made[source]

    def _new_address(self, source: str) -> str | None:
        scheme, _colon, rest = source.partition(":")
        if scheme.lower() == "cid":
            return self._enclosed.get(rest.strip("<> "))
        url = f"https:{source}" if source.startswith("//") else source
        if (
            not self._is_remote_shown
            or not url.lower().startswith(("http://", "https://"))
            or len(url) > MAX_URL
        ):
            return None
        token = signing.dumps(url, salt=f"{_SALT}.{self._mail_id}", compress=True)
        return reverse("channels:mail_picture", args=[self._mail_id, token])


def fetch_picture(mail_id: UUID, token: str) -> tuple[bytes, str] | None:
    """The bytes and the type of a picture whose address we signed for this mail; None where there is no picture to be had."""
    try:
        url = signing.loads(token, salt=f"{_SALT}.{mail_id}")
    except signing.BadSignature:
        return None
    try:
        # Whoever wrote the mail chose the address: BANDHU_CALL_INSIDE, meant for addresses our own people enter, does not count here.
        answer = safe_get(url, headers=_HEADERS, max_bytes=MAX_BYTES)
    except (WebAddressError, httpx.HTTPError, httpx.InvalidURL):
        return None
    # By its bytes, whatever it calls itself: an SVG could run scripts, a page could be anything.
    kind = media_type_of(answer.body)
    if answer.status != 200 or answer.is_cut or kind not in SHOWN_TYPES:
        return None
    return answer.body, kind
