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
