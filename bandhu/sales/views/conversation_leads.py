"""The lead of a conversation, beside it in the inbox."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bandhu.interactions.queries import conversation_for
from bandhu.sales import actions, queries
from bandhu.ui.pages import render_part, see_other


@require_http_methods(["GET", "POST"])
def of_conversation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Posted to, a lead is made of it in one click, or the one it has is opened."""
    conversation = conversation_for(request.user, pk)
    if request.method == "GET":
        known = queries.lead_of_conversation(conversation)
        context = {
            "conversation": conversation,
            "lead": queries.leads(request.user).filter(pk=known.pk).first() if known else None,
            "may_create": known is None
            and conversation.contact_id is not None
            and request.user.holds("sales.create_lead"),  # type: ignore[union-attr]
        }
        return render_part(request, "sales/leads/of_conversation.html", context, title=_("Lead"))
    try:
        made = actions.make_lead_of(conversation, actor=request.user)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return see_other(request, reverse("inbox:conversation", args=[pk]))
    if not queries.leads(request.user).filter(pk=made.pk).exists():
        messages.success(request, _("A lead was made. By the rules it went to somebody out of your reach."))
        return see_other(request, reverse("inbox:conversation", args=[pk]))
    return see_other(request, reverse("sales:lead", args=[made.pk]))
