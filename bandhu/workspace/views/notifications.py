"""The bell."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bandhu.platform import notifications
from bandhu.ui.pages import render_part


@require_GET
def latest(request: HttpRequest) -> HttpResponse:
    return _list(request)


@require_POST
def reading(request: HttpRequest) -> HttpResponse:
    notifications.mark_read(request.user)
    return _list(request)


def _list(request: HttpRequest) -> HttpResponse:
    context = {"notifications": notifications.notifications_of(request.user)}
    return render_part(request, "workspace/notifications.html", context, title=_("Notifications"))
