"""Linking, merging and splitting tickets."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import require
from bandhu.service import actions, queries
from bandhu.service.forms import LinkForm, MergeForm, SplitForm
from bandhu.service.views.work import address, dialog, tried
from bandhu.ui.graphemes import shorten
from bandhu.ui.pages import see_other

CHANGE = "service.change_ticket"


@require_http_methods(["GET", "POST"])
def links(request: HttpRequest, pk: UUID) -> HttpResponse:
    record = queries.ticket_for(request.user, pk)
    require(request.user, CHANGE, record)
    form = LinkForm(request.POST or None)

    def act() -> None:
        other = _other(request, form.cleaned_data["other"], "other")
        actions.link_tickets(record, actor=request.user, other=other, kind=form.cleaned_data["kind"])

    return dialog(request, record, form, act, _("Link to another ticket"), submit=_("Link"))


@require_POST
def link_removal(request: HttpRequest, pk: UUID, link_id: UUID) -> HttpResponse:
    record = queries.ticket_for(request.user, pk)
    return tried(request, record, lambda: actions.unlink_tickets(record, actor=request.user, link_id=link_id))


@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, pk: UUID) -> HttpResponse:
    record = queries.ticket_for(request.user, pk)
    require(request.user, CHANGE, record)
    form = MergeForm(request.POST or None, user=request.user)

    def act() -> None:
        into = _other(request, form.cleaned_data["into"], "into")
        if queries.are_of_two_customers(record, into) and not form.cleaned_data["of_another"]:
            form.ask_once_more()
            raise ValidationError({"into": _two_customers(request, record, into)})
        actions.merge_tickets(record, actor=request.user, into=into)
        messages.success(request, _("Merged into %(code)s. This can be undone here.") % {"code": into.code})

    return dialog(request, record, form, act, _("Merge into another ticket"), submit=_("Merge"))


@require_POST
def merge_undoing(request: HttpRequest, pk: UUID) -> HttpResponse:
    record = queries.ticket_for(request.user, pk)
    return tried(request, record, lambda: actions.undo_merge(record, actor=request.user))


@require_http_methods(["GET", "POST"])
def split(request: HttpRequest, pk: UUID, conversation_id: UUID) -> HttpResponse:
    """Choose messages of one of the ticket's conversations for a ticket of their own."""
    record = queries.ticket_for(request.user, pk)
    require(request.user, CHANGE, record)
    threads = queries.threads_of(request.user, record)
    thread = next((one for one in threads if one.conversation.pk == conversation_id), None)
    if thread is None:
        raise OutOfReach
    offered = [(str(one.pk), _line_of(one)) for one in thread.messages]
    form = SplitForm(request.POST or None, offered=offered)

    def act() -> None:
        actions.split_ticket(
            record,
            actor=request.user,
            conversation=thread.conversation,
            messages=[UUID(one) for one in form.cleaned_data["messages"]],
            title=form.cleaned_data["title"],
        )

    return dialog(request, record, form, act, _("Split messages off"), submit=_("Split off"))


@require_POST
def split_undoing(request: HttpRequest, pk: UUID) -> HttpResponse:
    record = queries.ticket_for(request.user, pk)
    try:
        source = actions.undo_split(record, actor=request.user)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return see_other(request, address(pk))
    return see_other(request, address(source.pk))


def _other(request: HttpRequest, pk: UUID, field: str) -> Any:
    try:
        return queries.ticket_for(request.user, pk)
    except OutOfReach:
        raise ValidationError({field: _("There is no such ticket.")}) from None


def _two_customers(request: HttpRequest, record: Any, into: Any) -> str:
    """What is asked once more, in words; customers out of reach are not named."""
    names = {
        one.pk: queries.customer_named(request.user, one) or _("a customer you may not see")
        for one in (record, into)
    }
    return _("%(into)s is of %(other)s, %(code)s of %(own)s.") % {
        "into": into.code, "other": names[into.pk], "code": record.code, "own": names[record.pk],
    }  # fmt: skip


def _line_of(message: Any) -> str:
    words = shorten(message.text, 90)
    return f"{message.who}: {words}" if message.who else words
