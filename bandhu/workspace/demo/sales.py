"""Possible sales over the companies of the book: months of moves through the pipeline, some won, some lost, some forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bandhu.catalog.queries import to_base
from bandhu.customers.models import Company, Contact
from bandhu.identity.models import User
from bandhu.platform.ids import new_id
from bandhu.platform.money import Money
from bandhu.platform.sort_keys import sort_key
from bandhu.sales.actions import change_stage
from bandhu.sales.models import CloseReason, Opportunity, Pipeline, Stage, StageKind, StageMove
from bandhu.workspace.demo.customers import Book
from bandhu.workspace.demo.words import word_lists

MONTHS = 10
OF_A_COMPANY = (0, 1, 1, 2, 2, 3, 4)
_CURRENCIES = {"BD": "BDT", "IN": "INR", "LK": "LKR", "GB": "USD", "US": "USD"}
_SOURCES = ("Trade fair Dhaka", "Website", "Recommendation", "Walk-in", "Facebook", "Repeat order")
_GOES_ON, _IS_LOST = 0.72, 0.22


def open_sales(book: Book) -> None:
    """Opportunities and their moves as rows of the book; rates must be there."""
    pipeline = Pipeline.objects.prefetch_related("stages").order_by("position").first()
    if pipeline is None:
        return
    people: dict[Any, list[Contact]] = {}
    for person in book.contacts:
        if person.company_id:
            people.setdefault(person.company_id, []).append(person)
    reasons = {kind: list(CloseReason.objects.filter(kind=kind)) for kind in ("won", "lost")}
    for company in book.companies:
        for _number in range(book.rng.choice(OF_A_COMPANY)):
            contact = book.rng.choice(people[company.pk]) if company.pk in people else None
            _tell_one(book, pipeline, company, contact, reasons)


def _tell_one(
    book: Book, pipeline: Pipeline, company: Company, contact: Contact | None, reasons: dict[str, Any]
) -> None:
    rng = book.rng
    started = max(book.past_moment(MONTHS * 30), company.created_at)
    product, weight = rng.choice(word_lists()["products_en"])[0], rng.choice((50, 100, 200, 500, 1000))
    amount = Money(rng.randrange(60, 6_000) * 100_000 // 10, _CURRENCIES.get(company.country, "BDT"))
    opportunity = Opportunity(
        id=new_id(started), name=f"{product}, {weight} kg", sort_key=sort_key(product), contact=contact,
        company=company, pipeline=pipeline, owner=company.owner, team=company.team, created_by=company.owner,
        source=rng.choice(_SOURCES), created_at=started, updated_at=started,
    )  # fmt: skip
    opportunity.keep_amount(amount, to_base(amount, started.date()))
    _walk(book, opportunity, list(pipeline.stages.all()), started, reasons)
    opportunity.expected_close = (opportunity.stage_entered_at + timedelta(days=rng.randrange(4, 60))).date()
    book.add(opportunity)


def _walk(
    book: Book, opportunity: Opportunity, stages: list[Stage], at: datetime, reasons: dict[str, Any]
) -> None:
    """From stage to stage until it is closed, or until now."""
    open_stages = [stage for stage in stages if stage.kind == StageKind.OPEN]
    ends = {stage.kind: stage for stage in stages if stage.kind != StageKind.OPEN}
    place, last = 0, _enter(book, opportunity, None, open_stages[0], at)
    while opportunity.state == StageKind.OPEN:
        at += timedelta(days=book.rng.triangular(0.5, 45, 6))
        if at >= book.now:
            return
        chance = book.rng.random()
        if chance < _IS_LOST:
            to = ends[StageKind.LOST]
        elif chance < _GOES_ON + _IS_LOST and place + 1 < len(open_stages):
            place += 1
            to = open_stages[place]
        elif place + 1 == len(open_stages):
            to = ends[StageKind.WON]
        else:
            continue
        last = _enter(book, opportunity, last, to, at)
    opportunity.closed_at = at
    opportunity.close_reason = book.rng.choice(reasons[opportunity.state])


def _enter(
    book: Book, opportunity: Opportunity, former: StageMove | None, stage: Stage, at: datetime
) -> StageMove:
    move = StageMove(
        id=new_id(at), opportunity=opportunity, pipeline=stage.pipeline,
        from_stage=former.to_stage if former else None, to_stage=stage, at=at, actor=opportunity.owner,
        amount_minor=opportunity.amount_minor, currency=opportunity.currency,
        base_amount_minor=opportunity.base_amount_minor,
        seconds=int((at - former.at).total_seconds()) if former else None,
    )  # fmt: skip
    if former:
        former.left_at = at
    book.add(move)
    opportunity.stage, opportunity.state, opportunity.stage_entered_at = stage, stage.kind, at
    opportunity.updated_at = at
    return move


def write_stage_rules(actor: User) -> None:
    """What a small house would have: a floor for negotiations, and what is done when an offer is out and when a sale is won."""
    stages = {
        one.name: one for one in Stage.objects.filter(pipeline=Pipeline.objects.order_by("position").first())
    }
    change_stage(
        stages["Negotiating"], actor=actor,
        condition={"all": [{"field": "amount", "op": "more", "value": "1000"}]},
        condition_words="Below 1,000 we do not negotiate: the price list holds.",
    )  # fmt: skip
    call = {"do": "follow_up", "text": "Ask whether the offer has arrived", "days": 3}
    change_stage(stages["Quoted"], actor=actor, steps=[call])
    thanks = {"do": "follow_up", "text": "Thank them, and say when it is delivered", "days": 1}
    change_stage(stages["Won"], actor=actor, steps=[{"do": "tell_manager"}, thanks])
