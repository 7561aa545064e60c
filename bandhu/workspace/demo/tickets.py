"""Tickets of the last days: what customers wrote in their language, some in work, some waiting, some solved."""

from __future__ import annotations

from datetime import timedelta

from bandhu.customers.models import Contact
from bandhu.identity.models import User
from bandhu.interactions.actions import start_conversation, take_in_message
from bandhu.service import actions
from bandhu.service.models import Stage, TicketStatus
from bandhu.workspace.demo.customers import Book

TICKETS, DAYS = 24, 9
# Title and first message, in the customer's language.
_SAID = {
    "en": (
        ("Two sacks are missing", "We ordered fifty sacks, only forty-eight came. Please look into it."),
        ("The bill has the wrong address", "Please send the bill again, to our office in town."),
        ("Wet sacks", "Three sacks were wet at the bottom. What shall we do with them?"),
        ("When does the lorry come?", "It was promised for Tuesday. Is it still on the way?"),
    ),
    "bn": (
        ("দুই বস্তা কম এসেছে", "পঞ্চাশ বস্তা চেয়েছিলাম, আটচল্লিশ বস্তা এসেছে। একটু দেখবেন?"),
        ("বিলে ঠিকানা ভুল", "বিলটি শহরের অফিসের ঠিকানায় আবার পাঠান।"),
        ("বস্তা ভেজা", "তিনটি বস্তার নিচের দিক ভেজা ছিল। এখন কী করব?"),
        ("ট্রাক কবে আসবে?", "মঙ্গলবার আসার কথা ছিল। এখনও পথে?"),
    ),
    "ta": (
        ("இரண்டு மூட்டைகள் குறைவு", "ஐம்பது மூட்டைகள் கேட்டோம், நாற்பத்தெட்டுதான் வந்தது. தயவுசெய்து பாருங்கள்."),
        ("ரசீதில் முகவரி தவறு", "ரசீதை நகர அலுவலக முகவரிக்கு மீண்டும் அனுப்புங்கள்."),
        ("மூட்டைகள் நனைந்துள்ளன", "மூன்று மூட்டைகளின் அடிப்பகுதி நனைந்திருந்தது. என்ன செய்வது?"),
        ("லாரி எப்போது வரும்?", "செவ்வாய்க்கிழமை வரும் என்றீர்கள். இன்னும் வழியில் உள்ளதா?"),
    ),
}
_DONE = {
    "en": "The missing sacks went out with the next lorry.",
    "bn": "বাকি বস্তা পরের ট্রাকে পাঠানো হয়েছে।",
    "ta": "மீதி மூட்டைகள் அடுத்த லாரியில் அனுப்பப்பட்டன.",
}
_LEVELS = ("low", "medium", "medium", "high")
_WAYS = (Stage.NEW, Stage.OPEN, Stage.OPEN, Stage.WAITING, Stage.HOLD, Stage.SOLVED)


def open_tickets(book: Book, actor: User) -> int:
    """Customers must be in the database; returns how many tickets."""
    asking = book.rng.sample(book.contacts, min(TICKETS, len(book.contacts)))
    for number, contact in enumerate(asking):
        _open(book, contact, actor, _WAYS[number % len(_WAYS)])
    return len(asking)


def _open(book: Book, contact: Contact, actor: User, stage: Stage) -> None:
    rng = book.rng
    title, text = rng.choice(_SAID.get(contact.language[:2], _SAID["en"]))
    at = max(book.past_moment(DAYS), contact.created_at)
    talk = start_conversation(actor=actor, channel="chat", customer=contact, subject=title, at=at)
    take_in_message(talk, text=text, at=at)
    ticket = actions.make_ticket_of(
        talk, actor=actor, impact=rng.choice(_LEVELS), urgency=rng.choice(_LEVELS)
    )
    if stage == Stage.NEW:
        return
    if contact.owner is not None:
        actions.assign_ticket(ticket, actor=actor, owner=contact.owner)
    answered = min(at + timedelta(minutes=rng.randrange(10, 600)), book.now)
    actions.take_answer(talk.pk, answered)
    if stage != Stage.OPEN:
        status = TicketStatus.objects.get(stage=stage, is_usual=True)
        done = _DONE.get(contact.language[:2], _DONE["en"]) if stage == Stage.SOLVED else ""
        later = min(answered + timedelta(hours=rng.randrange(1, 30)), book.now)
        actions.move_ticket(ticket, actor=actor, status=status, resolution=done, at=later)
