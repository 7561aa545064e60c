"""Writing surveys on a screen."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bandhu.feedback import actions, queries
from bandhu.feedback.forms import SurveyForm
from bandhu.identity.scoping import require_anywhere
from bandhu.ui.pages import see_other

MANAGE = "feedback.manage_surveys"


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    require_anywhere(request.user, MANAGE)
    return render(request, "feedback/surveys/list.html", {"surveys": queries.surveys(request.user)})


@require_http_methods(["GET", "POST"])
def detail(request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
    require_anywhere(request.user, MANAGE)
    survey = queries.survey_for(request.user, pk) if pk else None
    form = SurveyForm(request.POST or None, survey=survey, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_survey(survey, actor=request.user, **form.values())
        except ValidationError as problem:
            form.take_errors(problem)
        else:
            messages.success(request, _("Saved."))
            return see_other(request, reverse("feedback:surveys"))
    context = {"form": form, "survey": survey}
    return render(request, "feedback/surveys/detail.html", context, status=422 if form.errors else 200)
