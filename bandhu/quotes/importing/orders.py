"""Orders of another system: placed or cancelled, without the quote they came from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bandhu.customers.importing.attached import take_back
from bandhu.customers.importing.kinds import ImportKind
from bandhu.customers.importing.plan import Outcome, Policy
from bandhu.customers.models import Import, ImportedRow
from bandhu.quotes.importing.paper_rows import TARGETS
from bandhu.quotes.importing.paper_sums import Sums
from bandhu.quotes.importing.papers import (
    CLEAN,
    DEFAULTS,
    TOGETHER,
    Paper,
    PapersOfFile,
    choices_of_papers,
    known_words,
    moment_of,
)
from bandhu.quotes.models import Order, OrderLine, OrderState

_PLACED, _CANCELLED = OrderState.PLACED, OrderState.CANCELLED
_STATES = {
    **dict.fromkeys(("cancelled", "canceled", "void", "voided", "refunded", "returned"), _CANCELLED),
    **dict.fromkeys(
        ("placed", "open", "new", "confirmed", "approved", "processing", "shipped", "delivered", "fulfilled", "completed", "complete",
         "done", "closed", "invoiced", "paid", "sale"), _PLACED,
    ),
}  # fmt: skip


class OrdersOfFile(PapersOfFile):
    """The orders of one run, chunk by chunk. An order has no note: what has no field of its own stands in its first line."""

    kind, model, line_model, link, letter, states = "order", Order, OrderLine, "order", "O", _STATES

    def __init__(self, run: Import, policy: Policy) -> None:
        super().__init__(run, policy)
        self.notes: dict[UUID, str] = {}

    def record(self, outcome: Outcome, sums: Sums, columns: dict[str, Any]) -> Order:
        said, at = outcome.record.attached, moment_of(sums.head.day)
        gone = self.state_of(outcome.record) == _CANCELLED
        del columns["created_at"]  # an order is as old as its placing
        order = Order(
            title=said.get("paper_title", ""), placed_at=at, state=_CANCELLED if gone else _PLACED, cancelled_at=at if gone else None,
            cancel_reason=said["paper_state"] if gone else "", **columns,
        )  # fmt: skip
        self.notes[order.pk] = self.note_of(outcome.record, with_reference=True)
        return order

    def keep_sums(self, paper: Paper, taxes: list[dict[str, Any]]) -> None:
        super().keep_sums(paper, taxes)
        paper.record.gross_minor = paper.sums.net
        first = paper.lines[0]
        first.description = "\n".join(filter(None, [first.description, self.notes.pop(paper.record.pk)]))


def _take_back(run: Import, traces: Sequence[ImportedRow]) -> list[ImportedRow]:
    return take_back(Order, "order", traces, own=(OrderLine,))


ORDERS = ImportKind(
    name="orders", label=_("Orders"), base="companies", record_kind="order", permission="quotes.create_quote",
    also=("quotes.change_quote",), targets=TARGETS, line_target="paper_line", together=TOGETHER, known=known_words,
    attach=OrdersOfFile, take_back=_take_back, choices=choices_of_papers, alone="nameless", defaults=DEFAULTS, clean=CLEAN,
)  # fmt: skip
