"""Reading templates."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import require_anywhere
from bandhu.quotes.models import QuoteTemplate
from bandhu.quotes.papers import quote_pictures
from bandhu.quotes.samples import sample_document

MANAGE = "quotes.manage_templates"


def templates(user: Any) -> QuerySet[QuoteTemplate]:
    """All of them, the default first; for who keeps them. Raises Denied."""
    require_anywhere(user, MANAGE)
    return QuoteTemplate.objects.order_by("-is_default", "name")


def template_for(user: Any, template_id: UUID) -> QuoteTemplate:
    """One; raises Denied or OutOfReach."""
    found = templates(user).filter(pk=template_id).first()
    if found is None:
        raise OutOfReach
    return found


def template_choices() -> list[tuple[str, str]]:
    """Those in use, for whoever writes a quote."""
    return [(str(one.pk), one.name) for one in QuoteTemplate.objects.filter(is_active=True)]


def picture_of_template(template: QuoteTemplate, language: str) -> bytes:
    """The first page of an invented quote in this template and language, as PNG. Raises PaperError."""
    return quote_pictures(sample_document(template, language), ppi=90)[0]
