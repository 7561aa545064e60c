"""What strangers send through a request form becomes a conversation. Nobody is signed in: every value is hostile."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from bandhu.channels.actions.chats import MAX_FILE_BYTES, is_taken
from bandhu.channels.actions.health import note_traffic
from bandhu.channels.models import Channel
from bandhu.channels.queries import mailbox_of_house
from bandhu.identity.ready_made import system_user
from bandhu.interactions.actions import Correspondent, settle_person, start_conversation, take_in_message
from bandhu.interactions.models import Conversation, Message
from bandhu.platform.file_types import HEAD_BYTES, media_type_of
from bandhu.platform.files import store_file
from bandhu.platform.mail_addresses import MailAddressError, mail_key, parse_mail_address
from bandhu.platform.texts import clean_block, clean_line, has_visible

MAX_TEXT, MOST_FILES = 20_000, 5
Upload = tuple[str, int, Iterable[bytes]]


@transaction.atomic
def submit_request(
    channel: Channel,
    *,
    submission: str,
    mail: str,
    subject: str,
    text: str,
    name: str = "",
    phone: str = "",
    language: str = "",
    page: str = "",
    uploads: Sequence[Upload] = (),
) -> Conversation:
    """A conversation with who wrote, once per `submission`: sent again, it gives back the first one. `uploads` are (name, size, bytes).

    Answers leave from the mailbox of the channel's team, else of the house. Who it is from is settled by the duplicate rules; a form
    proves nothing about an address, so nothing of a contact is changed. Raises ValidationError by field, and then keeps nothing.
    """
    _wait_for(submission)
    known = Message.objects.filter(external_id=f"form:{submission}").select_related("conversation").first()
    if known is not None:
        return known.conversation
    given = _checked(channel, name, mail, phone, subject, text)
    files = _read(channel, uploads)
    account = mailbox_of_house(team_id=channel.team_id)
    talk: Conversation = start_conversation(
        actor=system_user(),
        channel="form",
        place=account.pk if account else channel.pk,
        person=Correspondent(given["name"], given["mail"], mail_key(given["mail"]) or ""),
        subject=given["subject"],
        language=language or channel.language,
        team=channel.team,
        details={"form": str(channel.pk), "page": page[:500]},
    )
    message: Message = take_in_message(
        talk, text=given["text"], author_name=given["name"] or given["mail"], external_id=f"form:{submission}"
    )
    enclose_files(message, files)
    _settle(talk, channel)
    note_traffic(channel, came=True)
    return Conversation.objects.get(pk=talk.pk)


def enclose_files(message: Message, files: Iterable[tuple[str, bytes]]) -> None:
    """Keep what was read with what the customer wrote."""
    for name, content in files:
        store_file(record_kind="message", record_id=message.pk, name=name, content=[content], created_by=None)


def _settle(talk: Conversation, channel: Channel) -> None:
    """What the book does not take as a contact stands in the inbox all the same."""
    try:
        with transaction.atomic():
            settle_person(talk, actor=system_user(), team=channel.team)
    except ValidationError:
        return


def _wait_for(submission: str) -> None:
    """The same form sent twice at one moment: the second waits, and finds the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 14))", [submission])


def _checked(channel: Channel, name: str, mail: str, phone: str, subject: str, text: str) -> dict[str, str]:
    given = {
        "name": clean_line(name, 200),
        "phone": clean_line(phone, 60),
        "subject": clean_line(subject, 300),
        "text": clean_block(text, MAX_TEXT),
    }
    problems: dict[str, Any] = {}
    for one in ("name", "phone"):
        if channel.settings.get(f"ask_{one}") == "required" and not has_visible(given[one]):
            problems[one] = _("This is needed.")
    for one in ("subject", "text"):
        if not has_visible(given[one]):
            problems[one] = _("This is needed.")
    try:
        given["mail"] = parse_mail_address(clean_line(mail, 254)).address
    except MailAddressError:
        problems["mail"] = _("Write the mail address at which we can answer.")
    if problems:
        raise ValidationError(problems)
    if given["phone"]:
        given["text"] += "\n\n" + _("Phone: %(number)s") % {"number": given["phone"]}
    return given


def _read(channel: Channel, uploads: Sequence[Upload]) -> list[tuple[str, bytes]]:
    """The files whole, their kinds told by their bytes. Raises ValidationError."""
    if not uploads:
        return []
    if not channel.settings.get("takes_files"):
        raise ValidationError({"uploads": _("This form takes no files.")})
    return read_files(uploads)


def read_files(uploads: Sequence[Upload]) -> list[tuple[str, bytes]]:
    """Files of a customer, whole, as (name, bytes): so many, so large, and of kinds told by their bytes. Raises ValidationError."""
    if len(uploads) > MOST_FILES:
        raise ValidationError({"uploads": _("These are too many files.")})
    found = []
    for name, size, chunks in uploads:
        if size > MAX_FILE_BYTES:
            raise ValidationError({"uploads": _("The file is too large.")})
        content = b"".join(chunks)
        if not is_taken(media_type_of(content[:HEAD_BYTES], name)):
            raise ValidationError({"uploads": _("Files of this kind are not taken.")})
        found.append((name, content))
    return found
