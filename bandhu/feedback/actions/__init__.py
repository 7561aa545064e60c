"""The write door of feedback."""

from .answering import answer_asking
from .asking import ask_about, ask_contact, ask_regularly, expire_askings, send_due
from .surveys import save_survey

__all__ = [
    "answer_asking",
    "ask_about",
    "ask_contact",
    "ask_regularly",
    "expire_askings",
    "save_survey",
    "send_due",
]
