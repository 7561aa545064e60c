"""What happened: stories told step by step, the next steps owed, and consent with its proof."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bandhu.customers.models import Contact
from bandhu.identity.models import User
from bandhu.interactions.models import FollowUp, Interaction, Participant
from bandhu.platform.ids import new_id
from bandhu.privacy.models import Consent, ConsentProof, Purpose
from bandhu.ui.formats import Reader, day, money, number
from bandhu.workspace.demo.customers import Book, colleagues
from bandhu.workspace.demo.words import Step, follow_up_texts, stories, word_lists

STORIES_OF_A_CUSTOMER = (0, 1, 1, 2, 2, 3, 3, 4, 5, 6, 9)
_CURRENCIES = {"BD": "BDT", "IN": "INR", "LK": "LKR", "GB": "GBP", "US": "USD", "SG": "SGD", "AE": "AED"}
# How the stories say it → kind and channel on the timeline.
_KINDS = {
    "call": ("call", "phone"),
    "mail": ("mail", "mail"),
    "letter": ("mail", "letter"),
    "message": ("message", "whatsapp"),
    "sms": ("message", "sms"),
    "social": ("message", "facebook"),
    "visit": ("visit", "visit"),
    "meeting": ("meeting", ""),
    "note": ("note", ""),
}
# Friday is the day off in Bangladesh and the Emirates, Sunday elsewhere (Monday is 0).
_DAY_OFF = {"BD": 4, "AE": 6}
_WORDINGS = {
    "en": "Yes, Bandhu Traders may send me news and offers. I can say no at any time.",
    "bn": "হ্যাঁ, বন্ধু ট্রেডার্স আমাকে খবর ও অফার পাঠাতে পারে। আমি যেকোনো সময় না বলতে পারি।",
    "ta": "ஆம், பந்து டிரேடர்ஸ் எனக்குச் செய்திகளையும் சலுகைகளையும் அனுப்பலாம். எப்போது வேண்டுமானாலும் மறுக்கலாம்.",
}


def tell_stories(book: Book) -> None:
    """Interactions of all contacts, each in the language of the customer, within working hours of the place."""
    for contact in book.contacts:
        language = _told_in(contact.language)
        choices = stories()[language]
        weights = [story.weight for story in choices]
        for _number in range(book.rng.choice(STORIES_OF_A_CUSTOMER)):
            start = max(book.past_moment(), contact.created_at)
            _tell(book, contact, book.rng.choices(choices, weights)[0].steps, start)
    _note_latest_touches(book)


def _tell(book: Book, contact: Contact, steps: tuple[Step, ...], start: datetime) -> None:
    rng, place = book.rng, book.places[contact.pk]
    agent: User = rng.choice(list(colleagues(book, contact)))
    values = _values(book, contact, agent, start, _told_in(contact.language))
    at = _working_time(book, start, place.country, place.zone)
    for step in steps:
        at = _later(book, at, step, place.country, place.zone)
        if at >= book.now - timedelta(minutes=20):
            return
        kind, channel = _KINDS[step.kind]
        interaction = Interaction(
            id=new_id(at), kind=kind, channel=channel, direction=step.direction, occurred_at=at,
            contact=contact, company=contact.company, actor=agent, subject=step.subject.format_map(values),
            body=step.body.format_map(values), outcome=step.outcome, department=step.department,
            seconds=step.seconds + rng.randrange(-step.seconds // 3, step.seconds // 3 + 1) if step.seconds else None,
            created_at=at,
        )  # fmt: skip
        book.add(interaction)
        if step.kind in ("mail", "meeting"):
            book.add(
                Participant(
                    interaction=interaction, user=agent, role="from" if step.direction == "out" else "to"
                )
            )


def _later(book: Book, at: datetime, step: Step, country: str, zone: str) -> datetime:
    if step.days:
        return _working_time(book, at + timedelta(days=step.days), country, zone)
    return at + timedelta(minutes=book.rng.randrange(4, 45))


def _working_time(book: Book, moment: datetime, country: str, zone: str) -> datetime:
    local_day = moment.astimezone(ZoneInfo(zone)).date()
    if local_day.weekday() == _DAY_OFF.get(country, 6):
        local_day += timedelta(days=1)
    return _at(
        local_day, time(9 + book.rng.randrange(0, 8), book.rng.randrange(60), book.rng.randrange(60)), zone
    )


def _at(local_day: date, local_time: time, zone: str) -> datetime:
    return datetime.combine(local_day, local_time, ZoneInfo(zone)).astimezone(UTC)


def _values(book: Book, contact: Contact, agent: User, moment: datetime, language: str) -> dict[str, Any]:
    """What the texts of this language name, in its words, digits and grouping."""
    place = book.places[contact.pk]
    reader = Reader(language, ZoneInfo(place.zone), country=place.country if language != "en" else "")
    amount = book.rng.randrange(4_000, 480_000) // 50 * 50 * 100
    return {
        "name": contact.full_name,
        "agent": agent.full_name,
        "city": place.city[0] if language != "en" else place.city[1],
        "product": book.rng.choice(word_lists()[f"products_{language}"])[0],
        "n": reader.in_digits(str(book.rng.choice((20, 25, 40, 50, 80, 100, 150, 200, 500)))),
        # The words already say taka or rupees in Bengali and Tamil.
        "amount": money(amount, _CURRENCIES[place.country], reader)
        if language == "en"
        else number(amount // 100, reader),
        "date": day(moment + timedelta(days=9), reader),
    }


def _note_latest_touches(book: Book) -> None:
    for interaction in book.rows.get(Interaction, []):
        for record in filter(None, (interaction.contact, interaction.company)):
            if record.last_touched_at is None or record.last_touched_at < interaction.occurred_at:
                record.last_touched_at, record.last_touched_by = interaction.occurred_at, interaction.actor


def plan_follow_ups(book: Book) -> None:
    """Steps done in the past, and open ones overdue, due today and later; everybody who works with customers has some of each."""
    cared = [user for users in book.office.carers.values() for user in users]
    for contact in book.rng.sample(book.contacts, len(book.contacts) // 4):
        _done_follow_up(book, contact)
    for user in dict.fromkeys(cared):
        own = [contact for contact in book.contacts if contact.owner == user]
        for contact, due in zip(book.rng.sample(own, min(len(own), 34)), _due_days(book), strict=False):
            _open_follow_up(book, contact, user, due)
    # Whoever runs the house owns no customers, yet keeps an eye on some of the others'.
    head = book.office.users[0]
    for contact, due in zip(book.rng.sample(book.contacts, 7), (-6, -2, 0, 0, 0, 1, 5), strict=True):
        _open_follow_up(book, contact, head, due)


def _due_days(book: Book) -> list[int]:
    """Days from today: six overdue, five today, the rest within six weeks."""
    overdue = [-book.rng.randrange(1, 15) for _ in range(6)]
    return [*overdue, *([0] * 5), *(book.rng.randrange(1, 42) for _ in range(23))]


def _open_follow_up(book: Book, contact: Contact, user: User, days: int) -> None:
    due_at = _at(
        _today(book, user) + timedelta(days=days),
        time(10 + book.rng.randrange(0, 8), book.rng.choice((0, 15, 30))),
        user.time_zone,
    )
    kind, what = _what(book, contact, user)
    follow_up = FollowUp(
        contact=contact, company=contact.company, kind=kind, what=what, owner=user, team=user.team, due_at=due_at,
        remind_at=due_at - timedelta(minutes=30) if days >= 0 else None,
        created_at=due_at - timedelta(days=book.rng.randrange(3, 20)) if days < 0 else book.now - timedelta(days=book.rng.randrange(1, 9)),
        created_by=user,
    )  # fmt: skip
    book.add(follow_up)
    if contact.next_step_due_at is None or contact.next_step_due_at > due_at:
        contact.next_step_due_at = due_at


def _done_follow_up(book: Book, contact: Contact) -> None:
    user: User = contact.owner  # type: ignore[assignment]
    done_at = max(book.past_moment(300), contact.created_at + timedelta(hours=1))
    if done_at >= book.now:
        return
    kind, what = _what(book, contact, user)
    book.add(
        FollowUp(
            contact=contact, kind=kind, what=what, owner=user, team=user.team, due_at=done_at + timedelta(hours=book.rng.randrange(-30, 30)),
            state=FollowUp.State.DONE, done_at=done_at, done_by=user, created_at=done_at - timedelta(days=4), created_by=user,
        )
    )  # fmt: skip


def _what(book: Book, contact: Contact, user: User) -> tuple[str, str]:
    """In the language of the colleague who has to do it."""
    language = _told_in(user.language)
    kind, what = book.rng.choice(follow_up_texts()[language])
    values = _values(book, contact, user, book.now, language)
    values["product"] = book.rng.choice(word_lists()[f"products_{language}"])[0]
    return kind, what.format_map(values)


def _today(book: Book, user: User) -> date:
    return book.now.astimezone(ZoneInfo(user.time_zone)).date()


def ask_consent(book: Book, purpose: Purpose) -> None:
    """Three in four were asked about news; some of them took it back later. Each act has its proof."""
    for contact in book.contacts:
        if book.rng.random() < 0.25:
            continue
        given_at = min(
            contact.created_at + timedelta(hours=book.rng.randrange(1, 200)), book.now - timedelta(hours=1)
        )
        channel = book.rng.choice(("", "mail", "sms", "whatsapp"))
        consent = Consent(
            contact=contact, purpose=purpose, channel=channel, state=Consent.State.GIVEN, changed_at=given_at
        )
        language = _told_in(contact.language)
        proof = {"wording": _WORDINGS[language], "language": language, "recorded_by": contact.owner}
        book.add(consent)
        book.add(
            ConsentProof(
                consent=consent,
                state=Consent.State.GIVEN,
                at=given_at,
                method=book.rng.choice(("form", "signed", "said")),
                **proof,
            )
        )
        if book.rng.random() < 0.15:
            taken_back = given_at + (book.now - given_at) * book.rng.random()
            consent.state, consent.changed_at = Consent.State.WITHDRAWN, taken_back
            book.add(
                ConsentProof(
                    consent=consent, state=Consent.State.WITHDRAWN, at=taken_back, method="link", **proof
                )
            )


def _told_in(language: str) -> str:
    return language if language in ("bn", "ta") else "en"
