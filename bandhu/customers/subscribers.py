"""What customers does when others publish."""

from typing import Any
from uuid import UUID

from bandhu.customers.actions import change_company, change_contact
from bandhu.customers.events import CompanyChanged
from bandhu.customers.models import Company, Contact
from bandhu.identity.events import UserDeactivated
from bandhu.identity.queries import who_takes_over
from bandhu.identity.ready_made import system_user
from bandhu.platform.events import subscribe
from bandhu.platform.models import EventRecord
from bandhu.platform.search.indexing import index_records


@subscribe(CompanyChanged, wanted=lambda event: "name" in getattr(event, "fields", ()))
def find_people_by_new_company_name(event: CompanyChanged, record: EventRecord) -> None:
    """People are found by the name of their company: after it changed, their entries are written again."""
    index_records(
        "contact", list(Contact.objects.filter(company_id=event.company_id).values_list("pk", flat=True))
    )


@subscribe(UserDeactivated, wanted=lambda event: bool(getattr(event, "hand_over_to", "")))
def hand_over_customers(event: UserDeactivated, record: EventRecord) -> None:
    """Whose account is closed leaves no customer without an owner. Interrupted, it goes on with those still left."""
    new_owner = who_takes_over(event)
    if new_owner is None:
        return
    kinds: list[tuple[Any, Any]] = [(Contact, change_contact), (Company, change_company)]
    for model, change in kinds:
        left = model.objects.filter(owner_id=UUID(event.user_id), deleted_at__isnull=True)
        for customer in left.iterator(chunk_size=500):
            change(customer, actor=system_user(), owner=new_owner)
