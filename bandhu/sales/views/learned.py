"""The administrator's page of learned scores: what they are worth, and the switch."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bandhu.identity.scoping import require_anywhere
from bandhu.sales import actions, queries
from bandhu.sales.learned_words import column_name
from bandhu.ui.pages import see_other

MANAGE = "sales.manage_leads"


@require_http_methods(["GET", "POST"])
def learned(request: HttpRequest) -> HttpResponse:
    """`subject` stands in the address; sending learns anew, with the own fields that were ticked."""
    require_anywhere(request.user, MANAGE)
    subject = request.GET.get("subject", "lead")
    if subject not in queries.LEARNED_SUBJECTS:
        raise Http404
    if request.method == "POST":
        return _learn(request, subject)
    model = queries.newest_model(request.user, subject)
    context = {
        "subject": subject,
        "subjects": queries.LEARNED_SUBJECTS.items(),
        "model": model,
        "own_fields": queries.usable_own_fields(request.user, subject),
        **(_figures(model) if model else {}),
    }
    return render(request, "sales/lead_setup/learned.html", context)


@require_POST
def switch(request: HttpRequest, pk: UUID) -> HttpResponse:
    """`on` is "yes" or "no"."""
    require_anywhere(request.user, MANAGE)
    model = queries.model_for(request.user, pk)
    try:
        actions.switch_learned(model, actor=request.user, is_on=request.POST.get("on") == "yes")
        messages.success(request, _("Saved."))
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return see_other(request, f"{reverse('sales:learned')}?subject={model.subject}")


def _learn(request: HttpRequest, subject: str) -> HttpResponse:
    try:
        actions.ask_to_learn(
            actor=request.user, subject=subject, own_fields=request.POST.getlist("own_fields")
        )
        messages.success(request, _("It is being learned; a notification tells when it is done."))
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return see_other(request, f"{reverse('sales:learned')}?subject={subject}")


def _figures(model: Any) -> dict[str, Any]:
    found = model.evaluation
    error = 1.96 * found["auc_error"] if found["auc_error"] is not None else None
    weights = [
        (
            column_name(part["name"], part["label"]),
            max(part["weights"].values()) - min(part["weights"].values()),
        )
        for part in (model.scorecard or {}).get("parts", [])
    ]
    return {
        "figures": found,
        "low": None if error is None else max(found["auc"] - error, 0),
        "high": None if error is None else min(found["auc"] + error, 1),
        "rule": column_name(found["rule"], found["rule"]),
        "beats_rule": found["auc"] is not None
        and found["rule_auc"] is not None
        and found["auc"] > found["rule_auc"],
        "refused": [(column_name(one["name"], one["label"]), one["auc"]) for one in found["refused"]],
        "weights": sorted(weights, key=lambda one: -one[1])[:10],
    }
