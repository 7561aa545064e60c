"""Tables of sales."""

from bandhu.sales.models.assigning import Absence, AssignmentRule, ScoreRule, Seat, Way
from bandhu.sales.models.leads import (
    OPEN_STATUSES,
    Lead,
    LeadReason,
    LeadSource,
    LeadStatus,
    LeadStep,
    StatusChange,
)
from bandhu.sales.models.opportunities import Opportunity, OpportunityStep, Period, StageMove
from bandhu.sales.models.parts import Competitor, Influence, Split, Stakeholder
from bandhu.sales.models.pipelines import CloseReason, Forecast, Pipeline, Stage, StageKind
from bandhu.sales.models.web_forms import FormConsent, WebForm

__all__ = [
    "OPEN_STATUSES",
    "Absence",
    "AssignmentRule",
    "CloseReason",
    "Competitor",
    "Forecast",
    "FormConsent",
    "Influence",
    "Lead",
    "LeadReason",
    "LeadSource",
    "LeadStatus",
    "LeadStep",
    "Opportunity",
    "OpportunityStep",
    "Period",
    "Pipeline",
    "ScoreRule",
    "Seat",
    "Split",
    "Stage",
    "StageKind",
    "StageMove",
    "Stakeholder",
    "StatusChange",
    "Way",
    "WebForm",
]
