"""Two people changed the same draft: what was, what stands there now, and what was sent, its lines included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bandhu.catalog.line_values import clean_lines
from bandhu.catalog.line_words import lines_in_words
from bandhu.catalog.pricing import priced_lines
from bandhu.customers.actions.records import plain
from bandhu.customers.cleaning import conflict_of, json_value
from bandhu.platform.conflicts import EditConflict
from bandhu.quotes.actions.changes import PAPER_COLUMNS, Cleaned
from bandhu.quotes.models import Quote, QuoteLine, QuoteVersion
from bandhu.quotes.pricing import terms_of


def conflict_with(
    quote: Quote,
    paper: QuoteVersion,
    version: int,
    cleaned: Cleaned,
    lines: Sequence[Mapping[str, Any]] | None,
    actor: Any,
) -> EditConflict:
    """Each field sent with its three values. Raises ValidationError where lines cannot be reckoned: there is nothing to compare yet."""
    columns = cleaned.columns | cleaned.paper
    yours = {name: json_value(plain(value)) for name, value in columns.items()}
    theirs = {
        name: json_value(plain(getattr(paper if name in PAPER_COLUMNS else quote, name))) for name in columns
    }
    if cleaned.currency:
        yours["currency"], theirs["currency"] = cleaned.currency, paper.currency
    for key, value in (cleaned.custom or {}).items():
        yours[f"custom.{key}"], theirs[f"custom.{key}"] = value, quote.custom.get(key)
    if lines is not None:
        held = {one.pk: one for one in paper.lines.all()}
        terms = terms_of(quote, paper.currency, actor)
        found, _totals = priced_lines(clean_lines(lines, paper.currency), terms, held, of=QuoteLine)
        yours["lines"] = lines_in_words(found, paper.currency)
        theirs["lines"] = lines_in_words(held.values(), paper.currency)
    return conflict_of(quote, version, yours, theirs)
