"""Messages of somebody else are split off and put back, by the API."""

import pytest

from bandhu.customers import actions as customers
from bandhu.identity.ready_made import system_user
from bandhu.identity.tests.api import caller
from bandhu.inbox.tests.cast import make_desk, written_by
from bandhu.interactions import actions as interactions
from bandhu.interactions.models import Conversation, Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    """Rupa's API, a conversation of Rahima's with a second message, and its id."""
    rupa, _kamal, rahima = make_desk()
    talk = written_by(rahima, "Where is my invoice?")
    interactions.take_in_message(talk, text="My sister asks for hers too.")
    talk.refresh_from_db()
    return caller(rupa), rupa, talk


def test_a_message_is_split_off_for_somebody_else_and_put_back(desk):
    ask, rupa, talk = desk
    sister = customers.create_contact(actor=system_user(), full_name="Salma Khatun", team=rupa.team)
    first, second = Message.objects.filter(conversation=talk, kind="said").order_by("pk")
    path = f"/conversations/{talk.pk}/splitting"
    status, apart, _tag = ask(
        "POST",
        path,
        {"messages": [str(second.pk)], "contact_id": str(sister.pk)},
        **{"If-Match": f'"v{talk.version}"'},
    )
    assert (status, apart["contact_id"], apart["message_count"]) == (201, str(sister.pk), 1)
    assert [one["id"] for one in ask("GET", f"/conversations/{apart['id']}/messages")[1]["items"]] == [
        str(second.pk)
    ]
    assert ask("POST", path, {"messages": [str(first.pk)]}, **{"If-Match": f'"v{talk.version}"'})[0] == 412
    status, whole, _tag = ask("POST", f"/conversations/{apart['id']}/joining")
    assert (status, whole["id"], whole["message_count"]) == (200, str(talk.pk), 2)
    assert ask("GET", f"/conversations/{apart['id']}")[0] == 404


def test_what_is_not_there_everything_and_nothing_are_refused(desk):
    ask, _rupa, talk = desk
    path, before = f"/conversations/{talk.pk}/splitting", Conversation.objects.count()
    every = [str(pk) for pk in Message.objects.filter(conversation=talk).values_list("pk", flat=True)]
    other = Message.objects.get(conversation=written_by(talk.contact, "Another matter"))
    assert ask("POST", path, {"messages": [every[0], str(other.pk)]})[1]["errors"].keys() == {"messages"}
    both = {"messages": every[:1], "contact_id": str(talk.contact_id), "company_id": str(talk.contact_id)}
    for sent in ({"messages": []}, {"messages": every}, both):
        assert ask("POST", path, sent)[0] == 422
    assert ask("POST", f"/conversations/{talk.pk}/joining")[0] == 422
    assert Conversation.objects.count() == before + 1
