"""Steps of a macro for the ticket of a conversation: its status, priority and type; all of a macro or nothing of it."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from bandhu.identity.results import Denied, OutOfReach
from bandhu.identity.tests.cast import make_user
from bandhu.inbox.actions import run_steps, save_macro, undo_steps
from bandhu.inbox.models import Macro
from bandhu.interactions.models import Message
from bandhu.service import actions
from bandhu.service.models import TicketStatus, TicketType
from bandhu.service.tests.cast import make_agent, make_conversation

pytestmark = pytest.mark.django_db
NO_TICKET = "no open ticket"


@pytest.fixture
def rafiq():
    return make_agent()


@pytest.fixture
def talk(rafiq):
    return make_conversation("Where are the sacks?", by=rafiq)


def waiting():
    return TicketStatus.objects.filter(stage="waiting").first()


def steps_for(status, kind):
    """The ticket's own stand first: they are done after the reply all the same."""
    return [
        {"kind": "ticket_priority", "value": "urgent"},
        {"kind": "ticket_status", "value": str(status.pk)},
        {"kind": "ticket_type", "value": str(kind.pk)},
        {"kind": "reply", "value": "On its way."},
    ]


def test_the_ticket_and_the_conversation_are_changed_together_and_put_back(rafiq, talk):
    ticket = actions.make_ticket_of(talk, actor=rafiq)
    before = (ticket.status, ticket.priority, ticket.priority_is_set, ticket.type)
    kind = actions.set_ticket_type(None, actor=rafiq, name="Complaint", nature="request")
    done = run_steps([talk], actor=rafiq, steps=steps_for(waiting(), kind))
    ticket.refresh_from_db()
    assert (ticket.status, ticket.priority, ticket.type) == (waiting(), "urgent", kind)
    assert Message.objects.get(direction="out").text == "On its way."
    undo_steps(done.notes, actor=rafiq)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.priority, ticket.priority_is_set, ticket.type) == before
    assert (
        run_steps([talk], actor=rafiq, steps=[{"kind": "ticket_type", "value": str(ticket.type_id)}]).notes
        == []
    )


def test_what_was_changed_again_meanwhile_is_not_put_back(rafiq, talk):
    ticket = actions.make_ticket_of(talk, actor=rafiq)
    done = run_steps([talk], actor=rafiq, steps=[{"kind": "ticket_priority", "value": "urgent"}])
    actions.change_ticket(ticket, actor=rafiq, priority="low")
    undo_steps(done.notes, actor=rafiq)
    ticket.refresh_from_db()
    assert ticket.priority == "low"


def test_without_a_ticket_nothing_is_done_and_it_is_said(rafiq, talk):
    steps = steps_for(waiting(), TicketType.objects.first())
    with pytest.raises(ValidationError, match=NO_TICKET):
        run_steps([talk], actor=rafiq, steps=steps)
    assert not Message.objects.filter(direction="out").exists()
    run_steps([talk], actor=rafiq, steps=[{"kind": "ticket"}, *steps])
    assert talk.ticket_thread.ticket.priority == "urgent"


def test_a_status_follows_its_own_rules(rafiq, talk):
    ticket = actions.make_ticket_of(talk, actor=rafiq)
    solved = TicketStatus.objects.filter(stage="solved").first()
    steps = [{"kind": "reply", "value": "Done."}, {"kind": "ticket_status", "value": str(solved.pk)}]
    with pytest.raises(ValidationError, match="Say what was done"):
        run_steps([talk], actor=rafiq, steps=steps)
    assert not Message.objects.filter(direction="out").exists()
    actions.solve_ticket(ticket, actor=rafiq, resolution="Sent again.")
    with pytest.raises(ValidationError, match=NO_TICKET):
        run_steps([talk], actor=rafiq, steps=[{"kind": "ticket_status", "value": str(waiting().pk)}])


def test_who_may_not_change_the_ticket_changes_nothing(rafiq, talk):
    ticket = actions.make_ticket_of(talk, actor=rafiq)
    reader = make_user("Reader", role="read_only")
    with pytest.raises((ValidationError, Denied, OutOfReach)):
        run_steps([talk], actor=reader, steps=[{"kind": "ticket_priority", "value": "urgent"}])
    ticket.refresh_from_db()
    assert ticket.priority != "urgent"


@pytest.mark.parametrize(
    "step",
    [
        {"kind": "ticket_status", "value": "nonsense"},
        {"kind": "ticket_status", "value": "0190a0a0-0000-7000-8000-000000000000"},
        {"kind": "ticket_priority", "value": "highest"},
        {"kind": "ticket_type", "value": ["a", "b"]},
        {"kind": "ticket_type", "value": ""},
    ],
)
def test_a_step_that_means_nothing_is_not_kept(rafiq, step):
    with pytest.raises(ValidationError):
        save_macro(actor=rafiq, name="Wrong", steps=[step])
    assert not Macro.objects.exists()


def test_it_is_written_on_the_page_and_run_from_it(client, rafiq, talk):
    client.force_login(rafiq)
    ticket = actions.make_ticket_of(talk, actor=rafiq)
    sent = {
        "name": "Urgent",
        "shared": "own",
        "step": ["ticket_priority"],
        "value_ticket_priority": ["urgent"],
    }
    assert client.post(reverse("inbox:macro_new"), sent).status_code == 302
    macro = Macro.objects.get()
    assert macro.steps == [{"kind": "ticket_priority", "value": "urgent"}]
    assert (
        '<option value="urgent" selected>'
        in client.get(reverse("inbox:macro", args=[macro.pk])).content.decode()
    )
    offered = client.get(reverse("inbox:offered_macros", args=[talk.pk])).content.decode()
    assert "Set the priority of the ticket" in offered and "Urgent" in offered
    client.post(reverse("inbox:running", args=[talk.pk, macro.pk]))
    ticket.refresh_from_db()
    assert ticket.priority == "urgent"


def test_by_the_api(client, rafiq, talk):
    client.force_login(rafiq)
    body = {"name": "Low", "steps": [{"kind": "ticket_priority", "value": "low"}]}
    made = client.post("/api/v1/macros", json.dumps(body), content_type="application/json").json()
    run = f"/api/v1/conversations/{talk.pk}/macros/{made['id']}"
    refused = client.post(run)
    assert refused.status_code == 422 and NO_TICKET in refused.content.decode()
    ticket = actions.make_ticket_of(talk, actor=rafiq)
    assert client.post(run).status_code == 200
    ticket.refresh_from_db()
    assert ticket.priority == "low"
