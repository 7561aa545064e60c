"""Drafts: kept as they are typed, one of each kind for a person and a conversation."""

from __future__ import annotations

from typing import Any

from bandhu.identity.acting import action
from bandhu.identity.models import User
from bandhu.inbox.models import Draft
from bandhu.interactions.models import Conversation
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.files import erase_files_of
from bandhu.platform.html_cleaning import clean_html, plain_text
from bandhu.platform.texts import clean_block, clean_line

ANSWER = "interactions.answer_conversation"
MAX_TEXT = 200_000


@action(ANSWER)
def save_draft(
    conversation: Conversation,
    *,
    actor: User,
    kind: str = Draft.Kind.REPLY,
    text: str,
    html: str = "",
    to: str = "",
    cc: str = "",
    version: int = 0,
) -> Draft:
    """Keep what is typed: plain `text`, or `html` whose words become the text. `version` is the one the page began with, 0 where it knew of no draft.

    Raises EditConflict where another page (another device) has saved something else since; nothing is lost then: the
    other text stands in `theirs`.
    """
    cleaned = clean_html(html) if html else ""
    values: dict[str, Any] = {
        "text": clean_block(plain_text(cleaned) if cleaned else text, MAX_TEXT),
        "html": cleaned,
        "to": clean_line(to, 1_000),
        "cc": clean_line(cc, 1_000),
    }
    found, is_new = Draft.objects.select_for_update().get_or_create(
        user=actor, conversation=conversation, kind=kind, defaults=values
    )
    if is_new:
        return found
    if all(getattr(found, name) == value for name, value in values.items()):
        return found
    if found.version != version:
        raise EditConflict(
            found.version,
            base={},
            theirs={"text": found.text, "html": found.html},
            yours={"text": values["text"], "html": cleaned},
        )
    for name, value in values.items():
        setattr(found, name, value)
    found.version += 1
    found.save()
    return found


@action(ANSWER)
def keep_reply(conversation: Conversation, *, actor: User, text: str, html: str = "") -> Draft:
    """What could not be sent from a page that keeps no drafts is the writer's draft from now on; to whom it goes stays."""
    known = Draft.objects.filter(user=actor, conversation=conversation, kind=Draft.Kind.REPLY).first()
    copies: dict[str, Any] = {"to": known.to, "cc": known.cc, "version": known.version} if known else {}
    kept: Draft = save_draft(conversation, actor=actor, text=text, html=html, **copies)
    return kept


@action(ANSWER)
def discard_draft(conversation: Conversation, *, actor: User, kind: str) -> None:
    """Throw away what was typed, with the files that were to go along."""
    for draft in Draft.objects.filter(user=actor, conversation=conversation, kind=kind):
        erase_files_of(draft.pk)
        draft.delete()
