"""The letter that tells a customer of an answer in the portal; it goes out by itself."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bandhu.channels.ready_letters import ReadyLetter
from bandhu.platform.public_url import absolute
from bandhu.service.models import Ticket

PORTAL_ANSWER = ReadyLetter(
    key="portal_answer",
    name=_("Letter that tells of an answer in the portal"),
    is_automatic=True,
    fields={
        "ticket.code": _("Number of the ticket"),
        "ticket.title": _("What the ticket is about"),
        "ticket.answer": _("What was answered"),
        "ticket.link": _("Address of the request in the portal"),
    },
    texts={
        "en": (
            "An answer to your request {{ticket.code}}: {{ticket.title}}",
            "{{contact.salutation|Dear customer,}}\n\nthere is an answer to your request:\n\n{{ticket.answer}}\n\n"
            "Read it and write back here:\n{{ticket.link}}",
        ),
        "bn": (
            "আপনার অনুরোধ {{ticket.code}}-এর উত্তর: {{ticket.title}}",
            "{{contact.salutation|প্রিয় গ্রাহক,}}\n\nআপনার অনুরোধের উত্তর এসেছে:\n\n{{ticket.answer}}\n\n"
            "এখানে পড়ুন এবং উত্তর লিখুন:\n{{ticket.link}}",
        ),
        "ta": (
            "உங்கள் கோரிக்கை {{ticket.code}} க்கான பதில்: {{ticket.title}}",
            "{{contact.salutation|அன்பார்ந்த வாடிக்கையாளரே,}}\n\nஉங்கள் கோரிக்கைக்குப் பதில் வந்துள்ளது:\n\n{{ticket.answer}}\n\n"
            "இங்கே படித்துப் பதில் எழுதலாம்:\n{{ticket.link}}",
        ),
    },
)


def letter_values(ticket: Ticket, answer: str) -> dict[str, str]:
    """What the fields of PORTAL_ANSWER stand for."""
    return {
        "ticket.code": ticket.code,
        "ticket.title": ticket.title,
        "ticket.answer": answer,
        "ticket.link": absolute(reverse("service:portal_ticket", args=[ticket.pk])),
    }
