"""How a view answers: the page for a browser, the page's own fragment for htmx."""

import json
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.encoding import iri_to_uri


def is_fragment_request(request: HttpRequest) -> bool:
    """Whether htmx asks for a part (a boosted link or a history restore wants the page)."""
    headers = request.headers
    wants_page = "HX-Boosted" in headers or headers.get("HX-History-Restore-Request") == "true"
    return headers.get("HX-Request") == "true" and not wants_page


def render_page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    fragment: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """The template, or `template#fragment` when htmx asks. Errors of a form: the same with `status=422`."""
    if fragment and is_fragment_request(request):
        template = f"{template}#{fragment}"
    response = render(request, template, context, status=status)
    # The same address has two answers; a shared cache or the back button must not mix them up.
    patch_vary_headers(response, ["HX-Request"])
    return response


def render_part(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    title: Any,
    crumbs: Sequence[tuple[str, Any]] = (),
    status: int = 200,
) -> HttpResponse:
    """A template that is a part of another page: bare for htmx, in the frame when its own address is opened.

    `crumbs`: (address, words) of the pages it belongs to.
    """
    if not is_fragment_request(request):
        context = {**context, "part": template, "part_title": title, "part_crumbs": crumbs}
        template = "ui/part.html"
    return render_page(request, template, context, status=status)


def see_other(request: HttpRequest, url: str) -> HttpResponse:
    """Redirect the browser, also when htmx made the request."""
    if is_fragment_request(request):
        return HttpResponse(status=204, headers={"HX-Redirect": iri_to_uri(url)})
    return HttpResponseRedirect(url)


def with_event(response: HttpResponse, name: str, detail: Any = True) -> HttpResponse:
    """Tell the page that something happened; fragments listen with hx-trigger="name from:body"."""
    events = json.loads(response.headers.get("HX-Trigger", "{}"))
    events[name] = detail
    response.headers["HX-Trigger"] = json.dumps(events)
    return response


def with_toast(
    response: HttpResponse,
    text: Any,
    *,
    tone: str = "success",
    action_label: Any = None,
    action_url: str | None = None,
) -> HttpResponse:
    """A toast after an htmx answer; the action (undo) is sent by POST."""
    detail = {"text": str(text), "tone": tone}
    if action_label and action_url:
        detail |= {"action_label": str(action_label), "action_url": action_url}
    return with_event(response, "toast", detail)


def left_dialog(request: HttpRequest, response: HttpResponse, url: str) -> HttpResponse:
    """What htmx is answered after something was done; a dialog on a page of its own (`render_part`) leads on to `url`.

    Its toast is told there as a message.
    """
    if is_fragment_request(request):
        return response
    toast = json.loads(response.headers.get("HX-Trigger", "{}")).get("toast")
    if toast:
        level = messages.ERROR if toast["tone"] == "danger" else messages.SUCCESS
        messages.add_message(request, level, toast["text"])
    return HttpResponseRedirect(url)


def close_dialog(response: HttpResponse) -> HttpResponse:
    """Close the shell's dialog or drawer, after a form in it was accepted."""
    return with_event(response, "dialog-close")
