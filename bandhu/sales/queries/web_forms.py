"""Reading web forms: by strangers through their address, by whoever sets them up."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import require_anywhere
from bandhu.sales.models import WebForm
from bandhu.sales.queries.leads import MANAGE
from bandhu.sales.queries.pipelines import one_of


def public_form(slug: str) -> WebForm:
    """The form in use at this address, for anybody; raises OutOfReach (404)."""
    found = WebForm.objects.filter(slug=slug, is_active=True).select_related("source", "team").first()
    if found is None:
        raise OutOfReach
    return found


def web_forms(user: Any) -> list[WebForm]:
    """Every form, those out of use too."""
    require_anywhere(user, MANAGE)
    return list(WebForm.objects.select_related("source", "team"))


def web_form_for(user: Any, form_id: UUID | str) -> WebForm:
    """Raises OutOfReach (404)."""
    require_anywhere(user, MANAGE)
    return one_of(WebForm.objects.select_related("source", "team"), form_id)
