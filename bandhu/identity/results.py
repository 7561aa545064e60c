"""The two ways a request can be refused."""

from django.core.exceptions import PermissionDenied
from django.http import Http404


class OutOfReach(Http404):
    """The user may not know that the record exists: answered exactly like a record that does not."""


class Denied(PermissionDenied):
    """The user sees the record but may not do this; `reason` is a translated sentence saying why."""

    def __init__(self, permission: str, reason: str) -> None:
        super().__init__(reason)
        self.permission = permission
        self.reason = str(reason)
