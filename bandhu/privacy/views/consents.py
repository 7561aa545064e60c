"""What a contact allows, on the contact's page."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bandhu.customers.queries import contact_for
from bandhu.identity.masking import may_see
from bandhu.identity.scoping import require
from bandhu.platform.record_parts import record_part
from bandhu.privacy import actions, queries
from bandhu.privacy.forms import ConsentForm
from bandhu.ui.pages import close_dialog, with_event

ACTS = {"given": actions.give_consent, "withdrawn": actions.withdraw_consent}


@require_safe
def panel(request: HttpRequest, pk: UUID) -> HttpResponse:
    contact = contact_for(request.user, pk)
    context = {
        "contact": contact,
        "lines": queries.consents_of(request.user, contact),
        "history": queries.history_lines(request.user, contact),
        "may_change": may_see(request.user, "privacy.change_consent", contact),
    }
    title = _("Consent")
    return record_part(request, "privacy/consents.html", context, kind="contact", record=contact, title=title)


@require_http_methods(["GET", "POST"])
def statement(request: HttpRequest, pk: UUID, purpose: str, state: str) -> HttpResponse:
    """Write down that consent was given or withdrawn."""
    contact = contact_for(request.user, pk)
    require(request.user, "privacy.change_consent", contact)
    if state not in ACTS:
        raise Http404
    wanted = queries.purpose_for(request.user, purpose)
    form = ConsentForm(request.POST or None, state=state)
    if request.method == "POST" and form.is_valid():
        try:
            ACTS[state](contact, actor=request.user, purpose=wanted, **form.cleaned_data)
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            return close_dialog(with_event(HttpResponse(status=204), "consents-changed"))
    context = {"contact": contact, "purpose": wanted, "state": state, "form": form}
    context["label"] = queries.label_of_purpose(wanted)
    return render(request, "privacy/statement.html", context, status=422 if form.errors else 200)
