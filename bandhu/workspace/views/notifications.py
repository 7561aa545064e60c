"""The bell."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bandhu.platform import notifications
from bandhu.ui.pages import render_part, with_event


@require_GET
def latest(request: HttpRequest) -> HttpResponse:
    """The newest; `?part=mark` is the dot that says whether any is unread."""
    if request.GET.get("part") == "mark":
        context = {"has_unread": notifications.has_unread(request.user)}
        return render(request, "ui/shell/bell_mark.html", context)
    return _list(request)


@require_POST
def reading(request: HttpRequest) -> HttpResponse:
    notifications.mark_read(request.user)
    return with_event(_list(request), "notifications-read")


def _list(request: HttpRequest) -> HttpResponse:
    context = {"notifications": notifications.notifications_of(request.user)}
    return render_part(request, "workspace/notifications.html", context, title=_("Notifications"))
