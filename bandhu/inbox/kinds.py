"""Conversations as a kind of record: what its history and filters call the fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bandhu.inbox.channel_words import CHANNELS
from bandhu.interactions.models import Conversation, ConversationState
from bandhu.platform.record_kinds import Field, RecordKind

_CONTACTS, _COMPANIES = "customers.view_contact", "customers.view_company"


def _states() -> Sequence[tuple[str, Any]]:
    return ConversationState.choices


def _channels() -> Sequence[tuple[str, Any]]:
    return [(name, one.label) for name, one in CHANNELS.items()]


_FIELDS = [
    Field(name="subject", label=_("Subject"), path="subject"),
    Field(name="channel", label=_("Channel"), type="choice", path="channel", choices=_channels),
    Field(name="state", label=_("State"), type="choice", path="state", choices=_states),
    Field(name="snoozed_until", label=_("Snoozed until"), type="datetime", path="snoozed_until"),
    Field(name="language", label=_("Language"), type="language", path="language"),
    Field(name="contact", label=_("Contact"), path="contact__full_name", reads="contact", related_permission=_CONTACTS),
    Field(name="company", label=_("Company"), path="company__name", reads="company", related_permission=_COMPANIES),
    Field(name="assignee", label=_("Who has it"), type="user", path="assignee"),
    Field(name="team", label=_("Team"), type="team", path="team"),
    Field(name="active_at", label=_("Last came up"), type="datetime", path="active_at", sort="active_at"),
    Field(name="waiting_since", label=_("Waiting since"), type="datetime", path="waiting_since", sort="waiting_since"),
    Field(name="closed_at", label=_("Closed on"), type="datetime", path="closed_at"),
    Field(name="created_at", label=_("Begun"), type="datetime", path="created_at", sort="id"),
]  # fmt: skip

CONVERSATION = RecordKind(
    name="conversation",
    label=_("Conversation"),
    plural=_("Conversations"),
    icon="messages-square",
    model=Conversation,
    view_permission="interactions.view_conversation",
    change_permission="interactions.change_conversation",
    create_permission="interactions.answer_conversation",
    url=lambda record: reverse("inbox:conversation", args=[record.pk]),
    list_url_name="inbox:inbox",
    fields=_FIELDS,
    default_columns=("subject", "contact", "state", "assignee", "active_at"),
    default_sort="-active_at",
    search_hint=_("What a conversation is about, or who it is with"),
    empty_text=_("Connect a mailbox or a chat, and what customers write appears here."),
)
