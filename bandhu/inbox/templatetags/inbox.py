"""How conversations and messages are drawn."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy

from bandhu.channels.queries import has_templates, is_too_late
from bandhu.inbox.channel_words import channel_named
from bandhu.inbox.queries.sentences import Body, body_of, happened
from bandhu.platform.html_cleaning import clean_html, html_of_text
from bandhu.ui import formats

register = template.Library()
_INVITED = {
    "invited": gettext_lazy("Invitation"),
    "changed": gettext_lazy("Changed invitation"),
    "cancelled": gettext_lazy("Called off"),
    "proposed": gettext_lazy("Proposal of another time"),
    "unread": gettext_lazy("Invitation that cannot be read"),
}
TONES = {
    "queued": "neutral", "sending": "neutral", "sent": "info", "delivered": "success", "read": "success", "failed": "danger",
    "unknown": "warning", "withdrawn": "neutral",
}  # fmt: skip
ICONS = {
    "queued": "clock", "sending": "loader", "sent": "check", "delivered": "check-check", "read": "eye",
    "failed": "circle-alert", "unknown": "circle-question-mark", "withdrawn": "undo-2",
}  # fmt: skip


@register.filter
def who(conversation: Any) -> str:
    """The customer, else the name or address the channel gave, else that it gave none."""
    customer = conversation.contact or conversation.company
    return str(customer or conversation.person_words)


@register.filter
def writing_window(conversation: Any) -> str:
    """ "open" while anything may be written, "templates" where templates may be sent too, "late" where they alone may, "shut" where nothing
    may until the customer writes."""
    with_templates, late = has_templates(conversation), is_too_late(conversation)
    if with_templates:
        return "late" if late else "templates"
    return "shut" if late else "open"


@register.filter
def author(message: Any, conversation: Any) -> str:
    """Who wrote a message; of somebody without a name, whom the conversation is with."""
    return message.author_name or who(conversation)


@register.filter
def invitation_words(one: Any) -> str:
    """What an invitation in a mail is about."""
    return str(_INVITED[one.state])


@register.filter
def invitation_icon(one: Any) -> str:
    return {"cancelled": "calendar-x", "changed": "calendar-clock"}.get(one.state, "calendar")


@register.filter
def invitation_time(one: Any) -> str:
    """From when to when, on the reader's clock."""
    reader = formats.current_reader()
    begin, end = timezone.localtime(one.starts_at), timezone.localtime(one.ends_at)
    if one.is_all_day:
        first, last = begin.date(), max(begin.date(), end.date() - timedelta(days=1))
        days = [formats.day(each, reader, "full") for each in dict.fromkeys((first, last))]
        return " – ".join(days)
    starts = formats.when(begin, reader, style="full")
    if end == begin:
        return starts
    return f"{starts} – {formats.clock(end, reader) if end.date() == begin.date() else formats.when(end, reader, style='full')}"


@register.filter
def body(message: Any) -> Body:
    return body_of(message)


@register.filter
def written(one: Any) -> SafeString:
    """What one of us wrote as it was formatted, else the text with its lines and links; the HTML of others never."""
    is_ours = getattr(one, "direction", "out") != "in"
    if is_ours and one.html:
        return mark_safe(clean_html(one.html))  # noqa: S308 (cleaned)
    text = body_of(one).text if hasattr(one, "direction") else one.text
    return mark_safe(html_of_text(text))  # noqa: S308 (escaped)


@register.filter
def what_happened(message: Any) -> str:
    return happened(message)


@register.filter
def channel(name: str) -> Any:
    return channel_named(name)


@register.filter
def state_tone(message: Any) -> str:
    return TONES.get(message.state, "neutral")


@register.filter
def state_icon(message: Any) -> str:
    return ICONS.get(message.state, "circle")


@register.filter
def local_day(moment: Any) -> Any:
    """The day of a moment on the reader's calendar: a separator stands between two of them."""
    return timezone.localtime(moment).date()


@register.filter
def waited(moment: Any) -> str:
    """How long somebody has waited: 5 min."""
    return formats.duration(timezone.now() - moment, formats.current_reader(), short=True)


@register.filter
def waits_long(moment: Any) -> bool:
    """Whether it is worth a stronger colour: four hours or more."""
    return bool((timezone.now() - moment).total_seconds() > 4 * 3_600)


@register.filter
def is_still_here(message: Any) -> bool:
    """Whether it can be taken back."""
    return bool(message.state == "queued")
