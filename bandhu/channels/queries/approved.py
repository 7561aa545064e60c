"""Templates a service approved: those of a channel, and those that may be sent in a conversation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bandhu.channels.adapters import ADAPTERS
from bandhu.channels.adapters.port import Capabilities, with_values
from bandhu.channels.models import ApprovedTemplate, Channel
from bandhu.identity.models import User
from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import require_anywhere
from bandhu.ui.formats import current_reader

MANAGE = "channels.manage_channels"
MOST_OFFERED = 500
_FIRST_PLACE = re.compile(r"\{\{[^}]*\}\}")
# By the code its adapter gave (`Judged.why_not`).
WHY_NOT: dict[str, Promise] = {
    "carousel": gettext_lazy("It shows cards side by side."),
    "flow": gettext_lazy("Its button opens a form of several pages."),
    "products": gettext_lazy("Its button opens products of a catalogue at the service."),
    "offer": gettext_lazy("It is an offer that runs out."),
    "place": gettext_lazy("It shows a place on the map."),
    "words": gettext_lazy("It has no words."),
    "part": gettext_lazy("It has a part that is not known here."),
}


def templates_of(user: User, channel: Channel) -> list[ApprovedTemplate]:
    """All that a channel's service told of, by name and language. Raises Denied."""
    require_anywhere(user, MANAGE)
    return list(ApprovedTemplate.objects.filter(channel=channel)[:6_000])


def sendable_templates(place: UUID | None, language: str) -> list[ApprovedTemplate]:
    """Those that may be sent by the channel `place`: in `language` first, then in the channel's, then in English."""
    rows = ApprovedTemplate.objects.filter(
        channel__in=[place], channel__deleted_at=None, wants_more=False,
        state=ApprovedTemplate.State.APPROVED,
    ).select_related("channel")[:MOST_OFFERED]  # fmt: skip

    def distance(one: ApprovedTemplate) -> int:
        wanted = [_short(language), _short(one.channel.language), "en"]
        return next(
            (at for at, code in enumerate(wanted) if code and code == _short(one.language)), len(wanted)
        )

    return sorted(rows, key=lambda one: (distance(one), one.name, one.language))


def template_of(place: UUID | None, pk: UUID | str) -> ApprovedTemplate:
    """One of the channel `place`, whatever its state. Raises OutOfReach."""
    rows = ApprovedTemplate.objects.filter(channel__in=[place], channel__deleted_at=None)
    found = rows.filter(pk=pk).first()
    if found is None:
        raise OutOfReach
    return found


def template_named(place: UUID | None, name: str, language: str) -> ApprovedTemplate | None:
    """One of the channel `place` by its name and language at the service."""
    rows = ApprovedTemplate.objects.filter(channel__in=[place], channel__deleted_at=None)
    return rows.filter(name=name, language=language).first()


def shown_template(template: ApprovedTemplate, values: Mapping[str, str]) -> str:
    """What the customer reads of it, with these values in its places; one without a value stays as it is."""
    above = {
        place.removeprefix("header."): value for place, value in values.items() if place.startswith("header.")
    }
    whole = [with_values(template.header, above), with_values(template.body, values), template.footer]
    buttons = [_button_shown(one, values.get(f"button.{one['index']}", "")) for one in template.buttons]
    return "\n\n".join(one for one in [*whole, *buttons] if one)


def place_words(template: ApprovedTemplate, place: str) -> str:
    """What a place is called: its number, its name, the button it belongs to."""
    where, dot, name = place.partition(".")
    if not dot:
        return (
            _("Place %(number)s") % {"number": current_reader().in_digits(place)}
            if place.isdecimal()
            else place.replace("_", " ")
        )
    if where == "header":
        return _("Place in the heading")
    found: dict[str, Any] = next((one for one in template.buttons if str(one["index"]) == name), {})
    if found.get("kind") == "copy_code":
        return _("Code of the button “%(button)s”") % {"button": found.get("text") or ""}
    return _("End of the address of the button “%(button)s”") % {"button": found.get("text") or ""}


def why_not_sent(template: ApprovedTemplate) -> str:
    """Why it is not sent from here; "" where it is."""
    return str(WHY_NOT.get(template.why_not) or WHY_NOT["part"]) if template.wants_more else ""


def _button_shown(one: Mapping[str, Any], value: str) -> str:
    if one["kind"] == "url":
        return f"{one['text']}: {_FIRST_PLACE.sub(lambda place: value or place[0], one['url'])}"
    return f"{one['text']}: {value}" if one["kind"] == "copy_code" else ""


def is_too_late(conversation: Any, can: Capabilities | None = None) -> bool:
    """Whether the customer's last word is so long ago that the service carries no free text any more. By the name of the conversation's
    channel where nothing is said of what that can do."""
    can = can or _can(conversation.channel)
    if can is None or can.answer_within is None:
        return False
    heard = heard_at(conversation)
    return heard is None or heard < timezone.now() - can.answer_within


def heard_at(conversation: Any) -> datetime | None:
    """The customer's last word here; of a conversation we began, the one in the conversation before it."""
    before = parse_datetime(conversation.details.get("heard_before") or "")
    return max(filter(None, (conversation.last_incoming_at, before)), default=None)


def has_templates(conversation: Any) -> bool:
    """Whether a template may be sent where the conversation is."""
    can = _can(conversation.channel)
    return can is not None and can.has_templates


def channels_with_templates() -> list[UUID]:
    """Channels whose service is asked for its templates by the clock: those that say which account, not paused."""
    kinds = [one.kind for one in ADAPTERS.values() if one.can.has_templates]
    rows = Channel.objects.filter(kind__in=kinds, deleted_at=None, is_paused=False)
    named = rows.values_list("pk", "settings__business_account_id")
    return [pk for pk, account in named if account]


def _can(name: str) -> Capabilities | None:
    return next((one.can for one in ADAPTERS.values() if one.channel == name), None)


def _short(code: str) -> str:
    return code.replace("-", "_").partition("_")[0].lower()
