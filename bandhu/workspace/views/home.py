"""Home: what to do today."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from bandhu.interactions import queries as interactions
from bandhu.ui.pages import render_page
from bandhu.workspace import queries


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    day = interactions.my_day(request.user)
    context = {
        "day": day,
        "greeting": queries.greeting(request.user),
        "figures": queries.figures(request.user, day),
        "first_steps": queries.first_steps(request.user),
        "recent": queries.recently_touched(request.user),
    }
    return render_page(request, "workspace/home.html", context, fragment="day")
