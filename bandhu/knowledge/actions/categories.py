"""The shelves of the help centre."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.identity.acting import action
from bandhu.knowledge.article_values import category_key, clean_category
from bandhu.knowledge.models import Category
from bandhu.platform import audit
from bandhu.platform.conflicts import EditConflict


@action("knowledge.manage_help_centre", on_record=False)
def create_category(*, actor: Any, names: Mapping[str, str], **columns: Any) -> Category:
    """A new category; `columns` any of texts, icon, parent, position. Raises ValidationError by field."""
    cleaned = clean_category({"names": names, **columns})
    made = Category.objects.create(key=category_key(cleaned["names"]), **cleaned)
    _note("created", made, {"names": (None, _told(made.names))}, actor)
    return made


@action("knowledge.manage_help_centre", on_record=False)
def change_category(
    *, actor: Any, category: Category, version: int | None = None, **changes: Any
) -> Category:
    """Change names, texts, icon, parent or position. Raises ValidationError by field, EditConflict with an old `version`."""
    fresh = Category.objects.select_for_update(of=("self",)).get(pk=category.pk)
    cleaned = clean_category(changes, fresh)
    if version is not None and version != fresh.version:
        now = {name: _told(getattr(fresh, name)) for name in cleaned}
        raise EditConflict(fresh.version, now, now, {name: _told(one) for name, one in cleaned.items()})
    written = {
        name: (_told(getattr(fresh, name)), _told(value))
        for name, value in cleaned.items()
        if getattr(fresh, name) != value
    }
    if written:
        for name in written:
            setattr(fresh, name, cleaned[name])
        fresh.version += 1
        fresh.save()
        _note("changed", fresh, written, actor)
    return fresh


@action("knowledge.manage_help_centre", on_record=False)
def delete_category(*, actor: Any, category: Category) -> None:
    """Remove an empty category. Raises ValidationError while something stands in it."""
    if category.articles.exists() or category.children.exists():
        raise ValidationError(_("Move its articles and categories elsewhere first."), code="in_use")
    _note("deleted", category, {"names": (_told(category.names), None)}, actor)
    category.delete()


def _note(verb: str, category: Category, changes: dict[str, tuple[Any, Any]], actor: Any) -> None:
    audit.record_change(
        verb,
        actor=actor,
        kind="article_category",
        record_id=category.pk,
        title=str(category),
        changes=changes,
    )


def _told(value: Any) -> Any:
    if isinstance(value, Mapping):
        return [f"{name}: {text}" for name, text in sorted(value.items())]
    return str(value) if value is not None and not isinstance(value, (int, str)) else value
