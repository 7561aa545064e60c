"""Articles for an answer: those that what was said asks for, and those that are looked for."""

from __future__ import annotations

from typing import Any

from bandhu.inbox.merging import language_of
from bandhu.inbox.queries.sentences import body_of
from bandhu.interactions.models import Conversation, Interaction, MessageKind
from bandhu.knowledge import queries as knowledge
from bandhu.knowledge.queries import Hit

SHOWN = 8
# What an answer is to: the latest that the customer said.
_LATEST = 3


def articles_for(user: Any, conversation: Conversation, words: str = "") -> list[Hit]:
    """What customers may read about `words`, else about what the customer asked; in their language where it is written in it."""
    language = language_of(conversation).split("-")[0]
    if words.strip():
        if not user.holds("knowledge.view_article"):
            return []
        return knowledge.search(words, language, "customers", SHOWN)
    return knowledge.suggest(user, _asked(conversation), language, "customers", SHOWN)


def _asked(conversation: Conversation) -> str:
    rows = conversation.messages.filter(kind=MessageKind.SAID, direction=Interaction.Direction.IN)
    latest = rows.order_by("-pk")[:_LATEST]
    return " ".join([conversation.subject, *(body_of(one).text for one in latest)])
