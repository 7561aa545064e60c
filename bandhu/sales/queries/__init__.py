"""The read door of sales."""

from bandhu.sales.queries.board import CARDS, LANES, Board, BoardCard, Column, Lane, board, more_cards
from bandhu.sales.queries.opportunities import (
    OpportunityCard,
    deleted_opportunities,
    moves_of,
    opportunities,
    opportunities_of,
    opportunity_card,
    opportunity_for,
)
from bandhu.sales.queries.pipelines import (
    missing_fields,
    pipeline_for,
    pipelines,
    reason_for,
    reasons,
    requirable_fields,
    requirable_label,
    stage_for,
)

__all__ = [
    "CARDS",
    "LANES",
    "Board",
    "BoardCard",
    "Column",
    "Lane",
    "OpportunityCard",
    "board",
    "deleted_opportunities",
    "missing_fields",
    "more_cards",
    "moves_of",
    "opportunities",
    "opportunities_of",
    "opportunity_card",
    "opportunity_for",
    "pipeline_for",
    "pipelines",
    "reason_for",
    "reasons",
    "requirable_fields",
    "requirable_label",
    "stage_for",
]
