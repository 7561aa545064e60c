"""The read door of interactions."""

from .conversations import (
    conversation_for,
    conversations,
    conversations_of,
    message_for,
    messages_of,
    messages_saying,
    messages_since,
)
from .follow_ups import (
    MyDay,
    follow_up_board,
    follow_up_for,
    follow_up_rows,
    follow_ups,
    follow_ups_of,
    my_day,
    snooze_choices,
)
from .shown import add_what_is_shown
from .timeline import (
    TimelineFilter,
    filtered,
    interaction_for,
    interactions,
    interactions_saying,
    people_on_timeline,
    removed_interaction_for,
    timeline,
    touched_recently,
)

__all__ = [
    "MyDay",
    "TimelineFilter",
    "add_what_is_shown",
    "conversation_for",
    "conversations",
    "conversations_of",
    "filtered",
    "follow_up_board",
    "follow_up_for",
    "follow_up_rows",
    "follow_ups",
    "follow_ups_of",
    "interaction_for",
    "interactions",
    "interactions_saying",
    "message_for",
    "messages_of",
    "messages_saying",
    "messages_since",
    "my_day",
    "people_on_timeline",
    "removed_interaction_for",
    "snooze_choices",
    "timeline",
    "touched_recently",
]
