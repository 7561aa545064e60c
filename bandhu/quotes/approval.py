"""Which discounts a person may give, and what is to be done above that."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.catalog.pricing import highest_discount, percent_text
from bandhu.catalog.queries import discount_limit_of
from bandhu.quotes.models import QuoteVersion


class NeedsApproval(ValidationError):
    """A discount is above what the actor may give: `discount` and `limit` in percent."""

    def __init__(self, discount: Decimal, limit: Decimal) -> None:
        text = _("A discount of %(discount)s %% needs approval: your limit is %(limit)s %%.")
        super().__init__(
            text % {"discount": percent_text(discount), "limit": percent_text(limit)}, code="needs_approval"
        )
        self.discount, self.limit = discount, limit


def missing_approval(actor: Any, paper: QuoteVersion) -> NeedsApproval | None:
    """Why the actor may not send this version as it is; None where they may."""
    limit = discount_limit_of(actor)
    if limit is None:
        return None
    highest = highest_discount(list(paper.lines.all()))
    if highest <= max(limit, paper.approved_discount or Decimal(0)):
        return None
    return NeedsApproval(highest, limit)
