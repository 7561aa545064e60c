"""The read door of the inbox."""

from .articles import articles_for
from .beginning import Beginning, beginning_for
from .inbox import MOST_COUNTED, VIEWS, InboxFilter, View, conversations_in, inbox_page, view_counts
from .persons import Candidate, candidates_for
from .report import DIMENSIONS, LABELS, NUMBERS, talk_figures, talk_slices, talk_volume, talks_behind
from .report_backlog import talk_backlog, talks_open_at_end
from .sentences import body_of, happened
from .shared import (
    canned_replies,
    canned_reply_for,
    canned_text,
    labels_like,
    macro_for,
    macros,
    offered_replies,
    preference_of,
    ways_to_schedule,
)
from .talk import (
    Talk,
    add_files,
    colleagues_named,
    conversation_shown,
    draft_for,
    files_to_send,
    mark_mentions_seen,
    own_replies,
    talk_for,
)

__all__ = [
    "DIMENSIONS",
    "LABELS",
    "MOST_COUNTED",
    "NUMBERS",
    "VIEWS",
    "Beginning",
    "Candidate",
    "InboxFilter",
    "Talk",
    "View",
    "add_files",
    "articles_for",
    "beginning_for",
    "body_of",
    "candidates_for",
    "canned_replies",
    "canned_reply_for",
    "canned_text",
    "colleagues_named",
    "conversation_shown",
    "conversations_in",
    "draft_for",
    "files_to_send",
    "happened",
    "inbox_page",
    "labels_like",
    "macro_for",
    "macros",
    "mark_mentions_seen",
    "offered_replies",
    "own_replies",
    "preference_of",
    "talk_backlog",
    "talk_figures",
    "talk_for",
    "talk_slices",
    "talk_volume",
    "talks_behind",
    "talks_open_at_end",
    "view_counts",
    "ways_to_schedule",
]
