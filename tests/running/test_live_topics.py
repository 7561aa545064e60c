"""Who may watch which topic of the live events."""

from uuid import UUID

import pytest

from bandhu.customers.actions import create_contact
from bandhu.identity.actions import create_user
from bandhu.identity.ready_made import ensure_ready_made, system_user
from config.live_events import may_watch

STRANGER = UUID("01a20142-213a-7970-92c9-2107a1fc7140")


@pytest.mark.django_db
def test_a_topic_is_open_to_those_who_may_see_its_record() -> None:
    ensure_ready_made()
    system = system_user()
    keeper = create_user(actor=system, email="rafiq@example.org", role="sales", password="a good long phrase")
    other = create_user(actor=system, email="emma@example.org", role="sales", password="a good long phrase")
    contact = create_contact(actor=keeper, full_name="রহমান আলী")
    for topic in (f"contact:{contact.pk}", f"presence:{contact.pk}"):
        assert may_watch(keeper, topic)
        assert not may_watch(other, topic)
    assert may_watch(keeper, f"user:{keeper.pk}")
    assert not may_watch(keeper, f"user:{other.pk}")
    for topic in ("nonsense:1", "contact:broken", "contact", "", f"company:{STRANGER}", f"import:{STRANGER}"):
        assert not may_watch(keeper, topic)
