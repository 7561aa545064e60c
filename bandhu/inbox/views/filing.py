"""Whom a conversation is with: filed with somebody, split where the rule was wrong, and put together again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bandhu.customers import queries as customers
from bandhu.identity.scoping import require
from bandhu.inbox import queries
from bandhu.inbox.views.changes import talk_crumbs
from bandhu.interactions import actions
from bandhu.interactions.queries import conversation_for
from bandhu.ui.pages import close_dialog, left_dialog, render_part, see_other, with_event, with_toast

CHANGE = "interactions.change_conversation"
FILED = "talk-filed"


@require_http_methods(["GET", "POST"])
def filing(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The dialog: a contact the duplicate rules find, another of the book, a new one made of what is known, or nobody."""
    conversation = conversation_for(request.user, pk)
    require(request.user, CHANGE, conversation)
    problems: list[str] = []
    if request.method == "POST":
        try:
            _file(request, conversation)
        except ValidationError as problem:
            problems = problem.messages
        else:
            response = close_dialog(with_event(HttpResponse(status=204), FILED))
            response = with_toast(with_event(response, "talk-changed"), _("Filed."))
            return left_dialog(request, response, reverse("inbox:conversation", args=[pk]))
    context = {
        "conversation": conversation,
        "candidates": queries.candidates_for(request.user, conversation),
        "problems": problems,
    }
    return render_part(
        request, "inbox/filing.html", context, title=_("Who is this conversation with?"),
        crumbs=talk_crumbs(conversation), status=422 if problems else 200,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def splitting(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The dialog: which messages belong to somebody else, and to whom."""
    talk = queries.talk_for(request.user, pk)
    require(request.user, CHANGE, talk.conversation)
    problems: list[str] = []
    if request.method == "POST":
        chosen = set(request.POST.getlist("messages"))
        try:
            apart = actions.split_conversation(
                talk.conversation,
                actor=request.user,
                messages=[one.pk for one in talk.messages if str(one.pk) in chosen],
                customer=_chosen_customer(request),
            )
        except ValidationError as problem:
            problems = problem.messages
        else:
            response = close_dialog(with_event(HttpResponse(status=204), "talk-changed"))
            undo = reverse("inbox:joining", args=[apart.pk])
            words = _("The messages are a conversation of their own now.")
            response = with_toast(response, words, action_label=_("Undo"), action_url=undo)
            return left_dialog(request, response, reverse("inbox:conversation", args=[apart.pk]))
    context = {"talk": talk, "conversation": talk.conversation, "problems": problems}
    return render_part(
        request, "inbox/splitting.html", context, title=_("Split messages off"),
        crumbs=talk_crumbs(talk.conversation), status=422 if problems else 200,
    )  # fmt: skip


@require_POST
def joining(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Undo a split."""
    try:
        origin = actions.join_again(conversation_for(request.user, pk), actor=request.user)
    except ValidationError as problem:
        return with_toast(HttpResponse(status=204), " ".join(problem.messages), tone="danger")
    return see_other(request, reverse("inbox:conversation", args=[origin.pk]))


def _file(request: HttpRequest, conversation: Any) -> None:
    how = request.POST.get("how")
    if how == "nobody":
        actions.file_conversation(conversation, actor=request.user, customer=None)
        return
    if how in ("new", "another"):
        _make_contact(request, conversation)
        return
    customer = _chosen_customer(request)
    if customer is None:
        raise ValidationError(_("Choose a contact or a company."))
    actions.file_conversation(conversation, actor=request.user, customer=customer)


def _make_contact(request: HttpRequest, conversation: Any) -> None:
    """Of what the channel knows: whoever the rules are sure of, or ("another") a new one, as a person has looked at who they propose."""
    anew = request.POST.get("how") == "another"
    if anew and (conversation.contact or conversation.company):
        conversation = actions.file_conversation(conversation, actor=request.user, customer=None)
    found = actions.settle_person(
        conversation, actor=request.user, owner=request.user, team=request.user.team, anew=anew
    )
    if found is None:
        raise ValidationError(_("Nothing is known to call somebody by. Choose a contact instead."))


def _chosen_customer(request: HttpRequest) -> Any:
    """What the box sends: "contact:<id>" or "company:<id>"; None where nothing was chosen."""
    kind, _colon, text = request.POST.get("customer", "").partition(":")
    find = {"contact": customers.contact_for, "company": customers.company_for}.get(kind)
    try:
        return find(request.user, UUID(text)) if find else None
    except ValueError:
        return None
