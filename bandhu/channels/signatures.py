"""The lines under an answer: the mailbox's own, in the language of the customer, with the name of who writes."""

from __future__ import annotations

from django.conf import settings

from bandhu.channels.merge_fields import Addressed, merged
from bandhu.channels.models import MailAccount
from bandhu.identity.models import User
from bandhu.identity.ready_made import system_user
from bandhu.interactions.models import Conversation


def signature_of(account: MailAccount, writer: User | None, conversation: Conversation) -> str:
    """Filled in; in the language of the house where the mailbox has none in the customer's, "" where it has none at all."""
    texts = account.signatures
    language = conversation.language
    text = texts.get(language) or texts.get(settings.LANGUAGE_CODE) or next(filter(None, texts.values()), "")
    if not text:
        return ""
    addressed = Addressed(
        conversation.contact or conversation.company, writer or system_user(), language or "en"
    )
    return merged(text, addressed).text.strip()
