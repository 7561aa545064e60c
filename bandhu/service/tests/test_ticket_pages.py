"""The pages of tickets: opened, worked on, merged on a screen; set up by an administrator."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from bandhu.customers.tests.cast import make_contact
from bandhu.interactions.models import Message
from bandhu.service import actions
from bandhu.service.forms.setup import time_text, time_typed
from bandhu.service.models import ServiceLevel, Ticket, TicketStatus, TicketType
from bandhu.service.priorities import priority_for
from bandhu.service.tests.cast import make_agent, make_conversation, make_ticket
from bandhu.ui.spans import read_span, span_text

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def rafiq():
    return make_agent()


@pytest.fixture
def client(rafiq):
    client = Client()
    client.force_login(rafiq)
    return client


def page(name: str, *place) -> str:
    return reverse(f"service:{name}", args=place)


def test_opened_changed_and_solved_on_a_screen(client, rafiq):
    answer = client.post(
        page("ticket_new"), {"title": "No sacks", "full_name": "Rahima", "impact": "high", "tags": "rice"}
    )
    ticket = Ticket.objects.get()
    assert answer.headers["Location"] == page("ticket", ticket.pk)
    assert (ticket.contact.full_name, ticket.impact, ticket.tags.get().name) == ("Rahima", "high", "rice")
    assert client.post(page("ticket_new"), {"title": ""}).status_code == 422
    data = {
        "title": "No sacks at all",
        "version": ticket.version,
        "contact": ticket.contact_id,
        "priority": "urgent",
    }
    assert client.post(page("ticket_edit", ticket.pk), data).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.title, ticket.priority) == ("No sacks at all", "urgent")
    assert client.post(page("ticket_solution", ticket.pk), {"resolution": ""}).status_code == 422
    assert client.post(page("ticket_solution", ticket.pk), {"resolution": "Sent."}).status_code == 302
    shown = client.get(page("ticket", ticket.pk)).content.decode()
    assert "Sent." in shown and "Solved" in shown
    assert client.post(page("ticket_reopening", ticket.pk)).status_code == 302
    assert client.post(page("ticket_assignment", ticket.pk), {"mine": "1"}).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.stage, ticket.owner) == ("open", rafiq)


def test_a_conversation_answered_split_and_merged_on_a_screen(client, rafiq):
    contact = make_contact("Rahima", by=rafiq)
    conversation = make_conversation("No sacks", "And the bill", by=rafiq, contact=contact)
    client.post(page("conversation_ticket", conversation.pk))
    ticket = Ticket.objects.get()
    assert client.post(page("conversation_ticket", conversation.pk)).headers["Location"] == page(
        "ticket", ticket.pk
    )
    client.post(page("ticket_answers", ticket.pk), {"conversation": conversation.pk, "text": "On their way"})
    assert Message.objects.filter(text="On their way", author=rafiq).exists()
    client.post(page("ticket_notes", ticket.pk), {"text": "Ask the driver"})
    second = Message.objects.get(text="And the bill")
    split = page("ticket_split", ticket.pk, conversation.pk)
    assert client.post(split, {"title": "", "messages": [second.pk]}).status_code == 422
    assert client.post(split, {"title": "The bill", "messages": [second.pk]}).status_code == 302
    new = Ticket.objects.get(title="The bill")
    assert client.post(page("ticket_merge", new.pk), {"into": ticket.pk}).status_code == 302
    shown = client.get(page("ticket", ticket.pk)).content.decode()
    assert "And the bill" in shown and "Ask the driver" in shown and new.code in shown
    assert "Undo the merge" in client.get(page("ticket", new.pk)).content.decode()
    client.post(page("ticket_merge_undoing", new.pk))
    new.refresh_from_db()
    assert new.merged_into is None
    client.post(page("ticket_links", new.pk), {"kind": "related", "other": ticket.pk})
    link = new.links_out.get()
    client.post(page("ticket_link_removal", ticket.pk, link.pk))
    assert not new.links_out.exists()


def test_merging_two_customers_is_asked_once_more_in_words(client, rafiq):
    kept = make_ticket("No sacks", by=rafiq, contact=make_contact("Rahima", by=rafiq))
    gone = make_ticket("Wrong bill", by=rafiq, contact=make_contact("Nazrul", by=rafiq))
    offered = client.get(page("ticket_choices") + f"?q={kept.code}").content.decode()
    assert 'detail="Rahima"' in offered or ">Rahima<" in offered
    merging = page("ticket_merge", gone.pk)
    dialog = client.get(merging).content.decode()
    assert re.search(r"<button[^>]*>Merge</button>", dialog) and 'type="checkbox"' not in dialog
    asked = client.post(merging, {"into": kept.pk, "of_another": ""})
    words = asked.content.decode()
    assert asked.status_code == 422 and 'type="checkbox"' in words and str(kept) in words
    assert f"{kept.code} is of Rahima, {gone.code} of Nazrul." in words
    gone.refresh_from_db()
    assert gone.merged_into is None
    assert client.post(merging, {"into": kept.pk, "of_another": "on"}).status_code == 302
    gone.refresh_from_db()
    assert gone.merged_into == kept


def test_buttons_of_dialogs_say_what_they_do(client, rafiq):
    ticket = make_ticket("No sacks", by=rafiq)
    for name, words in (
        ("ticket_solution", "Solve"),
        ("ticket_links", "Link"),
        ("ticket_assignment", "Give"),
    ):
        assert re.search(
            rf"<button[^>]*>{words}</button>", client.get(page(name, ticket.pk)).content.decode()
        )


def test_what_a_customer_wrote_is_shown_as_written(client, rafiq):
    contact = make_contact("Rahima", by=rafiq)
    conversation = make_conversation("<script>alert(1)</script>", by=rafiq, contact=contact)
    ticket = actions.make_ticket_of(conversation, actor=rafiq)
    shown = client.get(page("ticket", ticket.pk)).content.decode()
    assert "<script>alert(1)" not in shown and "&lt;script&gt;alert(1)" in shown


def test_a_dialog_opened_by_its_address_stands_in_the_frame(client, rafiq):
    places = (page("type_new"), page("ticket_solution", make_ticket(by=rafiq).pk))
    for place in places:
        own, part = (client.get(place, headers=one).content.decode() for one in ({}, HTMX))
        assert "<html" in own and 'hx-target="#dialog-body"' not in own.split("<main")[1].split("</main>")[0]
        assert "<html" not in part and 'hx-target="#dialog-body"' in part


def test_setting_up(client, rafiq):
    by_dialog = client.post(page("type_new"), {"name": "Return", "nature": "request"}, headers=HTMX)
    assert by_dialog.status_code == 204 and by_dialog["HX-Refresh"] == "true"
    by_page = client.post(page("status_new"), {"name": "At the mill", "stage": "hold", "pauses": "on"})
    assert by_page.url == page("setup")
    assert TicketType.objects.filter(name="Return").exists()
    assert TicketStatus.objects.get(name="At the mill").pauses
    pairs = {
        f"{one}-{other}": "low" for one in ("low", "medium", "high") for other in ("low", "medium", "high")
    }
    assert client.post(page("matrix"), pairs | {"high-high": "normal"}).status_code == 302
    assert (priority_for("high", "high"), priority_for("medium", "high")) == ("normal", "low")
    level = {"name": "Gold", "view": "", "urgent-first": "30m", "step0_percent": "80", "step0_what": "raise"}
    assert client.post(page("level_new"), level).status_code == 302
    gold = ServiceLevel.objects.get(name="Gold")
    assert (gold.targets, gold.steps.get().percent) == ({"urgent": {"first": 30}}, 80)
    assert (
        client.post(
            page("level", gold.pk), level | {"view": "keep", "urgent-first": "soon", "is_active": "on"}
        ).status_code
        == 422
    )
    assert (
        client.post(page("level", gold.pk), {"name": "Gold", "view": "keep", "is_active": "on"}).status_code
        == 422
    )
    client.post(page("level_order"), {"up": gold.pk})
    assert ServiceLevel.objects.order_by("position").first() == gold
    client.post(page("level_deletion", gold.pk))
    assert not ServiceLevel.objects.filter(pk=gold.pk).exists()


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("4h 30m", 270), ("4h", 240), ("৩০", 30), ("2 hours 5 minutes", 125), ("", None), ("0", None)],
)
def test_times_are_typed_as_people_do(text, minutes):
    assert time_typed(text) == minutes
    assert time_typed(time_text(minutes)) == minutes


def test_a_note_keeps_its_formats_and_nothing_dangerous(rafiq, client):
    ticket = make_ticket(by=rafiq)
    html = (
        "<p>Ask the <b>driver</b></p><ul><li>Again</li></ul><script>alert(1)</script><p onclick=x>Then go</p>"
    )
    client.post(page("ticket_notes", ticket.pk), {"text": "ignored", "html": html})
    note = ticket.notes.get()
    assert "driver" in note.text and "<" not in note.text
    assert "<b>driver</b>" in note.html and "script" not in note.html and "onclick" not in note.html
    client.post(page("ticket_notes", ticket.pk), {"text": "Two\nlines https://mills.example/a"})
    shown = client.get(page("ticket", ticket.pk)).content.decode()
    assert "<b>driver</b>" in shown and "Two<br>lines" in shown and 'href="https://mills.example/a"' in shown
    client.post(page("ticket_notes", ticket.pk), {"html": "<p> </p>"})
    assert ticket.notes.count() == 2


@pytest.mark.parametrize("language", ["en", "bn", "ta"])
def test_times_are_read_as_they_are_shown_in_every_language(language):
    with override(language):
        for seconds in (0, 45, 60, 600, 5_400, 7_260, 86_400, 266_461):
            shown = span_text(seconds)
            assert "duration" not in shown
            assert read_span(shown) == seconds, shown
        assert time_typed(time_text(270)) == 270


def test_a_length_of_time_that_cannot_be_read_says_how_one_is_written():
    for wrong in ("soon", "5 parsecs", "-3 min", "1.5.2", "min"):
        with pytest.raises(ValidationError) as problem:
            read_span(wrong)
        assert "1 hr 30 min" in problem.value.messages[0]
    with pytest.raises(ValidationError):
        time_typed("2 days")
    assert read_span("90", bare="second") == 90


def test_pages(client, rafiq, count_queries):
    rahima = make_contact("Rahima", by=rafiq)
    for number in range(3):
        ticket = make_ticket(f"Sack {number}", by=rafiq, contact=rahima)
    conversation = make_conversation("No sacks", by=rafiq, contact=rahima)
    actions.add_conversation(ticket, actor=rafiq, conversation=conversation)
    pages = (
        ("tickets", []), ("ticket", [ticket.pk]), ("contact_tickets", [rahima.pk]), ("ticket_new", []), ("setup", []),
        ("ticket_history", [ticket.pk]), ("bin", []), ("level_new", []), ("matrix", []),
    )  # fmt: skip
    for name, place in pages:
        client.get(page(name, *place))
        with count_queries(name):
            assert client.get(page(name, *place)).status_code == 200
    assert ticket.code in client.get(page("tickets")).content.decode()
    assert ticket.title in client.get(page("ticket_choices") + f"?q={ticket.code}").content.decode()


def test_the_two_ends_of_a_span_have_a_label_each(client):
    address = reverse("platform:condition", args=["ticket"])
    shown = client.get(address, {"field": "answers", "op": "between"}).content.decode()
    ids = re.findall(r'\bid="([^"]+)"', shown)
    assert len(ids) == len(set(ids))
    ends = [one for one in ids if one.endswith(("_from", "_to"))]
    assert len(ends) == 2 and all(f'for="{end}"' in shown for end in ends)
