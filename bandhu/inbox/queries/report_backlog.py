"""How many conversations were open at the end of each day, week or month, and which.

The rule: a conversation was open at a moment when it had begun and was neither closed nor spam then; put off is open. What it was then, the
lines among its messages tell that say what happened to it: the last one before the moment. Where none is before it, the first one since: it was
closed if that says it was opened again, and open otherwise; without such a line it is now as it was then, so that mail of the past, which
comes in closed, was never open. What is spam today counts nowhere, and a conversation counts for whoever may see it today.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from bandhu.inbox.queries.report import IS_OPEN, counted_conversations
from bandhu.interactions.models import Conversation, Message, MessageKind
from bandhu.platform.day_spans import Span, Step, last_days, moments_after, standing_at
from bandhu.platform.ids import first_id_of

_SHUT = ["closed", "spam"]
_TOLD = [*_SHUT, "reopened", "woken", "snoozed"]
# One pass over what happened since the first end (an index holds those lines alone) and over what began since.
_CHANGES = """
    WITH talks (id, created_at, is_open) AS NOT MATERIALIZED ({talks}),
    told AS (
        SELECT talk, at, is_open, nth, CASE WHEN nth = 1 THEN coalesce((
            SELECT NOT earlier.details->>'event' = ANY(%s) FROM interactions_message AS earlier
            WHERE earlier.conversation_id = talk AND earlier.kind = 'event' AND earlier.id < %s AND earlier.details->>'event' = ANY(%s)
            ORDER BY earlier.id DESC LIMIT 1
        ), seems_open) ELSE was_open END AS was_open
        FROM (
            SELECT line.conversation_id AS talk, line.at, NOT line.event = ANY(%s) AS is_open, line.event <> 'reopened' AS seems_open,
                lag(NOT line.event = ANY(%s)) OVER way AS was_open, row_number() OVER way AS nth
            FROM (
                SELECT id, conversation_id, at, details->>'event' AS event FROM interactions_message
                WHERE kind = 'event' AND id >= %s AND details->>'event' = ANY(%s)
            ) AS line JOIN talks ON talks.id = line.conversation_id
            WINDOW way AS (PARTITION BY line.conversation_id ORDER BY line.id)
        ) AS lines
    ),
    steps (at, difference) AS (
        SELECT at, is_open::int - was_open::int FROM told
        UNION ALL
        SELECT talks.created_at, coalesce(told.was_open, talks.is_open)::int
        FROM talks LEFT JOIN told ON told.talk = talks.id AND told.nth = 1
        WHERE talks.id >= %s AND talks.created_at >= %s
    )
    SELECT width_bucket(at, %s::timestamptz[]) AS passed, sum(difference) FROM steps WHERE at >= %s GROUP BY passed"""


def talk_backlog(user: Any, span: Span, step: Step, first_weekday: int = 0) -> list[tuple[date, int]]:
    """(last day, open at its end) of each day, week or month of the period up to today."""
    days = last_days(span, step, first_weekday)
    if not days:
        return []
    ends = moments_after(days)
    # What began after the last end was open at none, and counts neither now nor then.
    rows = counted_conversations(user).filter(created_at__lt=ends[-1]).order_by()
    now = rows.filter(IS_OPEN).count()
    inner, given = rows.values_list(
        "pk", "created_at", ExpressionWrapper(IS_OPEN, BooleanField())
    ).query.sql_with_params()
    first = first_id_of(ends[0])
    lines = [_SHUT, first, _TOLD, _SHUT, _SHUT, first, _TOLD]
    values = [*given, *lines, first, ends[0], ends, ends[0]]
    with connection.cursor() as cursor:
        cursor.execute(_CHANGES.format(talks=inner), values)
        changes = [(place, int(by)) for place, by in cursor.fetchall()]
    return list(zip(days, standing_at(len(ends), now, changes), strict=True))


def talks_open_at_end(user: Any, day: date) -> QuerySet[Conversation]:
    """The conversations that were open at the end of a day, by the same rule."""
    [end] = moments_after([day])
    told = Message.objects.filter(kind=MessageKind.EVENT, details__event__in=_TOLD)
    since = told.filter(pk__gte=first_id_of(end))
    before = told.filter(pk__lt=first_id_of(end), conversation__in=since.values("conversation"))
    first = Message.objects.filter(
        pk__in=since.order_by("conversation_id", "pk").distinct("conversation_id").values("pk")
    )
    last = Message.objects.filter(
        pk__in=before.order_by("conversation_id", "-pk").distinct("conversation_id").values("pk")
    )
    stayed = IS_OPEN & ~Q(pk__in=since.values("conversation"))
    seemed_open = Q(pk__in=first.exclude(details__event="reopened").values("conversation"))
    was_shut = Q(pk__in=last.filter(details__event__in=_SHUT).values("conversation"))
    return counted_conversations(user).filter(stayed | (seemed_open & ~was_shut), created_at__lt=end)
