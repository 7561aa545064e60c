"""The letters of calendars: invitations, and what visitors of booking pages and their hosts are told. All go out by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from bandhu.channels.ready_letters import ReadyLetter

_MEETING = {
    "meeting.title": _("What the meeting is about"),
    "meeting.when": _("Day and time, on the reader's clock"),
    "meeting.where": _("Place and link"),
    "meeting.repeats": _("How often it takes place"),
    "meeting.owner": _("Whose meeting it is"),
    "meeting.reason": _("Why it was cancelled"),
}
_BOOKING = _MEETING | {
    "booking.greeting": _("First line of a letter to the visitor"),
    "booking.link": _("Address with which the visitor moves or cancels"),
}
_FACTS = "{{meeting.title}}\n{{meeting.when}}\n{{meeting.where}}"
_SERIES = "{{meeting.title}}\n{{meeting.when}}\n{{meeting.repeats}}\n{{meeting.where}}"


def _letter(key: str, name: Any, fields: Mapping[str, Any], **texts: tuple[str, str]) -> ReadyLetter:
    return ReadyLetter(key=key, name=name, fields=fields, texts=texts, is_automatic=True)


LETTERS = [
    _letter(
        "meeting_invitation", _("Invitation to a meeting"), _MEETING,
        en=("Invitation: {{meeting.title}}", "{{contact.salutation|Hello,}}\n\n{{meeting.owner}} invites you:\n\n" + _SERIES
            + "\n\nPlease accept or decline in your calendar.\n\nKind regards\n{{meeting.owner}}"),
        bn=("আমন্ত্রণ: {{meeting.title}}", "{{contact.salutation|শুভেচ্ছা,}}\n\n{{meeting.owner}} আপনাকে আমন্ত্রণ জানাচ্ছেন:\n\n" + _SERIES
            + "\n\nঅনুগ্রহ করে আপনার ক্যালেন্ডারে জানান, আসতে পারবেন কি না।\n\nশুভেচ্ছান্তে\n{{meeting.owner}}"),
        ta=("அழைப்பு: {{meeting.title}}", "{{contact.salutation|வணக்கம்,}}\n\n{{meeting.owner}} உங்களை அழைக்கிறார்:\n\n" + _SERIES
            + "\n\nவர முடியுமா என்பதை உங்கள் நாட்காட்டியில் தெரிவியுங்கள்.\n\nஅன்புடன்\n{{meeting.owner}}"),
    ),
    _letter(
        "meeting_moved", _("Changed meeting, to guests"), _MEETING,
        en=("Changed: {{meeting.title}}", "{{contact.salutation|Hello,}}\n\nThis meeting has changed. It now takes place:\n\n" + _SERIES
            + "\n\nPlease accept or decline in your calendar.\n\nKind regards\n{{meeting.owner}}"),
        bn=("পরিবর্তন: {{meeting.title}}", "{{contact.salutation|শুভেচ্ছা,}}\n\nএই সাক্ষাৎ বদলানো হয়েছে। এখন এটি হবে:\n\n" + _SERIES
            + "\n\nঅনুগ্রহ করে আপনার ক্যালেন্ডারে জানান, আসতে পারবেন কি না।\n\nশুভেচ্ছান্তে\n{{meeting.owner}}"),
        ta=("மாற்றம்: {{meeting.title}}", "{{contact.salutation|வணக்கம்,}}\n\nஇந்தச் சந்திப்பு மாற்றப்பட்டது. இப்போது நடைபெறுவது:\n\n" + _SERIES
            + "\n\nவர முடியுமா என்பதை உங்கள் நாட்காட்டியில் தெரிவியுங்கள்.\n\nஅன்புடன்\n{{meeting.owner}}"),
    ),
    _letter(
        "meeting_cancelled", _("Cancelled meeting, to guests"), _MEETING,
        en=("Cancelled: {{meeting.title}}", "{{contact.salutation|Hello,}}\n\nThis meeting does not take place, or no longer needs you:\n\n"
            + _SERIES + "\n\n{{meeting.reason}}\n\nKind regards\n{{meeting.owner}}"),
        bn=("বাতিল: {{meeting.title}}", "{{contact.salutation|শুভেচ্ছা,}}\n\nএই সাক্ষাৎ হচ্ছে না, অথবা এতে আপনার আর আসার দরকার নেই:\n\n"
            + _SERIES + "\n\n{{meeting.reason}}\n\nশুভেচ্ছান্তে\n{{meeting.owner}}"),
        ta=("ரத்து: {{meeting.title}}", "{{contact.salutation|வணக்கம்,}}\n\nஇந்தச் சந்திப்பு நடைபெறாது, அல்லது நீங்கள் இனி வரத் தேவையில்லை:\n\n"
            + _SERIES + "\n\n{{meeting.reason}}\n\nஅன்புடன்\n{{meeting.owner}}"),
    ),
    _letter(
        "booking_confirmed", _("Booked, to the visitor"), _BOOKING,
        en=("Booked: {{meeting.title}}", "{{booking.greeting}}\n\nYour meeting is booked:\n\n" + _FACTS
            + "\n\nWith this address you can move or cancel it:\n{{booking.link}}\n\nKind regards\n{{meeting.owner}}"),
        bn=("নিশ্চিত হলো: {{meeting.title}}", "{{booking.greeting}}\n\nআপনার সাক্ষাতের সময় নেওয়া হয়েছে:\n\n" + _FACTS
            + "\n\nএই ঠিকানায় সময় বদলাতে বা বাতিল করতে পারবেন:\n{{booking.link}}\n\nশুভেচ্ছান্তে\n{{meeting.owner}}"),
        ta=("உறுதியானது: {{meeting.title}}", "{{booking.greeting}}\n\nஉங்கள் சந்திப்பு பதிவு செய்யப்பட்டது:\n\n" + _FACTS
            + "\n\nஇந்த முகவரியில் நேரத்தை மாற்றலாம் அல்லது ரத்து செய்யலாம்:\n{{booking.link}}\n\nஅன்புடன்\n{{meeting.owner}}"),
    ),
    _letter(
        "booking_moved", _("Moved booking, to the visitor"), _BOOKING,
        en=("New time: {{meeting.title}}", "{{booking.greeting}}\n\nYour meeting now takes place:\n\n" + _FACTS
            + "\n\nWith this address you can move or cancel it:\n{{booking.link}}\n\nKind regards\n{{meeting.owner}}"),
        bn=("নতুন সময়: {{meeting.title}}", "{{booking.greeting}}\n\nআপনার সাক্ষাৎ এখন হবে:\n\n" + _FACTS
            + "\n\nএই ঠিকানায় সময় বদলাতে বা বাতিল করতে পারবেন:\n{{booking.link}}\n\nশুভেচ্ছান্তে\n{{meeting.owner}}"),
        ta=("புதிய நேரம்: {{meeting.title}}", "{{booking.greeting}}\n\nஉங்கள் சந்திப்பு இப்போது நடைபெறுவது:\n\n" + _FACTS
            + "\n\nஇந்த முகவரியில் நேரத்தை மாற்றலாம் அல்லது ரத்து செய்யலாம்:\n{{booking.link}}\n\nஅன்புடன்\n{{meeting.owner}}"),
    ),
    _letter(
        "booking_cancelled", _("Cancelled booking, to the visitor"), _BOOKING,
        en=("Cancelled: {{meeting.title}}", "{{booking.greeting}}\n\nYour meeting is cancelled:\n\n" + _FACTS
            + "\n\nKind regards\n{{meeting.owner}}"),
        bn=("বাতিল: {{meeting.title}}", "{{booking.greeting}}\n\nআপনার সাক্ষাৎ বাতিল করা হয়েছে:\n\n" + _FACTS
            + "\n\nশুভেচ্ছান্তে\n{{meeting.owner}}"),
        ta=("ரத்து: {{meeting.title}}", "{{booking.greeting}}\n\nஉங்கள் சந்திப்பு ரத்து செய்யப்பட்டது:\n\n" + _FACTS
            + "\n\nஅன்புடன்\n{{meeting.owner}}"),
    ),
    _letter(
        "booking_reminder", _("Reminder of a booking, to the visitor"), _BOOKING,
        en=("Reminder: {{meeting.title}}", "{{booking.greeting}}\n\nWe look forward to our meeting:\n\n" + _FACTS
            + "\n\nIf you cannot come, please move or cancel it here:\n{{booking.link}}\n\nKind regards\n{{meeting.owner}}"),
        bn=("মনে করিয়ে দিচ্ছি: {{meeting.title}}", "{{booking.greeting}}\n\nআমাদের সাক্ষাতের অপেক্ষায় আছি:\n\n" + _FACTS
            + "\n\nআসতে না পারলে এখানে সময় বদলান বা বাতিল করুন:\n{{booking.link}}\n\nশুভেচ্ছান্তে\n{{meeting.owner}}"),
        ta=("நினைவூட்டல்: {{meeting.title}}", "{{booking.greeting}}\n\nநம் சந்திப்பை எதிர்நோக்குகிறோம்:\n\n" + _FACTS
            + "\n\nவர முடியாவிட்டால் இங்கே நேரத்தை மாற்றுங்கள் அல்லது ரத்து செய்யுங்கள்:\n{{booking.link}}\n\nஅன்புடன்\n{{meeting.owner}}"),
    ),
    _letter(
        "booking_host", _("Booking, to who is booked"),
        _MEETING | {"booking.news": _("What happened, as a sentence"), "booking.visitor": _("Who booked, with address and note"),
                    "booking.page": _("Address of the meeting in Bandhu")},
        en=("{{booking.news}}", "{{booking.news}}\n\n" + _FACTS + "\n\n{{booking.visitor}}\n\n{{meeting.reason}}\n\n{{booking.page}}"),
        bn=("{{booking.news}}", "{{booking.news}}\n\n" + _FACTS + "\n\n{{booking.visitor}}\n\n{{meeting.reason}}\n\n{{booking.page}}"),
        ta=("{{booking.news}}", "{{booking.news}}\n\n" + _FACTS + "\n\n{{booking.visitor}}\n\n{{meeting.reason}}\n\n{{booking.page}}"),
    ),
]  # fmt: skip
