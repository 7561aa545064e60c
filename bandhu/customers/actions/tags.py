"""The words stuck on customers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.customers.events import TagsMerged
from bandhu.customers.models import Company, Contact, Tag
from bandhu.identity.acting import action
from bandhu.platform import audit
from bandhu.platform.events import publish
from bandhu.platform.texts import clean_line, fold

TONES = ("neutral", "primary", "info", "success", "warning", "danger")


@action("customers.manage_tags", on_record=False)
def create_tag(*, actor: Any, name: str, tone: str = "neutral") -> Tag:
    """A new tag. Raises ValidationError for an empty, long or taken name or an unknown tone."""
    name = _checked_name(name)
    tag = Tag.objects.create(name=name, key=fold(name)[:60], tone=_checked_tone(tone))
    audit.record_change("created", actor=actor, kind="tag", record_id=tag.pk, title=name)
    return tag


@action("customers.manage_tags", on_record=False)
def change_tag(tag: Tag, *, actor: Any, name: str | None = None, tone: str | None = None) -> Tag:
    """Rename or recolour. Raises ValidationError when another tag has the name (merge them instead)."""
    changes: dict[str, tuple[Any, Any]] = {}
    if name is not None and (cleaned := _checked_name(name, tag)) != tag.name:
        changes["name"] = (tag.name, cleaned)
        tag.name, tag.key = cleaned, fold(cleaned)[:60]
    if tone is not None and _checked_tone(tone) != tag.tone:
        changes["tone"] = (tag.tone, tone)
        tag.tone = tone
    if changes:
        tag.save()
        audit.record_change(
            "changed", actor=actor, kind="tag", record_id=tag.pk, title=tag.name, changes=changes
        )
    return tag


@action("customers.manage_tags", on_record=False)
def merge_tags(keep: Tag, *, actor: Any, gone: Iterable[Tag]) -> Tag:
    """Whoever had one of `gone` has `keep` afterwards; the others disappear."""
    losers = [tag for tag in gone if tag.pk != keep.pk]
    for model in (Contact, Company):
        through: Any = model.tags.through
        side = f"{model._meta.model_name}_id"
        owners = through.objects.filter(tag__in=losers).values_list(side, flat=True).distinct()
        through.objects.bulk_create(
            [through(**{side: pk, "tag_id": keep.pk}) for pk in owners.iterator()], ignore_conflicts=True
        )
    names = [tag.name for tag in losers]
    Tag.objects.filter(pk__in=[tag.pk for tag in losers]).delete()
    changes = {"merged": (names, keep.name)}
    audit.record_change(
        "merged", actor=actor, kind="tag", record_id=keep.pk, title=keep.name, changes=changes
    )
    publish(TagsMerged(kept=keep.name, gone=names), actor=actor)
    return keep


@action("customers.manage_tags", on_record=False)
def delete_tag(tag: Tag, *, actor: Any) -> None:
    """Take the tag off everybody and forget it."""
    audit.record_change("deleted", actor=actor, kind="tag", record_id=tag.pk, title=tag.name)
    tag.delete()


def _checked_name(text: str, tag: Tag | None = None) -> str:
    name = clean_line(text, 60)
    if not name:
        raise ValidationError({"name": _("A name is needed.")}, code="required")
    taken = Tag.objects.filter(key=fold(name)[:60])
    if tag is not None:
        taken = taken.exclude(pk=tag.pk)
    if taken.exists():
        raise ValidationError(
            {"name": _("There is a tag of this name; merge the two instead.")}, code="taken"
        )
    return name


def _checked_tone(tone: str) -> str:
    if tone not in TONES:
        raise ValidationError({"tone": _("There is no such colour.")}, code="no_choice")
    return tone
