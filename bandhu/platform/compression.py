"""Answers are sent compressed: brotli at a quality that costs less than half a millisecond for a list page."""

import gzip
import secrets
from collections.abc import Callable

import brotli
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

# Quality 3 makes 108 kB of HTML 15.7 kB in 0.4 ms; quality 5 saves 2 kB more for three times the work.
BROTLI_QUALITY = 3
GZIP_LEVEL = 1
# Below this the headers weigh more than what is saved.
SMALLEST = 860
LONGEST_PADDING = 100
_TEXTS = ("text/", "application/json", "application/problem+json", "application/javascript", "image/svg+xml")


class CompressionMiddleware:
    """Compresses what is text and whole.

    Lengths must not betray a secret beside something a stranger made us repeat (the BREACH attack): Django masks its
    token anew in each page, and a header of random length hides the rest in noise ("Heal the Breach").
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.streaming or response.has_header("Content-Encoding") or not _is_text(response):
            return response
        patch_vary_headers(response, ["Accept-Encoding"])
        body = response.content
        if len(body) < SMALLEST:
            return response
        accepted = request.headers.get("Accept-Encoding", "")
        if "br" in accepted:
            response.content, encoding = brotli.compress(body, quality=BROTLI_QUALITY), "br"
        elif "gzip" in accepted:
            response.content, encoding = gzip.compress(body, GZIP_LEVEL, mtime=0), "gzip"
        else:
            return response
        response.headers["Content-Encoding"] = encoding
        response.headers["Content-Length"] = str(len(response.content))
        response.headers["X-Padding"] = "." * secrets.randbelow(LONGEST_PADDING)
        tag = response.headers.get("ETag", "")
        if tag.startswith('"'):
            # The bytes differ by encoding: the tag can only vouch for the meaning.
            response.headers["ETag"] = f"W/{tag}"
        return response


def _is_text(response: HttpResponse) -> bool:
    return response.headers.get("Content-Type", "").startswith(_TEXTS)
