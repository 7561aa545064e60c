"""A conversation of the inbox becomes a lead, with what was said and whose it is; once."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from bandhu.customers.tests.cast import make_contact
from bandhu.identity.results import Denied, OutOfReach
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.inbox.actions import run_steps, save_macro
from bandhu.interactions.actions import start_conversation, take_in_message, write_message
from bandhu.interactions.models import Conversation, Interaction
from bandhu.platform.models import EventRecord
from bandhu.sales import actions
from bandhu.sales.models import Lead
from bandhu.sales.ready_made import ensure_lead_lists

pytestmark = pytest.mark.django_db


@pytest.fixture
def rupa():
    ensure_lead_lists()
    return make_user("Rupa", role="manager", team=make_team("Dhaka"))


@pytest.fixture
def client(rupa):
    client = Client()
    client.force_login(rupa)
    return client


def chat(by, contact, *texts, channel="chat", **more):
    talk = start_conversation(actor=by, channel=channel, customer=contact, **more)
    for text in texts or ("একশটি টেবিল লাগবে", "কবে পাব?"):
        take_in_message(talk, text=text)
    Conversation.objects.filter(pk=talk.pk).update(team=by.team)
    talk.refresh_from_db()
    return talk


def test_it_has_the_customers_words_language_source_and_page(rupa):
    rahima = make_contact("রহিমা খাতুন", by=rupa, mails=["rahima@example.org"], owner=rupa)
    talk = chat(rupa, rahima, details={"page": "https://shop.example/tables"}, language="bn")
    write_message(talk, actor=rupa, text="Our own words are not theirs.")
    lead = actions.make_lead_of(talk, actor=rupa)
    assert (lead.contact, lead.title, lead.language) == (rahima, "একশটি টেবিল লাগবে", "bn")
    assert lead.message == "একশটি টেবিল লাগবে\n\nকবে পাব?"
    assert (str(lead.source), lead.landing_page) == ("Website", "https://shop.example/tables")
    assert lead.first_response_at is None and lead.response_due_at is not None
    assert actions.make_lead_of(talk, actor=rupa) == lead
    assert EventRecord.objects.filter(name="sales.lead_received").count() == 1
    assert Interaction.objects.filter(kind="lead_received", contact=rahima).count() == 1


@pytest.mark.parametrize(("channel", "source"), [("mail", "Mail"), ("sms", "Telephone"), ("webhook", "None")])
def test_each_channel_has_its_source(rupa, channel, source):
    rahima = make_contact("Rahima", by=rupa, owner=rupa)
    assert str(actions.make_lead_of(chat(rupa, rahima, channel=channel), actor=rupa).source) == source


def test_of_nobody_there_is_no_lead_and_the_way_out_is_said(rupa, client):
    talk = chat(rupa, None)
    with pytest.raises(ValidationError, match="contact first"):
        actions.make_lead_of(talk, actor=rupa)
    answer = client.post(reverse("sales:conversation_lead", args=[talk.pk]), follow=True)
    assert "contact first" in answer.content.decode() and not Lead.objects.exists()
    assert client.post(f"/api/v1/conversations/{talk.pk}/lead").status_code == 422


def test_who_may_not_write_leads_or_does_not_see_the_conversation_makes_none(rupa):
    talk = chat(rupa, make_contact("Rahima", by=rupa, owner=rupa))
    reader = make_user("Reader", role="read_only")
    with pytest.raises((Denied, OutOfReach)):
        actions.make_lead_of(talk, actor=reader)
    elsewhere = make_user("Elsewhere", role="sales", team=make_team("Chittagong"))
    with pytest.raises((Denied, OutOfReach)):
        actions.make_lead_of(talk, actor=elsewhere)
    assert not Lead.objects.exists()


def test_one_in_the_bin_stays_there(rupa):
    talk = chat(rupa, make_contact("Rahima", by=rupa, owner=rupa))
    first = actions.make_lead_of(talk, actor=rupa)
    actions.delete_lead(first, actor=rupa)
    assert actions.make_lead_of(talk, actor=rupa) != first


def test_beside_the_conversation_and_by_the_api(rupa, client):
    talk = chat(rupa, make_contact("Rahima", by=rupa, owner=rupa))
    address = reverse("sales:conversation_lead", args=[talk.pk])
    assert address in client.get(reverse("inbox:customer", args=[talk.pk])).content.decode()
    assert "Make a lead" in client.get(address).content.decode()
    made = client.post(address)
    lead = Lead.objects.get()
    assert made.headers["Location"] == reverse("sales:lead", args=[lead.pk])
    beside = client.get(address).content.decode()
    assert reverse("sales:lead", args=[lead.pk]) in beside and "Make a lead" not in beside
    again = client.post(f"/api/v1/conversations/{talk.pk}/lead")
    assert (again.status_code, again.json()["id"]) == (201, str(lead.pk))


def test_a_lead_out_of_reach_is_not_told(rupa):
    talk = chat(rupa, make_contact("Rahima", by=rupa, owner=rupa))
    lead = actions.make_lead_of(talk, actor=rupa)
    Lead.objects.filter(pk=lead.pk).update(team=make_team("Chittagong"), owner=None)
    karim = make_user("Karim", role="sales", team=rupa.team)
    client = Client()
    client.force_login(karim)
    beside = client.get(reverse("sales:conversation_lead", args=[talk.pk]))
    assert beside.status_code == 200 and str(lead.pk) not in beside.content.decode()
    assert client.post(f"/api/v1/conversations/{talk.pk}/lead").status_code == 404


def test_many_at_once_and_in_a_macro(rupa):
    rahima = make_contact("Rahima", by=rupa, owner=rupa)
    talks = [chat(rupa, rahima), chat(rupa, rahima), chat(rupa, None)]
    done = run_steps(talks, actor=rupa, steps=[{"kind": "lead"}])
    assert (len(done.changed), len(done.refused), Lead.objects.count()) == (2, 1, 2)
    macro = save_macro(actor=rupa, name="To sales", steps=[{"kind": "lead"}, {"kind": "close"}])
    run_steps(talks[:1], actor=rupa, steps=macro.steps)
    assert Lead.objects.count() == 2 and Conversation.objects.get(pk=talks[0].pk).state == "closed"
