"""What customers does when others publish."""

from bandhu.customers.events import CompanyChanged
from bandhu.customers.models import Contact
from bandhu.platform.events import subscribe
from bandhu.platform.models import EventRecord
from bandhu.platform.search.indexing import index_records


@subscribe(CompanyChanged, wanted=lambda event: "name" in getattr(event, "fields", ()))
def find_people_by_new_company_name(event: CompanyChanged, record: EventRecord) -> None:
    """People are found by the name of their company: after it changed, their entries are written again."""
    index_records(
        "contact", list(Contact.objects.filter(company_id=event.company_id).values_list("pk", flat=True))
    )
