"""What every page needs to draw the shell."""

from typing import Any

from django.http import HttpRequest

from bandhu.platform import registries


def shell(request: HttpRequest) -> dict[str, Any]:
    """Menu and navigation of the signed-in user; nothing for strangers."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"menu": [], "links": registries.links()}
    return {
        "menu": registries.menu_for(user, request.path),
        "links": registries.links(),
        "quick_actions": registries.palette_for(user),
        "shell_parts": registries.shell_parts_for(user),
    }
