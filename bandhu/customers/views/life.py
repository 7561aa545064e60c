"""Into the bin, back, and gone for good."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bandhu.customers.views.sides import record_of
from bandhu.ui.pages import is_fragment_request, see_other, with_event, with_toast


@require_POST
def deletion(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    side, record = record_of(request, kind, pk)
    side.delete(record, actor=request.user)
    text = _("“%(name)s” is in the bin.") % {"name": record}
    if is_fragment_request(request) and "stay" in request.POST:
        undo = side.url("restoration", pk)
        response = with_event(HttpResponse(), f"{kind}-changed")
        return with_toast(response, text, action_label=_("Undo"), action_url=undo)
    return see_other(request, f"{reverse('customers:bin')}?kind={kind}&fresh={pk}")


@require_POST
def restoration(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    side, record = record_of(request, kind, pk, deleted=True)
    try:
        side.restore(record, actor=request.user)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return see_other(request, f"{reverse('customers:bin')}?kind={kind}")
    messages.success(request, _("“%(name)s” is back.") % {"name": record})
    return see_other(request, side.kind.url(record))


@require_POST
def purge(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    side, record = record_of(request, kind, pk, deleted=True)
    try:
        side.purge(record, actor=request.user)
        messages.success(request, _("Erased for good."))
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return see_other(request, f"{reverse('customers:bin')}?kind={kind}")
