"""What a follow-up is made of, said once: its list, filters, own fields, export and bulk changes read it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bandhu.identity.masking import may_see
from bandhu.interactions.actions.follow_ups import KIND, revise_follow_up
from bandhu.interactions.follow_up_words import KINDS
from bandhu.interactions.models import FollowUp
from bandhu.platform.record_kinds import Field, RecordKind

_CONTACTS, _COMPANIES = "customers.view_contact", "customers.view_company"
_WHAT, _WHO, _WHEN = _("Follow-up"), _("Who"), _("When")


def _states() -> Sequence[tuple[str, Any]]:
    return FollowUp.State.choices


FOLLOW_UP = RecordKind(
    name=KIND,
    label=_("Follow-up"),
    plural=_("Follow-ups"),
    icon="list-todo",
    model=FollowUp,
    view_permission="interactions.view_followup",
    change_permission="interactions.change_follow_up",
    create_permission="interactions.plan_follow_up",
    url=lambda record: reverse("interactions:follow_up", args=[getattr(record, "pk", record)]),
    list_url_name="interactions:follow_up_list",
    fields=[
        Field(name="what", label=_("What is to be done"), path="what", group=_WHAT),
        Field(name="kind", label=_("Kind"), type="choice", path="kind", setting="kind", choices=lambda: KINDS, group=_WHAT),
        Field(name="state", label=_("State"), type="choice", path="state", setting="state", choices=_states, group=_WHAT),
        Field(name="due_at", label=_("Due"), type="datetime", path="due_at", sort="due_at", needs=("what",), group=_WHEN),
        Field(name="contact", label=_("Contact"), path="contact__full_name", reads="contact", group=_WHO, related_permission=_CONTACTS),
        Field(name="company", label=_("Company"), path="company__name", reads="company", group=_WHO, related_permission=_COMPANIES),
        Field(name="owner", label=_("Owner"), type="user", path="owner", setting="owner", group=_WHO),
        Field(name="team", label=_("Team"), type="team", path="team", group=_WHO),
        Field(name="note", label=_("Note"), type="long_text", path="note", group=_WHAT),
        Field(name="result", label=_("Result"), path="result", group=_WHAT),
        Field(name="remind_at", label=_("Remind"), type="datetime", path="remind_at", group=_WHEN),
        Field(name="snoozed_until", label=_("Snoozed until"), type="datetime", path="snoozed_until", group=_WHEN),
        Field(name="done_at", label=_("Done on"), type="datetime", path="done_at", sort="done_at", group=_WHEN),
        Field(name="done_by", label=_("Done by"), type="user", path="done_by", group=_WHO),
        Field(name="created_at", label=_("Created"), type="datetime", path="created_at", sort="created_at", group=_WHEN),
        Field(name="created_by", label=_("Created by"), type="user", path="created_by", group=_WHO),
    ],
    default_columns=("what", "due_at", "kind", "contact", "company", "owner", "state"),
    default_sort="due_at",
    change=revise_follow_up,
    unmasked=may_see,
    custom_fields=True,
    search_hint=_("Words of what is to be done"),
    empty_text=_("What is owed to customers, done and dropped ones included. Plan a next step on a customer’s page, or bring in a file."),
)  # fmt: skip
