"""A hit as it is shown: what was found, where it leads, and why it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bandhu.platform.registries import search_kinds

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

REASONS: dict[str, str | _StrPromise] = {
    "same": _("The name as typed."),
    "script": _("The same name in another script."),
    "spelling": _("Other spelling of the name."),
    "initial": _("Initials of the name."),
    "misspelling": _("A similar name."),
    "part": _("Part of the name."),
    "phone": _("Telephone number."),
    "mail": _("Mail address."),
    "company": _("Company."),
    "related": _("A customer or another word of the record."),
    "text": _("Text."),
}


@dataclass(frozen=True)
class Hit:
    """One answer of the search. `score` is 0 to 1; `reason` is a key of REASONS."""

    kind: str
    record_id: UUID
    title: str
    detail: str
    score: float
    reason: str

    @property
    def explanation(self) -> str | _StrPromise:
        return REASONS.get(self.reason, "")

    @property
    def label(self) -> str | _StrPromise:
        return search_kinds[self.kind].label

    @property
    def icon(self) -> str:
        return search_kinds[self.kind].icon

    @property
    def url(self) -> str:
        return search_kinds[self.kind].url(self.record_id)
