"""What readers looked for and did not find, what they said, and which articles need another look."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from bandhu.identity.scoping import require_anywhere
from bandhu.knowledge import actions, queries
from bandhu.knowledge.languages import language_codes, own_name
from bandhu.platform.paging import keyset_page
from bandhu.ui.pages import see_other

SEE = "knowledge.view_reports"
_PAGE = 50


@require_safe
def report(request: HttpRequest) -> HttpResponse:
    require_anywhere(request.user, SEE)
    language = request.GET.get("language", "")
    language = language if language in language_codes() else ""
    rows = queries.missed_searches(request.user, language)
    page = keyset_page(rows, ["-times", "-last_at", "pk"], cursor=request.GET.get("after"), limit=_PAGE)
    context = {
        "page": page,
        "language": language,
        "languages": [(code, own_name(code)) for code in language_codes()],
        "own_names": {code: own_name(code) for code in language_codes()},
        "comments": queries.comments(request.user)[:20],
        "health": queries.health(request.user),
        "may_write": request.user.holds("knowledge.write_article"),
    }
    return render(request, "knowledge/reports/report.html", context)


@require_POST
def missed_done(request: HttpRequest, pk: UUID) -> HttpResponse:
    require_anywhere(request.user, SEE)
    actions.forget_missed(actor=request.user, missed=queries.missed_for(request.user, pk))
    return see_other(request, reverse("knowledge:report"))
