"""The ways a request can be refused."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404


class OutOfReach(Http404):
    """The user may not know that the record exists: answered exactly like a record that does not."""


class MergedInto(OutOfReach):
    """The record was merged into `record_id`, which the user may see."""

    def __init__(self, record_id: UUID) -> None:
        super().__init__()
        self.record_id = record_id


class Denied(PermissionDenied):
    """The user sees the record but may not do this; `reason` is a translated sentence saying why."""

    def __init__(self, permission: str, reason: str) -> None:
        super().__init__(reason)
        self.permission = permission
        self.reason = str(reason)
