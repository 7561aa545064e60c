"""What came from a person and is kept as it came: notices of channels, and mails that could not be taken in.

Nobody has filed them with anybody, so whose they are is found by what is known of the person: addresses, numbers, the keys channels know
them by. It is looked for in every notice that is kept (a month's, as a rule).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote_plus
from uuid import UUID

from django.db.models import Func, Q, TextField, Value
from django.db.models.functions import Lower

from bandhu.channels.actions.intake import arrived_of
from bandhu.channels.adapters.port import Said, Writer
from bandhu.channels.connections import adapter_of, connection_of
from bandhu.channels.models import KeptMail, RawNotice
from bandhu.customers.models import EmailAddress, Phone
from bandhu.interactions.models import Conversation
from bandhu.platform.files import erase_files_of, open_file
from bandhu.platform.mail_addresses import mail_key
from bandhu.platform.models import StoredFile

logger = logging.getLogger(__name__)
# What is shorter stands in other people's words too often to tell whose they are.
_SHORTEST = 5
_HEAD_BYTES = 100_000
_SENDER = re.compile(rb"^(?:from|sender|reply-to):", re.IGNORECASE)
_NOT_READ_YET = (RawNotice.State.WAITING, RawNotice.State.FAILED)


@dataclass(frozen=True)
class _Known:
    """What a person is known by, folded; `keys` are (channel, key)."""

    keys: frozenset[tuple[UUID, str]]
    mails: frozenset[str]
    phones: frozenset[str]

    @property
    def words(self) -> set[str]:
        return {key for _place, key in self.keys} | self.mails | self.phones

    def is_writer(self, channel_id: UUID, writer: Writer) -> bool:
        return (
            (channel_id, writer.key[:254].casefold()) in self.keys
            or bool(writer.mail and mail_key(writer.mail) in self.mails)
            or bool(writer.phone and _digits(writer.phone) in self.phones)
        )


def originals_of_contact(contact_id: UUID) -> list[dict[str, Any]]:
    """Every notice and mail of the person that is kept as it came, oldest first."""
    known = _known_of(contact_id)
    notices = [
        {"at": one.received_at, "from": one.channel.name, "state": one.state, "text": _text_of(one)}
        for one, _is_theirs_alone in _notices_of(known)
    ]  # fmt: skip
    mails = [
        {"at": one.at, "from": one.account.address, "state": "failed", "text": head.decode(errors="replace")}
        for one, head, _is_theirs in _mails_of(known)
    ]
    return notices + mails


def erase_originals(contact_id: UUID) -> None:
    """What they wrote. What tells of others as well and was not read yet stays until it is; of mails to several the sender decides."""
    known = _known_of(contact_id)
    for notice, is_theirs_alone in list(_notices_of(known)):
        if is_theirs_alone or notice.state not in _NOT_READ_YET:
            notice.delete()
    for mail, _head, is_theirs in list(_mails_of(known)):
        if is_theirs:
            erase_files_of(mail.pk)
            mail.delete()


def _known_of(contact_id: UUID) -> _Known:
    talks = Conversation.objects.filter(contact=contact_id, place__isnull=False).exclude(person_key="")
    mails = EmailAddress.objects.filter(contact=contact_id).values_list("key", flat=True)
    numbers = Phone.objects.filter(contact=contact_id).values_list("number", flat=True)
    return _Known(
        frozenset(
            (place, key.casefold()) for place, key in talks.values_list("place", "person_key") if place
        ),
        frozenset(mails),
        frozenset(filter(None, map(_digits, numbers))),
    )


def _notices_of(known: _Known) -> Iterator[tuple[RawNotice, bool]]:
    """Notices with words of the person or about a message to them; and whether nobody else wrote in them."""
    wanted = Q()
    for word in {one for one in known.words if one}:
        for spelled in {word, quote(word, safe="").lower()}:
            wanted |= Q(told__contains=_as_stored(spelled)) | Q(query__icontains=spelled)
    if not wanted:
        return
    told = Lower(Func("body", Value("escape"), function="encode", output_field=TextField()))
    rows = RawNotice.objects.annotate(told=told).filter(wanted).select_related("channel").order_by("pk")
    for notice in rows.iterator(chunk_size=200):
        writers = _writers_in(notice)
        if writers is None:
            if _is_named(notice, known):
                yield notice, True
            continue
        theirs = [one for one in writers if known.is_writer(notice.channel_id, one)]
        if theirs or (not writers and _is_named(notice, known)):
            yield notice, len(theirs) == len(writers)


def _writers_in(notice: RawNotice) -> list[Writer] | None:
    """Who wrote what the notice tells; none where it only tells what became of messages, None where it cannot be read."""
    try:
        found = adapter_of(notice.channel).parse(connection_of(notice.channel), arrived_of(notice))
    except Exception as problem:  # what could not be read then may be as odd now, and must not keep anything from being erased
        logger.info("notice %s is looked through unread: %s", notice.pk, type(problem).__name__)
        return None
    return [one.writer for one in found if isinstance(one, Said) and not one.is_ours]


def _is_named(notice: RawNotice, known: _Known) -> bool:
    """Whether something long enough to be theirs alone stands in it as a word of its own."""
    body = _text_of(notice).casefold()
    words = [re.escape(one) for one in known.words if len(one) >= _SHORTEST]
    if not words:
        return False
    pattern = re.compile(rf"(?<![\w@.])(?:{'|'.join(words)})(?![\w@])")
    return bool(pattern.search(body) or pattern.search(unquote_plus(body)))


def _mails_of(known: _Known) -> Iterator[tuple[KeptMail, bytes, bool]]:
    """Mails kept back that name the person in their head: with the head, and whether it is theirs (they wrote it, or we to them)."""
    if not known.mails:
        return
    names = "|".join(re.escape(one) for one in known.mails)
    pattern = re.compile(rf"(?<![\w.+-])(?:{names})(?![\w-])".encode())
    for kept in KeptMail.objects.select_related("account").order_by("pk"):
        head = _head_of(kept)
        if not pattern.search(head.lower()):
            continue
        lines = re.sub(rb"\r?\n[ \t]+", b" ", head).splitlines()
        wrote = any(_SENDER.match(line) and pattern.search(line.lower()) for line in lines)
        is_ours = kept.folder == kept.account.sent_folder != kept.account.folder
        yield kept, head, wrote or is_ours


def _text_of(notice: RawNotice) -> str:
    return f"{notice.query}\n{bytes(notice.body).decode(errors='replace')}".strip()


def _head_of(kept: KeptMail) -> bytes:
    stored = StoredFile.objects.filter(pk=kept.raw).first() if kept.raw else None
    if stored is None:
        return b""
    try:
        with open_file(stored) as file:
            return re.split(rb"\r?\n\r?\n", file.read(_HEAD_BYTES), maxsplit=1)[0]
    except FileNotFoundError:
        return b""  # the data folder has lost it: there is nothing to tell, and nothing to erase but the row


def _as_stored(word: str) -> str:
    """As PostgreSQL writes bytes by encode(…, 'escape')."""
    escaped = (chr(one) if 0 < one < 128 else f"\\{one:03o}" for one in word.replace("\\", "\\\\").encode())
    return "".join(escaped)


def _digits(number: str) -> str:
    return "".join(one for one in number if one.isdecimal())
