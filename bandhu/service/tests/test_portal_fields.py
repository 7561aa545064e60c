"""What a kind of request asks of customers, in the portal: shown, checked, kept with the ticket; nothing else of ours."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from bandhu.identity.tests.cast import make_user
from bandhu.platform.actions import create_field
from bandhu.service import actions
from bandhu.service.models import Ticket, TicketType
from bandhu.service.tests.cast import make_agent
from bandhu.service.tests.test_portal import customer

pytestmark = pytest.mark.django_db
NEW = "service:portal_new"


@pytest.fixture
def fields():
    """An order number that must be said, how many, and a cause that is ours alone."""
    admin = make_user("Admin", role="administrator")
    order = create_field(
        actor=admin,
        kind="ticket",
        type="text",
        labels={"en": "Order number", "bn": "অর্ডার নম্বর"},
        is_required=True,
    )
    count = create_field(actor=admin, kind="ticket", type="number", labels={"en": "How many"})
    cause = create_field(actor=admin, kind="ticket", type="text", labels={"en": "Root cause"})
    return order, count, cause


@pytest.fixture
def returned(fields):
    """A kind of request beside the others."""
    order, count, cause = fields
    return actions.set_ticket_type(
        None, actor=make_agent("Setter", role="administrator"), name="Return", fields=[order.key, cause.key],
        portal_fields=[order.key, count.key],
    )  # fmt: skip


@pytest.fixture
def sender():
    return customer("Rahima", make_agent())[0]


def sent(kind, **more):
    return {
        "title": "Torn",
        "text": "Three sacks are torn.",
        "type": str(kind.pk),
        "fields_of": str(kind.pk),
    } | more


def test_what_the_kind_asks_is_shown_and_kept_with_the_ticket(sender, returned, fields):
    order, count, cause = fields
    start = sender.get(reverse(NEW)).content.decode()
    assert "Order number" not in start and "Show what is asked for this kind" in start
    page = sender.post(reverse(NEW), {"title": "Torn", "type": str(returned.pk), "change_type": "1"})
    shown = page.content.decode()
    assert "Order number" in shown and "How many" in shown and "Root cause" not in shown and "Torn" in shown
    assert "a little more to say" not in shown  # it was asked for
    data = sent(
        returned,
        **{f"custom.{order.key}": "S-12", f"custom.{count.key}": "৩", f"custom.{cause.key}": "Theirs"},
    )
    assert sender.post(reverse(NEW), data).status_code == 302
    ticket = Ticket.objects.get()
    assert (ticket.type, ticket.custom[order.key], int(ticket.custom[count.key])) == (returned, "S-12", 3)
    assert cause.key not in ticket.custom


def test_sent_before_it_was_asked_it_is_asked_and_nothing_is_lost(sender, returned):
    data = sent(returned)
    del data["fields_of"]
    page = sender.post(reverse(NEW), data)
    shown = page.content.decode()
    assert page.status_code == 200 and "a little more to say" in shown and "Three sacks are torn." in shown
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(("number", "how_many"), [("", "3"), ("S-12", "many"), ("S-12", "1e400")])
def test_what_is_missing_or_wrong_is_said_beside_it(sender, returned, fields, number, how_many):
    order, count, _cause = fields
    data = sent(returned, **{f"custom.{order.key}": number, f"custom.{count.key}": how_many})
    page = sender.post(reverse(NEW), data)
    assert page.status_code == 422 and "Three sacks are torn." in page.content.decode()
    assert not Ticket.objects.exists()


def test_other_kinds_ask_nothing_more(sender, returned, fields):
    question = TicketType.objects.get(name="Question")
    data = sent(question, **{f"custom.{fields[0].key}": "S-12"})
    assert sender.post(reverse(NEW), data).status_code == 302
    assert Ticket.objects.get().custom == {}


def test_it_is_set_up_on_a_screen_and_by_the_api(returned, fields):
    order, count, _cause = fields
    client = Client()
    client.force_login(make_agent("Boss", role="administrator"))
    address = reverse("service:type", args=[returned.pk])
    assert "Own fields customers fill in" in client.get(address).content.decode()
    client.post(
        address,
        {
            "name": "Return",
            "nature": "request",
            "is_public": "on",
            "is_active": "on",
            "portal_fields": [count.key],
        },
    )
    returned.refresh_from_db()
    assert returned.portal_fields == [count.key]
    api = f"/api/v1/ticket-types/{returned.pk}"
    etag = client.get(api)["ETag"]
    changed = client.put(
        api,
        {"name": "Return", "portal_fields": [order.key]},
        content_type="application/json",
        headers={"if-match": etag},
    )
    assert changed.json()["portal_fields"] == [order.key]
    wrong = client.post(
        "/api/v1/ticket-types", {"name": "Odd", "portal_fields": ["no_such"]}, content_type="application/json"
    )
    assert wrong.status_code == 422 and "portal_fields" in wrong.content.decode()
