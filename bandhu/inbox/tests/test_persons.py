"""Whom a conversation is with: proposed with reasons, made anew, taken off; on the customer's clock in the reader's digits."""

import json

import pytest
import time_machine
from django.urls import reverse

from bandhu.customers import actions as customers
from bandhu.customers.models import Contact
from bandhu.identity.ready_made import system_user
from bandhu.identity.tests.cast import make_team
from bandhu.inbox import queries
from bandhu.inbox.tests.cast import make_desk, written_by
from bandhu.interactions import actions as interactions
from bandhu.interactions.models import Interaction
from bandhu.interactions.recognition import UNPROVEN, settled

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def desk(client):
    rupa, _kamal, rahima = make_desk()
    client.force_login(rupa)
    return client, rupa, rahima


def unknown(name="Rahima Khatun", address="rahima.k@example.net"):
    talk = interactions.start_conversation(
        actor=system_user(), channel="mail", person=interactions.Correspondent(name=name, address=address)
    )
    interactions.take_in_message(talk, text="Where is it?")
    talk.refresh_from_db()
    return talk


def file(client, talk, **given):
    answer = client.post(reverse("inbox:filing", args=[talk.pk]), given, headers=HTMX)
    talk.refresh_from_db()
    return answer


def test_contacts_are_proposed_with_reasons_across_scripts(desk):
    client, rupa, rahima = desk
    talk = unknown()
    found = queries.candidates_for(rupa, talk)
    assert [one.contact for one in found] == [rahima]
    assert any("script" in str(words) for words, _good in found[0].reasons)
    dialog = client.get(reverse("inbox:filing", args=[talk.pk]), headers=HTMX).content.decode()
    beside = client.get(reverse("inbox:customer", args=[talk.pk]), headers=HTMX).content.decode()
    for page in (dialog, beside):
        assert f'value="contact:{rahima.pk}"' in page
    assert file(client, talk, customer=f"contact:{rahima.pk}").status_code == 204
    assert talk.contact == rahima


def test_nobody_out_of_reach_is_proposed(desk):
    _client, rupa, _rahima = desk
    customers.create_contact(
        actor=system_user(),
        full_name="Jamal Chowdhury",
        mails=["jamal@example.net"],
        team=make_team("Chennai"),
    )
    talk = unknown("Jamal Chowdhury", "jamal@example.net")
    seen = Contact.objects.visible_to(rupa, "customers.view_contact").filter(full_name="Jamal Chowdhury")
    assert bool(queries.candidates_for(rupa, talk)) == seen.exists()


def test_it_is_somebody_else_with_the_same_address(desk):
    client, _rupa, rahima = desk
    talk = unknown("Karim Khatun", "rahima@example.com")
    file(client, talk, how="new")
    assert talk.contact == rahima, "the address proves it, as far as rules go"
    file(client, talk, how="another")
    assert (talk.contact.full_name, talk.details["settled"]["by"]) == ("Karim Khatun", "new")


def test_what_stands_on_the_timeline_goes_to_the_new_contact(desk):
    client, _rupa, rahima = desk
    talk = written_by(rahima)
    entry = Interaction.objects.get(contact=rahima)
    file(client, talk, how="another")
    entry.refresh_from_db()
    assert talk.contact != rahima
    assert (entry.contact, entry.deleted_at) == (talk.contact, None)


def test_with_nobody_it_leaves_the_timeline_and_comes_back(desk):
    client, _rupa, rahima = desk
    talk = written_by(rahima)
    entry = Interaction.objects.get(contact=rahima)
    file(client, talk, how="nobody")
    entry.refresh_from_db()
    assert (talk.contact, "settled" in talk.details, entry.deleted_at is None) == (None, False, False)
    told = file(client, talk, customer=f"contact:{rahima.pk}")
    assert "talk-filed" in json.loads(told.headers["HX-Trigger"])
    entry.refresh_from_db()
    assert (entry.contact, entry.deleted_at) == (rahima, None)


def test_their_clock_in_the_readers_digits(desk):
    client, rupa, rahima = desk
    customers.change_contact(rahima, actor=rupa, time_zone="Asia/Dhaka")
    talk = written_by(rahima)
    rupa.language = "bn"
    rupa.save()
    with time_machine.travel("2026-11-22T02:05:00Z", tick=False):
        page = client.get(reverse("inbox:customer", args=[talk.pk]), headers=HTMX).content.decode()
    assert "৮:০৫" in page


@pytest.mark.parametrize(
    ("rule", "words", "is_certain"),
    [
        (settled("proven"), "vouches", True),
        (settled("address", UNPROVEN), "number is theirs", False),
        (settled("before"), "the last time", True),
        (settled("new", UNPROVEN), "A new contact", True),
    ],
)
def test_the_rule_that_recognised_them_is_told_with_how_sure_it_is(desk, rule, words, is_certain):
    client, _rupa, rahima = desk
    talk = written_by(rahima)
    talk.details = talk.details | rule
    talk.save()
    beside = client.get(reverse("inbox:customer", args=[talk.pk]), headers=HTMX).content.decode()
    assert words in beside
    assert ("It is 50% certain." in beside) is not is_certain


def test_what_a_colleague_says_is_told_as_that(desk):
    client, _rupa, rahima = desk
    talk = unknown()
    file(client, talk, customer=f"contact:{rahima.pk}")
    assert talk.details["settled"]["by"] == "hand"
    beside = client.get(reverse("inbox:customer", args=[talk.pk]), headers=HTMX).content.decode()
    assert "by a colleague" in beside
