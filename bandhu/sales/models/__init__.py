"""Tables of sales."""

from bandhu.sales.models.opportunities import Opportunity, OpportunityStep, Period, StageMove
from bandhu.sales.models.parts import Competitor, Influence, Split, Stakeholder
from bandhu.sales.models.pipelines import CloseReason, Forecast, Pipeline, Stage, StageKind

__all__ = [
    "CloseReason",
    "Competitor",
    "Forecast",
    "Influence",
    "Opportunity",
    "OpportunityStep",
    "Period",
    "Pipeline",
    "Split",
    "Stage",
    "StageKind",
    "StageMove",
    "Stakeholder",
]
