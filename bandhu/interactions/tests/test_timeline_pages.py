"""The timeline of a customer's page: who is named, what is asked for only when it is wanted."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from bandhu.customers.actions import create_contact
from bandhu.identity.tests.cast import make_user
from bandhu.interactions import queries
from bandhu.interactions.actions import Person, log_interaction
from bandhu.interactions.models import Interaction
from bandhu.interactions.tests.cast import make_world
from bandhu.platform.models import AuditEntry

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def world():
    rupa, _arjun, contact = make_world()
    client = Client()
    client.force_login(rupa)
    return rupa, contact, client


def timeline_of(client, contact, words=""):
    address = reverse("interactions:contact_timeline", args=[contact.pk])
    return client.get(f"{address}{words}", **HTMX).content.decode()


def test_everybody_who_took_part_is_named_once(world):
    rupa, contact, client = world
    kamal = make_user("Kamal", role="sales", team=rupa.team)
    people = [Person(user=rupa), Person(user=kamal), Person(user=kamal), Person(address="guest@example.com")]
    log_interaction(contact, actor=rupa, kind="meeting", body="Prices", people=people)
    entry = re.search(r"<li class=\"event\".*?</li>", timeline_of(client, contact), re.DOTALL)[0]
    assert [entry.count(name) for name in ("Rupa", "Kamal", "guest@example.com")] == [1, 1, 1]


def test_what_people_wrote_is_never_markup(world):
    rupa, contact, client = world
    evil = "<script>alert(1)</script>"
    people = [Person(address=evil)]
    log_interaction(
        contact,
        actor=rupa,
        kind="call",
        subject=evil,
        body=evil,
        outcome=evil,
        department=evil,
        people=people,
    )
    page = timeline_of(client, contact)
    assert "<script>" not in page
    assert page.count("&lt;script&gt;") == 5


def test_each_customer_gets_the_form_with_its_own_address(world):
    rupa, contact, client = world
    other = create_contact(actor=rupa, full_name="Karim")
    for one in (contact, other):
        page = timeline_of(client, one)
        assert f'action="{reverse("interactions:contact_logging", args=[one.pk])}"' in page
        assert "csrfmiddlewaretoken" in page
        assert "00000000-57a2" not in page
    assert str(contact.pk) not in timeline_of(client, other)


def test_a_form_with_errors_is_nobody_elses(world):
    _rupa, contact, client = world
    logging = reverse("interactions:contact_logging", args=[contact.pk])
    answer = client.post(logging, {"kind": "call", "outcome": "x" * 200}, **HTMX)
    assert answer.status_code == 422
    assert "x" * 200 in answer.content.decode()
    assert "x" * 200 not in timeline_of(client, contact)


def test_a_note_has_no_direction(world):
    _rupa, contact, client = world
    logging = reverse("interactions:contact_logging", args=[contact.pk])
    client.post(logging, {"kind": "note", "direction": "in", "body": "Likes tea"}, **HTMX)
    assert Interaction.objects.get().direction == "none"


def test_the_colleagues_of_a_timeline_are_asked_for_by_its_filter(world):
    rupa, contact, client = world
    log_interaction(contact, actor=rupa, kind="call", body="Hello")
    assert "<option" in timeline_of(client, contact, "?part=people")
    assert str(rupa.pk) in timeline_of(client, contact, "?part=people")


def test_the_warning_about_a_colleague_is_read_off_the_first_page(world, django_assert_num_queries):
    rupa, contact, _client = world
    kamal = make_user("Kamal", role="sales", team=rupa.team)
    call = log_interaction(contact, actor=rupa, kind="call", direction="out", body="Called")
    page = queries.timeline(kamal, contact)
    with django_assert_num_queries(0):
        assert queries.touched_recently(kamal, contact, page=page) == call
        assert queries.touched_recently(rupa, contact, page=page) is None
    for _one in range(3):
        log_interaction(contact, actor=rupa, kind="call", direction="in", body="They called")
    short = queries.timeline(kamal, contact, limit=2)
    assert queries.touched_recently(kamal, contact, page=short) == call


def test_the_trail_names_an_interaction_by_its_subject_or_its_customer(world):
    rupa, contact, _client = world
    log_interaction(contact, actor=rupa, kind="note", body="Secret words")
    log_interaction(contact, actor=rupa, kind="mail", subject="Offer", body="Secret words")
    titles = AuditEntry.objects.filter(record_kind="interaction").order_by("pk")
    assert list(titles.values_list("record_title", flat=True)) == [str(contact), "Offer"]
