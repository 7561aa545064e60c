"""What happens to tickets. Moments are ISO 8601 in UTC; ids are texts."""

from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from bandhu.platform.events import Event


@dataclass(frozen=True, kw_only=True)
class _Ticket:
    ticket_id: str
    number: int
    contact_id: str | None
    company_id: str | None
    title: str
    stage: str
    priority: str
    owner_id: str | None


@dataclass(frozen=True, kw_only=True)
class TicketOpened(_Ticket, Event, name="service.ticket_opened", sentence=_("A ticket was opened")):
    channel: str
    type: str


@dataclass(frozen=True, kw_only=True)
class TicketChanged(_Ticket, Event, name="service.ticket_changed", sentence=_("A ticket was changed")):
    """`fields` are the names of what changed; values are in the audit trail."""

    version: int
    fields: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class TicketSolved(_Ticket, Event, name="service.ticket_solved", sentence=_("A ticket was solved")):
    pass


@dataclass(frozen=True, kw_only=True)
class TicketClosed(_Ticket, Event, name="service.ticket_closed", sentence=_("A ticket was closed")):
    pass


@dataclass(frozen=True, kw_only=True)
class TicketReopened(_Ticket, Event, name="service.ticket_reopened", sentence=_("A ticket was opened again")):
    pass


@dataclass(frozen=True, kw_only=True)
class TicketMerged(
    _Ticket, Event, name="service.ticket_merged", sentence=_("A ticket was merged into another")
):
    into_id: str
    undone: bool = False


@dataclass(frozen=True, kw_only=True)
class TicketSplit(
    _Ticket, Event, name="service.ticket_split", sentence=_("Messages were split off into a new ticket")
):
    new_id: str
    undone: bool = False


@dataclass(frozen=True, kw_only=True)
class TicketDeleted(
    _Ticket, Event, name="service.ticket_deleted", sentence=_("A ticket was moved to the bin")
):
    pass


@dataclass(frozen=True, kw_only=True)
class TicketRestored(
    _Ticket, Event, name="service.ticket_restored", sentence=_("A ticket came back from the bin")
):
    pass


@dataclass(frozen=True, kw_only=True)
class _Level(_Ticket):
    measure: str
    level: str
    due_at: str


@dataclass(frozen=True, kw_only=True)
class ServiceLevelWarned(
    _Level, Event, name="service.level_warned", sentence=_("A service level is about to be breached")
):
    percent: int


@dataclass(frozen=True, kw_only=True)
class ServiceLevelBreached(
    _Level, Event, name="service.level_breached", sentence=_("A service level was breached")
):
    pass


@dataclass(frozen=True, kw_only=True)
class CustomerReplied(
    _Ticket, Event, name="service.customer_replied", sentence=_("A customer wrote about a ticket")
):
    conversation_id: str


@dataclass(frozen=True, kw_only=True)
class TicketAnswered(_Ticket, Event, name="service.ticket_answered", sentence=_("A ticket was answered")):
    conversation_id: str


@dataclass(frozen=True, kw_only=True)
class TicketRuleReached(
    _Ticket, Event, name="service.ticket_rule_reached", sentence=_("A rule of tickets told programs")
):
    rule_id: str
    rule: str
