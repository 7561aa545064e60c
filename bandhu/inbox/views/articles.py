"""Articles in a conversation: put into a reply, and drafted from what was answered."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bandhu.identity.scoping import require_anywhere
from bandhu.inbox import actions, queries
from bandhu.inbox.merging import language_of
from bandhu.inbox.views.changes import talk_crumbs
from bandhu.knowledge.queries import article_for_reply
from bandhu.ui.pages import is_fragment_request, render_part, see_other

READ = "knowledge.view_article"


@require_safe
def articles(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The palette: what the conversation asks for, or (?q=) what is looked for."""
    require_anywhere(request.user, READ)
    found = queries.conversation_shown(request.user, pk)
    words = request.GET.get("q", "").replace("\x00", "")[:200]
    context = {
        "conversation": found,
        "articles": queries.articles_for(request.user, found, words),
        "words": words,
    }
    hits = "#hits" if "q" in request.GET and is_fragment_request(request) else ""
    crumbs = talk_crumbs(found)
    return render_part(
        request, f"inbox/articles.html{hits}", context, title=_("Put in an article"), crumbs=crumbs
    )


@require_safe
def article(request: HttpRequest, pk: UUID, article_id: UUID) -> HttpResponse:
    """What an article gives to a reply here, as JSON: title, text, html, url."""
    require_anywhere(request.user, READ)
    found = queries.conversation_shown(request.user, pk)
    return JsonResponse(article_for_reply(request.user, article_id, language_of(found).split("-")[0]))


@require_POST
def article_draft(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An article begun from question and answer, to be edited."""
    found = queries.conversation_shown(request.user, pk)
    made = actions.draft_article([found], actor=request.user)
    messages.info(
        request,
        _("Names, addresses and numbers were left out. Read it once more before it is published."),
    )
    return see_other(request, reverse("knowledge:text_edit", args=[made.pk, made.source_language]))
