"""Reading tags."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Count

from bandhu.customers.models import Company, Contact, Tag
from bandhu.identity.results import OutOfReach
from bandhu.platform.texts import fold


def tags(user: Any) -> list[Tag]:
    """Every tag by name; tags are words of the whole house and have no owner."""
    return list(Tag.objects.all())


def tags_with_use(user: Any) -> list[Tag]:
    """Every tag with `contact_count` and `company_count`: how many of those the user sees carry it."""
    found = list(Tag.objects.all())
    for model, name in ((Contact, "contact_count"), (Company, "company_count")):
        rows = model.objects.visible_to(user).filter(tags__isnull=False).order_by()
        counts = dict(rows.values_list("tags").annotate(Count("pk", distinct=True)))
        for tag in found:
            setattr(tag, name, counts.get(tag.pk, 0))
    return found


def tag_for(user: Any, tag_id: UUID) -> Tag:
    """The tag; raises OutOfReach (404)."""
    found = Tag.objects.filter(pk=tag_id).first()
    if found is None:
        raise OutOfReach
    return found


def tags_like(user: Any, text: str, limit: int = 8) -> list[Tag]:
    """For choosing while typing."""
    return list(Tag.objects.filter(key__contains=fold(text))[:limit])
