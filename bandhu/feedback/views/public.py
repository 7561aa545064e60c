"""The customer's page: one click on a score, then a word more if one likes. No sign-in, no cookie, no script.

The address stands in the letter on the customer's timeline: whoever is signed in as a colleague sees the page, and their click is refused.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from bandhu.feedback import actions, queries
from bandhu.knowledge.languages import in_language
from bandhu.knowledge.queries import help_centre
from bandhu.platform import rate_limits
from bandhu.platform.middleware import client_address
from bandhu.ui.pages import see_other

# So often in a second, and so often at once.
_RATE = (0.5, 30)


def _for_the_customer(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """In the language they were asked in; so often from one address; an unknown address is 404."""

    @functools.wraps(view)
    def shown(request: HttpRequest, token: str) -> HttpResponse:
        allowed, seconds = rate_limits.allow(f"feedback:{client_address(request)}", *_RATE)
        if not allowed:
            return HttpResponse(status=429, headers={"Retry-After": str(seconds)})
        asking = queries.asking_at(token)
        with translation.override(asking.language):
            response = view(request, asking, token)
        add_never_cache_headers(response)
        response["Referrer-Policy"] = "no-referrer"
        return response

    # Whoever has the address may answer, and a forged post does no more than a typed one.
    return csrf_exempt(shown)


@require_http_methods(["GET", "POST"])
@_for_the_customer
def answer(request: HttpRequest, asking: Any, token: str) -> HttpResponse:
    problem, status = "", 200
    is_colleague = request.user.is_authenticated
    if is_colleague:
        problem = _("You are signed in as a colleague. This is what the customer sees; only they can answer.")
    if request.method == "POST" and is_colleague:
        status = 403
    elif request.method == "POST":
        try:
            actions.answer_asking(
                asking, score=_score(request, asking), comment=request.POST.get("comment", "")
            )
        except ValidationError as refusal:
            problem, status = " ".join(refusal.messages), 422
        else:
            thanks = "?said" if request.POST.get("comment") else "?thanks"
            return see_other(request, reverse("feedback:answer", args=[token]) + thanks)
    brand = help_centre()
    context = {
        "asking": asking,
        "words": asking.survey.words(asking.language),
        "scores": [(one, asking.survey.scale.tone(one)) for one in asking.survey.scale.scores],
        "brand": brand,
        "house": in_language(brand.names, asking.language),
        "about": queries.what_it_is_about(asking),
        "is_colleague": is_colleague,
        "is_open": asking.state in ("sent", "answered"),
        "is_said": "said" in request.GET,
        "problem": problem,
    }
    return render(request, "feedback/public/answer.html", context, status=status)


def _score(request: HttpRequest, asking: Any) -> int:
    """The score sent; with a comment alone the one given before. -1 for what is no number."""
    given = request.POST.get("score", "")
    if not given and asking.score is not None:
        return int(asking.score)
    return int(given) if given.isascii() and given.isdigit() and len(given) < 3 else -1
