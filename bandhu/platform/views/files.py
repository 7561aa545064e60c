"""Handing out what people attached."""

from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from bandhu.platform import queries
from bandhu.platform.file_answers import file_answer


@require_safe
def download(request: HttpRequest, file_id: UUID) -> HttpResponseBase:
    """The file as an attachment; `?inline` shows pictures and the like in the browser."""
    return file_answer(queries.file_for(request.user, file_id), inline="inline" in request.GET)
