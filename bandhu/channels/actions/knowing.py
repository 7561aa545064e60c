"""Which mails are here already. The same mail by two routes is one; another mail under an id that is taken is kept all the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from bandhu.channels.message_ids import MOST
from bandhu.channels.mime import Parsed, parse_mail
from bandhu.channels.models import Mail, MailAccount
from bandhu.platform.files import open_file
from bandhu.platform.html_cleaning import plain_text
from bandhu.platform.mail_addresses import mail_key
from bandhu.platform.models import StoredFile

_CUT = "too_large"


@dataclass(frozen=True)
class _Look:
    """What makes a mail this one, whatever the servers on its way wrote above it and however they packed it."""

    sender: str
    subject: str
    date: str
    body: str = ""
    files: tuple[str, ...] = ()

    def head(self) -> tuple[str, str, str]:
        return self.sender, self.subject, self.date


def known_mails(account: MailAccount, coming: Sequence[tuple[Parsed, bool]]) -> dict[str, Mail | None]:
    """Those that are here already, by Message-ID: the mail; None for what left through our outbox and stands on the timeline.

    `coming` are the mails, each with whether only its head was read. One that says something else than the mail whose id it bears
    is given an id of its own, and names the other one as what it refers to.
    """
    rows = _rows(account, {parsed.message_id for parsed, _is_cut in coming})
    originals = _originals(rows.values())
    first: dict[str, tuple[Parsed, bool]] = {}
    others = set()
    for parsed, is_cut in coming:
        if row := rows.get(parsed.message_id):
            is_same = _is_row(row, originals.get(row.pk), parsed, is_cut)
        else:
            is_same = _are_same(*first.setdefault(parsed.message_id, (parsed, is_cut)), parsed, is_cut)
        if not is_same:
            _rename(parsed)
            others.add(parsed.message_id)
    rows |= _rows(account, others) if others else {}
    return {name: row if row.account_id == account.pk else None for name, row in rows.items()}


def _rows(account: MailAccount, ids: set[str]) -> dict[str, Mail]:
    same = Mail.objects.filter(message_id__in=ids)
    left = same.filter(is_incoming=False, account__isnull=False, send_at__isnull=False)
    found = {one.message_id: one for one in left}
    return found | {one.message_id: one for one in same.filter(account=account).order_by("-pk")}


def _originals(rows: Iterable[Mail]) -> dict[UUID, Parsed]:
    """What came in of them, read again; without those whose bytes were erased, or lie on a disk that is away."""
    mails = {one.raw: one.pk for one in rows if one.is_incoming and one.raw}
    found = {}
    for stored in StoredFile.objects.filter(pk__in=mails) if mails else ():
        try:
            with open_file(stored) as file:
                found[mails[stored.pk]] = parse_mail(file.read(), timezone.now())
        except OSError:
            continue
    return found


def _is_row(row: Mail, original: Parsed | None, parsed: Parsed, is_cut: bool) -> bool:
    if original is not None:
        return _are_same(original, _CUT in row.troubles, parsed, is_cut)
    if parsed.sender_key == mail_key(row.sender):
        # Of ours that comes round, or of one whose bytes are no longer here.
        return not row.is_incoming or _words(parsed.subject) == _words(row.subject)
    # A list that sends our mail on under its own name leaves our words in it.
    return not row.is_incoming and bool(row.text) and _words(row.text) in _body(parsed)


def _are_same(one: Parsed, is_cut: bool, other: Parsed, is_other_cut: bool) -> bool:
    if one is other:
        return True
    first, second = _look(one), _look(other)
    return first.head() == second.head() if is_cut or is_other_cut else first == second


def _look(parsed: Parsed) -> _Look:
    return _Look(
        sender=parsed.sender_key,
        subject=_words(parsed.subject),
        date=parsed.headers.get("date", ""),
        body=_body(parsed),
        files=tuple(sorted(hashlib.sha256(one.content).hexdigest() for one in parsed.files)),
    )


def _body(parsed: Parsed) -> str:
    return _words(parsed.text or plain_text(parsed.html))


def _words(text: str) -> str:
    """Servers break lines anew and take spaces off their ends."""
    return " ".join(text.split())


def _rename(parsed: Parsed) -> None:
    """Read again it gets the same id again."""
    taken = parsed.message_id
    look = repr((taken, _look(parsed))).encode("utf-8", "replace")
    parsed.message_id = f"<{hashlib.sha256(look).hexdigest()}@taken-id.invalid>"
    parsed.references = [*[one for one in parsed.references if one != taken][1 - MOST :], taken]
