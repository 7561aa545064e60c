"""Quotes of another system: one version each, decided or not. What is still open there comes as a draft, to be looked at and sent from here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bandhu.customers.importing.attached import take_back
from bandhu.customers.importing.kinds import ImportKind
from bandhu.customers.importing.plan import Outcome
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
from bandhu.quotes.models import Quote, QuoteLine, QuoteState, QuoteVersion

_ACCEPTED, _DECLINED, _DRAFT = QuoteState.ACCEPTED, QuoteState.DECLINED, QuoteState.DRAFT
_STATES = {
    "accepted": _ACCEPTED, "approved by customer": _ACCEPTED, "confirmed": _ACCEPTED, "won": _ACCEPTED, "signed": _ACCEPTED,
    "ordered": _ACCEPTED, "invoiced": _ACCEPTED, "closed won": _ACCEPTED, "sales order": _ACCEPTED, "declined": _DECLINED,
    "rejected": _DECLINED, "lost": _DECLINED, "denied": _DECLINED, "closed lost": _DECLINED, "cancelled": _DECLINED,
    "canceled": _DECLINED, "expired": QuoteState.EXPIRED, "draft": _DRAFT, "sent": _DRAFT, "open": _DRAFT, "delivered": _DRAFT,
    "viewed": _DRAFT, "pending": _DRAFT, "presented": _DRAFT, "negotiation": _DRAFT, "in review": _DRAFT, "needs review": _DRAFT,
}  # fmt: skip


class QuotesOfFile(PapersOfFile):
    """The quotes of one run, chunk by chunk."""

    kind, model, line_model, link, letter, states = "quote", Quote, QuoteLine, "paper", "Q", _STATES

    def record(self, outcome: Outcome, sums: Sums, columns: dict[str, Any]) -> QuoteVersion:
        row, state = sums.head, self.state_of(outcome.record) or _DRAFT
        at = moment_of(row.day)
        quote = Quote(
            title=outcome.record.attached.get("paper_title", ""), state=state, valid_until=row.until,
            sent_at=None if state == _DRAFT else at, decided_at=at if state in (_ACCEPTED, _DECLINED) else None, wins_opportunity=False,
            **columns,
        )  # fmt: skip
        return QuoteVersion(
            quote=quote, ordinal=1, currency=row.currency, introduction=self.note_of(outcome.record, with_reference=True),
            valid_until=row.until, made_at=at, made_by=self.run.actor, sent_at=quote.sent_at,
        )  # fmt: skip

    def title_holder(self, paper: Paper) -> Quote:
        found: Quote = paper.record.quote
        return found

    def lines_hang_on(self, paper: Quote) -> UUID:
        assert paper.current_id is not None  # a quote that came in has its version
        return paper.current_id

    def keep_sums(self, paper: Paper, taxes: list[dict[str, Any]]) -> None:
        version, sums = paper.record, paper.sums
        version.gross_minor, version.net_minor, version.tax_minor = sums.net, sums.net, sums.tax
        version.total_minor, version.tax_sums = sums.total.minor, taxes
        self.keep_amount(version.quote, sums)

    def store(self, papers: Sequence[Paper], now: datetime) -> None:
        Quote.objects.bulk_create([one.record.quote for one in papers], batch_size=1_000)
        QuoteVersion.objects.bulk_create([one.record for one in papers], batch_size=1_000)
        for one in papers:
            one.record.quote.current = one.record
        Quote.objects.bulk_update([one.record.quote for one in papers], ["current"], batch_size=1_000)


def _take_back(run: Import, traces: Sequence[ImportedRow]) -> list[ImportedRow]:
    return take_back(Quote, "quote", traces, own=(QuoteVersion,))


QUOTES = ImportKind(
    name="quotes", label=_("Quotes"), base="companies", record_kind="quote", permission="quotes.create_quote",
    also=("quotes.change_quote",), targets=TARGETS, line_target="paper_line", together=TOGETHER, known=known_words,
    attach=QuotesOfFile, take_back=_take_back, choices=choices_of_papers, alone="nameless", defaults=DEFAULTS, clean=CLEAN,
)  # fmt: skip
