"""The list of the inbox: its views with bounded counts, its filters, its search."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from bandhu.contact_center import queries as work
from bandhu.contact_center.conversations import KIND
from bandhu.contact_center.models import WorkItem
from bandhu.customers.queries import hide_unseen_customers
from bandhu.inbox.models import Draft, Mention
from bandhu.interactions.models import Conversation, ConversationState
from bandhu.interactions.queries import conversations, messages_saying
from bandhu.platform.paging import Page, keyset_page

# More than a tall screen shows; the next ones follow by scrolling.
PAGE = 20
# A view says "99+" behind this: what is counted further costs and helps nobody.
MOST_COUNTED = 100
MOST_FOUND, MOST_SAID = 200, 40
_SHOWN = (
    "id", "channel", "subject", "language", "labels", "state", "snoozed_until", "preview", "message_count", "active_at",
    "last_message_at", "waiting_since", "person_name", "person_address", "version",
    "contact__full_name", "contact__owner", "contact__team", "contact__deleted_at", "contact__company",
    "company__name", "company__owner", "company__team", "company__deleted_at", "assignee__full_name", "assignee__email",
)  # fmt: skip


@dataclass(frozen=True)
class View:
    """A way to look at the inbox. `rows(user, all in reach)` narrows; `is_counted` where few are looked at to count."""

    name: str
    label: Any
    icon: str
    rows: Callable[[Any, Any], Any]
    empty_title: Any
    empty_text: Any
    is_counted: bool = True


@dataclass(frozen=True)
class InboxFilter:
    """What part of a view: channel, label, language, queue, words of messages; the one who waits longest first.

    Words are looked for in every view, unless `is_view_meant`: then in the one that is asked for.
    """

    channel: str = ""
    label: str = ""
    language: str = ""
    queue: UUID | None = None
    words: str = ""
    longest_waiting: bool = False
    is_view_meant: bool = False

    @property
    def is_set(self) -> bool:
        return bool(self.channel or self.label or self.language or self.queue or self.words.strip())


def _open(rows: Any) -> Any:
    return rows.filter(state=ConversationState.OPEN)


def _mentioned(user: Any, rows: Any) -> Any:
    return rows.filter(pk__in=Mention.objects.filter(user=user).values("conversation"))


def _drafted(user: Any, rows: Any) -> Any:
    return rows.filter(pk__in=Draft.objects.filter(user=user).exclude(text="").values("conversation"))


VIEWS: dict[str, View] = {
    one.name: one
    for one in (
        View(
            "mine", _("Mine"), "user-round", lambda user, rows: _open(rows).filter(assignee=user),
            _("Nothing waits for you"), _("Take a conversation under “Unassigned”, or let the queue give you the next one."),
        ),
        View(
            "team", _("My team"), "users",
            lambda user, rows: _open(rows).filter(team=user.team_id) if user.team_id else rows.none(),
            _("Your team is done"), _("What comes into the queues of your team appears here."),
        ),
        View(
            "unassigned", _("Unassigned"), "inbox", lambda user, rows: _open(rows).filter(assignee__isnull=True),
            _("Nobody waits"), _("Every conversation is with somebody. New ones appear here by themselves."),
        ),
        View(
            "mentioned", _("Mentioned"), "at-sign", _mentioned,
            _("Nobody has named you"), _("When a colleague writes @ and your name in a note, the conversation stands here."),
        ),
        View(
            "drafts", _("Drafts"), "file-pen-line", _drafted,
            _("No drafts"), _("What you begin to write is kept here until it is sent, on every device."),
        ),
        View(
            "open", _("All open"), "messages-square", lambda user, rows: _open(rows),
            _("Everything is answered"), _("Connect a mailbox or a chat, and what customers write appears here."),
        ),
        View(
            "snoozed", _("Snoozed"), "alarm-clock", lambda user, rows: rows.filter(state=ConversationState.SNOOZED),
            _("Nothing sleeps"), _("Press z to put a conversation off: it comes back on top when its time has come."),
        ),
        View(
            "closed", _("Closed"), "check-check", lambda user, rows: rows.filter(state=ConversationState.CLOSED),
            _("Nothing is closed yet"), _("Press e when a conversation is done. It opens again when the customer writes."), False,
        ),
        View(
            "spam", _("Spam"), "shield-alert", lambda user, rows: rows.filter(state=ConversationState.SPAM),
            _("No spam"), _("Press # on a conversation that is none. It stays here and opens no more."), False,
        ),
    )
}  # fmt: skip


def conversations_in(user: Any, view: str, only: InboxFilter) -> QuerySet[Conversation]:
    """Those of a view within reach, narrowed by the filter; words are looked for apart (`inbox_page`)."""
    rows: QuerySet[Conversation] = VIEWS[view].rows(user, conversations(user))
    if only.channel:
        rows = rows.filter(channel=only.channel)
    if only.label:
        rows = rows.filter(labels__contains=[only.label])
    if only.language:
        rows = rows.filter(language=only.language)
    return rows.filter(pk__in=_in_queue(user, only.queue)) if only.queue else rows


def _in_queue(user: Any, queue_id: UUID) -> Any:
    """What is open in a queue the user sees."""
    queue = work.queues_for(user).filter(pk=queue_id)
    open_work = WorkItem.objects.filter(kind=KIND, queue__in=queue.values("pk"))
    return open_work.exclude(state=WorkItem.State.FINISHED).values("record_id")


def inbox_page(
    user: Any, view: str, only: InboxFilter, *, cursor: str | None = None, limit: int = PAGE
) -> Page:
    """One page of the list, what came up last first. Raises ValidationError for a cursor that was not made by us.

    With words: the conversations in which they were said, the newest message first, MOST_SAID at most on one page; found in every state
    unless the view is meant.
    """
    if only.words.strip():
        page = Page(_saying(user, view, only), "", "")
    else:
        rows = _with_what_is_shown(conversations_in(user, view, only))
        order = ["-active_at"]
        if only.longest_waiting:
            rows, order = rows.filter(waiting_since__isnull=False), ["waiting_since"]
        page = keyset_page(rows, order, cursor=cursor, limit=limit)
    hide_unseen_customers(user, page.items)
    return page


def view_counts(user: Any) -> dict[str, int]:
    """{view: how many} of those that are counted, at most MOST_COUNTED; all in one statement."""
    parts, values = [], []
    names = [view.name for view in VIEWS.values() if view.is_counted]
    for name in names:
        few = conversations_in(user, name, InboxFilter()).order_by().values("pk")[:MOST_COUNTED]
        try:
            sql, parameters = few.query.sql_with_params()
        except EmptyResultSet:  # Django refuses to write what can never be true
            sql, parameters = "SELECT NULL WHERE false", ()
        parts.append(f"(SELECT count(*) FROM ({sql}) AS few)")  # noqa: S608 (Django wrote it)
        values += list(parameters)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", values)
        counted = cursor.fetchone()
    return dict(zip(names, counted, strict=True))


def _saying(user: Any, view: str, only: InboxFilter) -> list[Conversation]:
    """The conversations of the newest messages with the words, each once, in the order of those messages."""
    wanted: dict[str, Any] = {
        name: getattr(only, name) for name in ("channel", "language") if getattr(only, name)
    }
    if only.label:
        wanted["labels__contains"] = [only.label]
    if only.is_view_meant:
        wanted["pk__in"] = conversations_in(user, view, only).order_by().values("pk")
    elif only.queue:
        wanted["pk__in"] = _in_queue(user, only.queue)
    found = [message.conversation_id for message in messages_saying(user, only.words, MOST_FOUND, **wanted)]
    order = {pk: place for place, pk in enumerate(dict.fromkeys(found))}
    rows = _with_what_is_shown(conversations(user).filter(pk__in=list(order)[:MOST_SAID]))
    return sorted(rows, key=lambda one: order[one.pk])


def _with_what_is_shown(rows: Any) -> Any:
    return rows.select_related("contact", "company", "assignee").only(*_SHOWN)
