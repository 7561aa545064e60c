"""The letter that asks; it goes out by itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bandhu.channels.ready_letters import ReadyLetter
from bandhu.feedback.models import Asking
from bandhu.feedback.public_address import public_url

FEEDBACK_LETTER = ReadyLetter(
    key="feedback_request",
    name=_("Letter that asks for feedback"),
    is_automatic=True,
    fields={
        "feedback.question": _("The question of the survey"),
        "feedback.link": _("Address at which the customer answers"),
    },
    texts={
        "en": (
            "{{feedback.question}}",
            "{{contact.salutation|Dear customer,}}\n\n{{feedback.question}}\n\n"
            "One click is enough:\n{{feedback.link}}\n\nThank you for your time!",
        ),
        "bn": (
            "{{feedback.question}}",
            "{{contact.salutation|প্রিয় গ্রাহক,}}\n\n{{feedback.question}}\n\n"
            "একটি ক্লিকই যথেষ্ট:\n{{feedback.link}}\n\nসময় দেওয়ার জন্য ধন্যবাদ!",
        ),
        "ta": (
            "{{feedback.question}}",
            "{{contact.salutation|அன்பார்ந்த வாடிக்கையாளரே,}}\n\n{{feedback.question}}\n\n"
            "ஒரு சொடுக்கு போதும்:\n{{feedback.link}}\n\nநேரம் ஒதுக்கியதற்கு நன்றி!",
        ),
    },
)


def letter_values(asking: Asking) -> dict[str, str]:
    """What the fields of FEEDBACK_LETTER stand for, in the asking's language."""
    words = asking.survey.words(asking.language)
    return {"feedback.question": words["question"], "feedback.link": public_url(asking)}
