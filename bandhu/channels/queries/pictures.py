"""Mails as pages with their pictures, and whose pictures from outside a reader has allowed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.urls import reverse

from bandhu.channels.folding import Folded, folded
from bandhu.channels.mime import parse_mail
from bandhu.channels.models import AllowedPictures, Mail
from bandhu.channels.pictures import SHOWN_TYPES, PictureCleaner
from bandhu.channels.queries.mails import mail_for, mails, may_read, source_of
from bandhu.channels.reply_tokens import without_marks
from bandhu.channels.sign_offs import Sender
from bandhu.identity.models import User
from bandhu.identity.results import OutOfReach
from bandhu.platform.files import open_file
from bandhu.platform.mail_addresses import mail_key
from bandhu.platform.models import StoredFile

REMOTE = "remote_pictures"


def has_remote_pictures(mail: Mail) -> bool:
    return REMOTE in mail.troubles


def pictures_allowed(user: User, found: Iterable[Mail]) -> set[UUID]:
    """Of these mails those whose pictures from outside the user wants to see. What a sender is allowed, somebody who only claims to be
    that sender is not."""
    several = list(found)
    rows = AllowedPictures.objects.filter(user=user.pk)
    mine = set(rows.filter(mail__in=[one.pk for one in several]).values_list("mail_id", flat=True))
    keys = {mail_key(one.sender) for one in several if one.sender and "disowned" not in one.troubles}
    senders = set(rows.filter(key__in=keys).values_list("key", flat=True)) if keys else set()
    return mine | {
        one.pk for one in several if "disowned" not in one.troubles and mail_key(one.sender) in senders
    }


def picture_states(user: User, mail_ids: Iterable[UUID]) -> dict[UUID, bool]:
    """Of these mails those with pictures from outside that the user may read, and whether they are shown."""
    ids = list(mail_ids)
    if not ids:
        return {}
    rows = mails(user).filter(pk__in=ids, troubles__contains=[REMOTE])
    return states_of_pictures(user, list(rows.defer("text", "html")))


def states_of_pictures(user: User, several: Iterable[Mail]) -> dict[UUID, bool]:
    """`picture_states` of mails that were read already."""
    found = [one for one in several if has_remote_pictures(one) and may_read(user, one)]
    allowed = pictures_allowed(user, found) if found else set()
    return {one.pk: one.pk in allowed for one in found}


def mail_page(user: User, pk: UUID | str) -> Folded | None:
    """The HTML of a mail with its pictures, divided for reading; None where it has none of its own or the user may not read it."""
    try:
        mail = mail_for(user, pk)
    except OutOfReach:
        return None
    # Of a mail that is nothing but pictures no HTML is left without them.
    if not (mail.html or has_remote_pictures(mail)) or not may_read(user, mail):
        return None
    files = list(
        StoredFile.objects.filter(record_id=mail.pk, record_kind="mail", deleted_at__isnull=True).order_by(
            "pk"
        )
    )
    is_remote_shown = has_remote_pictures(mail) and mail.pk in pictures_allowed(user, [mail])
    source, sender = source_of(user, mail), Sender(mail.sender_name, mail.sender)
    if source is None or not (is_remote_shown or any(one.media_type in SHOWN_TYPES for one in files)):
        return folded(html=mail.html, sender=sender)
    try:
        with open_file(source) as file:
            parsed = parse_mail(file.read(), mail.written_at)
    except FileNotFoundError:
        return folded(html=mail.html, sender=sender)
    cleaner = PictureCleaner(mail.pk, _enclosed(parsed.files, files), is_remote_shown=is_remote_shown)
    return folded(html=without_marks(parsed.html), sender=sender, cleaner=cleaner)


def _enclosed(read: list[Any], kept: list[StoredFile]) -> dict[str, str]:
    """Content-ID → where the picture is handed out. They were kept in the order in which they are read."""
    if len(read) != len(kept):
        return {}
    return {
        one.content_id: reverse("platform:file", args=[file.pk]) + "?inline"
        for one, file in zip(read, kept, strict=True)
        if one.content_id and file.media_type in SHOWN_TYPES
    }


def may_fetch_pictures(user: User, mail: Mail) -> bool:
    """Whether the reader's word stands for this mail."""
    return may_read(user, mail) and has_remote_pictures(mail) and mail.pk in pictures_allowed(user, [mail])
