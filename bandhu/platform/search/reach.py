"""How far the search looks on behalf of a user: which kinds, and within whose records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from bandhu.platform.registries import SearchKind, search_kinds

from .asking import Group
from .finding import Found
from .keys import owner_keys

_Within = tuple[str, ...] | None


def groups_for(user: Any, kinds: Iterable[str] | None) -> list[Group]:
    """Return the indexed kinds that `user` may see (of `kinds`, or all), put together where the reach is the same."""
    together: dict[tuple[_Within, _Within], list[str]] = {}
    for kind in _asked(kinds):
        if kind.documents is None:
            continue
        if kind.view_permission and not user.holds(kind.view_permission):
            continue
        reaches = _within(user, kind.view_permission), _within(user, kind.see_phones)
        together.setdefault(reaches, []).append(kind.name)
    indexed = {kind.name for kind in search_kinds.values() if kind.documents is not None}
    return [
        Group(tuple(names), within, phones_within, all_kinds=set(names) == indexed)
        for (within, phones_within), names in together.items()
    ]


def own_finders(user: Any, kinds: Iterable[str] | None) -> list[SearchKind]:
    """Return the kinds with a search of their own that `user` may see."""
    return [
        kind
        for kind in _asked(kinds)
        if kind.find is not None and (not kind.view_permission or user.holds(kind.view_permission))
    ]


def seen_by(user: Any, found: list[Found], limit: int) -> list[Found]:
    """Return the first `limit` that `user` may see now: the record decides, the index only guesses."""
    kept: list[Found] = []
    step = limit + 10
    for start in range(0, len(found), step):
        part = found[start : start + step]
        by_kind: dict[str, list[UUID]] = {}
        for one in part:
            by_kind.setdefault(one.kind, []).append(one.record_id)
        seen: set[UUID] = set()
        details: dict[UUID, str] = {}
        for name, ids in by_kind.items():
            kind = search_kinds[name]
            seen.update(kind.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True))
            if kind.without_related is not None:
                details |= kind.without_related(user, ids)
        kept += [
            shown
            for one in part
            if one.record_id in seen and (shown := _without_related(one, details)) is not None
        ]
        if len(kept) >= limit:
            break
    return sorted(kept, key=lambda one: -one.score)[:limit]


def _without_related(one: Found, details: Mapping[UUID, str]) -> Found | None:
    """What is left of an answer whose related record the user may not see; None when only that one answered."""
    if one.record_id not in details:
        return one
    if one.by_own_words is None:
        return None
    score, reason = one.by_own_words
    return replace(one, detail=details[one.record_id], score=score, reason=reason)


def _asked(kinds: Iterable[str] | None) -> list[SearchKind]:
    wanted = None if kinds is None else set(kinds)
    known = sorted(search_kinds.values(), key=lambda kind: kind.position)
    return [kind for kind in known if wanted is None or kind.name in wanted]


def _within(user: Any, permission: str) -> _Within:
    """The keys of owners and teams that a limited reach comes down to: None for everybody's records, () for nobody's."""
    if user.holds_on_all(permission):
        return None
    reach = user.reaches.get(permission)
    if reach is None:
        return ()
    keys = owner_keys(user.pk, None)
    if reach == "team":
        keys += owner_keys(None, user.team_id)
    elif reach == "branch":
        keys += [key for team_id in user.branch_ids() for key in owner_keys(None, team_id)]
    return tuple(keys)
