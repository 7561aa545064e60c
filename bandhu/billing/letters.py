"""The letters invoices and credit notes go out with, and what their merge fields stand for.

Whatever writes about an invoice (a reminder, a dunning letter) registers a `ReadyLetter` with INVOICE_FIELDS, fills it in with
`invoice_letter` and sends it with `actions.mail_invoice`.
"""

from __future__ import annotations

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bandhu.billing.models import Invoice, InvoiceKind
from bandhu.billing.papers import file_name_of, invoice_pdf
from bandhu.billing.public_address import public_url
from bandhu.channels.queries import Drafted, drafted_from, letter_called
from bandhu.channels.ready_letters import ReadyLetter
from bandhu.customers.models import Company, Contact
from bandhu.identity.models import User
from bandhu.ui import formats
from bandhu.ui.formats import Reader

INVOICE_FIELDS = {
    "invoice.number": gettext_lazy("Number of the invoice or credit note"),
    "invoice.total": gettext_lazy("Total with tax"),
    "invoice.open": gettext_lazy("What is still owed"),
    "invoice.issued_on": gettext_lazy("Day on which it was issued"),
    "invoice.due_on": gettext_lazy("Day on which it is due"),
    "invoice.due": gettext_lazy("When it is due, as a sentence"),
    "invoice.days_late": gettext_lazy("Days since it was due"),
    "invoice.link": gettext_lazy("Address at which the customer reads and pays it"),
    "invoice.credits": gettext_lazy("Number of the invoice a credit note is for"),
    "invoice.seller": gettext_lazy("Who issued it"),
}
INVOICE_LETTER = ReadyLetter(
    key="invoice",
    name=gettext_lazy("Letter with an invoice"),
    fields=INVOICE_FIELDS,
    texts={
        "en": (
            "Invoice {{invoice.number}}",
            "{{contact.salutation|Dear customer,}}\n\n"
            "Enclosed is our invoice {{invoice.number}} for {{invoice.total}}. {{invoice.due}}\n\n"
            "Here you can read and pay it:\n{{invoice.link}}\n\nKind regards\n{{sender.name}}",
        ),
        "bn": (
            "চালান {{invoice.number}}",
            "{{contact.salutation|প্রিয় গ্রাহক,}}\n\n"
            "আমাদের চালান {{invoice.number}} সঙ্গে দেওয়া হলো, মোট {{invoice.total}}। {{invoice.due}}\n\n"
            "এই ঠিকানায় এটি পড়তে ও পরিশোধ করতে পারবেন:\n{{invoice.link}}\n\nশুভেচ্ছান্তে\n{{sender.name}}",
        ),
        "ta": (
            "விலைப்பட்டி {{invoice.number}}",
            "{{contact.salutation|அன்பார்ந்த வாடிக்கையாளரே,}}\n\n"
            "எங்கள் விலைப்பட்டி {{invoice.number}} இணைக்கப்பட்டுள்ளது; மொத்தம் {{invoice.total}}. {{invoice.due}}\n\n"
            "இந்த முகவரியில் அதைப் படித்துப் பணம் செலுத்தலாம்:\n{{invoice.link}}\n\nஅன்புடன்\n{{sender.name}}",
        ),
    },
)
CREDIT_LETTER = ReadyLetter(
    key="credit_note",
    name=gettext_lazy("Letter with a credit note"),
    fields=INVOICE_FIELDS,
    texts={
        "en": (
            "Credit note {{invoice.number}}",
            "{{contact.salutation|Dear customer,}}\n\n"
            "Enclosed is our credit note {{invoice.number}} for {{invoice.total}}; it belongs to the invoice {{invoice.credits}}. "
            "Here you can also read it:\n{{invoice.link}}\n\nKind regards\n{{sender.name}}",
        ),
        "bn": (
            "ক্রেডিট নোট {{invoice.number}}",
            "{{contact.salutation|প্রিয় গ্রাহক,}}\n\n"
            "চালান {{invoice.credits}}-এর জন্য আমাদের ক্রেডিট নোট {{invoice.number}} সঙ্গে দেওয়া হলো, মোট {{invoice.total}}। "
            "এই ঠিকানায়ও এটি পড়তে পারবেন:\n{{invoice.link}}\n\nশুভেচ্ছান্তে\n{{sender.name}}",
        ),
        "ta": (
            "வரவுக் குறிப்பு {{invoice.number}}",
            "{{contact.salutation|அன்பார்ந்த வாடிக்கையாளரே,}}\n\n"
            "விலைப்பட்டி {{invoice.credits}}-க்கான எங்கள் வரவுக் குறிப்பு {{invoice.number}} இணைக்கப்பட்டுள்ளது; "
            "மொத்தம் {{invoice.total}}. இந்த முகவரியிலும் படிக்கலாம்:\n{{invoice.link}}\n\nஅன்புடன்\n{{sender.name}}",
        ),
    },
)


def recipient_of(invoice: Invoice) -> Contact | Company | None:
    """Who gets it: the contact, else the company; None when neither is in the book any more."""
    return invoice.contact or invoice.company


def invoice_letter(invoice: Invoice, writer: User, key: str = "") -> Drafted:
    """The ready-made letter of this key (the usual one by default) in the invoice's language, filled in as of today."""
    usual = INVOICE_LETTER if invoice.kind == InvoiceKind.INVOICE else CREDIT_LETTER
    values = invoice_values(invoice)
    template = letter_called(key or usual.key)
    return drafted_from(template, recipient_of(invoice), writer, language=invoice.language, values=values)


def invoice_values(invoice: Invoice) -> dict[str, str]:
    """What INVOICE_FIELDS stand for, in the invoice's language and its customer's digits."""
    reader = Reader(invoice.language, country=str(invoice.buyer.get("country") or ""))
    late = (timezone.localdate() - invoice.due_on).days if invoice.due_on else 0
    due_on = formats.day(invoice.due_on, reader, "long") if invoice.due_on else ""
    with translation.override(invoice.language):
        due = _("Please pay it by %(day)s.") % {"day": due_on} if due_on and invoice.is_open else ""
    return {
        "invoice.number": invoice.number,
        "invoice.total": invoice.total.written(reader),
        "invoice.open": invoice.balance.written(reader),
        "invoice.issued_on": formats.day(invoice.issued_on, reader, "long") if invoice.issued_on else "",
        "invoice.due_on": due_on,
        "invoice.due": due,
        "invoice.days_late": formats.number(max(late, 0), reader),
        "invoice.link": public_url(invoice),
        "invoice.credits": invoice.credits.number if invoice.credits else "",
        "invoice.seller": str(invoice.seller.get("name") or ""),
    }


def enclosed_paper(invoice: Invoice) -> tuple[str, list[bytes]]:
    """The PDF as a mail encloses it. Raises PaperError."""
    return f"{file_name_of(invoice)}.pdf", [invoice_pdf(invoice)]
