"""The letter a quote goes out with, and the paper enclosed in it."""

from __future__ import annotations

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bandhu.channels.queries import Drafted, drafted_from, letter_called
from bandhu.channels.ready_letters import ReadyLetter
from bandhu.identity.models import User
from bandhu.platform.public_url import absolute
from bandhu.quotes.documents import Document, document_of, in_words, merge_values, reader_of
from bandhu.quotes.merge_fields import MERGE_FIELDS
from bandhu.quotes.models import Quote, QuoteVersion
from bandhu.quotes.papers import quote_pdf
from bandhu.quotes.public_address import new_token, public_url

QUOTE_LETTER = ReadyLetter(
    key="quote",
    name=gettext_lazy("Letter with a quote"),
    fields={f"quote.{name}": label for name, label in MERGE_FIELDS.items()}
    | {
        "quote.link": gettext_lazy("Address at which the customer reads and accepts it"),
        "quote.validity": gettext_lazy("Until when it can be accepted, as a sentence"),
    },
    texts={
        "en": (
            "Our quote {{quote.number}}",
            "{{contact.salutation|Dear customer,}}\n\n"
            "Enclosed is our quote {{quote.number}} for {{quote.total}}. Here you can also read it, ask us about it and accept it:\n"
            "{{quote.link}}\n\n{{quote.validity}}\n\nKind regards\n{{sender.name}}",
        ),
        "bn": (
            "আমাদের কোটেশন {{quote.number}}",
            "{{contact.salutation|প্রিয় গ্রাহক,}}\n\n"
            "আমাদের কোটেশন {{quote.number}} সঙ্গে দেওয়া হলো, মোট {{quote.total}}। "
            "এই ঠিকানায়ও এটি পড়তে, আমাদের প্রশ্ন করতে এবং গ্রহণ করতে পারবেন:\n"
            "{{quote.link}}\n\n{{quote.validity}}\n\nশুভেচ্ছান্তে\n{{sender.name}}",
        ),
        "ta": (
            "எங்கள் விலைப்புள்ளி {{quote.number}}",
            "{{contact.salutation|அன்பார்ந்த வாடிக்கையாளரே,}}\n\n"
            "எங்கள் விலைப்புள்ளி {{quote.number}} இணைக்கப்பட்டுள்ளது; மொத்தம் {{quote.total}}. "
            "இந்த முகவரியிலும் அதைப் படிக்கலாம், எங்களிடம் கேட்கலாம், ஏற்கலாம்:\n"
            "{{quote.link}}\n\n{{quote.validity}}\n\nஅன்புடன்\n{{sender.name}}",
        ),
    },
)


def quote_letter(quote: Quote, paper: QuoteVersion, writer: User) -> Drafted:
    """The letter in the quote's own language, filled in for what `paper` says."""
    document = document_of(quote, paper)
    values = {f"quote.{name}": text for name, text in merge_values(document).items()}
    values |= {"quote.link": future_url(quote), "quote.validity": _validity(document)}
    template = letter_called(QUOTE_LETTER.key)
    return drafted_from(template, quote.customer, writer, language=quote.language, values=values)


def future_url(quote: Quote) -> str:
    """Where the customer reads it; of a draft the address its page will have once it is sent."""
    return public_url(quote) or absolute(reverse("quotes:public_quote", args=[new_token(quote)]))


def file_name_of(quote: Quote, paper: QuoteVersion) -> str:
    """What the PDF is called."""
    return f"{quote.number}-{paper.ordinal}.pdf"


def enclosed_paper(quote: Quote, paper: QuoteVersion) -> tuple[str, list[bytes]]:
    """The PDF as a mail encloses it. Raises PaperError."""
    return file_name_of(quote, paper), [quote_pdf(document_of(quote, paper))]


def _validity(document: Document) -> str:
    if not document["valid_until"]:
        return ""
    with translation.override(document["language"]):
        day = in_words(document["valid_until"], reader_of(document))
        return _("This quote can be accepted until %(day)s.") % {"day": day}
