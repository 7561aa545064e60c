"""The bell."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from bandhu.platform import notifications


@require_GET
def latest(request: HttpRequest) -> HttpResponse:
    return _list(request)


@require_POST
def reading(request: HttpRequest) -> HttpResponse:
    notifications.mark_read(request.user)
    return _list(request)


def _list(request: HttpRequest) -> HttpResponse:
    context = {"notifications": notifications.notifications_of(request.user)}
    return render(request, "workspace/notifications.html", context)
