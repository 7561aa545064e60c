"""The address above all settings."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from bandhu.platform.registries import menu_for


@require_GET
def first(request: HttpRequest) -> HttpResponse:
    """The first page of the menu's settings that the user may see; their own profile when there is none."""
    lines = menu_for(request.user, request.path)
    pages = [line["url"] for line in lines if line["entry"].group == "settings"]
    return redirect(pages[0] if pages else "identity:preferences")
