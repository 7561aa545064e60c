"""Tickets of another service desk: each row is one, of the person it describes, who is found or made by the rules of contacts.

They are history. No event tells of a single one, so no rule, acknowledgement or survey is set off; no clock of a service level starts
for what was promised elsewhere; nobody is told. Rows that come again under their number change what differs, while nobody worked on the
ticket here, and add what was said since.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from bandhu.contact_center.models import Queue
from bandhu.customers.importing.attached import (
    by_label,
    check_moment,
    differing,
    folded,
    key_of,
    known_of,
    users_by_name,
)
from bandhu.customers.importing.plan import Outcome, Policy
from bandhu.customers.importing.setup import fields_of_records, may_make_fields
from bandhu.customers.imports.custom_values import FieldType, read_custom
from bandhu.customers.imports.dates import read_date
from bandhu.customers.imports.problems import CellProblem, ValueProblem
from bandhu.customers.imports.records import Record
from bandhu.customers.models import Import
from bandhu.interactions.history import MARK
from bandhu.interactions.models import Message
from bandhu.platform.sort_keys import sort_key
from bandhu.service.importing.queues import QueuesOfImport
from bandhu.service.importing.words import CHANNELS, PRIORITIES, STAGES, TYPES
from bandhu.service.importing.writing import Again, Writer
from bandhu.service.models import (
    FINISHED,
    Priority,
    Stage,
    Ticket,
    TicketConversation,
    TicketStatus,
    TicketType,
)

KIND, MANAGE = "ticket", "service.manage_service"
MOST_MESSAGES, MOST_FIELDS = 20_000, 500
_MOMENTS = ("ticket_opened", "ticket_answered", "ticket_solved", "ticket_closed")


@dataclass
class Meant:
    """What a row says of its ticket, in our terms. `type` is empty where ours has to be made first (`type_name`)."""

    title: str
    status: TicketStatus
    priority: str = Priority.NORMAL
    type: TicketType | None = None
    type_name: str = ""
    owner_id: UUID | None = None
    queue: Queue | None = None
    channel: str = ""
    opened: datetime | None = None
    answered: datetime | None = None
    solved: datetime | None = None
    closed: datetime | None = None
    due: datetime | None = None
    reopened: int = 0
    tags: list[str] = field(default_factory=list)
    # Own fields that are there by key, and texts by title for which none is.
    custom: dict[str, Any] = field(default_factory=dict)
    unknown: dict[str, str] = field(default_factory=dict)
    said: list[dict[str, Any]] = field(default_factory=list)


class TicketsOfFile:
    """The tickets of one run, chunk by chunk."""

    def __init__(self, run: Import, policy: Policy) -> None:
        self.run, self.policy = run, policy
        self.statuses = by_label(TicketStatus.objects.order_by("-is_active", "position"))
        self.types = by_label(TicketType.objects.order_by("-is_active", "position"))
        self.priorities = _own_priorities()
        self.usual_type = TicketType.objects.filter(is_active=True).order_by("position").first()
        self.may_make_types = run.actor.holds(MANAGE)
        self.may_make_fields = may_make_fields(run.actor)
        self.users = users_by_name()
        self.queues = QueuesOfImport(run)
        self.fields: dict[str, tuple[str, FieldType]] = {
            folded(one.title): (key, one) for key, one in fields_of_records(KIND).items()
        }
        self.keys: dict[int, str] = {}
        self.known: set[str] = set()
        self.fresh: list[Outcome] = []
        self.again: list[Again] = []

    def check(self, records: Sequence[Record]) -> None:
        """What each row means; what is wrong with it goes into its problems."""
        for record in records:
            said = record.attached
            if trouble := said.get("ticket_trouble"):
                record.problems.append(CellProblem(trouble[:60], None, said.get("ticket_title", "")))
                continue
            for name in _MOMENTS:
                check_moment(record, name)
            said["meant"] = self._meant(record)

    def _meant(self, record: Record) -> Meant:
        said = record.attached
        title = " ".join(said.get("ticket_title", "").split())
        if len(title) > 300:
            record.lines.insert(0, title)
            title = f"{title[:299]}…"
        meant = Meant(
            title or _("Ticket"), self._status(record), owner_id=said.get("ticket_owner"), due=said.get("ticket_due"),
            opened=said.get("ticket_opened"), answered=said.get("ticket_answered"), solved=said.get("ticket_solved"),
            closed=said.get("ticket_closed"), reopened=_count(said.get("ticket_reopened", "")),
        )  # fmt: skip
        channel = said.get("ticket_channel", "")
        meant.channel = CHANNELS.get(folded(channel), channel[:30])
        meant.priority = self._priority(record)
        meant.queue = self._queue(record, meant.status)
        self._set_type(record, meant)
        meant.tags = self._tags(said.get("ticket_tags", ""))
        meant.said = self._messages(record)
        if (
            meant.answered is None
            and meant.opened
            and (minutes := _count(said.get("ticket_first_minutes", "")))
        ):
            meant.answered = min(meant.opened + timedelta(minutes=minutes), timezone.now())
        self._set_fields(record, meant)
        return meant

    def _status(self, record: Record) -> TicketStatus:
        """Ours; or what another program's word means. A word nobody knows counts as open, and is kept."""
        text = record.attached.get("ticket_status", "")
        stage = STAGES.get(folded(text))
        found = self.statuses.get(folded(text)) or self._usual(stage or Stage.OPEN)
        if text and stage is None and folded(text) not in self.statuses:
            _keep_as_written(record, _("Status: %(status)s") % {"status": text}, text)
        return found

    def _usual(self, stage: str) -> TicketStatus:
        rows = [one for one in self.statuses.values() if one.stage == stage]
        return max(rows or list(self.statuses.values()), key=lambda one: (one.is_usual, one.is_active))

    def _priority(self, record: Record) -> str:
        text = record.attached.get("ticket_priority", "")
        found = self.priorities.get(folded(text))
        if text and found is None:
            _keep_as_written(record, _("Priority: %(priority)s") % {"priority": text}, text)
        return found or Priority.NORMAL

    def _queue(self, record: Record, status: TicketStatus) -> Queue | None:
        """That of its group; a group that is none of ours is kept as written."""
        group = record.attached.get("ticket_group", "")
        found = self.queues.of(group, is_open=status.stage not in FINISHED)
        if group and self.queues.of(group, is_open=False) is None:
            _keep_as_written(record, _("Group: %(group)s") % {"group": group}, group)
        return found

    def _set_type(self, record: Record, meant: Meant) -> None:
        text = record.attached.get("ticket_type", "")
        meant.type = self.types.get(folded(text)) or self.types.get(TYPES.get(folded(text), ""))
        if meant.type is None and text and self.may_make_types:
            meant.type_name = text[:120]
            return
        if meant.type is None and text:
            _keep_as_written(record, _("Type: %(type)s") % {"type": text}, text)
        meant.type = meant.type or self.usual_type

    def _tags(self, text: str) -> list[str]:
        """By commas; one system parts them by spaces, which its tags never hold."""
        parts = text.split(",") if "," in text or self.policy.source != "zendesk" else text.split()
        found = {folded(one): " ".join(one.split())[:60] for one in parts if one.strip()}
        return list(found.values())[:50]

    def _messages(self, record: Record) -> list[dict[str, Any]]:
        text = record.attached.get("ticket_messages")
        if not text:
            return []
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            record.problems.append(CellProblem("unreadable_record", None, text[:200]))
            return []
        latest = timezone.now()
        opened = record.attached.get("ticket_opened") or latest
        for place, one in enumerate(found[:MOST_MESSAGES]):
            one["at"] = min(_moment(one.get("at")) or opened, latest)
            one["id"] = str(one.get("id") or place)[:120]
        return found[:MOST_MESSAGES]

    def _set_fields(self, record: Record, meant: Meant) -> None:
        """Texts of columns and of the export into own fields that are there; the others are kept with their titles."""
        given = dict(record.attached.get("ticket_field", {}))
        if text := record.attached.get("ticket_fields"):
            try:
                found = json.loads(text)
            except (ValueError, RecursionError):
                found = None
            if not isinstance(found, dict):
                record.problems.append(CellProblem("unreadable_record", None, text[:200]))
                return
            given |= {str(title): str(value) for title, value in list(found.items())[:MOST_FIELDS]}
        for title, value in given.items():
            known = self.fields.get(folded(title.partition(" [")[0])) or self.fields.get(folded(title))
            if known is None:
                meant.unknown[title[:120]] = value
                continue
            try:
                meant.custom[known[0]] = read_custom(known[1], value)
            except (ValueProblem, ValueError):
                _keep_as_written(record, f"{title}: {value}", value)

    def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Which rows are new tickets, and which say something else of one that is there."""
        self.keys = {
            one.record.number: key_of(
                one.record, self.policy.source, one.record.attached.get("ticket_id", "")
            )
            for one in outcomes
        }
        there = Ticket.objects.filter(import_key__in=self.keys.values())
        self.known |= set(there.values_list("import_key", flat=True))  # type: ignore[arg-type]
        rows = Ticket.objects.filter(deleted_at__isnull=True).select_related("status", "type", "owner")
        found, untouched = known_of(rows, self.keys.values(), "import_key")
        talks, heard = _heard([one.pk for one in found.values()])
        self.fresh, self.again = [], []
        for outcome in outcomes:
            record = outcome.record
            if outcome.verb == "failed" or (
                outcome.verb == "skipped" and not record.is_alone and outcome.pending is None
            ):
                continue
            key = self.keys[record.number]
            if key not in self.known:
                self.known.add(key)
                outcome.verb = "created"
                self.fresh.append(outcome)
                continue
            outcome.verb = "skipped"
            ticket = found.pop(key, None)
            if ticket is None or not record.attached.get("ticket_id") or self.policy.on_match != "update":
                continue
            again = self._again(outcome, ticket, ticket.pk in untouched, talks, heard)
            if again is not None:
                outcome.verb = "updated"
                self.again.append(again)

    def _again(
        self,
        outcome: Outcome,
        ticket: Ticket,
        is_untouched: bool,
        talks: dict[UUID, UUID],
        heard: dict[UUID, set[str]],
    ) -> Again | None:
        """What a row that came again changes; None where it says nothing new."""
        meant: Meant = outcome.record.attached["meant"]
        columns = differing(ticket, _said(meant), is_untouched)
        if "title" in columns:
            columns["sort_key"] = sort_key(columns["title"])
        if "status_id" in columns:
            columns |= _standing(meant)
        custom = {
            key: value
            for key, value in meant.custom.items()
            if ticket.custom.get(key) != value and (is_untouched or key not in ticket.custom)
        }
        new = [
            one for one in meant.said if message_key(self, outcome, one) not in heard.get(ticket.pk, set())
        ]
        if not (columns or custom or new):
            return None
        return Again(outcome, ticket, columns, custom, new, talks.get(ticket.pk), meant.status)

    def write(self, now: datetime) -> None:
        """Lay down what `settle` settled."""
        Writer(self, now).write()


def message_key(tickets: TicketsOfFile, outcome: Outcome, said: dict[str, Any]) -> str:
    """What a comment is known by: its system, ticket and number there."""
    return f"{tickets.policy.source}:{outcome.record.attached.get('ticket_id', '')}:{said['id']}"[:250]


def _said(meant: Meant) -> dict[str, Any]:
    """Columns the row gives a value for."""
    given = {
        "title": meant.title, "priority": meant.priority, "owner_id": meant.owner_id, "due_at": meant.due,
        "type_id": meant.type.pk if meant.type else None, "status_id": meant.status.pk, "reopened": meant.reopened,
        "first_answered_at": meant.answered,
    }  # fmt: skip
    return {column: value for column, value in given.items() if value not in (None, "")}


def _standing(meant: Meant) -> dict[str, Any]:
    stage = meant.status.stage
    over = meant.solved or meant.closed or timezone.now()
    return {
        "stage": stage, "stage_since": (meant.closed or over) if stage in FINISHED else timezone.now(),
        "solved_at": over if stage in FINISHED else None,
        "closed_at": (meant.closed or over) if stage == Stage.CLOSED else None,
    }  # fmt: skip


def _heard(tickets: Sequence[UUID]) -> tuple[dict[UUID, UUID], dict[UUID, set[str]]]:
    """Of tickets that are there: the conversation that was brought in with each, and what was said in it by key."""
    rows = TicketConversation.objects.filter(
        ticket__in=tickets, **{f"conversation__details__{MARK}__isnull": False}
    )
    talks = dict(rows.values_list("ticket_id", "conversation_id"))
    of_talk = {talk: ticket for ticket, talk in talks.items()}
    heard: dict[UUID, set[str]] = {}
    said = Message.objects.filter(conversation__in=of_talk).exclude(external_id="")
    for talk, key in said.values_list("conversation_id", "external_id"):
        heard.setdefault(of_talk[talk], set()).add(key)
    return talks, heard


def _own_priorities() -> dict[str, str]:
    found: dict[str, str] = {**PRIORITIES, **{str(one): one for one in Priority}}
    for language, _name in settings.LANGUAGES:
        with override(language):
            found |= {folded(one.label): one for one in Priority}
    return found


def _moment(value: Any) -> datetime | None:
    try:
        found = read_date(str(value or ""), "dmy")
    except ValueError:
        return None
    if not isinstance(found, datetime):
        found = datetime(found.year, found.month, found.day)
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    return found if found.year >= 1990 else None


def _count(text: str) -> int:
    digits = text.partition(".")[0].strip()
    return min(int(digits), 10_000_000) if digits.isascii() and digits.isdecimal() and len(digits) < 9 else 0


def _keep_as_written(record: Record, text: str, value: str) -> None:
    record.lines.append(text)
    record.warnings.append(CellProblem("kept_as_written", None, value))
