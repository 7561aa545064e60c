"""The customer a panel belongs to."""

from uuid import UUID

from django.http import HttpRequest

from bandhu.customers import queries as customers


def customer_for(request: HttpRequest, kind: str, pk: UUID):
    """The contact or company; 404 when out of reach."""
    if kind == "contact":
        return customers.contact_for(request.user, pk)
    return customers.company_for(request.user, pk)


def seen_customer(request: HttpRequest, kind: str, pk: UUID):
    """The same by its name alone, for showing what belongs to it."""
    return customers.seen_record(request.user, kind, pk)
