"""A text with merge fields, filled in for the customer of a conversation, in the customer's language."""

from __future__ import annotations

from bandhu.channels.merge_fields import Addressed, Merged, merged
from bandhu.identity.models import User
from bandhu.interactions.models import Conversation

FALLBACK = "en"


def language_of(conversation: Conversation) -> str:
    """The one the conversation is in, else the customer's, else English."""
    contact = conversation.contact
    return conversation.language or (contact.language if contact else "") or FALLBACK


def best_text(texts: dict[str, str], language: str) -> tuple[str, str]:
    """(language, text) of the versions there are: the customer's, its parent ("bn-BD" → "bn"), English, else any."""
    for wanted in (language, language.split("-")[0], FALLBACK):
        if texts.get(wanted):
            return wanted, texts[wanted]
    return next(iter(texts.items()), ("", ""))


def filled(text: str, conversation: Conversation, writer: User, language: str = "") -> Merged:
    """The text with its fields; those without a value are named in `missing`."""
    customer = conversation.contact or conversation.company
    return merged(text, Addressed(customer, writer, language or language_of(conversation)))
