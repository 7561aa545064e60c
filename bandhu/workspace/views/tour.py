"""The tour a user sees once."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from bandhu.identity import actions


@require_POST
def completion(request: HttpRequest) -> HttpResponse:
    actions.finish_tour(request.user, actor=request.user)
    return HttpResponse(status=204)
