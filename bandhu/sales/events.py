"""What happens to opportunities. Amounts are minor units of their currency; ids are texts."""

from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from bandhu.platform.events import Event


@dataclass(frozen=True, kw_only=True)
class OpportunityCreated(Event, name="sales.opportunity_created", sentence=_("An opportunity was created")):
    opportunity_id: str
    contact_id: str | None
    company_id: str | None
    title: str
    pipeline_id: str
    stage_id: str
    stage: str
    amount_minor: int | None
    currency: str
    owner_id: str | None


@dataclass(frozen=True, kw_only=True)
class OpportunityChanged(Event, name="sales.opportunity_changed", sentence=_("An opportunity was changed")):
    """`fields` are the names of what changed; values are in the audit trail."""

    opportunity_id: str
    contact_id: str | None
    company_id: str | None
    title: str
    version: int
    fields: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class _Moved:
    opportunity_id: str
    move_id: str
    contact_id: str | None
    company_id: str | None
    title: str
    pipeline_id: str
    from_stage_id: str | None
    from_stage: str
    to_stage_id: str
    to_stage: str
    to_kind: str
    amount_minor: int | None
    currency: str
    base_amount_minor: int | None
    owner_id: str | None
    seconds_in_stage: int | None


@dataclass(frozen=True, kw_only=True)
class OpportunityMoved(
    _Moved, Event, name="sales.opportunity_moved", sentence=_("An opportunity entered another stage")
):
    """Every move, those into a won or lost stage too."""


@dataclass(frozen=True, kw_only=True)
class OpportunityWon(_Moved, Event, name="sales.opportunity_won", sentence=_("An opportunity was won")):
    reason: str


@dataclass(frozen=True, kw_only=True)
class OpportunityLost(_Moved, Event, name="sales.opportunity_lost", sentence=_("An opportunity was lost")):
    reason: str


@dataclass(frozen=True, kw_only=True)
class OpportunityReopened(
    _Moved, Event, name="sales.opportunity_reopened", sentence=_("A closed opportunity was opened again")
):
    pass


@dataclass(frozen=True, kw_only=True)
class OpportunityDeleted(
    Event, name="sales.opportunity_deleted", sentence=_("An opportunity was moved to the bin")
):
    opportunity_id: str
    title: str


@dataclass(frozen=True, kw_only=True)
class OpportunityRestored(
    Event, name="sales.opportunity_restored", sentence=_("An opportunity came back from the bin")
):
    opportunity_id: str
    title: str


@dataclass(frozen=True, kw_only=True)
class StageRulesChanged(Event, name="sales.stage_rules_changed", sentence=_("A stage got other rules")):
    """Who may enter it, or what is done then; `steps` are the kinds of what is done, in order."""

    pipeline_id: str
    stage_id: str
    stage: str
    has_condition: bool
    steps: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class _SetUp:
    """`change` is created, changed, deleted or reordered (then it is about the first of those put in order)."""

    title: str
    change: str


@dataclass(frozen=True, kw_only=True)
class PipelineChanged(_SetUp, Event, name="sales.pipeline_changed", sentence=_("A pipeline was set up")):
    pipeline_id: str


@dataclass(frozen=True, kw_only=True)
class StageChanged(_SetUp, Event, name="sales.stage_changed", sentence=_("A stage of a pipeline was set up")):
    """A change of its rules is told besides, by `sales.stage_rules_changed`."""

    pipeline_id: str
    stage_id: str


@dataclass(frozen=True, kw_only=True)
class CloseReasonChanged(
    _SetUp, Event, name="sales.close_reason_changed", sentence=_("A reason of closing was set up")
):
    """`outcome` is won or lost."""

    reason_id: str
    outcome: str


@dataclass(frozen=True, kw_only=True)
class TerritoryChanged(_SetUp, Event, name="sales.territory_changed", sentence=_("A territory was set up")):
    """Nothing moves before the territories are applied. `kind` is whose records it takes: lead, opportunity and so on."""

    territory_id: str
    kind: str
    is_active: bool
    team_id: str | None
    owner_id: str | None


@dataclass(frozen=True, kw_only=True)
class QuotaSet(Event, name="sales.quota_set", sentence=_("A quota was set")):
    """Of a person or a team, for the period (month, quarter or year) that begins on an ISO day; no amount: it was taken back."""

    user_id: str | None
    team_id: str | None
    kind: str
    begins: str
    amount_minor: int | None
    currency: str


@dataclass(frozen=True, kw_only=True)
class _Lead:
    lead_id: str
    contact_id: str | None
    company_id: str | None
    title: str
    owner_id: str | None


@dataclass(frozen=True, kw_only=True)
class LeadReceived(_Lead, Event, name="sales.lead_received", sentence=_("A lead was received")):
    source: str
    campaign: str
    score: int


@dataclass(frozen=True, kw_only=True)
class LeadChanged(_Lead, Event, name="sales.lead_changed", sentence=_("A lead was changed")):
    """`fields` are the names of what changed; values are in the audit trail."""

    version: int
    fields: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class LeadAssigned(_Lead, Event, name="sales.lead_assigned", sentence=_("A lead was given to somebody")):
    """`rule` is the name of the rule that decided, "" when a person did."""

    team_id: str | None
    rule: str


@dataclass(frozen=True, kw_only=True)
class LeadStatusChanged(
    _Lead, Event, name="sales.lead_status_changed", sentence=_("A lead got another status")
):
    from_status: str
    to_status: str


@dataclass(frozen=True, kw_only=True)
class LeadConverted(_Lead, Event, name="sales.lead_converted", sentence=_("A lead became an opportunity")):
    opportunity_id: str


@dataclass(frozen=True, kw_only=True)
class LeadClosed(_Lead, Event, name="sales.lead_closed", sentence=_("A lead was closed")):
    reason: str


@dataclass(frozen=True, kw_only=True)
class LeadReopened(_Lead, Event, name="sales.lead_reopened", sentence=_("A closed lead was opened again")):
    pass


@dataclass(frozen=True, kw_only=True)
class LeadDeleted(_Lead, Event, name="sales.lead_deleted", sentence=_("A lead was moved to the bin")):
    pass


@dataclass(frozen=True, kw_only=True)
class LeadRestored(_Lead, Event, name="sales.lead_restored", sentence=_("A lead came back from the bin")):
    pass


@dataclass(frozen=True, kw_only=True)
class _Enrolment:
    enrolment_id: str
    sequence: str
    contact_id: str
    lead_id: str | None
    owner_id: str


@dataclass(frozen=True, kw_only=True)
class ContactEnrolled(
    _Enrolment, Event, name="sales.contact_enrolled", sentence=_("A contact was put into a sequence")
):
    pass


@dataclass(frozen=True, kw_only=True)
class EnrolmentEnded(
    _Enrolment, Event, name="sales.enrolment_ended", sentence=_("A contact came to the end of a sequence")
):
    """`state` is "finished", or "stopped" with its `reason`."""

    state: str
    reason: str
