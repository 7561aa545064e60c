"""What channels do when others publish."""

from uuid import UUID

from bandhu.channels.actions import forget_openings
from bandhu.channels.queries.tracking import PURPOSE
from bandhu.platform.events import subscribe
from bandhu.platform.models import EventRecord
from bandhu.privacy.events import ConsentWithdrawn


@subscribe(ConsentWithdrawn, wanted=lambda event: getattr(event, "purpose", "") == PURPOSE)
def forget_what_was_noted(event: ConsentWithdrawn, record: EventRecord) -> None:
    forget_openings(UUID(event.contact_id))
