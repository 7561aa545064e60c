"""How quotes look: the list of templates, their editor, and pictures of what comes out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bandhu.identity.scoping import require_anywhere
from bandhu.platform.pdf import PaperError
from bandhu.quotes import actions, queries
from bandhu.quotes.forms.templates import TemplateForm
from bandhu.quotes.merge_fields import MERGE_FIELDS
from bandhu.ui.pages import see_other

MANAGE = "quotes.manage_templates"


@require_safe
def templates(request: HttpRequest) -> HttpResponse:
    context = {"templates": queries.templates(request.user)}
    return render(request, "quotes/templates/list.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    require_anywhere(request.user, MANAGE)
    start = {"colour": "#0f766e", "valid_days": 30, "is_active": True}
    return _form(request, None, TemplateForm(_data(request), request.FILES or None, initial=start))


@require_http_methods(["GET", "POST"])
def template(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = queries.template_for(request.user, pk)
    form = TemplateForm(_data(request), request.FILES or None, initial=TemplateForm.values_of(found))
    return _form(request, found, form)


@require_safe
def preview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The first page of an invented quote in ?language=, as a picture."""
    found = queries.template_for(request.user, pk)
    wanted = request.GET.get("language", "en")
    try:
        picture = queries.picture_of_template(found, wanted if wanted in dict(settings.LANGUAGES) else "en")
    except PaperError as problem:
        return HttpResponse(str(problem), status=503, content_type="text/plain; charset=utf-8")
    return HttpResponse(picture, content_type="image/png", headers={"Cache-Control": "private, no-store"})


def _data(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _form(request: HttpRequest, found: Any, form: TemplateForm) -> HttpResponse:
    if request.method == "POST":
        try:
            with transaction.atomic():
                saved = actions.set_template(found, actor=request.user, **form.values())
                _save_logo(request, saved)
        except ValidationError as problem:
            form.take_errors(problem)
        else:
            messages.success(request, _("Saved."))
            return see_other(request, reverse("quotes:template", args=[saved.pk]))
    context = {
        "form": form,
        "template": found,
        "merge_fields": MERGE_FIELDS.items(),
        "languages": settings.LANGUAGES,
        "shown": request.GET.get("language", "en"),
    }
    return render(request, "quotes/templates/form.html", context, status=422 if form.errors else 200)


def _save_logo(request: HttpRequest, saved: Any) -> None:
    sent = request.FILES.get("logo")
    if sent is not None:
        actions.set_logo(saved, actor=request.user, name=sent.name or "logo", content=sent.chunks())
    elif request.POST.get("logo-clear"):
        actions.remove_logo(saved, actor=request.user)
