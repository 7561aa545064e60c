"""Fills an empty database with the demonstration company, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _

from bandhu.catalog.models import Product
from bandhu.customers.models import Company, Contact, Tag
from bandhu.identity.models import User
from bandhu.identity.ready_made import ensure_ready_made, system_user
from bandhu.interactions.models import FollowUp, Interaction
from bandhu.platform.copying import copy_in
from bandhu.platform.models import AuditEntry
from bandhu.platform.search.indexing import reindex
from bandhu.privacy.models import Purpose
from bandhu.privacy.purposes import ensure_purposes
from bandhu.sales.actions import score_open_leads
from bandhu.workspace.demo.articles import write_articles
from bandhu.workspace.demo.connected import connect_channels
from bandhu.workspace.demo.conversations import hold_conversations
from bandhu.workspace.demo.customers import Book, invent_customers
from bandhu.workspace.demo.feedback import gather_feedback
from bandhu.workspace.demo.forecasts import tell_forecasts
from bandhu.workspace.demo.goods import stock_goods
from bandhu.workspace.demo.history import ask_consent, plan_follow_ups, tell_stories
from bandhu.workspace.demo.invoices import write_invoices
from bandhu.workspace.demo.leads import receive_leads, set_up_leads
from bandhu.workspace.demo.mails import write_mails
from bandhu.workspace.demo.meetings import fill_calendars
from bandhu.workspace.demo.offers import write_offers
from bandhu.workspace.demo.office import Account, open_office
from bandhu.workspace.demo.own_fields import add_own_fields
from bandhu.workspace.demo.papers import attach_papers
from bandhu.workspace.demo.pipeline_file import bring_in_pipeline
from bandhu.workspace.demo.queues import set_up_queues
from bandhu.workspace.demo.sales import open_sales, write_stage_rules
from bandhu.workspace.demo.subscriptions import write_subscriptions
from bandhu.workspace.demo.tickets import open_tickets

SEED = 20261122
PEOPLE, COMPANIES = 2_000, 300


class NotEmpty(ValueError):
    """The database already holds somebody's work; `message` says so to people."""

    message = _(
        "There are customers or users in this database already. The demonstration only fills an empty one."
    )


@dataclass(frozen=True)
class Demonstration:
    """What was made: the accounts to sign in with, and how many rows of each kind."""

    accounts: list[Account]
    counts: dict[str, int]


@transaction.atomic
def fill_demo(
    now: datetime | None = None,
    *,
    people: int = PEOPLE,
    companies: int = COMPANIES,
    password: str | None = None,
    seed: int = SEED,
    pipeline_folder: Path | None = None,
) -> Demonstration:
    """Make the company as it stands at `now` (aware; by default this moment). Raises NotEmpty where anything is already there.

    With `pipeline_folder`, the public sales in its files become a second pipeline.
    """
    if Contact.objects.exists() or Company.objects.exists() or User.objects.filter(is_system=False).exists():
        raise NotEmpty
    ensure_ready_made()
    office = open_office(system_user(), password)
    set_up_queues(office, system_user())
    rng = Random(seed)  # noqa: S311 -- repeatable on purpose
    book = invent_customers(office, rng, now or datetime.now(UTC), people=people, companies=companies)
    add_own_fields(book, system_user())
    tell_stories(book)
    plan_follow_ups(book)
    ensure_purposes()
    stock_goods(system_user(), rng, book.now)
    open_sales(book)
    receive_leads(book, set_up_leads(system_user()))
    ask_consent(book, Purpose.objects.get(key="marketing"))
    _write_audit(book)
    counts = _copy(book)
    write_offers(system_user(), rng)
    counts["invoice"] = write_invoices(system_user(), rng)
    counts["subscription"] = write_subscriptions(system_user(), rng)
    write_stage_rules(system_user())
    tell_forecasts(book)
    fill_calendars(book)
    score_open_leads()
    counts["ticket"] = open_tickets(book, system_user())
    counts["mail"] = write_mails(book, system_user())
    counts["conversation"] = hold_conversations(book, system_user(), connect_channels(system_user()))
    counts["article"] = write_articles(system_user())
    counts["asking"] = gather_feedback(book, system_user(), rng)
    _make_searchable()
    counts["storedfile"] = attach_papers(book)
    if pipeline_folder is not None:
        house = office.teams["house"]
        counts["opportunity"] += bring_in_pipeline(
            pipeline_folder, actor=office.users[0], now=book.now, above=house
        )
    counts["product"] = Product.objects.count()
    return Demonstration(office.accounts, counts)


def _write_audit(book: Book) -> None:
    """Who entered each customer; the job that seals entries takes these up like all others."""
    for kind, records in (("company", book.companies), ("contact", book.contacts)):
        for record in records:
            name = str(record)
            book.add(
                AuditEntry(
                    at=record.created_at, actor_id=record.created_by_id, actor_name=str(record.created_by), verb="created",
                    record_kind=kind, record_id=record.pk, record_title=name, origin={"source": "demonstration"},
                    changes={"full_name" if kind == "contact" else "name": [None, name]},
                )
            )  # fmt: skip


def _copy(book: Book) -> dict[str, int]:
    waiting: list[tuple[type[models.Model], list[Any]]] = [
        (Tag, book.tags),
        (Company, book.companies),
        (Contact, book.contacts),
    ]
    waiting += sorted(book.rows.items(), key=lambda pair: _order(pair[0]))
    return {str(model._meta.model_name): copy_in(rows) for model, rows in waiting}


def _make_searchable() -> None:
    """What the write door does row by row, here for all at once."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE interactions_interaction"
            " SET words = to_tsvector('simple', subject || chr(10) || outcome || chr(10) || body)"
        )
    for kind in ("company", "contact", "opportunity", "lead", "quote", "order"):
        reindex(kind)


def _order(model: type[models.Model]) -> int:
    """Interactions before what points to them, consents before their proofs."""
    return {Interaction: 1, FollowUp: 2}.get(
        model, 3 if model.__name__ in ("ConsentProof", "Participant") else 2
    )
