"""Creating and changing firms."""

from __future__ import annotations

from typing import Any

from bandhu.customers.actions.records import title_of
from bandhu.customers.actions.writing import change, create
from bandhu.customers.events import CompanyCreated
from bandhu.customers.models import Company
from bandhu.identity.acting import action


@action("customers.create_company", on_record=False)
def create_company(*, actor: Any, name: str, in_passing: bool = False, **values: Any) -> Company:
    """A new company. `values`: any of COMPANY_COLUMNS, the lists of POINT_KINDS, `tags` (names) and `custom` (by key).

    A row of a list is a text, or a mapping with the columns of the row. Without owner and team the company belongs to the
    actor. Raises ValidationError with the problems by field ("phones.0" for the first phone).

    `in_passing`: made beside something else, an enquiry; own fields that must be filled are not asked for.
    """
    return create(Company, {"name": name, **values}, actor=actor, created=_created, in_passing=in_passing)


@action("customers.change_company")
def change_company(company: Company, *, actor: Any, version: int | None = None, **changes: Any) -> Company:
    """Change any of COMPANY_COLUMNS, the lists of POINT_KINDS (as a whole), `tags` (names) and `custom` (by key).

    With `version`, somebody else's change in between raises EditConflict and nothing is written. What is as it
    was writes nothing. Raises ValidationError with the problems by field. Returns the company as stored.
    """
    return change(company, changes, actor=actor, version=version)


def _created(company: Company) -> CompanyCreated:
    return CompanyCreated(company_id=str(company.pk), title=title_of(company))
