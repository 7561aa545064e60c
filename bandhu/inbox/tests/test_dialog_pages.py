"""Dialogs of the inbox opened by their own address: pages in the frame, which work without a dialog around them."""

import pytest
from django.urls import reverse

from bandhu.inbox.actions import save_macro
from bandhu.inbox.tests.cast import make_desk, written_by

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def desk(client):
    rupa, _kamal, rahima = make_desk()
    client.force_login(rupa)
    return client, rupa, written_by(rahima, "Where are my sacks?")


@pytest.mark.parametrize(
    "name", ["filing", "splitting", "templates", "articles", "offered_macros", "choosing"]
)
def test_a_dialog_opened_by_its_address_stands_in_the_frame(desk, name):
    client, _rupa, talk = desk
    is_step = name == "choosing"
    address = reverse(f"inbox:{name}", args=["assign" if is_step else talk.pk])
    given = {"selected": str(talk.pk)} if is_step else {}
    own, part = (client.get(address, given, headers=one).content.decode() for one in ({}, HTMX))
    inside = own.split("<main")[1].split("</main>")[0]
    assert "<html" in own and reverse("inbox:conversation", args=[talk.pk]) in inside
    assert "dialog-title" not in inside and "#dialog-body" not in inside
    assert "<html" not in part and "dialog-title" in part


def test_what_is_done_there_leads_to_the_conversation_and_is_told(desk):
    client, rupa, talk = desk
    page = reverse("inbox:conversation", args=[talk.pk])
    macro = save_macro(actor=rupa, name="Over", steps=[{"kind": "close"}])
    for address, given, words in (
        (reverse("inbox:change"), {"step": "label", "value": "late", "selected": str(talk.pk)}, "Labelled."),
        (
            reverse("inbox:change"),
            {"step": "label", "value": " ", "selected": str(talk.pk)},
            "Write the label.",
        ),
        (reverse("inbox:running", args=[talk.pk, macro.pk]), {}, "“Over” is done."),
        (reverse("inbox:filing", args=[talk.pk]), {"how": "nobody"}, "Filed."),
    ):
        answer = client.post(address, given, follow=True)
        assert answer.redirect_chain == [(page, 302)]
        assert [str(one) for one in answer.context["messages"]] == [words]


def test_what_is_refused_stands_on_the_page(desk):
    client, _rupa, talk = desk
    answer = client.post(reverse("inbox:filing", args=[talk.pk]), {"customer": "contact:nonsense"})
    assert answer.status_code == 422
    assert "<html" in answer.content.decode() and "Choose a contact or a company." in answer.content.decode()
