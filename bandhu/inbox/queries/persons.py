"""Whom a conversation may be with: contacts of the book the duplicate rules find, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from bandhu.customers.duplicate_reasons import sentences
from bandhu.customers.models import Contact
from bandhu.customers.queries import possible_duplicates
from bandhu.interactions.models import Conversation
from bandhu.platform.mail_addresses import mail_key

MOST_REASONS = 4


@dataclass(frozen=True)
class Candidate:
    """A contact that may be the one who writes. `reasons` are (words, whether it speaks for them)."""

    contact: Contact
    score: float
    reasons: list[tuple[str, bool]]

    @property
    def is_likely(self) -> bool:
        return self.score >= 0.5


def candidates_for(user: Any, conversation: Conversation, limit: int = 5) -> list[Candidate]:
    """Contacts in the user's reach that the duplicate rules find by what the channel knows of the writer, best first."""
    address = conversation.person_address
    mail = address if mail_key(address) else ""
    phone = address if not mail and address.lstrip("+").isdecimal() else ""
    if not (conversation.person_name or mail or phone):
        return []
    found = possible_duplicates(
        user,
        name=conversation.person_name,
        mails=[mail] if mail else [],
        phones=[phone] if phone else [],
        country=settings.DEFAULT_COUNTRY,
        exclude=conversation.contact_id,
        limit=limit,
    )
    return [Candidate(one.record, one.score, sentences(one.reasons)[:MOST_REASONS]) for one in found]
