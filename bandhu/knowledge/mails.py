"""The mails the portal sends; called by jobs."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from bandhu.knowledge.languages import in_language
from bandhu.knowledge.models import PortalLink
from bandhu.knowledge.portal_secrets import link_secret
from bandhu.knowledge.queries import help_centre
from bandhu.platform.public_url import absolute


def link_address(link: PortalLink) -> str:
    """The full address of a link; whoever has it can follow it once."""
    return absolute(reverse("knowledge:portal_link", args=[link_secret(link)]))


def mail_sign_in(address: str, links: Sequence[PortalLink], language: str) -> None:
    """The links of everybody at this address, in the language of who is meant, else of the page it was asked on."""
    spoken = {link.account.language or link.account.contact.language for link in links}
    with translation.override(_offered(spoken.pop() if len(spoken) == 1 else "", language)):
        name = house_name()
        lines = [(link.account.contact.full_name, link_address(link)) for link in links]
        _send(
            address,
            _("Your way into %(house)s") % {"house": name},
            "knowledge/mail/sign_in.txt",
            {"links": lines, "is_one": len(lines) == 1, "house": name},
        )


def mail_proof(link: PortalLink, language: str) -> None:
    """Asks the reader of a new address whether it is theirs."""
    with translation.override(_offered(link.account.language, language)):
        name = house_name()
        _send(
            link.new_mail,
            _("Is this your mail address?"),
            "knowledge/mail/new_address.txt",
            {"link": link_address(link), "house": name},
        )


def house_name() -> str:
    """What the house calls itself in its help centre, in the language of now."""
    return in_language(help_centre().names) or str(settings.PRODUCT_NAME)


def _offered(wanted: str, otherwise: str) -> str:
    offered = dict(settings.LANGUAGES)
    base = wanted.split("-")[0]
    return base if base in offered else otherwise if otherwise in offered else settings.LANGUAGE_CODE


def _send(to: str, subject: str, template: str, context: dict[str, object]) -> None:
    send_mail(
        " ".join(subject.split()), render_to_string(template, context), settings.DEFAULT_FROM_EMAIL, [to]
    )
