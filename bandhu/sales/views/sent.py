"""What forms of opportunities and leads read besides their fields."""

from __future__ import annotations

from django.http import HttpRequest


def sent_tags(request: HttpRequest) -> list[str]:
    """Names of tags, separated by commas of any script."""
    return [name for name in request.POST.get("tags", "").replace("،", ",").split(",") if name.strip()]
