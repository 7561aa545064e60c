"""Invoices as PDF and as electronic invoice, for those who work here and for the customer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bandhu.billing import queries
from bandhu.billing.papers import ELSEWHERE, file_name_of, invoice_pdf
from bandhu.billing.ubl import ubl_of
from bandhu.billing.views.public import PAPERS, for_the_customer
from bandhu.platform.file_answers import made_answer
from bandhu.platform.pdf import PaperError
from bandhu.ui.pages import see_other


@require_safe
def paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    record = queries.invoice_for(request.user, pk)
    try:
        return _pdf(record)
    except PaperError as problem:
        messages.error(request, str(problem))
        return see_other(request, reverse("billing:invoice", args=[pk]))


@require_safe
def electronic(request: HttpRequest, pk: UUID) -> HttpResponse:
    record = queries.invoice_for(request.user, pk)
    if not record.number:
        messages.error(request, _("A draft has no number yet: issue it first."))
        return see_other(request, reverse("billing:invoice", args=[pk]))
    if record.is_from_elsewhere:
        messages.error(request, str(ELSEWHERE))
        return see_other(request, reverse("billing:invoice", args=[pk]))
    return made_answer(ubl_of(record), "application/xml", f"{file_name_of(record)}.xml")


@require_safe
@for_the_customer(PAPERS)
def public_paper(request: HttpRequest, invoice: Any) -> HttpResponse:
    try:
        return _pdf(invoice)
    except PaperError:
        raise Http404 from None


def _pdf(record: Any) -> HttpResponse:
    return made_answer(invoice_pdf(record), "application/pdf", f"{file_name_of(record)}.pdf", inline=True)
