"""REST: one box over everything."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from bandhu.platform.queries import MOST_HITS, search
from bandhu.platform.rest import PageOf, answers

router = Router(tags=["search"])


class SearchQuery(Schema):
    """`q` as in the search box; `kind` narrows it to contact, company or interaction."""

    q: str = Field(max_length=200)
    kind: list[str] = Field(default_factory=list, max_length=20)
    limit: int = Field(20, ge=1, le=MOST_HITS)


class HitOut(Schema):
    """One answer. `title` is the customer's name, for an interaction too, whose text stands in `detail`. `score` 0 to 1."""

    kind: str
    id: UUID
    title: str
    detail: str
    score: float
    reason: str
    explanation: str
    url: str


@router.get("/search", response=answers(PageOf[HitOut]))
def find(request: HttpRequest, asked: Annotated[SearchQuery, Query(...)]) -> Any:
    """Contacts, companies and what was said, best first, each with its reason; one page, without a next one."""
    hits = search(request.user, asked.q, kinds=asked.kind or None, limit=asked.limit)
    return {"items": [_hit(request, hit) for hit in hits], "next": None}


def _hit(request: HttpRequest, hit: Any) -> dict[str, Any]:
    return {
        "kind": hit.kind,
        "id": hit.record_id,
        "title": hit.title,
        "detail": hit.detail,
        "score": hit.score,
        "reason": hit.reason,
        "explanation": str(hit.explanation),
        "url": request.build_absolute_uri(hit.url),
    }
