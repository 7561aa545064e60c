"""The read door of quotes and orders."""

from bandhu.quotes.queries.letters import letter_about
from bandhu.quotes.queries.orders import customers_seen, order_for, order_lines, orders, orders_of
from bandhu.quotes.queries.quotes import (
    QuoteCard,
    acceptance_of,
    deleted_quotes,
    document_of_version,
    is_open,
    last_sent,
    lines_of,
    opportunity_to_quote,
    preview,
    quote_at,
    quote_card,
    quote_for,
    quotes,
    quotes_of,
    version_of,
    why_not_sent,
)
from bandhu.quotes.queries.templates import picture_of_template, template_choices, template_for, templates

__all__ = [
    "QuoteCard",
    "acceptance_of",
    "customers_seen",
    "deleted_quotes",
    "document_of_version",
    "is_open",
    "last_sent",
    "letter_about",
    "lines_of",
    "opportunity_to_quote",
    "order_for",
    "order_lines",
    "orders",
    "orders_of",
    "picture_of_template",
    "preview",
    "quote_at",
    "quote_card",
    "quote_for",
    "quotes",
    "quotes_of",
    "template_choices",
    "template_for",
    "templates",
    "version_of",
    "why_not_sent",
]
