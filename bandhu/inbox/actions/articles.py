"""An article from what was asked and answered, without the person it was asked by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from bandhu.customers.models import Company, Contact
from bandhu.identity.models import User
from bandhu.inbox.merging import language_of
from bandhu.inbox.queries.sentences import body_of
from bandhu.interactions.models import Conversation, Interaction, Message, MessageKind, MessageState
from bandhu.knowledge.actions import create_article
from bandhu.knowledge.impersonal import impersonal
from bandhu.knowledge.languages import language_codes
from bandhu.knowledge.models import Article
from bandhu.platform.html_cleaning import html_of_text
from bandhu.ui.graphemes import shorten

MOST_ANSWERS, LONGEST_TITLE = 3, 160
_NEVER_SENT = (MessageState.WITHDRAWN, MessageState.FAILED)


def draft_article(
    conversations: Sequence[Conversation],
    *,
    actor: User,
    title: str = "",
    question: str = "",
    answer: str = "",
    language: str = "",
    customers: Iterable[Contact | Company | None] = (),
) -> Article:
    """A draft in the language of these conversations, found within reach: what the customer asked first, what we answered last.

    `title`, `question`, `answer` and `language` stand in the place of what the conversations say (a ticket knows better). Names,
    addresses and numbers of these and further `customers` and of who wrote are left out. Raises Denied without the permission to
    write articles.
    """
    names, companies = _names_in(conversations, customers)
    asked, answered = _said(conversations)
    spoken = (language or (language_of(conversations[0]) if conversations else "")).split("-")[0]
    written_in = spoken if spoken in language_codes() else language_codes()[0]

    def told(texts: Sequence[str]) -> str:
        return "".join(html_of_text(impersonal(text, names, companies)) for text in texts)

    with translation.override(written_in):
        subject = title or next((one.subject for one in conversations if one.subject), "") or asked
        heading = impersonal(subject, names, companies).split("\n")[0]
        parts = ((_("Question"), [question or asked]), (_("Answer"), [answer] if answer else answered))
        body = "".join(f"<h2>{name}</h2>{told(texts)}" for name, texts in parts)
        name = shorten(heading, LONGEST_TITLE) or _("Question")
    made: Article = create_article(actor=actor, title=name, language=written_in, body=body)
    return made


def _said(conversations: Sequence[Conversation]) -> tuple[str, list[str]]:
    """(what was asked first, what was answered last), without what the messages repeat of others."""
    rows = Message.objects.filter(conversation__in=conversations, kind=MessageKind.SAID).order_by("pk")
    asked = rows.filter(direction=Interaction.Direction.IN).first()
    answers = rows.filter(direction=Interaction.Direction.OUT).exclude(state__in=_NEVER_SENT)
    latest = [body_of(one).text for one in answers.order_by("-pk")[:MOST_ANSWERS]]
    return (body_of(asked).text if asked else ""), latest[::-1]


def _names_in(
    conversations: Sequence[Conversation], customers: Iterable[Contact | Company | None]
) -> tuple[set[str], set[str]]:
    """(what the people in it are called in any script, the companies' names)."""
    authors = Message.objects.filter(conversation__in=conversations).values_list("author_name", flat=True)
    people, companies = set(authors), set()
    for one in conversations:
        people.add(one.person_name)
        people |= _names_of(one.contact)
        companies |= _names_of(one.company)
    for customer in customers:
        (people if isinstance(customer, Contact) else companies).update(_names_of(customer))
    return people - {""}, companies - {""}


def _names_of(customer: Contact | Company | None) -> set[str]:
    if customer is None:
        return set()
    own: list[Any] = [str(customer), getattr(customer, "nickname", ""), getattr(customer, "legal_name", "")]
    return {*own, *customer.other_names.values_list("name", flat=True)}
