"""Leads that arrive at the same moment: no turn is given twice, no capacity passed, nobody entered twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from bandhu.customers.models import Contact
from bandhu.customers.tests.cast import make_contact
from bandhu.identity.tests.cast import make_team
from bandhu.interactions.actions import start_conversation, take_in_message
from bandhu.sales import actions
from bandhu.sales.models import Lead
from bandhu.sales.tests.cast import make_lead, make_seller, make_web_form

pytestmark = pytest.mark.django_db(transaction=True)


def together(act, number=4):
    """`act(n)` in so many threads, each with a connection of its own."""

    def run(n):
        try:
            return act(n)
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))


@pytest.fixture
def boss():
    return make_seller("Boss", role="administrator", team=make_team("Dhaka"))


def test_no_capacity_is_passed_and_turns_alternate(boss):
    arjun, emma = (make_seller(name, role="sales", team=boss.team) for name in ("Arjun", "Emma"))
    actions.set_assignment_rule(None, actor=boss, name="All", people=[(arjun, 1), (emma, 1)])
    together(lambda n: make_lead(f"Lead {n}", by=boss))
    owners = [lead.owner for lead in Lead.objects.select_related("owner")]
    assert sorted(str(owner) for owner in owners) == ["Arjun", "Emma", "None", "None"]


def test_one_person_writing_at_once_is_one_contact(boss):
    person = {"full_name": "Anika Rahman", "mail": "anika@example.org"}
    together(lambda n: make_lead(f"Lead {n}", by=boss, person=person))
    assert (Lead.objects.count(), Contact.objects.count()) == (4, 1)


def test_one_submission_at_once_is_one_lead(boss):
    form = make_web_form(by=boss)
    sent = {"submission": "the-same", "values": {"full_name": "Anika", "mail": "anika@example.org"}}
    leads = together(lambda n: actions.submit_web_form(form, **sent))
    assert len({lead.pk for lead in leads}) == Lead.objects.count() == 1


def test_a_lead_is_converted_once(boss):
    lead = make_lead("Rice", by=boss, owner=boss)
    made = together(lambda n: actions.convert_lead(lead, actor=boss))
    assert len({one.pk for one in made}) == 1


def test_a_conversation_becomes_one_lead_however_often_it_is_pressed(boss):
    talk = start_conversation(
        actor=boss, channel="chat", customer=make_contact("Rahima", by=boss, owner=boss)
    )
    take_in_message(talk, text="A hundred tables, please.")
    made = together(lambda _n: actions.make_lead_of(talk, actor=boss).pk)
    assert len(set(made)) == 1 == Lead.objects.count()
