"""Opportunities from a file: each row is a possible sale to the company it names, with the moves its dates tell of.

A row says when it was created and when it was closed, not what happened between. So an open one entered its stage on the day of
its creation; a won or lost one entered the last open stage then, and left it on the day of its closing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bandhu.catalog.line_values import clean_currency
from bandhu.catalog.queries import base_currency, currencies
from bandhu.customers.importing.attached import (
    Trace,
    by_label,
    change_columns,
    check_moment,
    created,
    differing,
    folded,
    key_of,
    known_of,
    leave_traces,
    settle_once,
    take_back,
    told,
    users_by_name,
)
from bandhu.customers.importing.kinds import Choice, ImportKind
from bandhu.customers.importing.people import People
from bandhu.customers.importing.plan import Outcome, Policy
from bandhu.customers.imports.problems import CellProblem
from bandhu.customers.imports.records import Record
from bandhu.customers.imports.targets import Target
from bandhu.customers.models import Import, ImportedRow
from bandhu.platform.ids import new_id
from bandhu.platform.money import Money
from bandhu.platform.sort_keys import sort_key
from bandhu.platform.texts import clean_line
from bandhu.sales.importing.products import products_by_word
from bandhu.sales.importing.rates import Rates
from bandhu.sales.models import (
    CloseReason,
    Opportunity,
    OpportunityLine,
    Pipeline,
    Stage,
    StageKind,
    StageMove,
)

TARGETS = (
    Target("sale_name", gettext_lazy("Name of the opportunity"), words="opportunity|opportunity name|deal name|deal|potential name|subject"),
    Target("sale_stage", gettext_lazy("Stage"), "offered", words="stage|deal stage|opportunity stage|sales stage|status|pipeline stage"),
    Target("sale_amount", gettext_lazy("Amount"), "money", words="amount|value|deal value|close value|opportunity amount|expected amount"),
    Target("sale_product", gettext_lazy("Product"), words="product|product name|product interest"),
    Target("sale_owner", gettext_lazy("Owner of the opportunity"), "known", words="owner|opportunity owner|deal owner|potential owner|assigned to|salesperson|sales rep|sales agent"),
    Target("sale_created_at", gettext_lazy("Created"), "date", words="created|created time|created at|create date|created date|created on|date created|engage date|opened|open date"),
    Target("sale_closed_at", gettext_lazy("Closed"), "date", words="closed|close date|closed at|closing date|closed date|won date"),
    Target("sale_expected_close", gettext_lazy("Expected close"), "date", words="expected close|expected close date|expected closing|forecast close date"),
    Target("sale_contact", gettext_lazy("Contact of the opportunity"), words="contact|contact name|primary contact|associated contact|contact email"),
    Target("sale_reason", gettext_lazy("Reason of closing"), "known", words="reason|close reason|lost reason|loss reason|closed lost reason|closed won reason"),
    Target("sale_source", gettext_lazy("Source of the opportunity"), words="lead source|source|origin|original source"),
    Target("sale_campaign", gettext_lazy("Campaign of the opportunity"), words="campaign|campaign name|utm campaign|primary campaign source|ক্যাম্পেইন"),
    Target("sale_note", gettext_lazy("Note on the opportunity"), "long_text", words="note|notes|description|comments|remarks"),
    Target("sale_id", gettext_lazy("Id of the opportunity"), "id", words="opportunity id|deal id|potential id|record id|id"),
    Target("sale_line", gettext_lazy("A line of the note"), "line"),
)  # fmt: skip
PUT_ASIDE, FIRST_RATE = "", "first"
_MOVES = StageMove._meta.db_table
_CHANGEABLE = (
    "name", "sort_key", "source", "campaign", "note", "owner", "expected_close", "stage", "pipeline", "state", "stage_entered_at", "closed_at",
    "close_reason", "amount_minor", "currency", "base_amount_minor", "rate", "rate_date", "version", "updated_at",
)  # fmt: skip
_ENDINGS = {
    StageKind.WON: ("won", "closed won", "closed-won", "closedwon"),
    StageKind.LOST: ("lost", "closed lost", "closed-lost", "closedlost"),
}


def pipeline_of(run: Import) -> Pipeline | None:
    """The one chosen, else the first."""
    rows = Pipeline.objects.filter(is_active=True).prefetch_related("stages")
    chosen = run.options.get("pipeline")
    return (rows.filter(pk=chosen) if chosen else rows.order_by("position")).first()


def _known(run: Import) -> dict[str, dict[str, Any]]:
    """What cells of these columns may say. Stages of the pipeline by their names; its endings also by the usual words."""
    pipeline = pipeline_of(run)
    held = list(pipeline.stages.all()) if pipeline else []
    stages = by_label([stage for stage in held if stage.is_active])
    for kind, words in _ENDINGS.items():
        ending = next((stage for stage in held if stage.kind == kind and stage.is_active), None)
        for word in words if ending else ():
            stages.setdefault(word, ending)
    return {
        "sale_owner": users_by_name(),
        "sale_stage": stages,
        "sale_reason": by_label(CloseReason.objects.all()),
    }


class OpportunitiesOfFile:
    """The opportunities of one run, chunk by chunk."""

    def __init__(self, run: Import, policy: Policy) -> None:
        self.run, self.policy = run, policy
        self.rates = Rates(takes_later=run.options.get("missing_rate") == FIRST_RATE)
        pipeline = pipeline_of(run)
        self.stages: list[Stage] = [one for one in pipeline.stages.all() if one.is_active] if pipeline else []
        open_stages = [one for one in self.stages if one.kind == StageKind.OPEN]
        self.first, self.last = open_stages[0], open_stages[-1]
        self.products = products_by_word()
        self.keys: dict[int, str] = {}
        self.known: set[str] = set()
        self.fresh: list[Outcome] = []
        self.there: dict[str, Opportunity] = {}
        self.untouched: set[UUID] = set()
        self.changed: list[tuple[Record, Opportunity, dict[str, Any]]] = []

    def check(self, records: Sequence[Record]) -> None:
        """Dates that can be, amounts with a rate, a day for what is closed; and a customer where the row names none."""
        for record in records:
            self._name_customer(record)
            created = check_moment(record, "sale_created_at")
            closed = self._closing(record, created)
            self._settle_amount(record, (closed or created or timezone.now()).date())

    def _closing(self, record: Record, created: datetime | None) -> datetime | None:
        """When it was won or lost. The closing day of an open one is when it is expected to close, and may lie ahead."""
        record.attached["stage_is_ours"] = "sale_stage" not in record.attached
        stage: Stage = record.attached.setdefault("sale_stage", self.first)
        if stage.kind == StageKind.OPEN:
            return None
        closed = check_moment(record, "sale_closed_at")
        if closed is None:
            record.problems.append(CellProblem("no_closing_day"))
        elif created and closed < created:
            record.problems.append(CellProblem("closed_before_created", None, closed.date().isoformat()))
        return closed

    def _name_customer(self, record: Record) -> None:
        stand_in = str(self.run.options.get("missing_customer") or "")
        if stand_in and [problem.code for problem in record.problems] == ["no_name"]:
            record.problems.clear()
            record.values["name"] = record.fallback_name = stand_in

    def _settle_amount(self, record: Record, on: date) -> None:
        held = record.attached.get("sale_amount")
        if held is None:
            return
        if held["amount"] < 0:
            record.problems.append(CellProblem("negative_amount", None, str(held["amount"])))
            return
        amount = Money(held["amount"], held["currency"])
        converted = self.rates.converted(amount, on)
        if converted is None:
            record.problems.append(CellProblem("no_rate", None, amount.currency, on.isoformat()))
        record.attached["amount"] = (amount, converted)

    def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Which rows are new opportunities."""
        self.keys = {
            one.record.number: key_of(one.record, self.policy.source, one.record.attached.get("sale_id", ""))
            for one in outcomes
        }
        there = Opportunity.objects.filter(import_key__in=self.keys.values())
        self.known |= set(there.values_list("import_key", flat=True))  # type: ignore[arg-type]
        self.there, self.untouched = known_of(
            Opportunity.objects.filter(deleted_at__isnull=True), self.keys.values(), "import_key"
        )
        self.changed = []
        self.fresh = settle_once(outcomes, self.keys, self.known, self._again)

    def _again(self, outcome: Outcome) -> bool:
        """A row that comes again under its id, saying something else; its stage counts only while nobody moved the card here."""
        record = outcome.record
        sale = self.there.pop(self.keys[record.number], None)
        if sale is None or not record.attached.get("sale_id") or self.policy.on_match != "update":
            return False
        columns = differing(sale, self._said(record, sale), sale.pk in self.untouched)
        if "name" in columns:
            columns["sort_key"] = sort_key(columns["name"])
        if columns:
            self.changed.append((record, sale, columns))
        return bool(columns)

    def _said(self, record: Record, sale: Opportunity) -> dict[str, Any]:
        """Columns the row gives a value for."""
        said, stage = record.attached, record.attached["sale_stage"]
        expected = said.get("sale_expected_close") or said.get("sale_closed_at")
        given = {
            "name": said.get("sale_name"), "source": said.get("sale_source", "")[:120],
            "campaign": said.get("sale_campaign", "")[:200], "note": told(said.get("sale_note", ""), record.lines), "owner_id": said.get("sale_owner"),
            "expected_close": expected.date() if expected else None,
            "stage_id": stage.pk if self._names_stage(record) else None,
        }  # fmt: skip
        amount, converted = said.get("amount", (None, None))
        if amount is not None and converted is not None and amount != sale.amount:
            given |= {
                "amount_minor": amount.minor, "currency": amount.currency, "base_amount_minor": converted.base.minor,
                "rate": converted.rate, "rate_date": converted.rate_date,
            }  # fmt: skip
        return {column: value for column, value in given.items() if value not in (None, "")}

    @staticmethod
    def _names_stage(record: Record) -> bool:
        return not record.attached.get("stage_is_ours")

    def write(self, now: datetime) -> None:
        """Opportunities with their moves and, where the row names a product, a line; the amount stays the row's own."""
        self.people = People(
            self.run.actor, (one.record.attached.get("sale_contact", "") for one in self.fresh)
        )
        made = [(one, self._opportunity(one, now)) for one in self.fresh]
        Opportunity.objects.bulk_create([sale for _one, sale in made], batch_size=1_000)
        moves = [move for _one, sale in made for move in self._moves(sale)]
        StageMove.objects.bulk_create(moves, batch_size=2_000)
        lines = [line for one, sale in made if (line := self._line(one.record, sale)) is not None]
        OpportunityLine.objects.bulk_create(lines, batch_size=2_000)
        traces = [created(one.record.number, sale, _filled(sale)) for one, sale in made]
        leave_traces(self.run, "opportunity", [*traces, *self._change(now)], now)

    def _change(self, now: datetime) -> list[Trace]:
        """Write what rows that came again say otherwise, with the move of those that stand in another stage by now."""
        traces, moves = [], []
        for record, sale, columns in self.changed:
            if "stage_id" in columns:
                columns |= self._standing(record, now)
                moves.append(self._next_move(sale, columns))
            trace = change_columns(record.number, sale, columns)
            trace.before["added"] = {_MOVES: [str(moves[-1].pk)]} if "stage_id" in columns else {}
            sale.updated_at = now
            traces.append(trace)
        Opportunity.objects.bulk_update([one.record for one in traces], _CHANGEABLE, batch_size=1_000)
        for move in moves:
            StageMove.objects.filter(opportunity=move.opportunity_id, left_at__isnull=True).update(
                left_at=move.at
            )
        StageMove.objects.bulk_create(moves, batch_size=2_000)
        return traces

    def _standing(self, record: Record, now: datetime) -> dict[str, Any]:
        """Where a row says its card stands now: entered on the day it was closed, else when we hear of it."""
        said, stage = record.attached, record.attached["sale_stage"]
        closed = None if stage.kind == StageKind.OPEN else said["sale_closed_at"]
        reason = said.get("sale_reason")
        return {
            "pipeline_id": stage.pipeline_id, "state": stage.kind, "stage_entered_at": closed or now, "closed_at": closed,
            "close_reason_id": reason.pk if reason is not None and reason.kind == stage.kind else None,
        }  # fmt: skip

    def _next_move(self, sale: Opportunity, columns: dict[str, Any]) -> StageMove:
        at = columns["stage_entered_at"]
        return StageMove(
            id=new_id(at), opportunity=sale, pipeline_id=columns["pipeline_id"], to_stage_id=columns["stage_id"],
            from_stage_id=sale.stage_id, at=at, actor=self.run.actor, amount_minor=sale.amount_minor, currency=sale.currency,
            base_amount_minor=sale.base_amount_minor, seconds=max(int((at - sale.stage_entered_at).total_seconds()), 0),
        )  # fmt: skip

    def _opportunity(self, outcome: Outcome, now: datetime) -> Opportunity:
        record, firm = outcome.record, outcome.pending
        assert firm is not None  # `settle_once` passes over rows without one
        said, stage = record.attached, record.attached["sale_stage"]
        closed = None if stage.kind == StageKind.OPEN else said["sale_closed_at"]
        created = said.get("sale_created_at") or closed or now
        expected = said.get("sale_expected_close") or said.get("sale_closed_at")
        name = said.get("sale_name") or said.get("sale_product") or firm.title
        reason, person = said.get("sale_reason"), self._person(record, firm.id)
        sale = Opportunity(
            id=new_id(created), name=name, sort_key=sort_key(name), company_id=firm.id, contact_id=person, pipeline_id=stage.pipeline_id,
            stage=stage, state=stage.kind, stage_entered_at=closed or created, closed_at=closed, created_at=created,
            close_reason=reason if reason and reason.kind == stage.kind else None,
            expected_close=expected.date() if expected else None, source=said.get("sale_source", "")[:120],
            campaign=said.get("sale_campaign", "")[:200], note=told(said.get("sale_note", ""), record.lines), created_by=self.run.actor,
            owner_id=said.get("sale_owner") or self.policy.owner_id, team_id=self.policy.team_id,
            import_key=self.keys[record.number],
        )  # fmt: skip
        if "amount" in said:
            sale.keep_amount(*said["amount"])
        return sale

    def _person(self, record: Record, company: UUID) -> UUID | None:
        """The contact the row names; one nobody knows is told in the note."""
        word = record.attached.get("sale_contact", "")
        found = self.people.find(word, company) if word else None
        if word and found is None:
            record.lines.append(_("Contact: %(name)s") % {"name": word})
        return found

    def _moves(self, sale: Opportunity) -> list[StageMove]:
        told_of = [(sale.stage if sale.closed_at is None else self.last, sale.created_at)]
        if sale.closed_at is not None:
            told_of.append((sale.stage, sale.closed_at))
        return [
            StageMove(
                id=new_id(at), opportunity=sale, pipeline_id=sale.pipeline_id, to_stage=stage, at=at,
                from_stage=told_of[place - 1][0] if place else None,
                left_at=told_of[place + 1][1] if place + 1 < len(told_of) else None, actor_id=sale.owner_id,
                amount_minor=sale.amount_minor, currency=sale.currency, base_amount_minor=sale.base_amount_minor,
                seconds=int((at - told_of[place - 1][1]).total_seconds()) if place else None,
            )
            for place, (stage, at) in enumerate(told_of)
        ]  # fmt: skip

    def _line(self, record: Record, sale: Opportunity) -> OpportunityLine | None:
        name = record.attached.get("sale_product")
        if not name:
            return None
        product = self.products.get(folded(name))
        minor = sale.amount_minor or 0
        return OpportunityLine(
            opportunity=sale, position=0, name=name, product=product, code=product.code if product else "",
            unit=product.unit if product else "C62", currency=sale.currency or self.rates.base,
            unit_price_minor=minor, gross_minor=minor, net_minor=minor, total_minor=minor,
        )  # fmt: skip


def _filled(sale: Opportunity) -> dict[str, Any]:
    return {
        "name": sale.name, "stage": str(sale.stage), "amount": str(sale.amount) if sale.amount else "",
        "expected_close": sale.expected_close, "source": sale.source, "campaign": sale.campaign, "note": sale.note,
    }  # fmt: skip


def _take_back(run: Import, traces: Sequence[ImportedRow]) -> list[ImportedRow]:
    undone = take_back(Opportunity, "opportunity", traces, own=(StageMove, OpportunityLine))
    added = [pk for trace in undone for pk in trace.before.get("added", {}).get(_MOVES, [])]
    again = set(StageMove.objects.filter(pk__in=added).values_list("opportunity", flat=True))
    StageMove.objects.filter(pk__in=added).delete()
    for opportunity in again:  # it stands again where it stood
        last = StageMove.objects.filter(opportunity=opportunity).order_by("-at", "-pk").first()
        if last is not None:
            StageMove.objects.filter(pk=last.pk).update(left_at=None)
    return undone


def _choices(user: Any) -> list[Choice]:
    ways = [(str(one.pk), one.label) for one in Pipeline.objects.filter(is_active=True).order_by("position")]
    codes = [(one.code, one.code) for one in currencies(user, active_only=True)]
    return [
        Choice("pipeline", _("Pipeline"), _("Its stages are what the column of stages may say."), ways),
        Choice("currency", _("Currency of amounts that name none"), "", codes),
        Choice(
            "missing_customer",
            _("Company for rows that name none"),
            _("Left empty, such rows are put aside."),
        ),
        Choice(
            "missing_rate",
            _("Amounts of days before the first exchange rate"),
            _("The date of the rate stands beside the amount."),
            [(PUT_ASIDE, _("Such rows are put aside")), (FIRST_RATE, _("The first rate there is counts"))],
        ),
    ]


def _clean_missing_rate(value: Any, _actor: Any) -> str:
    if (value or PUT_ASIDE) not in (PUT_ASIDE, FIRST_RATE):
        raise ValidationError(_("Choose one of the values offered."), code="no_choice")
    return str(value or PUT_ASIDE)


def _clean_pipeline(value: Any, actor: Any) -> str:
    if value and not Pipeline.objects.filter(pk=value, is_active=True).exists():
        raise ValidationError(_("Choose one of the values offered."), code="no_choice")
    return str(value or "")


OPPORTUNITIES = ImportKind(
    name="opportunities", label=gettext_lazy("Opportunities"), base="companies", record_kind="opportunity",
    permission="sales.create_opportunity", targets=TARGETS, line_target="sale_line", known=_known,
    currency=base_currency, attach=OpportunitiesOfFile, take_back=_take_back, choices=_choices,
    # A company is known by its name, and nothing of it is changed.
    defaults={"match": ["external_id", "name"], "overwrite": False},
    clean={
        "pipeline": _clean_pipeline,
        "missing_rate": _clean_missing_rate,
        "currency": lambda value, _actor: clean_currency(value) if value else "",
        "missing_customer": lambda value, _actor: clean_line(value or "", 300),
    },
)  # fmt: skip
