"""Whether addresses inside our own network may be called: only where the operator said so."""

import os


def allows_inside() -> bool:
    """BANDHU_CALL_INSIDE=1: for houses whose other programs run on the same network, and for tests."""
    return os.environ.get("BANDHU_CALL_INSIDE") == "1"
