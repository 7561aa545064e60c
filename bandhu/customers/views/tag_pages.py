"""The words of the house: rename, recolour, merge, delete."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bandhu.customers import actions, queries
from bandhu.customers.actions.tags import TONES
from bandhu.identity.scoping import require_anywhere
from bandhu.ui.pages import see_other


@require_http_methods(["GET", "POST"])
def tags(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        require_anywhere(request.user, "customers.view_contact")
        return _page(request)
    try:
        actions.create_tag(
            actor=request.user, name=request.POST.get("name", ""), tone=request.POST.get("tone", "neutral")
        )
    except ValidationError as problem:
        return _page(request, problem)
    return _back(request, _("Saved."))


@require_POST
def tag(request: HttpRequest, tag_id: UUID) -> HttpResponse:
    """Rename and recolour."""
    found = queries.tag_for(request.user, tag_id)
    try:
        actions.change_tag(
            found, actor=request.user, name=request.POST.get("name"), tone=request.POST.get("tone")
        )
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return see_other(request, reverse("customers:tags"))
    return _back(request, _("Saved."))


@require_POST
def merge(request: HttpRequest, tag_id: UUID) -> HttpResponse:
    gone = queries.tag_for(request.user, tag_id)
    try:
        keep = queries.tag_for(request.user, UUID(request.POST.get("into", "")))
    except ValueError:
        messages.error(request, _("Choose the tag that shall stay."))
        return see_other(request, reverse("customers:tags"))
    actions.merge_tags(keep, actor=request.user, gone=[gone])
    return _back(
        request, _("“%(gone)s” is now “%(kept)s” everywhere.") % {"gone": gone.name, "kept": keep.name}
    )


@require_POST
def deletion(request: HttpRequest, tag_id: UUID) -> HttpResponse:
    actions.delete_tag(queries.tag_for(request.user, tag_id), actor=request.user)
    return _back(request, _("Removed."))


def _page(request: HttpRequest, problem: ValidationError | None = None) -> HttpResponse:
    context = {
        "tags": queries.tags_with_use(request.user),
        "tones": TONES,
        "may_manage": request.user.holds("customers.manage_tags"),
        "error": " ".join(problem.messages) if problem else "",
        "typed": request.POST.get("name", ""),
    }
    return render(request, "customers/tags/list.html", context, status=422 if problem else 200)


def _back(request: HttpRequest, text: str) -> HttpResponse:
    messages.success(request, text)
    return see_other(request, reverse("customers:tags"))
