"""The articles, readers and customers of the tests."""

from __future__ import annotations

from typing import Any

from bandhu.customers import actions as customers
from bandhu.customers.models import Contact
from bandhu.identity.models import User
from bandhu.identity.ready_made import system_user
from bandhu.identity.tests.cast import make_user
from bandhu.knowledge import actions, queries
from bandhu.knowledge.models import Article, PortalLink
from bandhu.knowledge.portal import Visitor
from bandhu.knowledge.portal_secrets import link_secret

VISA = "<p>A <strong>visa</strong> takes ten days. Bring your passport.</p><h2>Documents</h2><p>Two photographs.</p>"


def make_writer(name: str = "Mina") -> User:
    """Who may do everything with articles."""
    return make_user(name, role="administrator")


def make_article(
    actor: User, title: str = "How to get a visa", *, publish: bool = True, **values: Any
) -> Article:
    """An article in English, published unless told otherwise."""
    values = {"language": "en", "body": VISA} | values
    article = actions.create_article(actor=actor, title=title, **values)
    if publish:
        actions.publish_text(article, actor=actor, language=values["language"])
        article.refresh_from_db()
    return article


def translate(
    actor: User, article: Article, language: str, title: str, body: str, *, publish: bool = True
) -> None:
    """The article in a further language."""
    actions.write_text(article, actor=actor, language=language, title=title, body=body)
    if publish:
        actions.publish_text(article, actor=actor, language=language)
    article.refresh_from_db()


def make_customer(name: str = "Anika Rahman", mail: str = "anika@example.com", **values: Any) -> Contact:
    """A contact with a mail address."""
    return customers.create_contact(actor=system_user(), full_name=name, mails=[{"address": mail}], **values)


def mailed_secrets(address: str) -> list[str]:
    """The secrets of the links a mail to this address would hold."""
    return [link_secret(one) for one in actions.make_links(address)]


def signed_in(contact: Contact) -> tuple[str, Visitor]:
    """The secret of a new session of the contact, and who that is."""
    account = actions.account_of(contact)
    secret = next(
        found
        for one in mailed_secrets(contact.primary_mail)
        if (link := queries.open_link(one)) and link.account_id == account.pk
        and (found := actions.sign_in_by_link(link))
    )  # fmt: skip
    visitor = queries.visitor_of(secret)
    assert visitor is not None
    return secret, visitor


def links_of(contact: Contact) -> list[PortalLink]:
    """Every link of the contact's account."""
    return list(PortalLink.objects.filter(account__contact=contact))
