"""What people type about opportunities and pipelines."""

from bandhu.sales.forms.opportunities import MoveForm, OpportunityForm

__all__ = ["MoveForm", "OpportunityForm"]
