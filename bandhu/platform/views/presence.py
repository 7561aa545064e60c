"""The strip that says who else is on a record; asked for every half minute by each open page."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from bandhu.platform.presence import forget_presence, note_presence, others_at
from bandhu.platform.record_kinds import record_for, record_kinds


@require_POST
def presence(request: HttpRequest, kind: str, record_id: UUID) -> HttpResponse:
    """`state` is "viewing", "editing" or "left"; answers the others as a fragment."""
    if kind not in record_kinds or record_for(request.user, kind, record_id) is None:
        raise Http404
    state = request.POST.get("state")
    if state == "left":
        forget_presence(record_id, request.user)
        return HttpResponse(status=204)
    note_presence(record_id, request.user, editing=state == "editing")
    return render(request, "platform/presence.html", {"others": others_at(record_id, request.user)})
