"""Meetings of this week and the next, a round every week, and a page on which strangers book."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bandhu.calendars import actions
from bandhu.calendars.actions.meetings import People
from bandhu.calendars.wall_clock import moment_repeated
from bandhu.customers.models import Contact
from bandhu.identity.models import User
from bandhu.workspace.demo.customers import Book

EACH, ADDRESS = 6, "talk"
_TITLES = {
    "bn": ("নতুন দর নিয়ে কথা", "নমুনা দেখানো", "আগামী মাসের অর্ডার", "সরবরাহের সমস্যা"),
    "ta": ("புதிய விலை பற்றி பேச்சு", "மாதிரிகளைக் காட்டுதல்", "அடுத்த மாத ஆணை", "விநியோகச் சிக்கல்"),
    "en": ("New prices", "Samples", "Orders of next month", "Late deliveries"),
}
_ROUNDS = {"bn": "সাপ্তাহিক বৈঠক", "ta": "வாராந்திரக் கூட்டம்", "en": "Weekly round"}
_PAGE = {
    "en": "Half an hour with our sales team",
    "bn": "আমাদের বিক্রয় দলের সঙ্গে আধা ঘণ্টা",
    "ta": "எங்கள் விற்பனைக் குழுவுடன் அரை மணி நேரம்",
}


def fill_calendars(book: Book) -> None:
    """Customers must be in the database. Past meetings were held, and stand on the timeline."""
    sellers = list(dict.fromkeys(user for users in book.office.carers.values() for user in users))
    for user in sellers:
        own = [contact for contact in book.contacts if contact.owner == user]
        for number, contact in enumerate(book.rng.sample(own, min(EACH, len(own)))):
            _meet(book, user, contact, number)
    head = book.office.users[0]
    actions.plan_meeting(
        actor=head, title=_ROUNDS.get(head.language, _ROUNDS["en"]), rule="FREQ=WEEKLY",
        people=People(users=[one for one in sellers if one != head]), **_times(book, head, 1, time(9), 45),
    )  # fmt: skip
    actions.create_booking_page(
        actor=head,
        titles=_PAGE,
        slug=ADDRESS,
        languages=["en", "bn", "ta"],
        mode="round",
        hosts=sellers[:4],
        notice=120,
        buffer_after=10,
    )


def _meet(book: Book, user: User, contact: Contact, number: int) -> None:
    titles = _TITLES.get(user.language, _TITLES["en"])
    when = _times(book, user, (-2, -1, 1, 2, 4, 8)[number], time(10 + number), 60 if number % 2 else 30)
    meeting = actions.plan_meeting(
        actor=user,
        title=titles[number % len(titles)],
        kind="call" if number % 3 == 0 else "meeting",
        customer=contact,
        **when,
    )
    if meeting.ends_at < book.now:
        actions.hold_meeting(meeting, actor=user)


def _times(book: Book, user: User, days: int, at: time, minutes: int) -> dict[str, Any]:
    zone = ZoneInfo(user.time_zone)
    begins = moment_repeated(
        datetime.combine(book.now.astimezone(zone).date() + timedelta(days=days), at), zone
    )
    return {"starts_at": begins, "ends_at": begins + timedelta(minutes=minutes)}
