"""The write door of the inbox."""

from .articles import draft_article
from .beginning import begin_conversation
from .drafts import discard_draft, keep_reply, save_draft
from .sending import NewerMessages, send_note, send_reply, send_template, take_back, undo_seconds
from .shared import (
    change_preference,
    delete_canned_reply,
    delete_macro,
    save_canned_reply,
    save_macro,
    used_canned_reply,
)
from .stepping import Done, run_steps, undo_steps

__all__ = [
    "Done",
    "NewerMessages",
    "begin_conversation",
    "change_preference",
    "delete_canned_reply",
    "delete_macro",
    "discard_draft",
    "draft_article",
    "keep_reply",
    "run_steps",
    "save_canned_reply",
    "save_draft",
    "save_macro",
    "send_note",
    "send_reply",
    "send_template",
    "take_back",
    "undo_seconds",
    "undo_steps",
    "used_canned_reply",
]
