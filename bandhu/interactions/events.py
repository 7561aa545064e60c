"""What interactions tells the house."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from bandhu.platform.events import Event


@dataclass(frozen=True, kw_only=True)
class InteractionLogged(
    Event, name="interactions.interaction_logged", sentence=_("An interaction was logged")
):
    interaction_id: str
    contact_id: str | None
    company_id: str | None
    kind: str
    channel: str
    direction: str


@dataclass(frozen=True, kw_only=True)
class InteractionRemoved(
    Event, name="interactions.interaction_removed", sentence=_("An interaction was removed")
):
    interaction_id: str
    contact_id: str | None
    company_id: str | None


@dataclass(frozen=True, kw_only=True)
class InteractionsLogged(
    Event, name="interactions.interactions_logged", sentence=_("Several interactions were logged at once")
):
    count: int
    source: str


@dataclass(frozen=True, kw_only=True)
class FollowUpPlanned(Event, name="interactions.follow_up_planned", sentence=_("A follow-up was planned")):
    follow_up_id: str
    contact_id: str | None
    company_id: str | None
    owner_id: str
    due_at: str


@dataclass(frozen=True, kw_only=True)
class FollowUpChanged(Event, name="interactions.follow_up_changed", sentence=_("A follow-up was changed")):
    follow_up_id: str
    contact_id: str | None
    company_id: str | None
    owner_id: str
    state: str
    due_at: str


@dataclass(frozen=True, kw_only=True)
class FollowUpDone(Event, name="interactions.follow_up_done", sentence=_("A follow-up was done")):
    follow_up_id: str
    contact_id: str | None
    company_id: str | None
    owner_id: str


@dataclass(frozen=True, kw_only=True)
class _OfConversation:
    conversation_id: str
    contact_id: str | None
    company_id: str | None
    channel: str
    place: str | None

    @property
    def order_key(self) -> str | None:
        """One after the other for a customer; as long as nobody knows whose it is, for the conversation."""
        return f"customer:{self.contact_id or self.company_id or self.conversation_id}"


@dataclass(frozen=True, kw_only=True)
class ConversationStarted(
    _OfConversation, Event, name="interactions.conversation_started", sentence=_("A conversation began")
):
    language: str


@dataclass(frozen=True, kw_only=True)
class ConversationClosed(
    _OfConversation, Event, name="interactions.conversation_closed", sentence=_("A conversation was closed")
):
    state: str


@dataclass(frozen=True, kw_only=True)
class ConversationReopened(
    _OfConversation,
    Event,
    name="interactions.conversation_reopened",
    sentence=_("A conversation was reopened"),
):
    pass


@dataclass(frozen=True, kw_only=True)
class ConversationSnoozed(
    _OfConversation,
    Event,
    name="interactions.conversation_snoozed",
    sentence=_("A conversation was put off"),
):
    """`until` is a moment (ISO 8601)."""

    until: str


@dataclass(frozen=True, kw_only=True)
class ConversationWoken(
    _OfConversation,
    Event,
    name="interactions.conversation_woken",
    sentence=_("A conversation that was put off is back"),
):
    pass


@dataclass(frozen=True, kw_only=True)
class ConversationFiled(
    _OfConversation,
    Event,
    name="interactions.conversation_filed",
    sentence=_("A conversation was put to another customer"),
):
    pass


@dataclass(frozen=True, kw_only=True)
class MessageReceived(
    _OfConversation, Event, name="interactions.message_received", sentence=_("A customer wrote")
):
    message_id: str
    is_first: bool
    is_automatic: bool


@dataclass(frozen=True, kw_only=True)
class MessageWritten(
    _OfConversation,
    Event,
    name="interactions.message_written",
    sentence=_("A message was written to a customer"),
):
    message_id: str
    is_note: bool
    # Not before this moment (ISO 8601, UTC).
    send_at: str
