"""REST: duplicates, merges and scans."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from bandhu.customers import actions, queries
from bandhu.identity.scoping import require_anywhere
from bandhu.platform.rest import Day, Given, PageOf, Paging, PagingQuery, Whole, YesNo, answers, page_of

router = Router()
Kind = Literal["contact", "company"]
Text = Annotated[str, Field(max_length=300)]


class PairOut(Schema):
    """Two records that are probably the same one. `score` is a probability; `reasons` are stable words."""

    id: UUID
    kind: Kind
    first_id: UUID
    first_name: str
    second_id: UUID
    second_name: str
    score: float
    reasons: list[str]
    state: Literal["open", "different", "merged"]
    found_by: Literal["scan", "entry", "import"]
    found_at: datetime


class PairsQuery(Paging):
    """Which pairs."""

    kind: Kind = "contact"
    state: Literal["open", "different"] = "open"


class JudgementIn(Given):
    """`different`: these two are not the same one; false opens the question again."""

    different: YesNo = True


class QuestionIn(Given):
    """Somebody who is about to be entered: whatever is known of them."""

    kind: Kind = "contact"
    name: Text = ""
    given_name: Text = ""
    family_name: Text = ""
    phones: list[Text] = Field(default_factory=list, max_length=20)
    mails: list[Text] = Field(default_factory=list, max_length=20)
    birthday: Day | None = None
    national_id: Text = ""
    company: Text = ""
    street: Text = ""
    city: Text = ""
    postcode: Text = ""
    limit: Whole = Field(5, ge=1, le=20)


class SuspectOut(Schema):
    """A record that may be the one asked for."""

    id: UUID
    name: str
    score: float
    reasons: list[str]


class SuspectsOut(Schema):
    """Best first."""

    items: list[SuspectOut]


class MergeIn(Given):
    """`loser_id` goes into `winner_id`. `choices`: field (or "custom.<key>") → whose value stands."""

    kind: Kind = "contact"
    winner_id: UUID
    loser_id: UUID
    choices: dict[str, Literal["winner", "loser"]] = Field(default_factory=dict, max_length=200)


class MergeOut(Schema):
    """A merge; it can be taken back while `undone_at` is empty."""

    id: UUID
    kind: Kind
    winner_id: UUID
    winner_name: str
    loser_id: UUID
    loser_name: str
    automatic: bool
    at: datetime
    undone_at: datetime | None = None


class ScanIn(Given):
    """Which book."""

    kind: Kind = "contact"


class ScanOut(Schema):
    """A look through the whole book."""

    id: UUID
    kind: Kind
    state: str
    total: int
    read: int
    compared_share: float
    found: int
    new_pairs: int
    merged: int
    created_at: datetime
    finished_at: datetime | None = None


class ScansOut(Schema):
    """The running scan or the last one; empty when there was none."""

    items: list[ScanOut]


@router.get("/duplicates", response=answers(PageOf[PairOut]), tags=["duplicates"])
def list_duplicates(request: HttpRequest, asked: Annotated[PairsQuery, Query(...)]) -> Any:
    """Pairs both of which you may merge, the surest first."""
    return page_of(
        queries.open_pairs(request.user, asked.kind, asked.state),
        ["-score"],
        asked,
        partial(_pair, request.user),
    )


@router.post("/duplicates/search", response=answers(SuspectsOut), tags=["duplicates"])
def search_duplicates(request: HttpRequest, payload: QuestionIn) -> Any:
    """Who of the book may be the one described, before it is entered. Only records within your reach are told."""
    require_anywhere(request.user, f"customers.create_{payload.kind}")
    found = queries.possible_duplicates(
        request.user,
        kind=payload.kind,
        country=settings.DEFAULT_COUNTRY,
        limit=payload.limit,
        name=payload.name,
        given=payload.given_name,
        family=payload.family_name,
        phones=payload.phones,
        mails=payload.mails,
        birthday=payload.birthday,
        national_ids=[payload.national_id] if payload.national_id else [],
        company=payload.company,
        street=payload.street,
        city=payload.city,
        postcode=payload.postcode,
    )
    return {
        "items": [
            {
                "id": one.record.pk,
                "name": str(one.record),
                "score": round(one.score, 4),
                "reasons": list(one.reasons),
            }
            for one in found
        ]
    }


@router.get("/duplicates/scans", response=answers(ScansOut), tags=["duplicates"])
def list_scans(request: HttpRequest, kind: Kind = "contact") -> Any:
    """How far the running scan is, or how the last one ended."""
    scan = queries.scan_for(request.user, kind)
    return {"items": [scan] if scan else []}


@router.post("/duplicates/scans", response=answers(ScanOut, 202), tags=["duplicates"])
def start_scan(request: HttpRequest, payload: ScanIn) -> Any:
    """Look through the whole book in the background; the running scan is answered instead of a second one."""
    return Status(202, actions.start_scan(actor=request.user, kind=payload.kind))


@router.get("/duplicates/{pair_id}", response=answers(PairOut), tags=["duplicates"])
def get_duplicate(request: HttpRequest, pair_id: UUID) -> Any:
    """One pair."""
    return _pair(request.user, queries.pair_for(request.user, pair_id))


@router.post("/duplicates/{pair_id}/judgement", response=answers(PairOut), tags=["duplicates"])
def judge_duplicate(request: HttpRequest, pair_id: UUID, payload: JudgementIn) -> Any:
    """Say that the two are different ones; no scan brings them up again."""
    pair = queries.pair_for(request.user, pair_id)
    both = [getattr(pair, f"{side}_{pair.kind}") for side in ("first", "second")]
    judged = actions.judge_pair(*both, actor=request.user, different=payload.different)
    return _pair(request.user, judged)


@router.get("/merges", response=answers(PageOf[MergeOut]), tags=["merges"])
def list_merges(request: HttpRequest, paging: PagingQuery) -> Any:
    """Merges whose remaining record you may see, newest first."""
    return page_of(queries.merges(request.user), ["-id"], paging, _merge)


@router.post("/merges", response=answers(MergeOut, 201), tags=["merges"])
def merge_records(request: HttpRequest, payload: MergeIn) -> Any:
    """Merge two contacts or two companies; nothing either of them had is lost."""
    find: Any = queries.contact_for if payload.kind == "contact" else queries.company_for
    winner, loser = find(request.user, payload.winner_id), find(request.user, payload.loser_id)
    choices: dict[str, str] = dict(payload.choices)
    return Status(201, _merge(actions.merge_records(winner, loser, actor=request.user, choices=choices)))


@router.get("/merges/{merge_id}", response=answers(MergeOut), tags=["merges"])
def get_merge(request: HttpRequest, merge_id: UUID) -> Any:
    """One merge."""
    return _merge(queries.merge_for(request.user, merge_id))


@router.delete("/merges/{merge_id}", response=answers(None, 204), tags=["merges"])
def undo_merge(request: HttpRequest, merge_id: UUID) -> Any:
    """Take the merge back: both records are again what they were, but for what was changed since."""
    actions.undo_merge(queries.merge_for(request.user, merge_id), actor=request.user)
    return Status(204, None)


def _pair(user: Any, pair: Any) -> dict[str, Any]:
    first, second = (getattr(pair, f"{side}_{pair.kind}") for side in ("first", "second"))
    return {
        "id": pair.pk,
        "kind": pair.kind,
        "first_id": first.pk,
        "first_name": str(first),
        "second_id": second.pk,
        "second_name": str(second),
        "score": pair.score,
        "reasons": queries.reasons_of_pair(user, pair),
        "state": pair.state,
        "found_by": pair.found_by,
        "found_at": pair.found_at,
    }


def _merge(merge: Any) -> dict[str, Any]:
    return {
        "id": merge.pk,
        "kind": merge.kind,
        "winner_id": merge.winner_id,
        "winner_name": merge.winner_title,
        "loser_id": merge.loser_id,
        "loser_name": merge.loser_title,
        "automatic": merge.automatic,
        "at": merge.at,
        "undone_at": merge.undone_at,
    }
