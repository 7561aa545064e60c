"""One customer into another without losing a value, and back again: only rows, no permissions and no events.

The loser stays in the bin with `merged_into` set and every value it had that the winner could not take. What moved is
written down row by row, so that taking the merge back touches just that, and later work on the winner stays.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils import timezone

from bandhu.customers.disputed_ids import give_over
from bandhu.customers.models import AlternativeName, Company, Contact, Relation, Tag
from bandhu.customers.point_values import POINT_KINDS
from bandhu.customers.record_values import COLUMNS, JOINED, TITLES
from bandhu.platform.merging import moved_rows
from bandhu.platform.registries import merge_handlers
from bandhu.platform.texts import fold

Record = Contact | Company
Moved = dict[str, Any]
LOSER = "loser"
# Neither belongs to the content of a record: a version only ever grows.
_UNTOUCHED = ("id", "version", "updated_at")


def side_of(record: Record) -> str:
    """The name of the columns that point at such a record."""
    return "contact" if isinstance(record, Contact) else "company"


def move_into(
    winner: Record, loser: Record, choices: Mapping[str, str], *, settle: Callable[[Any], None]
) -> tuple[Moved, dict[str, Any]]:
    """Moves everything of `loser` to `winner`, both locked by the caller, and bins the loser. Neither is announced.

    `choices` maps a column (or "custom.<key>") to "loser" where the loser's value shall stand; elsewhere the winner's
    stands and empty ones are filled. `settle` sets the winner's columns that follow from others. Returns what moved
    and the notes of the merge handlers, for `move_back`.
    """
    before = {"winner": snapshot(winner), "loser": snapshot(loser)}
    names = _names_before(winner, loser)
    _take_columns(winner, loser, choices)
    _take_custom(winner, loser, choices)
    moved: Moved = {"rows": _move_rows(winner, loser), "tags": _take_tags(winner, loser)}
    moved["primaries"] = _keep_one_primary(winner, moved["rows"])
    moved["created_names"] = _keep_names(winner, names)
    handlers = [handler for handler in merge_handlers if handler.kind == side_of(winner)]
    notes = {handler.name: handler.move(loser.pk, winner.pk) for handler in handlers}
    loser.deleted_at = timezone.now()
    loser.merged_into = winner
    _save(loser)
    give_over(side_of(winner), winner, loser)
    _take_facts(winner, loser)
    settle(winner)
    _save(winner)
    after = {"winner": snapshot(winner), "loser": snapshot(loser)}
    moved["fields"] = {
        which: {
            name: [value, after[which][name]] for name, value in values.items() if value != after[which][name]
        }
        for which, values in before.items()
    }
    return moved, notes


def move_back(winner: Record, loser: Record, moved: Moved, notes: Mapping[str, Any]) -> None:
    """Takes back what `move_into` did. What somebody changed since stays as it is now."""
    for handler in reversed(merge_handlers):
        if handler.kind == side_of(winner) and handler.name in notes:
            handler.restore(loser.pk, winner.pk, notes[handler.name])
    AlternativeName.objects.filter(pk__in=moved["created_names"], **{side_of(winner): winner}).delete()
    winner.tags.remove(*moved["tags"])
    for row in moved["rows"]:
        model, path = _model(row["model"]), row["path"]
        rows = model._default_manager.filter(pk__in=row["ids"], **{path: winner.pk})
        rows.update(**{path: loser.pk})
    for label, ids in moved["primaries"].items():
        rows = _model(label)._default_manager.filter(pk__in=ids, **{side_of(winner): loser})
        rows.update(is_primary=True)
    for which, record in (("loser", loser), ("winner", winner)):
        now = snapshot(record)
        for name, (before, after) in moved["fields"][which].items():
            if now[name] == after:
                _set_plain(record, name, before)
        _save(record)


def snapshot(record: Record) -> dict[str, Any]:
    """Every stored column as JSON holds it, but for id, version and the time of the last change."""
    return {
        column.attname: _plain(getattr(record, column.attname))
        for column in record._meta.concrete_fields
        if column.name not in _UNTOUCHED
    }


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, dict):
        return dict(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


def _set_plain(record: Record, name: str, value: Any) -> None:
    column: Any = next(one for one in record._meta.concrete_fields if one.attname == name)
    if isinstance(column, models.BinaryField):
        setattr(record, name, base64.b64decode(value))
    else:
        target = column.target_field if isinstance(column, models.ForeignKey) else column
        setattr(record, name, target.to_python(value))


def _save(record: Record) -> None:
    record.version += 1
    record.save()


def _model(label: str) -> type[models.Model]:
    return {model._meta.label: model for model in _moving_models()}[label]


def _moving_models() -> list[type[models.Model]]:
    return [*(kind.model for kind in POINT_KINDS.values()), Relation, Contact, Company]


def _take_columns(winner: Record, loser: Record, choices: Mapping[str, str]) -> None:
    for name in COLUMNS[type(winner)]:
        mine, theirs = getattr(winner, name), getattr(loser, name)
        if isinstance(winner, Company) and name == "parent" and mine == loser:
            winner.parent = mine = None  # a company cannot stand below what becomes itself
        if theirs in (None, "") or mine == theirs or (name == "parent" and theirs == winner):
            continue
        if name in JOINED and mine and choices.get(name) is None:
            setattr(winner, name, mine if theirs in mine else f"{mine}\n\n{theirs}")
        elif mine in (None, "") or choices.get(name) == LOSER:
            setattr(winner, name, theirs)


def _take_custom(winner: Record, loser: Record, choices: Mapping[str, str]) -> None:
    custom = dict(winner.custom)
    for key, theirs in loser.custom.items():
        mine, chosen = custom.get(key), choices.get(f"custom.{key}")
        if mine is None or chosen == LOSER:
            custom[key] = theirs
        elif isinstance(mine, list) and isinstance(theirs, list) and chosen is None:
            custom[key] = [*mine, *(one for one in theirs if one not in mine)]
    winner.custom = custom


def _take_facts(winner: Record, loser: Record) -> None:
    """Columns that follow from others or that the timeline knows."""
    if loser.last_touched_at and (
        winner.last_touched_at is None or loser.last_touched_at > winner.last_touched_at
    ):
        winner.last_touched_at, winner.last_touched_by_id = loser.last_touched_at, loser.last_touched_by_id
    due = [moment for moment in (winner.next_step_due_at, loser.next_step_due_at) if moment]
    winner.next_step_due_at = min(due) if due else None


def _move_rows(winner: Record, loser: Record) -> list[dict[str, Any]]:
    """Phones, mails, … the winner does not have yet, relations, people and subsidiaries."""
    side, moved = side_of(winner), []

    def note(model: type[models.Model], path: str, ids: list[Any]) -> None:
        if ids:
            moved.append({"model": model._meta.label, "path": path, "ids": [str(pk) for pk in ids]})

    for kind in POINT_KINDS.values():
        rows = kind.model._default_manager
        known = {kind.key(row.__dict__) for row in rows.filter(**{side: winner})}
        ids = [
            row.pk
            for row in rows.filter(**{side: loser}).order_by("pk")
            if kind.key(row.__dict__) not in known
        ]
        rows.filter(pk__in=ids).update(**{side: winner})
        note(kind.model, side, ids)
    for end, other in (("from", "to"), ("to", "from")):
        ids = _movable_relations(winner, loser, end, other)
        Relation.objects.filter(pk__in=ids).update(**{f"{end}_{side}": winner})
        note(Relation, f"{end}_{side}", ids)
    if isinstance(winner, Company):
        note(Contact, "company_id", moved_rows(Contact, "company_id", loser.pk, winner.pk))
        children = Company.objects.filter(parent_id=loser.pk).exclude(pk=winner.pk)
        ids = list(children.values_list("pk", flat=True))
        Company.objects.filter(pk__in=ids).update(parent=winner)
        note(Company, "parent_id", ids)
    return moved


def _movable_relations(winner: Record, loser: Record, end: str, other: str) -> list[Any]:
    """Relations of the loser, but for those to the winner itself and those the winner has as well."""
    side = side_of(winner)

    def same(row: Relation) -> tuple[Any, ...]:
        return (row.role, getattr(row, f"{other}_contact_id"), getattr(row, f"{other}_company_id"))

    has = {same(row) for row in Relation.objects.filter(**{f"{end}_{side}": winner})}
    rows = Relation.objects.filter(**{f"{end}_{side}": loser}).exclude(Q(**{f"{other}_{side}": winner}))
    return [row.pk for row in rows.order_by("pk") if same(row) not in has]


def _keep_one_primary(winner: Record, rows: list[dict[str, Any]]) -> dict[str, list[str]]:
    """A moved row stops being the primary one where the winner has its own; returns which did, by model."""
    stopped: dict[str, list[str]] = {}
    moved = {row["model"]: row["ids"] for row in rows}
    for kind in POINT_KINDS.values():
        ids = moved.get(kind.model._meta.label, [])
        if not kind.has_primary or not ids:
            continue
        own = kind.model._default_manager.filter(**{side_of(winner): winner}, is_primary=True)
        if own.exclude(pk__in=ids).exists():
            primary = kind.model._default_manager.filter(pk__in=ids, is_primary=True)
            stopped[kind.model._meta.label] = [str(pk) for pk in primary.values_list("pk", flat=True)]
            primary.update(is_primary=False)
    return stopped


def _take_tags(winner: Record, loser: Record) -> list[str]:
    own = set(winner.tags.values_list("pk", flat=True))
    more = [tag for tag in Tag.objects.filter(pk__in=loser.tags.values("pk")) if tag.pk not in own]
    winner.tags.add(*more)
    return [str(tag.pk) for tag in more]


def _names_before(winner: Record, loser: Record) -> list[str]:
    title = TITLES[type(winner)]
    names = [getattr(winner, title), getattr(loser, title)]
    if isinstance(winner, Company) and isinstance(loser, Company):
        names += [winner.legal_name, loser.legal_name]
    elif isinstance(winner, Contact) and isinstance(loser, Contact):
        names += [winner.nickname, loser.nickname]
    return [name for name in names if name]


def _keep_names(winner: Record, names: list[str]) -> list[str]:
    """Every name that would be lost becomes another name of the winner; returns the new rows."""
    side = side_of(winner)
    known = {fold(str(getattr(winner, TITLES[type(winner)])))}
    for column in ("nickname", "legal_name"):
        known.add(fold(getattr(winner, column, "") or ""))
    known |= {
        fold(name) for name in AlternativeName.objects.filter(**{side: winner}).values_list("name", flat=True)
    }
    created = []
    for name in names:
        if fold(name) not in known:
            known.add(fold(name))
            row = AlternativeName.objects.create(**{side: winner}, name=name[:300], kind="merged")
            created.append(str(row.pk))
    return created
