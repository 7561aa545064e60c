"""The tax classes every installation starts with."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bandhu.catalog.models import TaxClass

READY_MADE: dict[str, Any] = {
    "standard": _("Standard rate"),
    "reduced": _("Reduced rate"),
    "zero": _("Zero rate"),
    "exempt": _("Exempt"),
}


def ensure_tax_classes() -> None:
    """Make those that are missing. Safe to repeat; what was changed stays."""
    TaxClass.objects.bulk_create(
        [TaxClass(key=key, position=(place + 1) * 10) for place, key in enumerate(READY_MADE)],
        ignore_conflicts=True,
    )


def tax_class_label(one: TaxClass) -> str:
    """Its name in the reader's language: the administrator's own, else the ready-made one, else the key."""
    own = one.labels.get(get_language() or "en") or next(iter(one.labels.values()), "")
    return str(own or READY_MADE.get(one.key, one.key))
