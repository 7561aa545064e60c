"""A small CalDAV client (RFC 4791, 6578) for servers that may lie, stop, or send rubbish.

Every call is made by `platform/web_addresses.py`: addresses inside the network are refused where the connection is made, answers are
cut, and time is limited. Redirects are followed on the same server only, as the password goes along.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, urljoin, urlsplit
from xml.etree.ElementTree import Element, ParseError

import httpx
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _

from bandhu.platform.web_addresses import Answer, WebAddressError, allows_inside, safe_request

MOST_BYTES, MOST_FILES, AT_ONCE, MOST_HOPS = 8_000_000, 5_000, 40, 3
_D, _C = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}"
_HEAD = '<?xml version="1.0" encoding="utf-8"?>'
_NAMES = 'xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"'
_ETAGS = f"{_HEAD}<d:propfind {_NAMES}><d:prop><d:getetag/><d:resourcetype/></d:prop></d:propfind>"
_WHO = f"{_HEAD}<d:propfind {_NAMES}><d:prop><d:current-user-principal/><c:calendar-home-set/></d:prop></d:propfind>"
_CALENDARS = f"{_HEAD}<d:propfind {_NAMES}><d:prop><d:resourcetype/><d:displayname/><c:supported-calendar-component-set/></d:prop></d:propfind>"


class CalDavError(Exception):
    """The other server cannot be used now; `message` is a translated sentence. `status` is what it answered, if it did."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.message, self.status = message, status


class DeletionsHeld(CalDavError):
    """Most of the meetings are said to be gone: a person decides."""


class Clash(CalDavError):
    """The file there is another one than we knew (412)."""


@dataclass(frozen=True)
class RemoteFile:
    """One file: its address, its text and what the server calls this state of it."""

    href: str
    etag: str
    text: str


@dataclass
class Changes:
    """What changed there: addresses with their etags, addresses that are said to be gone; `is_whole` for a list of everything."""

    token: str = ""
    changed: dict[str, str] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    is_whole: bool = False


@dataclass(frozen=True)
class Client:
    """Speaks with one server as one person."""

    url: str
    username: str
    password: str

    def calendars(self) -> list[tuple[str, str]]:
        """(address, name) of the person's calendars that hold events. Raises CalDavError."""
        home = self._home()
        found = []
        for href, props in self._propfind(home, _CALENDARS, depth=1):
            kinds = props.find(f"{_D}resourcetype")
            if kinds is not None and kinds.find(f"{_C}calendar") is not None and _holds_events(props):
                name = (props.findtext(f"{_D}displayname") or "").strip() or urlsplit(href).path.rstrip(
                    "/"
                ).rpartition("/")[2]
                found.append((href, name[:200]))
        return found[:100]

    def changes(self, calendar: str, token: str) -> Changes:
        """What changed since `token`; everything without one, and where the server no longer knows it. Raises CalDavError."""
        body = (
            f"{_HEAD}<d:sync-collection {_NAMES}><d:sync-token>{_escaped(token)}</d:sync-token><d:sync-level>1</d:sync-level>"
            "<d:prop><d:getetag/></d:prop></d:sync-collection>"
        )
        try:
            root = self._xml("REPORT", calendar, body, depth=1)
        except CalDavError as refusal:
            if refusal.status in (400, 403, 405, 409, 412, 415, 501, 507):
                return self._listed(calendar)
            raise
        found = Changes(token=(root.findtext(f"{_D}sync-token") or "")[:2000], is_whole=not token)
        for href, status, props in self._members(root, calendar):
            if status in (404, 410):
                found.gone.append(href)
            elif _is_file(href, calendar):
                found.changed[href] = (
                    (props.findtext(f"{_D}getetag") or "")[:300] if props is not None else ""
                )
        return found

    def _listed(self, calendar: str) -> Changes:
        found = Changes(is_whole=True)
        for href, props in self._propfind(calendar, _ETAGS, depth=1):
            kinds = props.find(f"{_D}resourcetype")
            if _is_file(href, calendar) and (kinds is None or kinds.find(f"{_D}collection") is None):
                found.changed[href] = (props.findtext(f"{_D}getetag") or "")[:300]
        return found

    def files(self, calendar: str, hrefs: Sequence[str]) -> Iterator[RemoteFile]:
        """The files at these addresses that are there. Raises CalDavError."""
        for start in range(0, len(hrefs), AT_ONCE):
            wanted = "".join(
                f"<d:href>{_escaped(_path(one))}</d:href>" for one in hrefs[start : start + AT_ONCE]
            )
            body = f"{_HEAD}<c:calendar-multiget {_NAMES}><d:prop><d:getetag/><c:calendar-data/></d:prop>{wanted}</c:calendar-multiget>"
            root = self._xml("REPORT", calendar, body, depth=1)
            for href, _status, props in self._members(root, calendar):
                text = props.findtext(f"{_C}calendar-data") if props is not None else None
                if text and props is not None:
                    yield RemoteFile(href, (props.findtext(f"{_D}getetag") or "")[:300], _lines(text))

    def get(self, href: str) -> RemoteFile | None:
        """One file; None when the server says itself that it is not there (404, 410). Raises CalDavError."""
        answer = self._call("GET", href, None, {"Accept": "text/calendar"})
        if answer.status in (404, 410):
            return None
        _expect(answer, 200)
        return RemoteFile(
            href, answer.headers.get("etag", "")[:300], _lines(answer.body.decode("utf-8", "replace"))
        )

    def put(self, href: str, text: bytes, *, etag: str | None) -> str:
        """Write a file: a new one (None) or over the state called `etag`. Returns its new etag, "" where the server gives none.

        Raises Clash when something else is there, CalDavError otherwise.
        """
        headers = {"Content-Type": "text/calendar; charset=utf-8"}
        headers |= {"If-None-Match": "*"} if etag is None else ({"If-Match": etag} if etag else {})
        answer = self._call("PUT", href, text, headers)
        if answer.status == 412:
            raise Clash(_("The meeting was changed there meanwhile."), 412)
        _expect(answer, 200, 201, 204)
        return answer.headers.get("etag", "")[:300]

    def delete(self, href: str, etag: str) -> None:
        """Remove a file in the state we know; one that is gone already is no error. Raises Clash, CalDavError."""
        answer = self._call("DELETE", href, None, {"If-Match": etag} if etag else {})
        if answer.status == 412:
            raise Clash(_("The meeting was changed there meanwhile."), 412)
        if answer.status not in (404, 410):
            _expect(answer, 200, 202, 204)

    def _home(self) -> str:
        """Where the person's calendars are: asked of the address given, of the well-known one, and of who we are there."""
        for start in (self.url, urljoin(self.url, "/.well-known/caldav")):
            try:
                [(href, props), *_rest] = self._propfind(start, _WHO, depth=0) or [(start, Element("none"))]
            except CalDavError as refusal:
                if refusal.status in (404, 405) and start == self.url:
                    continue
                raise
            if home := _href_in(props, f"{_C}calendar-home-set"):
                return self._same(href, home)
            if principal := _href_in(props, f"{_D}current-user-principal"):
                for there, facts in self._propfind(self._same(href, principal), _WHO, depth=0):
                    if home := _href_in(facts, f"{_C}calendar-home-set"):
                        return self._same(there, home)
        return self.url

    def _propfind(self, url: str, body: str, *, depth: int) -> list[tuple[str, Element]]:
        root = self._xml("PROPFIND", url, body, depth=depth)
        return [(href, props) for href, _status, props in self._members(root, url) if props is not None]

    def _xml(self, method: str, url: str, body: str, *, depth: int) -> Element:
        headers = {"Content-Type": "application/xml; charset=utf-8", "Depth": str(depth)}
        answer = self._call(method, url, body.encode(), headers)
        _expect(answer, 207)
        if answer.is_cut:
            raise CalDavError(_("The server’s answer is too large."))
        try:
            root: Element = fromstring(answer.body, forbid_dtd=True)
        except (ParseError, DefusedXmlException, ValueError, LookupError):
            raise CalDavError(_("The server’s answer is not understood.")) from None
        return root

    def _members(self, root: Element, base: str) -> Iterator[tuple[str, int, Element | None]]:
        """(address, status, properties) of each part of an answer; those that lie on another server are left out."""
        for number, part in enumerate(root.findall(f"{_D}response")):
            if number >= MOST_FILES:
                raise CalDavError(
                    _("This calendar is too large: at most %(most)d meetings.") % {"most": MOST_FILES}
                )
            href = (part.findtext(f"{_D}href") or "").strip()
            try:
                address = self._same(base, href)
            except CalDavError:
                continue
            good = next(
                (
                    one
                    for one in part.findall(f"{_D}propstat")
                    if " 200 " in f"{one.findtext(f'{_D}status')} "
                ),
                None,
            )
            yield (
                address,
                _status(part.findtext(f"{_D}status") or ""),
                good.find(f"{_D}prop") if good is not None else None,
            )

    def _same(self, base: str, href: str) -> str:
        """The whole address; raises CalDavError when it lies on another server than the one the password is for."""
        try:
            address = urljoin(base, href)
            if href and _origin(address) == _origin(self.url):
                return address
        except ValueError:
            pass
        raise CalDavError(_("The server points to another server; that is not followed."))

    def _call(self, method: str, url: str, content: bytes | None, headers: dict[str, str]) -> Answer:
        token = base64.b64encode(f"{self.username}:{self.password}".encode()).decode()
        # Answers are not unpacked: a small one could unpack into a very large one.
        headers = {
            "User-Agent": "Bandhu",
            "Accept-Encoding": "identity",
            "Authorization": f"Basic {token}",
            **headers,
        }
        for _hop in range(MOST_HOPS):
            try:
                answer = safe_request(
                    method, url, content, headers=headers, max_bytes=MOST_BYTES, allow_inside=allows_inside()
                )
            except WebAddressError as refusal:
                raise CalDavError(str(refusal.message)) from None
            except (httpx.HTTPError, httpx.InvalidURL, OSError) as fault:
                raise CalDavError(
                    _("The server does not answer (%(fault)s).") % {"fault": type(fault).__name__}
                ) from None
            if answer.status not in (301, 302, 307, 308):
                return answer
            url = self._same(url, answer.headers.get("location", ""))
        raise CalDavError(_("The server sends us round in circles."))


def new_href(calendar: str, uid: str) -> str:
    """The address of a new file, always the same for a meeting: a repeated attempt meets the first one."""
    return urljoin(calendar.rstrip("/") + "/", f"{quote(uid, safe='')[:200]}.ics")


def _expect(answer: Answer, *wanted: int) -> None:
    if answer.status in wanted:
        return
    sentences = {
        401: _("The server refuses the name or the password."),
        403: _("The server does not allow this."),
        404: _("The calendar is not there."),
        429: _("The server asks us to come less often."),
        507: _("The server has no room left."),
    }
    text = sentences.get(answer.status) or _("The server answers with an error (%(status)d).") % {
        "status": answer.status
    }
    raise CalDavError(text, answer.status)


def _holds_events(props: Element) -> bool:
    kinds = props.find(f"{_C}supported-calendar-component-set")
    return kinds is None or any(one.get("name", "").upper() == "VEVENT" for one in kinds)


def _href_in(props: Element, name: str) -> str:
    return (props.findtext(f"{name}/{_D}href") or "").strip()


def _is_file(href: str, calendar: str) -> bool:
    return _path(href).rstrip("/") != _path(calendar).rstrip("/") and not href.endswith("/")


def _path(address: str) -> str:
    return urlsplit(address).path


def _origin(address: str) -> tuple[str, str, int]:
    parts = urlsplit(address)
    scheme = parts.scheme.lower()
    return scheme, (parts.hostname or "").lower(), parts.port or (443 if scheme == "https" else 80)


def _status(line: str) -> int:
    numbers: Iterable[str] = (word for word in line.split() if word.isdecimal() and len(word) == 3)
    return int(next(iter(numbers), "0"))


def _lines(text: str) -> str:
    """With the line ends XML leaves: a file read alone and one in a list are the same text."""
    return text.replace("\r\n", "\n")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
