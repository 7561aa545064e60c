"""Creating and changing firms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bandhu.customers.actions.records import (
    announce,
    changed_event,
    clean_record,
    conflict_of,
    derive,
    locked,
    refresh_list_columns,
    title_of,
    write,
    write_custom,
    write_points,
    write_tags,
)
from bandhu.customers.events import CompanyCreated
from bandhu.customers.models import Company
from bandhu.customers.point_values import POINT_KINDS
from bandhu.identity.acting import action

Item = Any  # a text, or a mapping with the columns of the row and "id" when it is an existing one
ACTOR = object()


@action("customers.create_company", on_record=False)
def create_company(
    *,
    actor: Any,
    name: str,
    owner: Any = ACTOR,
    team: Any = ACTOR,
    phones: Sequence[Item] = (),
    mails: Sequence[Item] = (),
    addresses: Sequence[Item] = (),
    socials: Sequence[Item] = (),
    other_names: Sequence[Item] = (),
    external_ids: Sequence[Item] = (),
    tags: Sequence[Any] = (),
    custom: dict[str, Any] | None = None,
    **columns: Any,
) -> Company:
    """A new company; `columns` are any of COMPANY_COLUMNS. Without owner and team it belongs to the actor.

    Raises ValidationError with the problems by field ("phones.0" for the first phone).
    """
    given = {
        "name": name,
        "owner": actor if owner is ACTOR else owner,
        "team": actor.team if team is ACTOR else team,
        "phones": phones,
        "mails": mails,
        "addresses": addresses,
        "socials": socials,
        "other_names": other_names,
        "external_ids": external_ids,
        "tags": tags,
        "custom": custom or {},
        **columns,
    }
    cleaned = clean_record(Company, given, actor=actor)
    company = Company(created_by=actor, **cleaned.columns)
    derive(company)
    company.save(force_insert=True)
    changes: dict[str, tuple[Any, Any]] = {
        column: (None, str(value)) for column, value in cleaned.columns.items() if value not in (None, "")
    }
    for point, rows in cleaned.points.items():
        changes |= write_points(company, POINT_KINDS[point], rows)
    changes |= write_tags(company, cleaned.tags or []) if cleaned.tags else {}
    changes |= write_custom(company, cleaned.custom or {})
    refresh_list_columns(company)
    company.save()
    announce(
        company,
        "created",
        CompanyCreated(company_id=str(company.pk), title=title_of(company)),
        actor=actor,
        changes=changes,
    )
    return company


@action("customers.change_company")
def change_company(company: Company, *, actor: Any, version: int | None = None, **changes: Any) -> Company:
    """Change any of COMPANY_COLUMNS, the lists of POINT_KINDS (as a whole), `tags` (names) and `custom` (by key).

    With `version`, somebody else's change in between raises EditConflict and nothing is written. What is as it
    was writes nothing. Raises ValidationError with the problems by field. Returns the company as stored.
    """
    fresh = locked(company)
    cleaned = clean_record(Company, changes, actor=actor, record=fresh)
    if version is not None and version != fresh.version:
        raise conflict_of(fresh, version, cleaned)
    if written := write(fresh, cleaned):
        announce(fresh, "changed", changed_event(fresh, written), actor=actor, changes=written)
    return fresh
