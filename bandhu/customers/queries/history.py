"""What was changed on a customer's record, for its page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bandhu.identity.masking import may_see
from bandhu.platform.cells import in_words
from bandhu.platform.custom_fields import fields_for
from bandhu.platform.models import AuditEntry
from bandhu.platform.record_kinds import Field, record_kinds

PAGE = 30
VERBS: dict[str, Any] = {
    "created": _("created the record"),
    "changed": _("changed the record"),
    "deleted": _("moved the record to the bin"),
    "restored": _("brought the record back"),
    "revealed": _("looked at a hidden value"),
    "consent": _("wrote down a consent"),
    "merged": _("merged a duplicate into the record"),
    "unmerged": _("took a merge back"),
    "not_a_duplicate": _("found it to be no duplicate"),
    "maybe_a_duplicate": _("opened the question of a duplicate again"),
    "imported": _("imported the record"),
    "exported": _("took hidden values of the record out in an export"),
    "billed": _("billed a period"),
    "not_billed": _("could not bill a period"),
    "noted": _("added a note"),
    "paused": _("paused it"),
    "resumed": _("resumed it"),
    "cancelled": _("cancelled it"),
    "ended": _("ended it"),
}
LISTS: dict[str, Any] = {
    "phones": _("Phones"),
    "mails": _("E-mails"),
    "addresses": _("Addresses"),
    "socials": _("Social accounts"),
    "other_names": _("Other names"),
    "external_ids": _("Ids in other systems"),
    "relations": _("Relations"),
    "files": _("Files"),
    "tags": _("Tags"),
    "merged": _("Merged record"),
    "merged_into": _("Merged into"),
}
_HIDDEN = ("version", "deleted_at", "team_id")


@dataclass(frozen=True)
class ChangeLine:
    """One field of one change; lists are given as texts."""

    label: Any
    before: str
    after: str


@dataclass(frozen=True)
class HistoryLine:
    """One entry of the audit trail as the record's page tells it."""

    at: Any
    who: str
    what: Any
    via: str
    changes: list[ChangeLine]


def history_of_record(
    user: Any, record: Any, kind: str, before: int | None = None
) -> tuple[list[HistoryLine], int]:
    """The newest changes (older than entry `before`), and the number to continue with, or 0.

    What a role may not see on the record it may not see in its past either; national ids are shown nowhere but where
    the look is written down.
    """
    entries = AuditEntry.objects.filter(record_id=record.pk).order_by("-pk")
    if before:
        entries = entries.filter(pk__lt=before)
    found = list(entries[: PAGE + 1])
    own = {field.name: field for field in fields_for(user, kind)}
    lines = [_line(user, record, kind, entry, own) for entry in found[:PAGE]]
    return lines, found[PAGE - 1].pk if len(found) > PAGE else 0


def field_label(kind: str, name: str) -> Any:
    """What people call a field; the name itself when nobody described it."""
    if name in LISTS:
        return LISTS[name]
    field = record_kinds[kind].field(name)
    return field.label if field else name


def _line(user: Any, record: Any, kind: str, entry: AuditEntry, own: dict[str, Field]) -> HistoryLine:
    changes = []
    sees_phones = may_see(user, "customers.see_phones", record)
    for name, pair in entry.changes.items():
        if name in _HIDDEN or not isinstance(pair, list) or len(pair) != 2:
            continue
        if name.startswith("custom."):
            # A field that is hidden from the role, or gone, is hidden in the past too.
            if field := own.get(name):
                changes.append(ChangeLine(field.label, *(in_words(value, field) for value in pair)))
            continue
        label = field_label(kind, name)
        if (
            name == "national_id"
            or (name == "phones" and not sees_phones)
            or not _sees_all_related(user, kind, name)
        ):
            changes.append(ChangeLine(label, "•••", "•••"))
        else:
            changes.append(ChangeLine(label, _words(pair[0]), _words(pair[1])))
    rule = entry.origin.get("rule")
    who = gettext("Rule “%(name)s”") % {"name": rule} if rule else entry.actor_name or "Bandhu"
    return HistoryLine(
        entry.at, who, VERBS.get(entry.verb, entry.verb), str(entry.origin.get("via", "")), changes
    )


def _sees_all_related(user: Any, kind: str, name: str) -> bool:
    """Whether no name of another record out of reach can stand in this field's past."""
    if name == "relations":
        return user.holds_on_all("customers.view_contact") and user.holds_on_all("customers.view_company")
    field = record_kinds[kind].field(name)
    return field is None or user.holds_on_all(field.related_permission)


def _words(value: Any) -> str:
    if value is None:
        return ""
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)
