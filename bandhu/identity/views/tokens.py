"""One's own API tokens."""

from __future__ import annotations

from datetime import datetime, time
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from bandhu.identity import actions, queries
from bandhu.identity.forms import TokenForm, show_errors
from bandhu.identity.queries import may_use_tokens
from bandhu.ui.pages import render_page, see_other


@never_cache
@require_http_methods(["GET", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """The list; after making one, its secret, this once."""
    queries.require_tokens(request.user)
    form = TokenForm(request.POST if request.method == "POST" else None, user=request.user)
    secret = ""
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        last_day = values.pop("expires_on")
        if last_day:
            # Through the end of that day, where the user is.
            values["expires_at"] = timezone.make_aware(datetime.combine(last_day, time.max))
        try:
            _made, secret = actions.create_token(request.user, actor=request.user, **values)
        except ValidationError as error:
            show_errors(form, error)
        else:
            form = TokenForm(user=request.user)
    context = {
        "tab": "tokens",
        "can_use_tokens": may_use_tokens(request.user),
        "form": form,
        "secret": secret,
        "tokens": queries.tokens_of(request.user),
    }
    return render_page(request, "identity/tokens.html", context, status=422 if form.errors else 200)


@require_POST
def token_revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    token = queries.token_with(request.user, pk)
    actions.revoke_token(token, actor=request.user)
    messages.success(request, _("The token no longer works."))
    if token.user_id != request.user.pk:
        return see_other(request, reverse("identity:user", args=[token.user_id]))
    return see_other(request, reverse("identity:tokens"))
