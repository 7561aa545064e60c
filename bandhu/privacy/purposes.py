"""The purposes every installation starts with; the law of most places needs no consent for serving a customer."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bandhu.privacy.models import Purpose

# key → (label, what it covers, whether consent is needed)
READY_MADE: dict[str, tuple[Any, Any, bool]] = {
    "service": (_("Service"), _("Answers to questions, orders, repairs, invoices."), False),
    "marketing": (_("Offers and advertising"), _("News about products, prices and special terms."), True),
    "newsletter": (_("Newsletter"), _("Regular letters that were subscribed to."), True),
    "research": (_("Surveys and research"), _("Questions about satisfaction and needs."), True),
    "events": (_("Invitations"), _("Invitations to events and courses."), True),
    "profiling": (_("Personal recommendations"), _("Offers chosen by what was bought and read."), True),
    "recording": (_("Recording of calls"), _("Calls are recorded for quality and as proof."), True),
    "tracking": (
        _("Noting what is read"),
        _("Whether our mails are opened, and which of their links are followed."),
        True,
    ),
}


METHODS: dict[str, Any] = {
    "said": _("Said on the telephone or in person"),
    "written": _("Written in a letter or mail"),
    "signed": _("Signed on paper"),
    "form": _("Ticked in a form"),
    "link": _("Followed a link"),
    "imported": _("Brought in with the data"),
}


@transaction.atomic
def ensure_purposes() -> None:
    """Make what is missing of the ready-made purposes. Safe to repeat; what was changed stays."""
    known = set(Purpose.objects.values_list("key", flat=True))
    Purpose.objects.bulk_create(
        [
            Purpose(key=key, requires_consent=needs, position=(place + 1) * 10)
            for place, (key, (_label, _covers, needs)) in enumerate(READY_MADE.items())
            if key not in known
        ],
        ignore_conflicts=True,
    )


def purpose_label(purpose: Purpose) -> str:
    """Its name in the reader's language: the administrator's own, else the ready-made one, else the key."""
    language = get_language() or "en"
    own = purpose.labels.get(language) or next(iter(purpose.labels.values()), "")
    return str(own or READY_MADE.get(purpose.key, (purpose.key,))[0])


def purpose_covers(purpose: Purpose) -> str:
    """One sentence on what belongs to it, for ready-made purposes; else ""."""
    return str(READY_MADE[purpose.key][1]) if purpose.key in READY_MADE and not purpose.labels else ""
