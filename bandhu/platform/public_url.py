"""The address people reach this installation at, for links in mails. Never taken from a request: its Host header is a stranger's word."""

import os

from django.conf import settings


def absolute(path: str) -> str:
    """The full address of a path that starts with "/"."""
    return (settings.PUBLIC_URL or f"http://localhost:{os.environ.get('BANDHU_PORT', '8000')}") + path
