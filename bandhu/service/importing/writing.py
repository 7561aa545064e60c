"""Laying down the tickets of a chunk with everything that belongs to them, and taking them back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from bandhu.channels.models import MailAccount
from bandhu.channels.queries import answering_mailboxes
from bandhu.customers.importing.attached import (
    Trace,
    change_columns,
    created,
    folded,
    leave_traces,
    take_back,
)
from bandhu.customers.importing.plan import Outcome
from bandhu.customers.imports.custom_values import FieldType
from bandhu.customers.models import Import, ImportedRow, Tag
from bandhu.identity.models import User
from bandhu.interactions.history import (
    PastExchange,
    PastMessage,
    begin_exchange,
    remove_exchanges,
    remove_messages,
    with_later_words,
    write_exchanges,
)
from bandhu.interactions.models import Conversation, Interaction
from bandhu.platform.actions.custom_fields import create_field
from bandhu.platform.events import unannounced
from bandhu.platform.ids import new_id
from bandhu.platform.mail_addresses import mail_key
from bandhu.platform.sort_keys import sort_key
from bandhu.platform.texts import fold
from bandhu.service.actions.setup import set_ticket_type
from bandhu.service.importing.queues import forget_given_out
from bandhu.service.importing.wording import (
    description_of,
    html_with_files,
    text_of,
    times_of,
    with_files,
)
from bandhu.service.models import (
    FINISHED,
    Stage,
    StatusMove,
    Ticket,
    TicketConversation,
    TicketStatus,
    TicketType,
)

if TYPE_CHECKING:
    from bandhu.service.importing.tickets import Meant, TicketsOfFile

KIND, SOURCE = "ticket", "service"
# The choice that answers leave by none.
NO_MAILBOX = "none"
MOST_TEXT = 2_000
_BATCH = 1_000
_CHANGEABLE = (
    "title", "sort_key", "priority", "priority_is_set", "owner", "due_at", "type", "status", "stage", "stage_since", "solved_at",
    "closed_at", "reopened", "first_answered_at", "custom", "version", "updated_at",
)  # fmt: skip


@dataclass
class Again:
    """A row that came again and says something else: of the ticket's columns and own fields, and what was said since."""

    outcome: Outcome
    ticket: Ticket
    columns: dict[str, Any]
    custom: dict[str, Any]
    said: list[dict[str, Any]]
    talk: UUID | None
    status: TicketStatus


class Writer:
    """Writes one chunk."""

    def __init__(self, tickets: TicketsOfFile, now: datetime) -> None:
        self.tickets, self.run, self.policy, self.now = tickets, tickets.run, tickets.policy, now
        self.account = _answering(tickets.run)
        new = TicketStatus.objects.filter(stage=Stage.NEW)
        self.begins_in = new.order_by("-is_usual", "position").first()

    def write(self) -> None:
        """Tickets, their ways, tags, conversations and timelines. Nothing of it is anybody's news."""
        with unannounced():
            made = self._made()
            Ticket.objects.bulk_create([ticket for _one, ticket in made], batch_size=_BATCH)
            StatusMove.objects.bulk_create(
                [move for _one, ticket in made for move in self._way(ticket)], batch_size=_BATCH
            )
            self._stick_tags(made)
            self._converse(made)
            self._tell_timeline([ticket for _one, ticket in made])
            self.tickets.queues.give_out(ticket for _one, ticket in made)
            traces = [created(one.record.number, ticket, _filled(ticket)) for one, ticket in made]
            leave_traces(self.run, KIND, [*traces, *self._change()], self.now)

    def _made(self) -> list[tuple[Outcome, Ticket]]:
        numbers = _numbers(len(self.tickets.fresh))
        return [
            (one, self._ticket(one, number)) for one, number in zip(self.tickets.fresh, numbers, strict=True)
        ]

    def _ticket(self, outcome: Outcome, number: int) -> Ticket:
        record, person = outcome.record, outcome.pending
        meant: Meant = record.attached["meant"]
        times = times_of(meant, self.now)
        known: dict[str, Any] = person.columns if person else {}
        column = known.get
        return Ticket(
            id=new_id(times["created_at"]), number=number, title=meant.title, sort_key=sort_key(meant.title),
            type=self._type(meant), status=meant.status, stage=meant.status.stage, priority=meant.priority, priority_is_set=True,
            contact_id=person.id if person else None, company_id=column("company_id"), language=column("language") or "",
            channel=meant.channel, owner_id=meant.owner_id, queue_id=meant.queue.pk if meant.queue else None,
            team_id=self.policy.team_id or (meant.queue.team_id if meant.queue else None), due_at=meant.due,
            custom=self._custom(record, meant), description=description_of(record, meant), reopened=meant.reopened,
            created_by=self.run.actor, imported_at=self.now, came_from=self.policy.source,
            external_id=record.attached.get("ticket_id", "")[:200], import_key=self.tickets.keys[record.number], **times,
        )  # fmt: skip

    def _type(self, meant: Meant) -> TicketType:
        """The one it names, made where the importer may make types."""
        if meant.type is None and meant.type_name:
            known = self.tickets.types.get(folded(meant.type_name))
            if known is None:
                known = set_ticket_type(None, actor=self.run.actor, name=meant.type_name, is_public=False)
                self.tickets.types[folded(meant.type_name)] = known
            meant.type = known
        found = meant.type or self.tickets.usual_type
        assert found is not None  # every installation has types
        return found

    def _custom(self, record: Any, meant: Meant) -> dict[str, Any]:
        """Own fields: those that are there, and new ones for texts that have none; what can have none is told in the description."""
        found = dict(meant.custom)
        for title, value in meant.unknown.items():
            key = self._new_field(title) if len(value) <= MOST_TEXT else ""
            if key:
                found[key] = value
            else:
                record.lines.append(f"{title}: {value}")
        return found

    def _new_field(self, title: str) -> str:
        known = self.tickets.fields.get(folded(title))
        if known is not None:
            return known[0]
        if not self.tickets.may_make_fields:
            return ""
        help_text = _("Made by the import of %(file)s") % {"file": self.run.file_name}
        try:
            made = create_field(
                actor=self.run.actor,
                kind=KIND,
                type="long_text",
                labels={"en": title},
                helps={"en": help_text},
            )
        except ValidationError:
            return ""
        self.tickets.fields[folded(title)] = (made.key, FieldType("long_text", title, limit=MOST_TEXT))
        return str(made.key)

    def _way(self, ticket: Ticket) -> list[StatusMove]:
        """Opened, and where it stands now: nothing is known of what was between."""
        opened = StatusMove(
            ticket=ticket, at=ticket.created_at, to_stage=Stage.NEW, to_status=self.begins_in or ticket.status
        )
        if ticket.stage == Stage.NEW:
            return [opened]
        return [
            opened,
            StatusMove(
                ticket=ticket, at=ticket.stage_since, actor_id=ticket.owner_id, from_stage=Stage.NEW,
                to_stage=ticket.stage, to_status=ticket.status,
            ),
        ]  # fmt: skip

    def _stick_tags(self, made: Sequence[tuple[Outcome, Ticket]]) -> None:
        wanted = {
            fold(name)[:60]: name for one, _ticket in made for name in one.record.attached["meant"].tags
        }
        Tag.objects.bulk_create(
            [Tag(key=key, name=name) for key, name in sorted(wanted.items())], ignore_conflicts=True
        )
        ids = dict(Tag.objects.filter(key__in=wanted).values_list("key", "pk"))
        through = Ticket.tags.through
        pairs = {
            (ticket.pk, ids[fold(name)[:60]])
            for one, ticket in made
            for name in one.record.attached["meant"].tags
        }
        through.objects.bulk_create(
            [through(ticket_id=ticket, tag_id=tag) for ticket, tag in pairs],
            batch_size=_BATCH,
            ignore_conflicts=True,
        )

    def _converse(self, made: Sequence[tuple[Outcome, Ticket]]) -> None:
        exchanges, threads = [], []
        for one, ticket in made:
            if said := one.record.attached["meant"].said:
                talk = self._talk(one, ticket)
                exchanges.append(PastExchange(talk, self._messages(one, said)))
                threads.append(
                    TicketConversation(ticket=ticket, conversation=talk, added_at=ticket.created_at)
                )
        write_exchanges(exchanges, self.policy.source)
        TicketConversation.objects.bulk_create(threads, batch_size=_BATCH)

    def _talk(self, outcome: Outcome, ticket: Ticket) -> Conversation:
        """Closed: a word of the customer opens it again, and it waits for somebody then. Answers leave by the mailbox that was chosen."""
        record = outcome.record
        mail = record.emails[0][1] if record.emails else ""
        number = ticket.external_id
        return begin_exchange(
            self.policy.source, ticket.created_at, channel="mail" if self.account else ticket.channel or "mail",
            place=self.account.pk if self.account else None, contact_id=ticket.contact_id, company_id=ticket.company_id,
            person_name=record.fallback_name[:200], person_address=mail[:254], person_key=(mail_key(mail) or "")[:254],
            external_id=f"{self.policy.source}:{number}"[:250] if number else "", subject=ticket.title, language=ticket.language,
            team_id=ticket.team_id,
        )  # fmt: skip

    def _messages(self, outcome: Outcome, said: Sequence[dict[str, Any]]) -> list[PastMessage]:
        number = outcome.record.attached.get("ticket_id", "")
        return [
            PastMessage(
                key=f"{self.policy.source}:{number}:{one['id']}"[:250],
                at=one["at"],
                text=with_files(text_of(one.get("text")), one),
                html=html_with_files(text_of(one.get("html")), one),
                author=self._user(one),
                author_name=text_of(one.get("by"))[:200],
                is_ours=one.get("is_ours") is True,
                is_note=one.get("is_note") is True,
            )
            for one in said
        ]

    def _user(self, said: dict[str, Any]) -> Any:
        """The colleague who wrote it, by mail address."""
        if said.get("is_ours") is not True:
            return None
        pk = self.tickets.users.get(folded(text_of(said.get("mail")))) if said.get("mail") else None
        return User(pk=pk) if pk else None

    def _tell_timeline(self, tickets: Sequence[Ticket]) -> None:
        entries = []
        for ticket in tickets:
            if not (ticket.contact_id or ticket.company_id):
                continue
            told = [("ticket_opened", ticket.created_at, str(ticket.pk), "in")]
            if ticket.stage in FINISHED and ticket.solved_at:
                told.append(("ticket_solved", ticket.solved_at, f"{ticket.pk}:{ticket.reopened}", "none"))
            entries += [
                Interaction(
                    id=new_id(at), kind=kind, direction=direction, occurred_at=at, contact_id=ticket.contact_id,
                    company_id=ticket.company_id, subject=str(ticket)[:300], details={"ticket_id": str(ticket.pk)},
                    source=SOURCE, external_id=key,
                )
                for kind, at, key, direction in told
            ]  # fmt: skip
        Interaction.objects.bulk_create(entries, batch_size=_BATCH)

    def _change(self) -> list[Trace]:
        """What rows that came again say otherwise, and what was said since."""
        traces = []
        for one in self.tickets.again:
            former = one.ticket.stage
            trace = change_columns(one.outcome.record.number, one.ticket, one.columns)
            trace.before["custom"] = {key: one.ticket.custom.get(key) for key in one.custom}
            one.ticket.custom = one.ticket.custom | one.custom
            one.ticket.updated_at = self.now
            added: dict[str, list[str]] = {}
            if "status_id" in one.columns:
                move = StatusMove.objects.create(
                    ticket=one.ticket, at=one.ticket.stage_since, actor=self.run.actor, from_stage=former,
                    to_stage=one.ticket.stage, to_status=one.status,
                )  # fmt: skip
                added["moves"] = [str(move.pk)]
            if one.said:
                added |= self._say_more(one)
            trace.before["added"] = added
            traces.append(trace)
        Ticket.objects.bulk_update([one.ticket for one in self.tickets.again], _CHANGEABLE, batch_size=_BATCH)
        return traces

    def _say_more(self, again: Again) -> dict[str, list[str]]:
        """What was said since; into a new conversation where the ticket came without one."""
        talk = (
            Conversation.objects.select_for_update(of=("self",)).filter(pk=again.talk).first()
            if again.talk
            else None
        )
        is_new = talk is None
        talk = talk or self._talk(again.outcome, again.ticket)
        exchange = PastExchange(talk, self._messages(again.outcome, again.said))
        written = write_exchanges([exchange], self.policy.source, are_new=is_new)
        if is_new:
            TicketConversation.objects.create(ticket=again.ticket, conversation=talk)
            return {"talks": [str(talk.pk)]}
        return {"messages": [str(one.pk) for one in written.get(talk.pk, [])]}


def _numbers(count: int) -> list[int]:
    """Of new tickets, from the sequence."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('service_ticket_number') FROM generate_series(1, %s)", [count])
        return [number for (number,) in cursor.fetchall()]


def _filled(ticket: Ticket) -> dict[str, Any]:
    return {
        "title": ticket.title, "status": str(ticket.status), "type": str(ticket.type), "priority": ticket.priority,
        "external_ids": f"{ticket.came_from}, {ticket.external_id}" if ticket.external_id else "",
    }  # fmt: skip


def _answering(run: Import) -> MailAccount | None:
    """The mailbox that was chosen; where nothing was, the only one there is."""
    chosen = run.options.get("place")
    if chosen == NO_MAILBOX:
        return None
    boxes = answering_mailboxes(run.actor)
    if chosen:
        return next((one for one in boxes if str(one.pk) == chosen), None)
    return boxes[0] if len(boxes) == 1 else None


def take_back_tickets(run: Import, traces: Sequence[ImportedRow]) -> list[ImportedRow]:
    """Delete what came in with its conversations, save what somebody worked on; give what was changed its former values."""
    ids = [trace.record_id for trace in traces]
    talks = dict(
        TicketConversation.objects.filter(ticket__in=ids).values_list("conversation_id", "ticket_id")
    )
    used = {talks[talk] for talk in with_later_words(talks)}
    free = [trace for trace in traces if trace.record_id not in used]
    reopened = dict(Ticket.objects.filter(pk__in=ids).values_list("pk", "reopened"))
    undone = take_back(Ticket, KIND, free, own=(StatusMove, TicketConversation))
    gone = {trace.record_id for trace in undone if trace.verb != ImportedRow.Verb.CHANGED}
    remove_exchanges(talk for talk, ticket in talks.items() if ticket in gone)
    forget_given_out(gone)
    keys = [key for pk, times in reopened.items() if pk in gone for key in (str(pk), f"{pk}:{times}")]
    Interaction.objects.filter(source=SOURCE, external_id__in=keys).delete()
    for trace in undone:
        added = trace.before.get("added", {})
        StatusMove.objects.filter(pk__in=added.get("moves", [])).delete()
        remove_messages(UUID(one) for one in added.get("messages", []))
        remove_exchanges(UUID(one) for one in added.get("talks", []))
    return undone
