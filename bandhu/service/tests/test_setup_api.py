"""What programs set up for tickets, by the actions the screens use."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client

from bandhu.contact_center.tests.cast import make_queue
from bandhu.identity.tests.cast import make_user
from bandhu.platform.actions import create_field
from bandhu.platform.models import AuditEntry
from bandhu.service import actions
from bandhu.service.models import Clock, EscalationStep, ServiceLevel, TicketStatus, TicketType
from bandhu.service.priorities import priority_for
from bandhu.service.tests.cast import make_agent, make_ticket

pytestmark = pytest.mark.django_db
NOBODY = str(uuid4())


@pytest.fixture
def rafiq():
    return make_agent()


@pytest.fixture
def send(rafiq):
    client = Client()
    client.force_login(rafiq)

    def sent(method, address, data=None, **headers):
        return getattr(client, method)(
            f"/api/v1{address}", data, content_type="application/json", headers=headers
        )

    return sent


def test_a_type_with_its_form(send, rafiq):
    field = create_field(
        actor=make_user("Admin", role="administrator"), kind="ticket", type="text", labels={"en": "Batch"}
    )
    queue = make_queue("Returns")
    made = send(
        "post",
        "/ticket-types",
        {"name": "Return", "names": {"bn": "ফেরত"}, "nature": "incident", "fields": [field.key], "queue_id": str(queue.pk)},
    )  # fmt: skip
    assert made.status_code == 201, made.content
    row = TicketType.objects.get(pk=made.json()["id"])
    assert (row.names, row.nature, row.fields, row.queue_id, row.is_public) == (
        {"bn": "ফেরত"}, "incident", [field.key], queue.pk, True,
    )  # fmt: skip
    assert AuditEntry.objects.filter(record_kind="tickettype", record_id=row.pk).exists()
    one = f"/ticket-types/{row.pk}"
    read = send("get", one)
    assert read["ETag"] == made["ETag"]
    changed = send("put", one, {"name": "Returned goods", "is_public": False}, **{"if-match": read["ETag"]})
    assert (changed.json()["name"], changed.json()["fields"]) == ("Returned goods", [])
    assert send("put", one, {"name": "Late"}, **{"if-match": read["ETag"]}).status_code == 412
    for wrong in ({"name": " "}, {"name": "A", "nature": "x"}, {"name": "A", "fields": ["no_such"]}, {"name": "A", "queue_id": NOBODY}, {"name": "A", "more": 1}):  # fmt: skip
        assert send("put", one, wrong).status_code == 422, wrong
    assert TicketType.objects.get(pk=row.pk).name == "Returned goods"
    ticket = make_ticket("Torn", by=rafiq)
    actions.change_ticket(ticket, actor=rafiq, type=row.pk)
    assert send("delete", one).status_code == 422
    actions.change_ticket(ticket, actor=rafiq, type=TicketType.objects.exclude(pk=row.pk).first().pk)
    assert send("delete", one).status_code == 204
    assert send("get", one).status_code == 404


def test_a_status_of_ones_own(send, rafiq):
    made = send("post", "/ticket-statuses", {"name": "At the port", "stage": "hold", "pauses": True})
    assert made.status_code == 201 and made.json()["is_usual"] is False
    one = f"/ticket-statuses/{made.json()['id']}"
    ticket = make_ticket("Late ship", by=rafiq)
    actions.move_ticket(ticket, actor=rafiq, status=made.json()["id"])
    refused = send("put", one, {"name": "At the port", "stage": "open"})
    assert refused.status_code == 422 and "stage" in refused.json()["errors"]
    assert send("delete", one).status_code == 422
    assert (
        send("put", one, {"name": "At the harbour", "stage": "hold", "is_usual": True}).json()["pauses"]
        is False
    )
    assert TicketStatus.objects.get(stage="hold", is_usual=True).name == "At the harbour"
    solved = TicketStatus.objects.get(stage="solved")
    unused = send(
        "put", f"/ticket-statuses/{solved.pk}", {"name": "Solved", "stage": "solved", "is_active": False}
    )
    assert unused.status_code == 422
    assert send("post", "/ticket-statuses", {"name": "X", "stage": "finished"}).status_code == 422
    assert "At the harbour" in [row["name"] for row in send("get", "/ticket-statuses").json()["items"]]


def test_a_service_level_counts_at_once(send, rafiq):
    queue = make_queue("Hurry")
    level = {
        "name": "Urgent things",
        "filter": {"all": [{"field": "priority", "op": "in", "value": ["urgent"]}]},
        "targets": {"urgent": {"first": 10, "resolution": 120}},
        "steps": [
            {"percent": 50, "what": "notify_user", "measure": "first", "user_id": str(rafiq.pk)},
            {"percent": 90, "what": "queue", "queue_id": str(queue.pk)},
        ],
    }
    made = send("post", "/service-levels", level)
    assert made.status_code == 201, made.content
    shown = made.json()
    assert [(one["percent"], one["what"], one["measure"]) for one in shown["steps"]] == [
        (50, "notify_user", "first"), (90, "queue", ""),
    ]  # fmt: skip
    former = ServiceLevel.objects.exclude(pk=shown["id"]).get()
    order = send("put", "/service-levels/order", {"ids": [shown["id"], str(former.pk)]}).json()["items"]
    assert [one["id"] for one in order] == [shown["id"], str(former.pk)]
    ticket = make_ticket("Fire", by=rafiq, priority="urgent")
    clock = Clock.objects.get(ticket=ticket, measure="first")
    assert (str(clock.level_id), clock.target_minutes) == (shown["id"], 10)
    one = f"/service-levels/{shown['id']}"
    kept = EscalationStep.objects.get(level=shown["id"], percent=50).pk
    read = send("get", one)
    changed = send("put", one, level | {"steps": level["steps"][:1]}, **{"if-match": read["ETag"]})
    assert [step["percent"] for step in changed.json()["steps"]] == [50]
    assert EscalationStep.objects.get(level=shown["id"]).pk == kept
    assert send("put", one, level, **{"if-match": read["ETag"]}).status_code == 412
    for wrong in (
        {"targets": {}},
        {"targets": {"urgent": {"first": 0}}},
        {"targets": {"urgent": {"third": 10}}},
        {"targets": {"urgent": {"first": 10**9}}},
        {"filter": {"all": [{"field": "nothing", "op": "is", "value": 1}]}},
        {"calendar_id": NOBODY},
        {"steps": [{"percent": 0, "what": "raise"}]},
        {"steps": [{"percent": 50, "what": "notify_user"}]},
        {"steps": [{"percent": 50, "what": "queue", "queue_id": NOBODY}]},
        {"steps": [{"percent": 50, "what": "raise"}] * 13},
    ):
        assert send("put", one, level | wrong).status_code == 422, wrong
    assert send("get", one).json() == changed.json()
    assert send("delete", one).status_code == 204
    assert send("get", one).status_code == 404


def test_the_matrix_of_priorities(send, rafiq):
    read = send("get", "/ticket-priorities")
    matrix = read.json()["matrix"]
    assert matrix["high"]["high"] == "urgent"
    matrix["low"]["low"] = "high"
    assert (
        send("put", "/ticket-priorities", {"matrix": matrix}, **{"if-match": read["ETag"]}).status_code == 200
    )
    assert priority_for("low", "low") == "high"
    assert make_ticket("Small", by=rafiq, impact="low", urgency="low").priority == "high"
    again = send("put", "/ticket-priorities", {"matrix": matrix}, **{"if-match": read["ETag"]})
    assert again.status_code == 412
    del matrix["low"]["low"]
    for wrong in (
        matrix,
        {},
        {"low": {"low": "soon"}},
        matrix | {"low": {"low": "high", "medium": "low", "huge": "low"}},
    ):
        assert send("put", "/ticket-priorities", {"matrix": wrong}).status_code == 422, wrong
    assert priority_for("low", "low") == "high"
