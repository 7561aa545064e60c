"""What people type into service."""

from .setup import LevelForm, MatrixForm, StatusSetup, TypeSetup
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
    "AssignForm",
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
    "TypeSetup",
    "take_errors",
]
