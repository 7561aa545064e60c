"""The lines under an answer: the mailbox's own, in the language of the customer, with the name of who writes."""

from __future__ import annotations

from django.conf import settings

from bandhu.channels.merge_fields import Addressed, merged
from bandhu.channels.models import MailAccount
from bandhu.customers.models import Company, Contact
from bandhu.identity.models import User
from bandhu.identity.ready_made import system_user
from bandhu.interactions.models import Conversation

# What programs know a signature by (RFC 3676, 4.3).
MARK = "-- \n"


def signature_of(account: MailAccount, writer: User | None, conversation: Conversation) -> str:
    """Filled in; in the language of the house where the mailbox has none in the customer's, "" where it has none at all."""
    return signature_for(account, writer, conversation.contact or conversation.company, conversation.language)


def signature_for(
    account: MailAccount, writer: User | None, customer: Contact | Company | None, language: str
) -> str:
    """As `signature_of`, for a mail to `customer` that is written in `language`."""
    texts, language = account.signatures, language.split("-")[0]
    text = texts.get(language) or texts.get(settings.LANGUAGE_CODE) or next(filter(None, texts.values()), "")
    if not text:
        return ""
    addressed = Addressed(customer, writer or system_user(), language or "en")
    return merged(text, addressed).text.strip()


def unsigned(text: str, signature: str) -> str:
    """The text without this signature under it: a mail that was taken back is signed again when it goes."""
    below = f"{MARK}{signature}"
    return text.rstrip().removesuffix(below).rstrip() if signature else text
