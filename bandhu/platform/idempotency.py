"""Idempotency-Key for the API: a repeated request has one effect and gets the first answer again.

Key, effect and answer are one transaction: a crash leaves all or nothing, and a second request with the same
key waits at the unique index until the first has ended.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.core.exceptions import RequestDataTooBig
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse

from bandhu.platform.models import IdempotentAnswer
from bandhu.platform.problems import problem

WRITING = {"POST", "PATCH", "PUT", "DELETE"}
MAX_KEY = 200


class IdempotencyMiddleware:
    """Serves writing API requests that carry an Idempotency-Key."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.headers.get("Idempotency-Key", "")
        if not key or request.method not in WRITING or not request.path.startswith("/api/"):
            return self.get_response(request)
        if len(key) > MAX_KEY:
            return problem(400, "idempotency-key", f"An Idempotency-Key has at most {MAX_KEY} characters.")
        return self._once(request, key)

    def _once(self, request: HttpRequest, key: str) -> HttpResponse:
        try:
            caller, fingerprint = _caller(request), _fingerprint(request)
        except RequestDataTooBig:
            return problem(413, "idempotency-key", "With an Idempotency-Key a request has at most 12 MB.")
        with transaction.atomic():
            try:
                with transaction.atomic():
                    answer = IdempotentAnswer.objects.create(caller=caller, key=key, fingerprint=fingerprint)
            except IntegrityError:
                return _again(IdempotentAnswer.objects.get(caller=caller, key=key), fingerprint)
            response = self.get_response(request)
            if response.status_code >= 500 or response.streaming or response.status_code in (401, 429):
                transaction.set_rollback(True)
                return response
            answer.status = response.status_code
            answer.content_type = response.headers.get("Content-Type", "")
            answer.body = response.content
            answer.save()
        return response


def _again(answer: IdempotentAnswer, fingerprint: str) -> HttpResponse:
    if answer.fingerprint != fingerprint:
        return problem(422, "idempotency-key", "This Idempotency-Key was used for another request.")
    response = HttpResponse(
        bytes(answer.body or b""), status=answer.status, content_type=answer.content_type or None
    )
    response.headers["Idempotency-Replayed"] = "true"
    return response


def _caller(request: HttpRequest) -> str:
    identity = request.headers.get("Authorization") or request.session.session_key or ""
    return hashlib.sha256(identity.encode()).hexdigest()


def _fingerprint(request: HttpRequest) -> str:
    parts = [request.method or "", request.get_full_path(), request.headers.get("Content-Type", "")]
    return hashlib.sha256("\n".join(parts).encode() + b"\n" + request.body).hexdigest()
