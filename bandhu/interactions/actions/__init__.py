"""The write door of interactions."""

from .follow_ups import (
    change_follow_up,
    complete_follow_up,
    drop_follow_up,
    plan_follow_up,
    reopen_follow_up,
    send_due_reminders,
    snooze_follow_up,
)
from .interactions import Person, log_interaction, remove_interaction, restore_interaction

__all__ = [
    "Person",
    "change_follow_up",
    "complete_follow_up",
    "drop_follow_up",
    "log_interaction",
    "plan_follow_up",
    "remove_interaction",
    "reopen_follow_up",
    "restore_interaction",
    "send_due_reminders",
    "snooze_follow_up",
]
