"""The audit trail in words: verbs, kinds, fields and values, translated and as the reader writes them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from bandhu.identity.masking import DOT, mask_id, mask_phone
from bandhu.identity.models import Reach, User
from bandhu.platform.cells import in_words
from bandhu.platform.custom_fields import as_field, definition_for, label_of, may_see
from bandhu.platform.models import CustomField
from bandhu.platform.record_kinds import record_kinds
from bandhu.platform.registries import permissions
from bandhu.ui.digits import to_system
from bandhu.ui.formats import current_reader, day, money, when

VERBS: dict[str, Any] = {
    "created": gettext_lazy("Created"),
    "changed": gettext_lazy("Changed"),
    "deleted": gettext_lazy("Deleted"),
    "restored": gettext_lazy("Restored"),
    "purged": gettext_lazy("Erased for good"),
    "merged": gettext_lazy("Merged"),
    "unmerged": gettext_lazy("Merge undone"),
    "imported": gettext_lazy("Imported"),
    "exported": gettext_lazy("Exported"),
    "undone": gettext_lazy("Undone"),
    "import started": gettext_lazy("Begun"),
    "import paused": gettext_lazy("Paused"),
    "import continued": gettext_lazy("Resumed"),
    "import stopped": gettext_lazy("Stopped"),
    "import undone": gettext_lazy("Undone"),
    "import finished": gettext_lazy("Finished"),
    "revealed": gettext_lazy("Looked at a hidden value"),
    "consent": gettext_lazy("Consent written down"),
    "invited": gettext_lazy("Invited"),
    "joined": gettext_lazy("Joined"),
    "revoked": gettext_lazy("Revoked"),
    "reset": gettext_lazy("Reset to the start"),
    "deactivated": gettext_lazy("Account closed"),
    "reactivated": gettext_lazy("Account opened"),
    "signed_in": gettext_lazy("Signed in"),
    "signed_out": gettext_lazy("Signed out"),
    "sign_in_failed": gettext_lazy("Sign-in failed"),
    "locked_out": gettext_lazy("Locked out after too many attempts"),
    "session_ended": gettext_lazy("Session ended"),
    "sessions_ended": gettext_lazy("Sessions ended"),
    "password_changed": gettext_lazy("Password changed"),
    "second_steps_added": gettext_lazy("Second step added"),
    "second_steps_removed": gettext_lazy("Second step removed"),
    "sent": gettext_lazy("Sent"),
    "approval_asked": gettext_lazy("Approval asked for"),
    "approved": gettext_lazy("Approved"),
    "approval_refused": gettext_lazy("Approval refused"),
    "asked": gettext_lazy("Customer asked"),
    "accepted": gettext_lazy("Accepted"),
    "declined": gettext_lazy("Declined"),
    "expired": gettext_lazy("Ran out"),
    "cancelled": gettext_lazy("Cancelled"),
    "billed": gettext_lazy("Billed"),
    "not_billed": gettext_lazy("Could not be billed"),
    "paused": gettext_lazy("Paused"),
    "resumed": gettext_lazy("Resumed"),
    "ended": gettext_lazy("Ended"),
    "ordered": gettext_lazy("Put in order"),
    "noted": gettext_lazy("Note added"),
    "published": gettext_lazy("Published"),
    "archived": gettext_lazy("Archived"),
    "brought_back": gettext_lazy("Brought back"),
    "review_asked": gettext_lazy("Handed in for review"),
    "sent_back": gettext_lazy("Sent back from review"),
    "scheduled": gettext_lazy("Scheduled"),
    "unscheduled": gettext_lazy("No longer scheduled"),
    "withdrawn": gettext_lazy("Taken from readers"),
    "portal_signed_in": gettext_lazy("Customer signed in to the portal"),
    "portal_password_changed": gettext_lazy("Customer changed their password"),
    "portal_blocked": gettext_lazy("Shut out of the portal"),
    "portal_opened": gettext_lazy("Let into the portal again"),
}
KINDS: dict[str, Any] = {
    "user": gettext_lazy("User"),
    "role": gettext_lazy("Role"),
    "team": gettext_lazy("Team"),
    "token": gettext_lazy("API token"),
    "invitation": gettext_lazy("Invitation"),
    "tag": gettext_lazy("Tag"),
    "import": gettext_lazy("Import"),
    "view": pgettext_lazy("a kept view of a list", "View"),
    "interaction": gettext_lazy("Interaction"),
    "follow_up": gettext_lazy("Follow-up"),
    "consent": gettext_lazy("Consent"),
    "webhook": gettext_lazy("Webhook"),
    "queue": gettext_lazy("Queue"),
    "tickettype": gettext_lazy("Type of tickets"),
    "ticketstatus": gettext_lazy("Status of tickets"),
    "servicelevel": gettext_lazy("Service level"),
    "service_days": gettext_lazy("Opening again and closing"),
    "priority_matrix": gettext_lazy("Priority from impact and urgency"),
    "ticketrule": gettext_lazy("Rule of tickets"),
    "skill": gettext_lazy("Skill"),
    "agent": gettext_lazy("Agent"),
    "away_reason": gettext_lazy("Reason to be away"),
    "quote_template": gettext_lazy("Template of quotes"),
    "article_category": gettext_lazy("Category of articles"),
    "help_centre": gettext_lazy("Help centre"),
    "custom_field": gettext_lazy("Custom field"),
    "currency": gettext_lazy("Currency"),
    "price_book": gettext_lazy("Price book"),
    "product_file": gettext_lazy("File of products or prices"),
    "tax_rate": gettext_lazy("Tax rate"),
    "discount_limit": gettext_lazy("Discount limit"),
}
PLACES: dict[str, Any] = {
    "page": gettext_lazy("Page"),
    "api": gettext_lazy("API"),
    "command": gettext_lazy("Command"),
    "job": gettext_lazy("Background job"),
    "rule": gettext_lazy("Rule"),
}
_FIELDS: dict[str, Any] = {
    "name": gettext_lazy("Name"),
    "description": gettext_lazy("What it is for"),
    "parent": gettext_lazy("Part of"),
    "roles": gettext_lazy("Roles"),
    "role": gettext_lazy("Role"),
    "user": gettext_lazy("User"),
    "team": gettext_lazy("Team"),
    "email": gettext_lazy("Mail address"),
    "session": gettext_lazy("Session"),
    "second_steps": gettext_lazy("Second steps"),
    "hand_over_to": gettext_lazy("Hand over to"),
    "hand_over_note": gettext_lazy("Note for the handover"),
    "expires_at": gettext_lazy("Works until"),
    "phones": gettext_lazy("Phones"),
    "mails": gettext_lazy("E-mails"),
    "addresses": gettext_lazy("Addresses"),
    "socials": gettext_lazy("Social accounts"),
    "other_names": gettext_lazy("Other names"),
    "external_ids": gettext_lazy("Ids in other systems"),
    "relations": gettext_lazy("Relations"),
    "files": gettext_lazy("Files"),
    "tags": gettext_lazy("Tags"),
    "merged": gettext_lazy("Merged record"),
    "merged_into": gettext_lazy("Merged into"),
}
# What an import counted.
_COUNTS: dict[str, Any] = {
    "created": gettext_lazy("New"),
    "changed": gettext_lazy("Changed"),
    "failed": gettext_lazy("Put aside"),
}
# Fields that say nothing to people.
_SILENT = frozenset({"version", "team_id", "sort_key"})
COVERED = "•••"
_PHONES = frozenset({"phone", "phones", "primary_phone", "number"})


def verb_label(verb: str) -> str:
    return str(VERBS.get(verb, verb.replace("_", " ").capitalize()))


def kind_label(kind: str) -> str:
    """What people call this kind of record."""
    known = record_kinds.get(kind)
    return str(known.label if known else KINDS.get(kind, kind))


def field_label(kind: str, name: str) -> str:
    """What people call a field of this kind; the name itself when nobody described it."""
    if kind == "role" and name in permissions:
        return str(permissions[name].label)
    if kind == "import" and name in _COUNTS:
        return str(_COUNTS[name])
    if name in _FIELDS:
        return str(_FIELDS[name])
    if own := _own_field(kind, name):
        return label_of(own)
    known = record_kinds[kind].field(name) if kind in record_kinds else None
    if known:
        return str(known.label)
    if kind == "user" and name in {field.name for field in User._meta.fields}:
        return str(User._meta.get_field(name).verbose_name).capitalize()  # type: ignore[union-attr]
    return name


def is_silent(name: str) -> bool:
    """Whether the field is of interest to programs only."""
    return name in _SILENT


def value_text(kind: str, name: str, value: Any, user: Any) -> str:
    """A stored value in the words, digits and zone of the reader; several values one a line. Masked where `user` needs a permission for it.

    The trail is about records of everybody: only who may see the numbers of everybody sees numbers in it. National ids are always covered.
    """
    if value is None or value == "" or value == []:
        return ""
    if not _is_told(kind, name, user):
        return COVERED
    if own := _own_field(kind, name):
        return in_words(value, as_field(own))
    if isinstance(value, list):
        return "\n".join(value_text(kind, name, one, user) for one in value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, dict):
        return _own_value(value)
    if isinstance(value, int):
        return to_system(str(value), current_reader().system)
    text = str(value)
    if name == "national_id":
        return text if DOT in text else mask_id(text)
    if name in _PHONES and user.reaches.get("customers.see_phones") != Reach.EVERYONE:
        return mask_phone(text)
    return _chosen(kind, name, text) or _moment(text) or text


def _is_told(kind: str, name: str, user: Any) -> bool:
    """Whether the field's past names no other record out of reach, and is no own field hidden from the role."""
    if name == "relations":
        return all(user.holds_on_all(one.view_permission) for one in record_kinds.values())
    if name.startswith("custom."):
        own = _own_field(kind, name)
        return may_see(user, own) if own else user.holds("platform.manage_fields")
    known = record_kinds[kind].field(name) if kind in record_kinds else None
    return known is None or user.holds_on_all(known.related_permission)


def _own_field(kind: str, name: str) -> CustomField | None:
    """The definition of "custom.<key>"; None for other names, and for a field that is gone."""
    if not name.startswith("custom.") or kind not in record_kinds:
        return None
    return definition_for(kind, name.removeprefix("custom."))


def _own_value(value: dict[str, Any]) -> str:
    """An amount of money, or the name of a file, in an own field."""
    if {"amount", "currency"} <= value.keys():
        return money(value["amount"], value["currency"], current_reader())
    return str(value.get("name", value))


def _chosen(kind: str, name: str, text: str) -> str:
    """The label of a value that was chosen from a list."""
    if kind == "role" and name in permissions:
        return str(dict(Reach.choices).get(text, text))
    if name == "language":
        return str(dict(settings.LANGUAGES).get(text, ""))
    known = record_kinds[kind].field(name) if kind in record_kinds else None
    if known and known.choices:
        return str(dict(known.choices()).get(text, ""))
    if kind == "user" and name in {"digits", "theme", "density"}:
        return str(dict(User._meta.get_field(name).flatchoices).get(text, ""))  # type: ignore[union-attr]
    return ""


def _moment(text: str) -> str:
    """A date or a point in time, as the reader writes them; "" for other text."""
    if not 10 <= len(text) <= 35 or text[4:5] != "-":
        return ""
    try:
        at: date | datetime | None = parse_date(text) if len(text) == 10 else parse_datetime(text)
    except ValueError:
        return ""
    if isinstance(at, datetime):
        return when(at, current_reader())
    return day(at, current_reader()) if at else ""
