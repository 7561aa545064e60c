"""Tickets as they were at a moment, put together from what their history says, and which of them a filter fits.

Known of a moment are the status, and every column the audit trail tells of: title, priority, impact, urgency, type, owner, team,
queue, language, due, own fields, and whether there was an answer yet. Tags, clocks and facts about the customer are those of today.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.utils import translation
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from bandhu.contact_center.models import Queue
from bandhu.identity.models import Team, User
from bandhu.platform.filters import Compiled
from bandhu.platform.models import AuditEntry
from bandhu.service.models import StatusMove, Ticket, TicketType

_AS_WRITTEN = ("title", "description", "impact", "urgency", "priority", "language", "channel", "resolution")
_NOT_YET = (
    "first_answered_at",
    "last_answered_at",
    "last_customer_at",
    "waiting_since",
    "solved_at",
    "closed_at",
)
_TABLE = Ticket._meta.db_table
_COLUMNS = [(one, one.column) for one in Ticket._meta.concrete_fields]


def tickets_at(moments: Mapping[UUID, datetime]) -> dict[UUID, Ticket]:
    """Unsaved copies of these tickets as they were, each at its moment; what has been deleted since is left out."""
    rows = Ticket.objects.filter(pk__in=list(moments), deleted_at__isnull=True)
    found = {
        one.pk: one for one in rows.select_related("type", "status", "owner", "team", "contact", "company")
    }
    _put_back(found, moments)
    _put_status_back(found, moments)
    return found


def fitting(compiled: Compiled, tickets: Iterable[Ticket]) -> set[UUID]:
    """Which of these tickets fit a filter as they stand in memory; nothing is written.

    Under the name of the table stand these rows instead, for this one statement: the filter is the one lists and rules use.
    """
    given = [_row(one) for one in tickets]
    if not given:
        return set()
    statement, values = (
        compiled.apply(Ticket.objects.all()).order_by().values_list("pk").query.sql_with_params()
    )
    columns = ", ".join(f'"{column}" {one.db_type(connection)}' for one, column in _COLUMNS)
    shadowed = (
        f'WITH "{_TABLE}" AS (SELECT * FROM jsonb_to_recordset(%s::jsonb) AS past({columns})) {statement}'  # noqa: S608 (our own names)
    )
    with connection.cursor() as cursor:
        cursor.execute(shadowed, [json.dumps(given, cls=DjangoJSONEncoder), *values])
        return {row[0] for row in cursor.fetchall()}


def _row(ticket: Ticket) -> dict[str, Any]:
    found = {column: getattr(ticket, one.attname) for one, column in _COLUMNS}
    return {str(column): _plain(value) for column, value in found.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return "\\x" + bytes(value).hex()
    return value.isoformat() if isinstance(value, datetime) else value


def _put_back(tickets: Mapping[UUID, Ticket], moments: Mapping[UUID, datetime]) -> None:
    """Undo, in memory, every change the audit trail tells of since."""
    if not tickets:
        return
    since = min(moments[pk] for pk in tickets)
    entries = AuditEntry.objects.filter(record_id__in=list(tickets), record_kind="ticket", at__gt=since)
    former: dict[UUID, dict[str, Any]] = {}
    for entry in entries.order_by("-pk").only("record_id", "at", "changes"):
        if entry.record_id is None or entry.at <= moments[entry.record_id]:
            continue
        kept = former.setdefault(entry.record_id, {})
        for name, pair in entry.changes.items():
            if isinstance(pair, list) and len(pair) == 2:
                kept[name] = pair[0]  # the oldest change after the moment is written last
    names = _Names()
    for pk, changes in former.items():
        for name, value in changes.items():
            _put_value(tickets[pk], name, value, names)
    for pk, ticket in tickets.items():
        for name in _NOT_YET:
            at = getattr(ticket, name)
            if at is not None and at > moments[pk]:
                setattr(ticket, name, None)
        if ticket.first_answered_at is None:
            ticket.answers = 0


def _put_value(ticket: Ticket, name: str, value: Any, names: _Names) -> None:
    if name in _AS_WRITTEN:
        setattr(ticket, name, value or "")
    elif name == "due_at":
        ticket.due_at = parse_datetime(value) if value else None
    elif name.startswith("custom."):
        key = name.removeprefix("custom.")
        rest = {one: kept for one, kept in ticket.custom.items() if one != key}
        ticket.custom = rest if value in (None, "", []) else rest | {key: value}
    elif name == "queue":
        ticket.queue_id = names.of("queue", value, ticket.queue_id)
    elif name == "type":
        ticket.type_id = names.of("type", value, ticket.type_id) or ticket.type_id
    elif name in ("owner", "team"):
        setattr(ticket, f"{name}_id", names.of(name, value, getattr(ticket, f"{name}_id")))


class _Names:
    """The records behind the names the trail keeps. A name that two have, or nobody has any more, leaves what is there today."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, Any]] = {}

    def of(self, kind: str, name: Any, today: Any) -> Any:
        if name in (None, ""):
            return None
        if kind not in self._known:
            self._known[kind] = _unique(_named(kind))
        return self._known[kind].get(str(name), today)


def _unique(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, set[Any]] = {}
    for name, pk in pairs:
        found.setdefault(name, set()).add(pk)
    return {name: next(iter(ids)) for name, ids in found.items() if len(ids) == 1}


def _named(kind: str) -> Iterable[tuple[str, Any]]:
    if kind == "owner":
        return [(str(one), one.pk) for one in User.objects.all()]
    if kind == "team":
        return [(str(one), one.pk) for one in Team.objects.all()]
    if kind == "queue":
        return list(Queue.objects.values_list("name", "pk"))
    found = []
    for one in TicketType.objects.all():
        # The trail keeps what the type was called in the language of whoever changed it.
        found += [(name, one.pk) for name in (one.name, *one.names.values())]
        for code, _language in settings.LANGUAGES:
            with translation.override(code):
                found.append((_(one.name), one.pk))
    return found


def _put_status_back(tickets: Mapping[UUID, Ticket], moments: Mapping[UUID, datetime]) -> None:
    moves = (
        StatusMove.objects.filter(ticket__in=list(tickets)).order_by("at", "pk").select_related("to_status")
    )
    for move in moves:
        if move.at <= moments[move.ticket_id]:
            ticket = tickets[move.ticket_id]
            ticket.status, ticket.stage, ticket.stage_since = move.to_status, move.to_stage, move.at
