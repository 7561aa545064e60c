"""Quotes of another system: one version each, decided or not. What is still open there comes as a draft, to be looked at and sent from here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
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
from bandhu.quotes.models import Quote, QuoteLine, QuoteState, QuoteVersion

# What other programs call where a quote stands; a word nobody knows is told in the introduction, and the quote is a draft.
_STATES = {
    "accepted": QuoteState.ACCEPTED, "approved by customer": QuoteState.ACCEPTED, "confirmed": QuoteState.ACCEPTED,
    "won": QuoteState.ACCEPTED, "signed": QuoteState.ACCEPTED, "ordered": QuoteState.ACCEPTED, "invoiced": QuoteState.ACCEPTED,
    "closed won": QuoteState.ACCEPTED, "sales order": QuoteState.ACCEPTED,
    "declined": QuoteState.DECLINED, "rejected": QuoteState.DECLINED, "lost": QuoteState.DECLINED, "denied": QuoteState.DECLINED,
    "closed lost": QuoteState.DECLINED, "cancelled": QuoteState.DECLINED, "canceled": QuoteState.DECLINED,
    "expired": QuoteState.EXPIRED,
}  # fmt: skip


class QuotesOfFile(PapersOfFile):
    """The quotes of one run, chunk by chunk."""

    kind, model, line_model, link = "quote", Quote, QuoteLine, "paper"

    def paper(self, outcome: Outcome, row: PaperRow) -> QuoteVersion:
        said, at = outcome.record.attached, moment_of(row.day)
        state = _STATES.get(folded(said.get("paper_state", "")), QuoteState.DRAFT)
        decided = state in (QuoteState.ACCEPTED, QuoteState.DECLINED)
        quote = Quote(
            title=said.get("paper_title", ""), state=state, valid_until=row.until, sent_at=None if state == QuoteState.DRAFT else at,
            decided_at=at if decided else None, wins_opportunity=False, **self.columns(outcome, row),
        )  # fmt: skip
        return QuoteVersion(
            quote=quote, ordinal=1, currency=row.currency, introduction=self.note_of(outcome.record), valid_until=row.until,
            made_at=at, made_by=self.run.actor, sent_at=quote.sent_at,
        )  # fmt: skip

    def title_holder(self, paper: Paper) -> Quote:
        found: Quote = paper.record.quote
        return found

    def keep_sums(self, paper: Paper) -> None:
        version, quote = paper.record, paper.record.quote
        version.net_minor, version.tax_minor = paper.net_minor, paper.tax_minor
        version.gross_minor, version.total_minor = paper.net_minor, paper.net_minor + paper.tax_minor
        self.keep_amount(quote, paper, quote.created_at.date())

    def held(self, keys: set[str]) -> dict[str, Any]:
        rows = QuoteVersion.objects.select_for_update(of=("self", "quote")).select_related("quote")
        return {str(one.quote.import_key): one for one in rows.filter(quote__import_key__in=keys)}

    def store(self, begun: Sequence[Paper], grown: Sequence[Paper], now: datetime) -> None:
        Quote.objects.bulk_create([one.record.quote for one in begun], batch_size=1_000)
        QuoteVersion.objects.bulk_create([one.record for one in begun], batch_size=1_000)
        for one in begun:
            one.record.quote.current = one.record
        Quote.objects.bulk_update([one.record.quote for one in begun], ["current"], batch_size=1_000)
        sums = ["net_minor", "tax_minor", "gross_minor", "total_minor"]
        QuoteVersion.objects.bulk_update([one.record for one in grown], sums, batch_size=1_000)
        amounts = ["amount_minor", "base_amount_minor", "rate", "rate_date"]
        Quote.objects.bulk_update([one.record.quote for one in grown], amounts, batch_size=1_000)
        self.store_lines(begun, grown)


def _take_back(run: Import, traces: Sequence[ImportedRow]) -> list[ImportedRow]:
    return take_back(Quote, "quote", traces, own=(QuoteVersion,))


QUOTES = ImportKind(
    name="quotes", label=_("Quotes"), base="companies", record_kind="quote", permission="quotes.create_quote", targets=TARGETS,
    line_target="paper_line", known=known_words, attach=QuotesOfFile, take_back=_take_back, choices=choices_of_papers,
    alone="nameless", defaults=DEFAULTS, clean=CLEAN,
)  # fmt: skip
