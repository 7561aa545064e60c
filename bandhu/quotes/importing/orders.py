"""Orders of another system: placed or cancelled, without the quote they came from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from bandhu.customers.importing.attached import folded, take_back
from bandhu.customers.importing.kinds import ImportKind
from bandhu.customers.importing.plan import Outcome
from bandhu.customers.models import Import, ImportedRow
from bandhu.quotes.importing.paper_rows import TARGETS, PaperRow
from bandhu.quotes.importing.papers import (
    CLEAN,
    DEFAULTS,
    Paper,
    PapersOfFile,
    choices_of_papers,
    known_words,
    moment_of,
)
from bandhu.quotes.models import Order, OrderLine, OrderState

_CANCELLED = ("cancelled", "canceled", "void", "voided", "refunded", "returned")


class OrdersOfFile(PapersOfFile):
    """The orders of one run, chunk by chunk."""

    kind, model, line_model, link = "order", Order, OrderLine, "order"

    def paper(self, outcome: Outcome, row: PaperRow) -> Order:
        said, at = outcome.record.attached, moment_of(row.day)
        gone = folded(said.get("paper_state", "")) in _CANCELLED
        return Order(
            title=said.get("paper_title", ""), placed_at=at, state=OrderState.CANCELLED if gone else OrderState.PLACED,
            cancelled_at=at if gone else None, cancel_reason=said["paper_state"] if gone else "", **_placed(self.columns(outcome, row)),
        )  # fmt: skip

    def keep_sums(self, paper: Paper) -> None:
        record = paper.record
        record.net_minor, record.tax_minor, record.gross_minor = (
            paper.net_minor,
            paper.tax_minor,
            paper.net_minor,
        )
        self.keep_amount(record, paper, record.placed_at.date())


def _placed(columns: dict[str, Any]) -> dict[str, Any]:
    """An order is as old as its placing."""
    return {name: value for name, value in columns.items() if name != "created_at"}


def _take_back(run: Import, traces: Sequence[ImportedRow]) -> list[ImportedRow]:
    return take_back(Order, "order", traces, own=(OrderLine,))


ORDERS = ImportKind(
    name="orders", label=_("Orders"), base="companies", record_kind="order", permission="quotes.create_quote", targets=TARGETS,
    line_target="paper_line", known=known_words, attach=OrdersOfFile, take_back=_take_back, choices=choices_of_papers,
    alone="nameless", defaults=DEFAULTS, clean=CLEAN,
)  # fmt: skip
