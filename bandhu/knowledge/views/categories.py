"""The categories of the help centre."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bandhu.identity.scoping import require_anywhere
from bandhu.knowledge import actions, queries
from bandhu.knowledge.forms import CategoryForm
from bandhu.ui.pages import see_other

MANAGE = "knowledge.manage_help_centre"


@require_safe
def categories(request: HttpRequest) -> HttpResponse:
    require_anywhere(request.user, "knowledge.view_article")
    context = {"categories": queries.categories(request.user), "may_change": request.user.holds(MANAGE)}
    return render(request, "knowledge/categories/list.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    require_anywhere(request.user, MANAGE)
    form = CategoryForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST":
        try:
            actions.create_category(actor=request.user, **form.values())
        except ValidationError as problem:
            form.take_errors(problem)
        else:
            messages.success(request, _("Saved."))
            return see_other(request, reverse("knowledge:categories"))
    return _form(request, form, None)


@require_http_methods(["GET", "POST"])
def category(request: HttpRequest, pk: UUID) -> HttpResponse:
    require_anywhere(request.user, MANAGE)
    found = queries.category_for(request.user, pk)
    form = CategoryForm(request.POST if request.method == "POST" else None, user=request.user, category=found)
    if request.method == "POST":
        try:
            actions.change_category(actor=request.user, category=found, **form.values(found))
        except ValidationError as problem:
            form.take_errors(problem)
        else:
            messages.success(request, _("Saved."))
            return see_other(request, reverse("knowledge:categories"))
    return _form(request, form, found)


@require_POST
def deletion(request: HttpRequest, pk: UUID) -> HttpResponse:
    require_anywhere(request.user, MANAGE)
    try:
        actions.delete_category(actor=request.user, category=queries.category_for(request.user, pk))
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return see_other(request, reverse("knowledge:categories"))


def _form(request: HttpRequest, form: CategoryForm, found: Any) -> HttpResponse:
    context = {"form": form, "category": found}
    return render(request, "knowledge/categories/form.html", context, status=422 if form.errors else 200)
