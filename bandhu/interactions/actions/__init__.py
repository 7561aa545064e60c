"""The write door of interactions."""

from .conversations import (
    Correspondent,
    change_conversation,
    close_conversation,
    file_conversation,
    mirror_assignee,
    reopen_conversation,
    snooze_conversation,
    start_conversation,
    wake_conversations,
)
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
from .messages import (
    mark_message,
    send_again,
    take_in_message,
    withdraw_message,
    write_message,
    write_note,
)
from .persons import join_again, settle_person, split_conversation

__all__ = [
    "Correspondent",
    "Person",
    "change_conversation",
    "change_follow_up",
    "close_conversation",
    "complete_follow_up",
    "drop_follow_up",
    "file_conversation",
    "join_again",
    "log_interaction",
    "mark_message",
    "mirror_assignee",
    "plan_follow_up",
    "remove_interaction",
    "reopen_conversation",
    "reopen_follow_up",
    "restore_interaction",
    "send_again",
    "send_due_reminders",
    "settle_person",
    "snooze_conversation",
    "snooze_follow_up",
    "split_conversation",
    "start_conversation",
    "take_in_message",
    "wake_conversations",
    "withdraw_message",
    "write_message",
    "write_note",
]
