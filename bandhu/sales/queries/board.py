"""The board of a pipeline: its columns with counts and sums, the first cards of each, in a handful of statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Count, F, QuerySet, Sum, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.customers.models import Company, Contact
from bandhu.identity.models import User
from bandhu.platform.listing import Listing
from bandhu.sales.models import Opportunity, Pipeline, Stage, StageKind
from bandhu.sales.queries.pipelines import VIEW

# A screen shows nine; the next are fetched as a column is scrolled.
CARDS, CARDS_OF_LANE, MOST_LANES = 15, 10, 40
# Won and lost stages show what was closed lately: all of it is what lists are for.
CLOSED_DAYS = 30
LANES = ("owner", "source")
_CARD = (
    "pk", "name", "stage_id", "amount_minor", "currency", "expected_close", "stage_entered_at", "closed_at",
    "next_step_due_at", "probability", "owner_id", "source", "company_id", "contact_id",
)  # fmt: skip
_OWNER = _CARD.index("owner_id")
# By stage: how many, and their sum in minor units of the base currency.
Shown = Mapping[UUID, tuple[int, int]]
# Joined to every column of the board they would cost PostgreSQL 3 to 6 ms more.
_NAMES = f"""
    SELECT id, name FROM {Company._meta.db_table} WHERE id = ANY(%s::uuid[])
    UNION ALL SELECT id, full_name FROM {Contact._meta.db_table} WHERE id = ANY(%s::uuid[])
    UNION ALL SELECT id, full_name FROM {User._meta.db_table} WHERE id = ANY(%s::uuid[])
"""  # noqa: S608 (our own tables)


@dataclass(frozen=True, slots=True)
class BoardCard:
    """What a card shows; fields in the order of _CARD, names in the place of its last two."""

    pk: UUID
    name: str
    stage_id: UUID
    amount_minor: int | None
    currency: str
    expected_close: date | None
    stage_entered_at: datetime
    closed_at: datetime | None
    next_step_due_at: datetime | None
    probability: Decimal | None
    owner_id: UUID | None
    source: str
    company: str | None
    contact: str | None
    owner: str | None


@dataclass
class Column:
    """A stage with how many stand in it, what they are worth (minor units of the base currency), and its first cards.

    `more` is the place to go on from, "" at the end. `lanes` are its cards by lane where the board has lanes.
    """

    stage: Stage
    count: int = 0
    total: int = 0
    cards: list[BoardCard] = field(default_factory=list)
    more: str = ""
    lanes: dict[Any, list[BoardCard]] = field(default_factory=dict)


@dataclass(frozen=True)
class Lane:
    """A row of the board: all cards of one owner or source; `counts` by stage."""

    key: Any
    label: str
    count: int
    total: int
    counts: Mapping[UUID, int]


@dataclass
class Board:
    """A pipeline as one user sees it."""

    pipeline: Pipeline
    columns: list[Column]
    lanes: list[Lane] = field(default_factory=list)


def board(pipeline: Pipeline, listing: Listing, *, lanes: str = "") -> Board:
    """The pipeline's columns with the cards of `listing` (scoped to its user)."""
    stages = [one for one in pipeline.stages.all() if one.is_active]
    if lanes in LANES:
        return _with_lanes(listing.rows(), listing.user, pipeline, stages, lanes)
    return Board(pipeline, columns(stages, listing))


def columns(stages: Iterable[Stage], listing: Listing) -> list[Column]:
    """These stages with the first cards of `listing`."""
    rows = listing.rows()
    found = _counted(stages, rows)
    _deal(found, _first_cards(rows, [one.stage for one in found.values() if one.count]), listing.user)
    for column in found.values():
        _cut(column)
    return list(found.values())


def columns_with(
    moved: Opportunity, stages: Sequence[Stage], listing: Listing, shown: Shown | None = None
) -> list[Column]:
    """The stage a card came from and the one it came into, with counts and sums, and of all cards that one alone.

    Without the card where `listing` leaves it out. `shown` are counts and sums as the page showed them before the move: where both
    stages are in it, they are carried on instead of counting the book again.
    """
    rows = listing.rows()
    told = shown is not None and len(stages) == 2 and all(stage.pk in shown for stage in stages)
    found = (
        {one.pk: Column(one, *shown[one.pk]) for one in stages} if shown and told else _counted(stages, rows)
    )
    _deal(found, _moved(moved, rows, listing), listing.user)
    if told:
        for column, by in zip(found.values(), (-1, 1), strict=True):
            if by < 0 or column.cards:
                column.count += by
                column.total += by * (moved.base_amount_minor or 0)
    return list(found.values())


def _moved(moved: Opportunity, rows: QuerySet, listing: Listing) -> Iterable[Any]:
    """The card as a row of the board; looked for where a filter or the reader's reach may leave it out."""
    if listing.definition.get("filter") or listing.text or not listing.user.holds_on_all(VIEW):
        return rows.filter(pk=moved.pk, stage=moved.stage_id).order_by().values_list(*_CARD)
    return [tuple(getattr(moved, name) for name in _CARD)]


def _deal(columns: dict[UUID, Column], found: Iterable[Any], user: Any) -> None:
    for card in _cards(found, user):
        if card.stage_id in columns:
            columns[card.stage_id].cards.append(card)


def more_cards(stage: Stage, listing: Listing, after: str) -> Column:
    """The next cards of a column. Raises ValidationError for a place that is none."""
    try:
        written, _sign, last = after[:80].rpartition("_")
        moment, pk = datetime.fromisoformat(written), UUID(last)
    except ValueError:
        raise ValidationError(_("This page of the board is no longer there.")) from None
    clock = _clock(stage)
    rows = _ordered(_within(listing.rows(), stage), stage)
    # A row comparison, so that the index is read from the place on.
    rows = rows.filter(**{f"{clock}__lte": moment}).exclude(**{clock: moment, "pk__gte": pk})
    column = Column(stage, cards=_cards(rows.values_list(*_CARD)[: CARDS + 1], listing.user))
    _cut(column)
    return column


def _clock(stage: Stage) -> str:
    return "stage_entered_at" if stage.kind == StageKind.OPEN else "closed_at"


def _cards(found: Iterable[Any], user: Any) -> list[BoardCard]:
    """Cards with the names on them, of customers as far as `user` may see them: asked for the cards that are shown, not for the whole board."""
    rows = list(found)
    companies = _seen(user, "customers.view_company", Company, {row[-2] for row in rows})
    contacts = _seen(user, "customers.view_contact", Contact, {row[-1] for row in rows})
    names = _names(companies, contacts, {row[_OWNER] for row in rows})
    drawn = []
    for row in rows:
        on_it = (names.get(row[-2]), names.get(row[-1]), names.get(row[_OWNER]))
        drawn.append(BoardCard(*[*row[:-2], *on_it]))
    return drawn


def _names(*ids: set[UUID | None]) -> dict[UUID, str]:
    """Names of companies, contacts and users of these ids."""
    with connection.cursor() as cursor:
        cursor.execute(_NAMES, [[pk for pk in some if pk] for some in ids])
        return dict(cursor.fetchall())


def _seen(
    user: Any, permission: str, model: type[Company | Contact], ids: set[UUID | None]
) -> set[UUID | None]:
    if user.holds_on_all(permission):
        return ids
    wanted = [pk for pk in ids if pk is not None]
    return set(model.objects.visible_to(user, permission).filter(pk__in=wanted).values_list("pk", flat=True))


def _within(rows: QuerySet, stage: Stage) -> QuerySet:
    if stage.kind == StageKind.OPEN:
        return rows.filter(stage=stage, state=StageKind.OPEN)
    return rows.filter(stage=stage, closed_at__gte=_lately()).exclude(state=StageKind.OPEN)


def _lately() -> datetime:
    return timezone.now() - timedelta(days=CLOSED_DAYS)


def _ordered(rows: QuerySet, stage: Stage) -> QuerySet:
    return rows.order_by(f"-{_clock(stage)}", "-pk")


def _first_cards(rows: QuerySet, stages: Sequence[Stage]) -> list[tuple[Any, ...]]:
    """The first cards of each of these stages, in one statement."""
    parts, given = [], []
    for is_open in (True, False):
        made: tuple[str, tuple[Any, ...], UUID] | None = None
        for stage in stages:
            if (stage.kind == StageKind.OPEN) != is_open:
                continue
            # Their statements differ in the stage alone, unless a filter names it too: making each costs more than running it.
            if made is None or made[1].count(made[2]) != 1:
                wanted = _ordered(_within(rows, stage), stage).values_list(*_CARD)[: CARDS + 1]
                made = (*wanted.query.sql_with_params(), stage.pk)
            statement, values, first = made
            parts.append(f"({statement})")
            given += [stage.pk if value == first else value for value in values]
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), given)
        return cursor.fetchall()


def _cut(column: Column) -> None:
    if len(column.cards) > CARDS:
        column.cards = column.cards[:CARDS]
        last = column.cards[-1]
        moment = last.stage_entered_at if column.stage.kind == StageKind.OPEN else last.closed_at
        column.more = f"{moment.isoformat()}_{last.pk}" if moment else ""


def _counted(stages: Iterable[Stage], rows: QuerySet) -> dict[UUID, Column]:
    """Open stages in one statement that reads only an index; closed ones, of lately, in another."""
    columns = {stage.pk: Column(stage) for stage in stages}
    pipelines = {column.stage.pipeline_id for column in columns.values()}
    open_rows = rows.filter(pipeline__in=pipelines, stage__in=list(columns), state=StageKind.OPEN)
    closed = [pk for pk, column in columns.items() if column.stage.kind != StageKind.OPEN]
    closed_rows = rows.filter(stage__in=closed, closed_at__gte=_lately()).exclude(state=StageKind.OPEN)
    for counted in (open_rows, closed_rows) if closed else (open_rows,):
        figures = (
            counted.order_by().values_list("stage").annotate(n=Count("*"), total=Sum("base_amount_minor"))
        )
        for stage_id, count, total in figures:
            if stage_id in columns:
                columns[stage_id].count, columns[stage_id].total = count, int(total or 0)
    return columns


def _with_lanes(rows: QuerySet, user: Any, pipeline: Pipeline, stages: list[Stage], by: str) -> Board:
    """The largest lanes, each with the first cards of every column."""
    columns = _counted(stages, rows)
    open_rows = rows.filter(pipeline=pipeline, state=StageKind.OPEN)
    path = "owner_id" if by == "owner" else "source"
    label = "owner__full_name" if by == "owner" else "source"
    cells: dict[tuple[Any, str], dict[UUID, tuple[int, int]]] = {}
    names = dict.fromkeys((path, label, "stage_id"))
    for one in open_rows.order_by().values(*names).annotate(n=Count("*"), total=Sum("base_amount_minor")):
        cell = one["n"], int(one["total"] or 0)
        cells.setdefault((one[path], one[label] or _("(none)")), {})[one["stage_id"]] = cell
    lanes = [
        Lane(
            key, words, sum(count for count, _total in by.values()), sum(total for _count, total in by.values()),
            {stage: count for stage, (count, _total) in by.items()},
        )
        for (key, words), by in cells.items()
    ]  # fmt: skip
    lanes = sorted(lanes, key=lambda lane: (-lane.count, lane.label))[:MOST_LANES]
    place = Window(RowNumber(), partition_by=[F("stage"), F(path)], order_by=[F("stage_entered_at").desc()])
    shown = open_rows.annotate(place=place).filter(place__lte=CARDS_OF_LANE)
    for card in _cards(shown.values_list(*_CARD), user):
        if card.stage_id in columns:
            columns[card.stage_id].lanes.setdefault(getattr(card, path), []).append(card)
    open_columns = [column for column in columns.values() if column.stage.kind == StageKind.OPEN]
    return Board(pipeline, open_columns, lanes)
