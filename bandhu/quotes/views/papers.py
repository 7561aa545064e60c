"""Quotes as PDF, for those who work here."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from bandhu.platform.file_answers import made_answer
from bandhu.platform.pdf import PaperError
from bandhu.quotes import queries
from bandhu.quotes.papers import quote_pdf
from bandhu.ui.pages import see_other


@require_safe
def quote_paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    """In its newest version, or in the one that ?version= names: as it was sent, else as it would be sent today."""
    record = queries.quote_for(request.user, pk)
    wanted = request.GET.get("version", "")
    paper = queries.version_of(record, int(wanted) if wanted.isdecimal() and len(wanted) < 6 else None)
    try:
        content = quote_pdf(queries.document_of_version(record, paper))
    except PaperError as problem:
        messages.error(request, str(problem))
        return see_other(request, reverse("quotes:quote", args=[pk]))
    return pdf_answer(content, f"{record.number}-{paper.ordinal}.pdf")


def pdf_answer(content: bytes, name: str) -> HttpResponse:
    """Shown in the browser under this name; no cache keeps it."""
    return made_answer(content, "application/pdf", name, inline=True)
