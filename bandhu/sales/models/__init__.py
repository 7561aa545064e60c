"""Tables of sales."""

from bandhu.catalog.models import PER_YEAR, Period, a_month_of, a_year_of
from bandhu.sales.models.assigning import Absence, AssignmentRule, ScoreRule, Seat, Way
from bandhu.sales.models.forecasts import (
    ForecastAdjustment,
    ForecastSnapshot,
    OfPeriod,
    PeriodKind,
    Quota,
    SnapshotLine,
)
from bandhu.sales.models.leads import (
    OPEN_STATUSES,
    Lead,
    LeadReason,
    LeadSource,
    LeadStatus,
    LeadStep,
    StatusChange,
)
from bandhu.sales.models.lines import OpportunityLine
from bandhu.sales.models.move_months import ChangedMonth, MonthOfMoves
from bandhu.sales.models.opportunities import (
    Opportunity,
    OpportunityStep,
    StageMove,
    StageRun,
    stale_opportunities,
    with_staleness,
)
from bandhu.sales.models.parts import Competitor, Influence, Split, Stakeholder
from bandhu.sales.models.pipelines import (
    OPEN_LINES,
    CloseReason,
    Forecast,
    Pipeline,
    Stage,
    StageKind,
    line_by_chance,
    line_of,
)
from bandhu.sales.models.reassigning import TERRITORY_KINDS, ReassignedRecord, Reassignment, Territory
from bandhu.sales.models.scores import LearnedModel, Subject
from bandhu.sales.models.sequences import Enrolment, Sequence, SequenceStep, StepTaken
from bandhu.sales.models.web_forms import FormConsent, WebForm

__all__ = [
    "OPEN_LINES",
    "OPEN_STATUSES",
    "PER_YEAR",
    "TERRITORY_KINDS",
    "Absence",
    "AssignmentRule",
    "ChangedMonth",
    "CloseReason",
    "Competitor",
    "Enrolment",
    "Forecast",
    "ForecastAdjustment",
    "ForecastSnapshot",
    "FormConsent",
    "Influence",
    "Lead",
    "LeadReason",
    "LeadSource",
    "LeadStatus",
    "LeadStep",
    "LearnedModel",
    "MonthOfMoves",
    "OfPeriod",
    "Opportunity",
    "OpportunityLine",
    "OpportunityStep",
    "Period",
    "PeriodKind",
    "Pipeline",
    "Quota",
    "ReassignedRecord",
    "Reassignment",
    "ScoreRule",
    "Seat",
    "Sequence",
    "SequenceStep",
    "SnapshotLine",
    "Split",
    "Stage",
    "StageKind",
    "StageMove",
    "StageRun",
    "Stakeholder",
    "StatusChange",
    "StepTaken",
    "Subject",
    "Territory",
    "Way",
    "WebForm",
    "a_month_of",
    "a_year_of",
    "line_by_chance",
    "line_of",
    "stale_opportunities",
    "with_staleness",
]
