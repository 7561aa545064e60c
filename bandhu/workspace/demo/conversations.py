"""Conversations of the last days: by mail, chat, WhatsApp and SMS, in three languages, some waiting, some answered, some asleep."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from bandhu.contact_center import actions as center
from bandhu.contact_center.conversations import KIND
from bandhu.contact_center.models import Agent, Queue, QueueMember, QueuePlace
from bandhu.contact_center.queries import queue_for_place
from bandhu.customers.models import Contact
from bandhu.identity.models import User
from bandhu.inbox import actions as inbox
from bandhu.interactions import actions as interactions
from bandhu.interactions.models import Conversation, Message, MessageState
from bandhu.platform.ids import new_id
from bandhu.workspace.demo.customers import Book


@dataclass(frozen=True)
class _Story:
    """What is said in turn, the customer first; minutes between. `ends`: "waits", "answered", "closed", "snoozed", "spam"."""

    channel: str
    language: str
    subject: str
    said: tuple[str, ...]
    ends: str
    hours_ago: float
    labels: tuple[str, ...] = ()
    note: str = ""


_STORIES = (
    _Story("whatsapp", "bn", "", ("আপা, চালের বস্তা কি আজ পৌঁছাবে?", "জি, বিকেল চারটার মধ্যে পৌঁছে যাবে।", "ধন্যবাদ! দোকান সাতটা পর্যন্ত খোলা।", ), "waits", 0.4, ("ডেলিভারি",)),
    _Story("mail", "en", "Wrong quantity on invoice", ("Good morning,\n\nyour last invoice says 240 sacks, but we received 200. Please send a corrected one before Thursday, our accountant waits for it.\n\nKind regards",), "waits", 5.5, ("Invoice", "Urgent"), "@Rafiq the delivery note says 200 as well, we owe them a credit note."),
    _Story("mail", "ta", "அரிசி மூட்டைகள் பற்றி", ("வணக்கம்,\n\nஅடுத்த வாரம் நூறு மூட்டை பொன்னி அரிசி கிடைக்குமா? விலையைத் தெரிவிக்கவும்.", "வணக்கம், கிடைக்கும். ஒரு மூட்டை ₹1,450. செவ்வாய்க்கிழமை அனுப்பலாம்."), "answered", 26, ("விலை",)),
    _Story("chat", "bn", "", ("হ্যালো, পাইকারি দামের তালিকা কোথায় পাব?", "শুভ সকাল! এখনই পাঠিয়ে দিচ্ছি।", "পেয়েছি, ধন্যবাদ", "আর কিছু লাগলে জানাবেন।"), "closed", 30),
    _Story("sms", "en", "", ("Is the shop in Sylhet open on Friday?",), "waits", 1.3),
    _Story("mail", "bn", "বস্তা ছেঁড়া ছিল", ("শুভেচ্ছা,\n\nগতকালের চালানে পাঁচটি বস্তা ছেঁড়া ছিল। ছবি সংযুক্ত। এর কী করা যায়?", "দুঃখিত! পাঁচটি বস্তা বদলে দেব, রবিবারের গাড়িতে যাবে।"), "snoozed", 49, ("অভিযোগ",)),
    _Story("whatsapp", "ta", "", ("என் ஆர்டர் எங்கே இருக்கிறது?",), "waits", 2.2, ("டெலிவரி",)),
    _Story("mail", "en", "Thank you!", ("The lentils were excellent. We will order again next month.", "That makes our day. Thank you for writing!"), "closed", 74),
    _Story("chat", "en", "", ("Can I change the delivery address of order 1042?", "Of course. Which address shall we use?", "House 12, Road 7, Dhanmondi"), "waits", 0.1),
    _Story("mail", "en", "You have won a prize", ("Dear winner, send us your bank details today.",), "spam", 90),
)  # fmt: skip
_CANNED = (
    ("Thanks for writing", "thanks", {"en": "Dear {{contact.full_name}},\n\nthank you for your message. We answer today.\n\n{{sender.name}}", "bn": "প্রিয় {{contact.full_name}},\n\nলেখার জন্য ধন্যবাদ। আজই উত্তর দেব।\n\n{{sender.name}}", "ta": "அன்புள்ள {{contact.full_name}},\n\nஎழுதியதற்கு நன்றி. இன்றே பதிலளிக்கிறோம்.\n\n{{sender.name}}"}),
    ("Delivery today", "today", {"en": "Your delivery arrives today before six.", "bn": "আপনার চালান আজ সন্ধ্যা ছয়টার আগে পৌঁছাবে।", "ta": "உங்கள் டெலிவரி இன்று மாலை ஆறு மணிக்குள் வந்து சேரும்."}),
)  # fmt: skip


def hold_conversations(book: Book, actor: User, places: dict[str, UUID]) -> int:
    """Returns how many; `places` are the channels they came by. A queue for everything is made, served by the service team."""
    agents = _desk(actor)
    for name, shortcut, texts in _CANNED:
        inbox.save_canned_reply(actor=actor, name=name, shortcut=shortcut, texts=texts, shared="all")
    inbox.save_macro(
        actor=actor, name="Delivered: thank and close", shared="all",
        steps=[{"kind": "reply", "value": _CANNED[1][2]["en"]}, {"kind": "label", "value": "Delivery"}, {"kind": "close"}],
    )  # fmt: skip
    for number, story in enumerate(_STORIES):
        _tell(
            book,
            story,
            _customer(book, story, number),
            agents[number % len(agents)],
            number,
            places.get(story.channel),
        )
    return len(_STORIES)


def _desk(actor: User) -> list[User]:
    """The people who answer, and the queue they serve."""
    people = list(
        User.objects.filter(is_active=True, is_system=False, roles__key__in=("service", "supervisor", "administrator"))
        .distinct().order_by("full_name")
    )  # fmt: skip
    team = next((one.team for one in people if one.team), None)
    queue = queue_for_place(None, "")
    if queue is None:
        queue = Queue.objects.create(name="Everything", team=team, strategy=Queue.Strategy.MANUAL)
        QueuePlace.objects.create(queue=queue)
    for user in people:
        agent, _made = Agent.objects.get_or_create(user=user)
        QueueMember.objects.get_or_create(queue=queue, agent=agent)
    return people


def _customer(book: Book, story: _Story, number: int) -> Contact | None:
    if story.ends == "spam":
        return None
    same = [one for one in book.contacts if one.language == story.language and one.primary_mail]
    return same[number % len(same)] if same else None


def _tell(
    book: Book, story: _Story, customer: Contact | None, agent: User, number: int, channel: UUID | None
) -> None:
    begun = book.now - timedelta(hours=story.hours_ago + len(story.said) / 6)
    name = str(customer) if customer else "Prize office"
    address = (
        (customer.primary_phone if story.channel in ("sms", "whatsapp") else customer.primary_mail)
        if customer
        else "prize@example.org"
    )
    talk = interactions.start_conversation(
        actor=agent, channel=story.channel, place=channel, customer=customer, language=story.language, subject=story.subject, at=begun,
        person=interactions.Correspondent(name=name, address=address),
    )  # fmt: skip
    for place, text in enumerate(story.said):
        at = begun + timedelta(minutes=8 * place)
        if place % 2 == 0:
            interactions.take_in_message(talk, text=text, at=at)
        else:
            _answer(talk, agent, text, at)
    if story.note:
        inbox.send_note(talk, actor=agent, text=story.note, mentioned=())
    _end(talk, story, agent, number, book.now)


def _answer(talk: Conversation, agent: User, text: str, at: datetime) -> None:
    """Said at that moment, and long delivered."""
    message = interactions.write_message(talk, actor=agent, text=text, send_at=at)
    fresh = new_id(at)
    Message.objects.filter(pk=message.pk).update(id=fresh, at=at)
    message = Message.objects.get(pk=fresh)
    for state in (MessageState.SENDING, MessageState.SENT, MessageState.DELIVERED):
        interactions.mark_message(message, state)
    Conversation.objects.filter(pk=talk.pk).update(last_message_at=at, active_at=at)


def _end(talk: Conversation, story: _Story, agent: User, number: int, now: datetime) -> None:
    step: dict[str, Any] = {"closed": {"kind": "close"}, "spam": {"kind": "spam"}}.get(story.ends, {})
    fresh = Conversation.objects.get(pk=talk.pk)
    for label in story.labels:
        inbox.run_steps([fresh], actor=agent, steps=[{"kind": "label", "value": label}])
    if story.ends in ("answered", "snoozed") or number % 3 == 0:
        queue = queue_for_place(talk.place, talk.channel)
        if queue is None:
            raise RuntimeError("the desk has no queue")
        item = center.offer_work(KIND, talk.pk, queue=queue, actor=agent, channel=story.channel)
        center.assign_work(item, actor=agent, agent=agent)
    if story.ends == "snoozed":
        # A demonstration may play on another day; what sleeps does so from today.
        until = max(now, timezone.now()) + timedelta(days=2)
        step = {"kind": "snooze", "value": until.isoformat()}
    if step:
        inbox.run_steps([Conversation.objects.get(pk=talk.pk)], actor=agent, steps=[step])
    said = (
        Message.objects.filter(conversation=talk, kind="said")
        .order_by("-at")
        .values_list("at", flat=True)
        .first()
    )
    Conversation.objects.filter(pk=talk.pk).update(active_at=said or now)
