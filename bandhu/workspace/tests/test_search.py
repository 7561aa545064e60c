"""One box over people, companies and what was said: its page, the palette and the API."""

import pytest
from django.test import Client
from django.urls import reverse

from bandhu.customers import actions as customers
from bandhu.customers.tests.cast import make_agent, make_contact
from bandhu.identity.tests.cast import make_team
from bandhu.interactions import actions

pytestmark = pytest.mark.django_db


@pytest.fixture
def rupa():
    return make_agent("Rupa", team=make_team("Dhaka"))


@pytest.fixture
def client(rupa):
    client = Client()
    client.force_login(rupa)
    return client


@pytest.fixture
def rahima(rupa):
    return make_contact("রহিমা খাতুন", by=rupa)


def said(client, q, **more):
    items = client.get("/api/v1/search", {"q": q, **more}).json()["items"]
    return [(hit["title"], hit["detail"]) for hit in items if hit["kind"] == "interaction"]


def test_a_word_that_was_said_leads_to_where_it_was_said(client, rupa, rahima):
    talk = actions.log_interaction(rahima, actor=rupa, kind="call", body="She asked for darjeeling again")
    [hit] = client.get("/api/v1/search", {"q": "darjeel"}).json()["items"]
    assert (hit["kind"], hit["id"], hit["title"]) == ("interaction", str(talk.pk), "রহিমা খাতুন")
    assert "darjeeling" in hit["detail"]
    for page in ("workspace:search", "workspace:palette"):
        assert "darjeeling" in client.get(reverse(page), {"q": "darjeel"}).content.decode()
    answer = client.get(hit["url"])
    assert answer.url == f"{reverse('customers:contact', args=[rahima.pk])}#entry-{talk.pk}"


def test_short_words_of_other_scripts_are_found_and_one_letter_finds_nothing(client, rupa, rahima):
    actions.log_interaction(rahima, actor=rupa, kind="note", body="চা চাই")
    assert len(said(client, "চা")) == 1
    assert said(client, "চ") == []


def test_people_come_first_and_never_push_out_what_was_said(client, rupa, rahima):
    for place in range(12):
        make_contact(f"Orchid {place}", by=rupa)
    actions.log_interaction(rahima, actor=rupa, kind="note", body="sent an orchid")
    items = client.get("/api/v1/search", {"q": "orchid", "limit": 8}).json()["items"]
    assert [hit["kind"] for hit in items] == ["contact"] * 7 + ["interaction"]
    assert [hit["kind"] for hit in client.get("/api/v1/search", {"q": "orchid", "kind": "interaction"}).json()["items"]] == ["interaction"]  # fmt: skip


def test_what_is_out_of_reach_removed_or_of_someone_in_the_bin_is_not_found(client, rupa, rahima):
    stranger = make_agent("Stranger", team=make_team("Khulna"))
    actions.log_interaction(
        make_contact("Theirs", by=stranger), actor=stranger, kind="note", body="darjeeling"
    )
    removed = actions.log_interaction(rahima, actor=rupa, kind="note", body="darjeeling")
    manager = make_agent("Manager", team=rupa.team, role="administrator")
    actions.remove_interaction(removed, actor=manager)
    assert said(client, "darjeeling") == []
    actions.log_interaction(rahima, actor=rupa, kind="note", body="darjeeling")
    assert len(said(client, "darjeeling")) == 1
    customers.delete_contact(rahima, actor=manager)
    assert said(client, "darjeeling") == []


def test_senseless_questions_are_answered_with_nothing(client):
    for q in ("''''", "&|!:*", "\\", "<script>", "a" * 200):
        assert said(client, q) == []
    assert client.get("/api/v1/search").status_code == 422
