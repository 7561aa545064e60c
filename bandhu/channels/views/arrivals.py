"""Where the services of channels send what they tell: signature first, then kept, then a quick answer."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from bandhu.channels import actions, queries
from bandhu.channels.adapters.port import Arrived, Forged
from bandhu.channels.connections import adapter_of, connection_of
from bandhu.platform.middleware import client_address
from bandhu.platform.rate_limits import allow

# A service sends addresses of files, not files; the generic channel encloses small ones.
MOST_BYTES = 8_000_000


@csrf_exempt
@require_http_methods(["GET", "POST"])
def notices(request: HttpRequest, pk: UUID) -> HttpResponse:
    """2xx when it was taken in (also told twice), 401 when it is forged, 413 and 429 with when to come again."""
    channel = queries.open_channel(pk)
    adapter = adapter_of(channel)
    allowed, seconds = allow(f"channel-notices:{channel.pk}:{client_address(request)}", rate=50, burst=2_000)
    if not allowed:
        return HttpResponse(status=429, headers={"Retry-After": str(seconds)})
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        return HttpResponse(status=413)
    arrived = Arrived(
        method=request.method or "POST",
        query=request.META.get("QUERY_STRING", ""),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=request.body,
    )
    try:
        if adapter.is_greeting(arrived):
            return HttpResponse(adapter.greet(connection_of(channel), arrived), content_type="text/plain")
        actions.take_notice(channel, arrived)
    except Forged:
        return HttpResponse(status=401)
    body, kind = adapter.answer()
    return HttpResponse(body, content_type=kind)
