"""What of the masked fields leaves the house in clear, written into the trail of each record before it goes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bandhu.identity.masking import may_see
from bandhu.platform import audit
from bandhu.platform.origin import current_origin

COVERED = "•••"


class ExportTrail:
    """Decides for one export what its user sees of a record, and writes down what was given.

    The rows of an export are made while they are sent, when the request is over: from where it came is noted at the start.
    """

    def __init__(self, user: Any, kind: str) -> None:
        self.user, self.kind, self.origin = user, kind, current_origin()

    def shows(self, permission: str, record: Any) -> bool:
        """Whether the field that `permission` shows goes out in clear for this record."""
        return not permission or may_see(self.user, permission, record)

    def note(self, given: Iterable[tuple[Any, Iterable[str]]]) -> None:
        """Write an entry for each record of which masked fields (by name) were given; one statement for all of them."""
        audit.record_many(
            "exported",
            actor=self.user,
            kind=self.kind,
            origin=self.origin,
            # The trail says what was taken out, and repeats no secret.
            records=[(record, _covered(names)) for record, names in given if names],
        )


def _covered(names: Iterable[str]) -> Mapping[str, tuple[str, str]]:
    return dict.fromkeys(names, (COVERED, COVERED))
