"""How mails are drawn."""

from typing import Any

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bandhu.channels.kept_words import in_readers_language
from bandhu.channels.models import MailRecipient
from bandhu.channels.queries import why_not_sent as reason_of
from bandhu.channels.state_words import TONES, clicking_words, opening_words
from bandhu.platform.html_cleaning import clean_html
from bandhu.ui.templatetags.interface import badge

register = template.Library()
_TROUBLES = {
    "too_large": gettext_lazy("The mail is too large: its text and files were left in the mailbox."),
    "too_many_parts": gettext_lazy("The mail has too many parts; the rest is only in its source."),
    "broken": gettext_lazy("Parts of the mail are damaged; its source is kept."),
    "wrong_date": gettext_lazy("The date in the mail cannot be right; it stands at the time it came in."),
    "remote_pictures": gettext_lazy(
        "Pictures from outside were left out, so that nobody learns who reads this and when."
    ),
    "disowned": gettext_lazy(
        "The sender’s domain does not stand by this mail: somebody else may have sent it."
    ),
    "winmail": gettext_lazy("Some files are packed in winmail.dat, which only Outlook opens."),
}

_TROUBLED = {MailRecipient.State.REFUSED, MailRecipient.State.DELAYED, MailRecipient.State.BOUNCED}


@register.simple_tag
def mail_state(mail: Any) -> SafeString:
    """Its state as a badge, and whether it came back or is an automatic answer."""
    marks = [badge(mail.get_state_display(), TONES.get(mail.state, "neutral"))]
    if mail.is_automatic:
        marks.append(badge(_("Automatic"), "neutral"))
    if mail.opens:
        marks.append(badge(opening_words(mail), "info"))
    if mail.clicks:
        marks.append(badge(clicking_words(mail), "info"))
    return mark_safe(" ".join(marks))  # noqa: S308 (badges escape their words)


@register.simple_tag
def mail_people(mail: Any) -> SafeString:
    """Who it goes to; blind copies are named to whoever reads the mail."""
    people = mail.recipients.all()
    shown = [one for one in people if one.role != MailRecipient.Role.BCC or not mail.is_withheld]
    return format_html_join(
        ", ", '<bdi dir="ltr">{}</bdi>{}', ((one.address, _trouble(one)) for one in shown)
    )


@register.filter
def mail_html(mail: Any) -> SafeString:
    """The text, cleaned once more: what an older version let in must not come out."""
    return mark_safe(clean_html(mail.html))  # noqa: S308


@register.filter
def kept_words(kept: str) -> str:
    """A sentence of a job's, in the reader's language."""
    return in_readers_language(kept)


@register.filter
def mail_troubles(mail: Any) -> list[Any]:
    """What could not be read of it, in words."""
    return trouble_words(mail.troubles)


@register.filter
def trouble_words(troubles: Any) -> list[Any]:
    """The same of their names, as a message of the inbox keeps them."""
    return [_TROUBLES[one] for one in troubles or () if one in _TROUBLES]


def _trouble(recipient: Any) -> str:
    if recipient.state in _TROUBLED:
        return f" ({recipient.get_state_display()})"
    return ""


@register.filter
def why_not_sent(template: Any) -> str:
    """Why a template of a service is not sent from here."""
    return reason_of(template)
