"""The conversations on the page of a contact or a company."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bandhu.customers import queries as customers
from bandhu.inbox.channel_words import CHANNELS
from bandhu.interactions.queries import conversations_of
from bandhu.platform.record_parts import record_part

SHOWN = 30


@require_safe
def of_customer(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    find = customers.contact_for if kind == "contact" else customers.company_for
    customer = find(request.user, pk)
    context = {
        "kind": kind,
        "customer": customer,
        "conversations": conversations_of(request.user, customer, SHOWN),
        "channels": CHANNELS,
    }
    return record_part(
        request, "inbox/of_customer.html", context, kind=kind, record=customer, title=_("Conversations")
    )
