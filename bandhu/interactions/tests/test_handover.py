from datetime import timedelta

import pytest
from django.utils import timezone

from bandhu.customers import actions as customers
from bandhu.customers.subscribers import hand_over_customers
from bandhu.identity import actions as identity
from bandhu.identity.events import UserDeactivated
from bandhu.identity.tests.cast import make_user
from bandhu.interactions import actions
from bandhu.interactions.subscribers import hand_over_follow_ups
from bandhu.platform.models import AuditEntry, EventRecord

pytestmark = pytest.mark.django_db


def test_customers_and_next_steps_of_a_closed_account_go_to_who_takes_over():
    admin, rita = make_user("Admin", role="administrator"), make_user("Rita", role="sales")
    kamal = make_user("Kamal", role="service")
    contact = customers.create_contact(actor=kamal, full_name="Anika")
    company = customers.create_company(actor=kamal, name="Padma")
    other = customers.create_contact(actor=admin, full_name="Of admin")
    due = timezone.now() + timedelta(days=1)
    step = actions.plan_follow_up(contact, actor=kamal, what="Call", due_at=due)
    done = actions.plan_follow_up(contact, actor=kamal, what="Was done", due_at=due)
    actions.complete_follow_up(done, actor=kamal)
    identity.deactivate_user(kamal, actor=admin, hand_over_to=rita)
    record = EventRecord.objects.get(name=UserDeactivated.name)
    for _again in range(2):
        hand_over_customers(UserDeactivated(**record.payload), record)
        hand_over_follow_ups(UserDeactivated(**record.payload), record)
    for one in (contact, company, other, step, done):
        one.refresh_from_db()
    assert (contact.owner, company.owner, other.owner) == (rita, rita, admin)
    assert (step.owner, done.owner) == (rita, kamal)
    changes = AuditEntry.objects.filter(record_id=contact.pk, verb="changed")
    assert changes.count() == 1, "a second delivery changes nothing"
