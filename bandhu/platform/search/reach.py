"""How far the search looks on behalf of a user: which kinds, and within whose records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from bandhu.platform.registries import SearchKind, search_kinds

from .finding import Found, Group
from .keys import owner_keys


def groups_for(user: Any, kinds: Iterable[str] | None) -> list[Group]:
    """Return the indexed kinds that `user` may see (of `kinds`, or all), put together where the reach is the same."""
    together: dict[tuple[tuple[str, ...] | None, bool], list[str]] = {}
    for kind in _asked(kinds):
        if kind.documents is None:
            continue
        if kind.view_permission and not user.holds(kind.view_permission):
            continue
        sees_phones = not kind.see_phones or user.holds(kind.see_phones)
        together.setdefault((_within(user, kind), sees_phones), []).append(kind.name)
    indexed = {kind.name for kind in search_kinds.values() if kind.documents is not None}
    return [
        Group(tuple(names), within, sees_phones, all_kinds=set(names) == indexed)
        for (within, sees_phones), names in together.items()
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


def _within(user: Any, kind: SearchKind) -> tuple[str, ...] | None:
    """The keys of owners and teams that a limited reach comes down to; None for everybody's records."""
    reach = user.reaches.get(kind.view_permission) if kind.view_permission else None
    if reach is None or reach == "everyone":
        return None
    keys = owner_keys(user.pk, None)
    if reach == "team":
        keys += owner_keys(None, user.team_id)
    elif reach == "branch":
        keys += [key for team_id in user.branch_ids() for key in owner_keys(None, team_id)]
    return tuple(keys)
