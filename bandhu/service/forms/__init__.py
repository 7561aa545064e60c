"""What people type into service."""

from .rules import DAYS, TicketRuleForm, step_choices, step_rows
from .setup import DaysForm, LevelForm, MatrixForm, StatusSetup, TypeSetup
from .tickets import (
    AssignForm,
    LinkForm,
    MergeForm,
    RequestForm,
    SolveForm,
    SplitForm,
    StatusForm,
    TicketForm,
    take_errors,
)

__all__ = [
    "DAYS",
    "AssignForm",
    "DaysForm",
    "LevelForm",
    "LinkForm",
    "MatrixForm",
    "MergeForm",
    "RequestForm",
    "SolveForm",
    "SplitForm",
    "StatusForm",
    "StatusSetup",
    "TicketForm",
    "TicketRuleForm",
    "TypeSetup",
    "step_choices",
    "step_rows",
    "take_errors",
]
