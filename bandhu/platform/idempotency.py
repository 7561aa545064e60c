"""Idempotency-Key for the API: a repeated request has one effect and gets the first answer again.

Key, effect and answer are one transaction: a crash leaves all or nothing, and a second request with the same
key waits at the unique index until the first has ended. The answer is given again only while the operation would
still let the caller in: a token that was revoked, or a session that ended, gets 401.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.core.exceptions import RequestDataTooBig
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from bandhu.platform.models import IdempotentAnswer
from bandhu.platform.problems import problem
from bandhu.platform.registries import is_signed_in

WRITING = {"POST", "PATCH", "PUT", "DELETE"}
MAX_KEY = 200
# Said anew of each answer.
NOT_KEPT = {"Content-Type", "Content-Length"}


class IdempotencyMiddleware:
    """Serves writing API requests that carry an Idempotency-Key."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.headers.get("Idempotency-Key", "")
        if not key or request.method not in WRITING or not request.path.startswith("/api/"):
            return self.get_response(request)
        if len(key) > MAX_KEY:
            sentence = _("An Idempotency-Key has at most %(most)s characters.") % {"most": MAX_KEY}
            return problem(400, "idempotency-key", sentence)
        return self._once(request, key)

    def _once(self, request: HttpRequest, key: str) -> HttpResponse:
        try:
            asked = {"caller": _caller(request), "key": key}
            fingerprint = _fingerprint(request)
        except RequestDataTooBig:
            sentence = _("With an Idempotency-Key a request has at most 12 MB.")
            return problem(413, "idempotency-key", sentence)
        with transaction.atomic():
            answer = _claimed(asked, fingerprint)
            if answer is not None:
                return self._first(request, answer)
        # Only who would be let in now gets what was answered then; all others get what the operation says to them.
        if not is_signed_in(request):
            return self.get_response(request)
        return _again(IdempotentAnswer.objects.get(**asked), fingerprint)

    def _first(self, request: HttpRequest, answer: IdempotentAnswer) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code >= 500 or response.streaming or response.status_code in (401, 429):
            transaction.set_rollback(True)
            return response
        answer.status = response.status_code
        answer.content_type = response.headers.get("Content-Type", "")
        answer.headers = {name: value for name, value in response.headers.items() if name not in NOT_KEPT}
        answer.body = response.content
        answer.save()
        return response


def _claimed(asked: dict[str, str], fingerprint: str) -> IdempotentAnswer | None:
    """The row that will keep the answer; None when the key was used before."""
    try:
        with transaction.atomic():
            return IdempotentAnswer.objects.create(**asked, fingerprint=fingerprint)
    except IntegrityError:
        return None


def _again(answer: IdempotentAnswer, fingerprint: str) -> HttpResponse:
    if answer.fingerprint != fingerprint:
        return problem(422, "idempotency-key", _("This Idempotency-Key was used for another request."))
    response = HttpResponse(
        bytes(answer.body or b""), status=answer.status, content_type=answer.content_type or None,
        headers=answer.headers,
    )  # fmt: skip
    response.headers["Idempotency-Replayed"] = "true"
    return response


def _caller(request: HttpRequest) -> str:
    identity = request.headers.get("Authorization") or request.session.session_key or ""
    return hashlib.sha256(identity.encode()).hexdigest()


def _fingerprint(request: HttpRequest) -> str:
    parts = [request.method or "", request.get_full_path(), request.headers.get("Content-Type", "")]
    return hashlib.sha256("\n".join(parts).encode() + b"\n" + request.body).hexdigest()
