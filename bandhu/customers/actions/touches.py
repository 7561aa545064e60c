"""What the timeline tells the customer record: who had contact last, and when something is due.

No permission of their own: they are steps of actions that have been authorised (logging an interaction). They
change no version, since nobody edits these columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models import Q

from bandhu.customers.models import Company, Contact
from bandhu.platform import live
from bandhu.platform.together import keep


@dataclass(frozen=True)
class _Touch:
    contact_id: UUID | None
    company_id: UUID | None
    at: datetime
    by: Any


def touch_customer(
    *, contact_id: UUID | None = None, company_id: UUID | None = None, at: datetime, by: Any
) -> None:
    """Note the latest contact; an older moment than the one known changes nothing. A contact touches its company too."""
    if contact_id or company_id:
        touch = _Touch(contact_id, company_id, at, by)
        if not keep(_write_touches, touch):
            _write_touch(touch)
        live.hint(*(f"{kind}:{pk}" for kind, pk in (("contact", contact_id), ("company", company_id)) if pk))


def _write_touch(touch: _Touch) -> None:
    newer = Q(last_touched_at__isnull=True) | Q(last_touched_at__lt=touch.at)
    noted = {"last_touched_at": touch.at, "last_touched_by": touch.by}
    companies = Company.objects.filter(newer)
    if touch.contact_id:
        Contact.objects.filter(newer, pk=touch.contact_id).update(**noted)
    if touch.company_id:
        companies.filter(pk=touch.company_id).update(**noted)
    elif touch.contact_id:
        companies.filter(pk__in=Contact.objects.filter(pk=touch.contact_id).values("company_id")).update(
            **noted
        )


def _write_touches(touches: list[_Touch]) -> None:
    """Of many at once the latest of each, in the order of their ids: two who note the same customers wait for each other once."""
    alone = [one.contact_id for one in touches if one.contact_id and not one.company_id]
    company_of = dict(Contact.objects.filter(pk__in=alone).values_list("pk", "company_id")) if alone else {}
    contacts: dict[UUID, _Touch] = {}
    companies: dict[UUID, _Touch] = {}
    for one in sorted(touches, key=lambda touch: touch.at):
        if one.contact_id:
            contacts[one.contact_id] = one
        company_id = one.company_id or (company_of.get(one.contact_id) if one.contact_id else None)
        if company_id:
            companies[company_id] = one
    _write_latest(Contact, contacts)
    _write_latest(Company, companies)


def _write_latest(model: type[models.Model], latest: dict[UUID, _Touch]) -> None:
    if not latest:
        return
    table, ids = connection.ops.quote_name(model._meta.db_table), sorted(latest)
    by = [getattr(latest[pk].by, "pk", None) for pk in ids]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {table} WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", [ids])  # noqa: S608 (our own table)
        cursor.execute(
            f"UPDATE {table} AS one SET last_touched_at = new.at, last_touched_by_id = new.by"  # noqa: S608 (our own table)
            " FROM unnest(%s::uuid[], %s::timestamptz[], %s::uuid[]) AS new(id, at, by)"
            " WHERE one.id = new.id AND (one.last_touched_at IS NULL OR one.last_touched_at < new.at)",
            [ids, [latest[pk].at for pk in ids], by],
        )


def plan_next_step(
    *, contact_id: UUID | None = None, company_id: UUID | None = None, due_at: datetime | None
) -> None:
    """Set when the next open follow-up is due; None when nothing is open."""
    if contact_id:
        Contact.objects.filter(pk=contact_id).update(next_step_due_at=due_at)
        live.hint(f"contact:{contact_id}")
    if company_id:
        Company.objects.filter(pk=company_id).update(next_step_due_at=due_at)
        live.hint(f"company:{company_id}")
