"""Letters to begin from, on a screen."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bandhu.channels import actions, queries
from bandhu.channels.forms import TemplateForm
from bandhu.channels.merge_fields import merge_fields
from bandhu.channels.ready_letters import fields_of
from bandhu.identity.scoping import require_anywhere

MANAGE = "channels.manage_templates"


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    require_anywhere(request.user, MANAGE)
    return render(request, "channels/templates/list.html", {"templates": queries.all_templates(request.user)})


@require_http_methods(["GET", "POST"])
def detail(request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
    require_anywhere(request.user, MANAGE)
    template = queries.template_for(request.user, pk) if pk else None
    form = TemplateForm(request.POST or None, template=template, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_template(template, actor=request.user, **form.values())
        except ValidationError as problem:
            form.take_errors(problem)
        else:
            messages.success(request, _("Saved."))
            return redirect("channels:templates")
    context = {
        "form": form,
        "template": template,
        "merge_fields": {**merge_fields(), **fields_of(template.key if template else "")},
    }
    return render(request, "channels/templates/detail.html", context, status=422 if form.errors else 200)
