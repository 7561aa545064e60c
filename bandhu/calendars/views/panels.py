"""The meetings with a customer, on the customer's page."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bandhu.calendars import queries
from bandhu.customers import queries as customers
from bandhu.platform.record_parts import record_part


@require_safe
def panel(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    find = customers.contact_for if kind == "contact" else customers.company_for
    customer = find(request.user, pk)
    context = {
        "meetings": queries.meetings_of(request.user, customer),
        "customer": f"{kind}:{pk}",
        "may_plan": request.user.holds("calendars.plan_meeting"),
    }
    return record_part(
        request, "calendars/panel.html", context, kind=kind, record=customer, title=_("Meetings")
    )
