"""How often a meeting takes place, in the words of the language that is active."""

from __future__ import annotations

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from bandhu.calendars.models import Meeting
from bandhu.calendars.recurrence import WEEKDAYS, Rule
from bandhu.ui import formats


def repetition_words(meeting: Meeting) -> str:
    """Every week until a day; of an occurrence by itself, that it belongs to a series."""
    rule = meeting.repetition
    if rule is None:
        return _("One of a series")
    reader = formats.current_reader()
    words = _every(rule, formats.number(rule.interval, reader))
    if rule.freq == "WEEKLY" and rule.weekdays:
        names = dict(weekday_choices())
        days = ", ".join(names[one] for one in names if one in rule.weekdays)
        words = _("%(often)s on %(days)s") % {"often": words, "days": days}
    if rule.until:
        return _("%(often)s, until %(day)s") % {"often": words, "day": formats.day(rule.until.date(), reader)}
    if rule.count:
        return _("%(often)s, %(count)s times") % {"often": words, "count": formats.number(rule.count, reader)}
    return words


def weekday_choices() -> list[tuple[str, str]]:
    """("MO", "Monday") and the others, the first day of the reader's week first."""
    reader = formats.current_reader()
    wide = formats.locale_of(get_language() or "en", reader.country).days["stand-alone"]["wide"]
    return [
        (WEEKDAYS[day], wide[day])
        for day in ((formats.first_weekday(reader) + place) % 7 for place in range(7))
    ]


def _every(rule: Rule, number: str) -> str:
    one = rule.interval
    texts = {
        "DAILY": ngettext("Every day", "Every %(number)s days", one),
        "WEEKLY": ngettext("Every week", "Every %(number)s weeks", one),
        "MONTHLY": ngettext("Every month", "Every %(number)s months", one),
        "YEARLY": ngettext("Every year", "Every %(number)s years", one),
    }
    return texts[rule.freq] % {"number": number} if one > 1 else texts[rule.freq]
