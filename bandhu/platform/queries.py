"""Reading what platform keeps for all apps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from bandhu.platform.custom_fields import definition_for
from bandhu.platform.custom_fields import may_see as may_see_field
from bandhu.platform.models import BulkChange, CustomField, StoredFile
from bandhu.platform.registries import file_owners
from bandhu.platform.search.asking import Question
from bandhu.platform.search.finding import find
from bandhu.platform.search.hits import Hit
from bandhu.platform.search.reach import groups_for, own_finders, seen_by

MOST_HITS = 200


def file_for(user: Any, file_id: UUID) -> StoredFile:
    """The file, when the user may see the record it belongs to; else Http404, as for one that does not exist.

    A file in an own field ("contact.f3k…") is seen by whoever sees the record and the field.
    """
    stored = StoredFile.objects.filter(pk=file_id, deleted_at__isnull=True).first()
    kind, _dot, key = stored.record_kind.partition(".") if stored else ("", "", "")
    may_see = file_owners.get(kind)
    if stored is None or may_see is None or not may_see(user, stored.record_id):
        raise Http404
    if key and not ((field := definition_for(kind, key)) and may_see_field(user, field)):
        raise Http404
    return stored


def search(user: Any, text: str, kinds: Iterable[str] | None = None, limit: int = 20) -> list[Hit]:
    """Return what answers `text` among the records that `user` may see, best first, each with its reason.

    `text`: part of a name in any script and spelling, words in any order, initials, a telephone number in any
    notation, a mail address or its domain, words of the company. `kinds`: names of registered search kinds, None
    for all. Never more than 200 hits; an empty or senseless text finds nothing and raises nothing. Names never
    leave less than a quarter of the hits to kinds with a search of their own, such as what was said.
    """
    limit = max(1, min(limit, MOST_HITS))
    question = Question(text)
    if not question.text:
        return []
    kinds = None if kinds is None else list(kinds)
    found = seen_by(user, find(question, groups_for(user, kinds), limit), limit)
    hits = [
        Hit(one.kind, one.record_id, one.title, one.detail, round(one.score, 4), one.reason) for one in found
    ]
    # As many texts as there is room for beside the names: reading passages nobody is shown costs more than finding names.
    room = max(1, limit // 4, limit - len(hits))
    texts = [
        Hit(kind.name, pk, title, detail, score, "text")
        for kind in own_finders(user, kinds)
        if kind.find is not None
        for pk, title, detail, score in kind.find(user, question.text, room)
    ]
    found_hits = [*hits[: limit - min(len(texts), max(1, limit // 4))], *texts]
    found_hits.sort(key=lambda hit: -hit.score)
    return found_hits[:limit]


def bulk_changes(user: Any) -> QuerySet[BulkChange]:
    """The changes of many records that this user made; all of them for who manages fields."""
    rows = BulkChange.objects.order_by("-id")
    return rows if user.holds("platform.manage_fields") else rows.filter(actor=user)


def custom_fields(user: Any, kind: str) -> QuerySet[CustomField]:
    """Every definition of a kind, retired ones included; none for who may not manage them."""
    if not user.holds("platform.manage_fields"):
        return CustomField.objects.none()
    return CustomField.objects.filter(record_kind=kind)
