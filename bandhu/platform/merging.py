"""Moving what points to a merged record, and putting it back: the usual handler for an app's table, in one line.

register_merge_handler(pointing_at("contact", Interaction, "contact"))
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Model

from bandhu.platform.registries import MergeHandler


def pointing_at(kind: str, model: type[Model], column: str, *, id_column: bool = False) -> MergeHandler:
    """A handler for rows of `model` whose foreign key (or, with `id_column`, plain id) `column` is the record.

    Only for columns without a unique constraint: where two rows may clash, an app writes its own handler.
    """
    name = f"{model._meta.label}.{column}"
    path = column if id_column else f"{column}_id"

    def move(loser_id: UUID, winner_id: UUID) -> list[str]:
        return [str(pk) for pk in moved_rows(model, path, loser_id, winner_id)]

    def restore(loser_id: UUID, winner_id: UUID, notes: Any) -> None:
        rows = model._default_manager.filter(pk__in=notes, **{path: winner_id})
        rows.update(**{path: loser_id})

    return MergeHandler(kind=kind, name=name, move=move, restore=restore)


def moved_rows(model: type[Model], path: str, loser_id: UUID, winner_id: UUID) -> list[Any]:
    """Points every row of the loser at the winner; returns their ids."""
    rows = model._default_manager.filter(**{path: loser_id})
    moved = list(rows.order_by("pk").select_for_update().values_list("pk", flat=True))
    model._default_manager.filter(pk__in=moved).update(**{path: winner_id})
    return moved
