"""What a customer allows, told and changed by themselves in the portal. Here because mail is what most purposes are about, and this app sees both privacy and the portal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from bandhu.identity.ready_made import system_user
from bandhu.knowledge.portal import Visitor
from bandhu.knowledge.queries import contact_of
from bandhu.privacy.actions import give_consent, withdraw_consent
from bandhu.privacy.models import Purpose
from bandhu.privacy.queries import consents_of


@dataclass(frozen=True)
class Choice:
    """One purpose as the customer sees it. `needs_consent` is false for what law allows without; it can still be objected to."""

    key: str
    label: str
    covers: str
    is_allowed: bool
    needs_consent: bool


def choices_of(visitor: Visitor) -> list[Choice]:
    """Every purpose with what the customer says now."""
    lines = consents_of(system_user(), contact_of(visitor))
    return [
        Choice(
            key=one.purpose.key,
            label=one.label,
            covers=one.covers,
            is_allowed=one.state in ("given", "not_needed"),
            needs_consent=one.purpose.requires_consent,
        )
        for one in lines
    ]


def choose(visitor: Visitor, wanted: Mapping[str, bool], language: str) -> int:
    """Write down what changed, with the words the customer saw as the proof. Returns how many purposes changed."""
    contact, changed = contact_of(visitor), 0
    purposes = {one.key: one for one in Purpose.objects.all()}
    with transaction.atomic():
        for one in choices_of(visitor):
            allowed = wanted.get(one.key, False)
            if allowed == one.is_allowed:
                continue
            if allowed:
                wording = f"{one.label}: {one.covers}".strip(": ")
                give_consent(
                    contact, actor=system_user(), purpose=purposes[one.key], method="form", wording=wording, language=language
                )  # fmt: skip
            else:
                withdraw_consent(contact, actor=system_user(), purpose=purposes[one.key], method="form")
            changed += 1
    return changed
