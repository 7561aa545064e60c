"""Answers for boxes that ask while one types."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bandhu.customers import queries


@require_safe
def companies(request: HttpRequest) -> HttpResponse:
    found = queries.companies_named(request.user, request.GET.get("q", "")[:100])
    options = [(str(one.pk), one.name, one.city) for one in found]
    return render(request, "customers/records/options.html", {"options": options})


@require_safe
def customers(request: HttpRequest) -> HttpResponse:
    """Contacts and companies together; the value says which."""
    text = request.GET.get("q", "")[:100]
    options = [
        (f"contact:{one.pk}", one.full_name, one.city) for one in queries.contacts_named(request.user, text)
    ]
    options += [
        (f"company:{one.pk}", one.name, one.city) for one in queries.companies_named(request.user, text, 5)
    ]
    return render(request, "customers/records/options.html", {"options": options})
