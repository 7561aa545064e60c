"""Mails on some timelines: an exchange in the customer's language, somebody nobody knows, letters to begin from, a sequence."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from bandhu.channels.actions import receive_mail, set_template
from bandhu.channels.models import Intake, MailAccount, Sharing
from bandhu.customers.models import Contact
from bandhu.identity.models import User
from bandhu.sales.actions import set_sequence
from bandhu.workspace.demo.customers import Book

EXCHANGES = 6
# language: (subject, what the customer asks, what we answer)
_WORDS = {
    "bn": (
        "চালের দাম",
        "দুইশ বস্তা মিনিকেট চালের দাম কত পড়বে? এই সপ্তাহে দরকার।",
        "প্রতি বস্তা ৩,২০০ টাকা, বৃহস্পতিবার পৌঁছে দেব। ধন্যবাদ।",
    ),
    "ta": (
        "அரிசி விலை",
        "இருநூறு மூட்டை பொன்னி அரிசி என்ன விலை? இந்த வாரம் தேவை.",
        "ஒரு மூட்டை ₹1,450; வியாழக்கிழமை வந்து சேரும். நன்றி.",
    ),
    "en": (
        "Price of rice",
        "What would two hundred sacks cost? We need them this week.",
        "3,200 taka a sack, delivered on Thursday. Thank you.",
    ),
}
_LETTER = {
    "en": {"subject": "Our offer", "body": "{{contact.salutation}}\n\nhere is our offer, as we agreed.\n\n{{sender.name}}"},
    "bn": {"subject": "আমাদের প্রস্তাব", "body": "{{contact.salutation}}\n\nকথা অনুযায়ী আমাদের প্রস্তাব পাঠালাম।\n\n{{sender.name}}"},
    "ta": {"subject": "எங்கள் சலுகை", "body": "{{contact.salutation}}\n\nபேசியபடி எங்கள் சலுகையை அனுப்புகிறோம்.\n\n{{sender.name}}"},
}  # fmt: skip


def write_mails(book: Book, actor: User) -> int:
    """Returns how many. The mailbox is switched off: its server does not exist."""
    account = MailAccount.objects.create(
        name="Bandhu Traders", address="office@example.com", key="office@example.com", intake=Intake.CUSTOMERS,
        sharing=Sharing.ALL, is_active=False,
    )  # fmt: skip
    customers = [one for one in book.contacts if one.primary_mail][:EXCHANGES]
    made = sum(_exchange(book, account, contact, number) for number, contact in enumerate(customers))
    stranger = _letter(
        book,
        "nazma@example.org",
        "office@example.com",
        _WORDS["bn"][0],
        _WORDS["bn"][1],
        "<stranger@example.org>",
        5,
    )
    receive_mail(account, stranger.as_bytes(), at=book.now)
    offer = set_template(None, actor=actor, name="Offer", texts=_LETTER)
    set_sequence(
        None, actor=actor, name="After an offer",
        steps=[{"template": offer}, {"wait_days": 3, "task": "Call and ask what they think"}],
    )  # fmt: skip
    return made + 1


def _exchange(book: Book, account: MailAccount, contact: Contact, number: int) -> int:
    subject, question, answer = _WORDS.get(contact.language, _WORDS["en"])
    asked = f"<demo-{number}@example.org>"
    hours = 20 + 30 * number
    first = _letter(book, contact.primary_mail, account.address, subject, question, asked, hours)
    reply = _letter(
        book,
        account.address,
        contact.primary_mail,
        f"Re: {subject}",
        answer,
        f"<re-{number}@example.com>",
        hours - 2,
    )
    reply["In-Reply-To"] = reply["References"] = asked
    for one in (first, reply):
        receive_mail(account, one.as_bytes(), at=book.now)
    return 2


def _letter(
    book: Book, sender: str, to: str, subject: str, text: str, message_id: str, hours: int
) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"], message["Message-ID"] = format_datetime(book.now - timedelta(hours=hours)), message_id
    message.set_content(text)
    return message
