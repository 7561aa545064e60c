"""The screens of rules, of the board, and of the days; and rules through the API."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from bandhu.contact_center.models import Queue
from bandhu.service.days import all_days
from bandhu.service.models import RuleRun, Ticket, TicketRule, TicketStatus
from bandhu.service.tests.cast import Worker, make_agent, make_rule, make_ticket, when

pytestmark = pytest.mark.django_db


@pytest.fixture
def rafiq():
    return make_agent(role="administrator")


@pytest.fixture
def client(rafiq):
    client = Client()
    client.force_login(rafiq)
    return client


def page(name: str, *place) -> str:
    return reverse(f"service:{name}", args=place)


def typed(**values):
    given = {"name": "Scales", "trigger": "created", "measure": "", "minutes": "", "filter": "",
             "do": ["priority"], "value": ["urgent"], "text": [""], "within": [""]}  # fmt: skip
    return given | values


def test_a_rule_is_written_tried_and_saved_on_a_screen(client, rafiq):
    make_ticket("The scale is broken", by=rafiq), make_ticket("The bill", by=rafiq)
    tree = json.dumps(when("title", "contains", "scale"))
    answer = client.post(page("rule_new"), typed(filter=tree, **{"try": "yes"}, days="7"))
    shown = answer.content.decode()
    assert answer.status_code == 200 and not TicketRule.objects.exists()
    assert (
        "It would have fitted 1 ticket, of 2" in shown
        and "The scale is broken" in shown
        and "Urgent" in shown
    )
    answer = client.post(page("rule_new"), typed(filter=tree, do=["priority", "", "note"], value=["urgent", "", ""],
                                                 text=["", "", "Look at it"], within=["", "", ""]))  # fmt: skip
    rule = TicketRule.objects.get()
    assert answer.headers["Location"] == page("rule", rule.pk)
    assert [(one["do"], one["value"], one["text"]) for one in rule.steps] == [
        ("priority", "urgent", ""),
        ("note", "", "Look at it"),
    ]
    shown = client.get(page("rule", rule.pk)).content.decode()
    assert "scale" in shown and "Look at it" in shown
    changed = typed(filter=tree, is_active="on", version=rule.version, stops="on")
    assert client.post(page("rule", rule.pk), changed).status_code == 302
    assert (
        client.post(page("rule", rule.pk), changed | {"name": "Mine"}).status_code == 422
    )  # an older version
    rule.refresh_from_db()
    assert (rule.stops, rule.version, rule.name) == (True, 2, "Scales")
    client.post(page("rule_version", rule.pk), {"number": "1"})
    client.post(page("rule_switch", rule.pk), {"on": "0"})
    rule.refresh_from_db()
    assert (len(rule.steps), rule.is_active) == (2, False)
    assert client.post(page("rule_deletion", rule.pk)).status_code == 302 and not TicketRule.objects.exists()


def test_what_is_wrong_with_a_rule_stands_in_its_form_and_nothing_is_lost(client):
    answer = client.post(
        page("rule_new"),
        typed(name="", trigger="waited", minutes="soon", do=["note"], value=[""], text=["  "]),
    )
    shown = answer.content.decode()
    assert answer.status_code == 422 and "such as 1 hr 30 min" in shown and 'value="soon"' in shown
    answer = client.post(page("rule_new"), typed(filter="{broken"))
    assert answer.status_code == 422 and "This filter cannot be understood." in answer.content.decode()
    assert not TicketRule.objects.exists()


def test_conditions_are_added_with_the_filter_of_lists(client):
    """As htmx does it: the dialog's form leads to the part of the rule's page, with the condition in it."""
    words = {
        "page": "rule",
        "into": "rule-conditions",
        "filter": "",
        "field": "priority",
        "op": "in",
        "value": "urgent",
    }
    form = client.get(reverse("platform:condition", args=["ticket"]), words, headers={"HX-Request": "true"})
    assert 'hx-target="#rule-conditions"' in form.content.decode()
    ids = re.findall(r' id="([^"]+)"', form.content.decode())
    assert len(ids) == len(set(ids)), "a label would tick another box"
    moved = client.get(reverse("platform:filtering", args=["ticket"]), words, headers={"HX-Request": "true"})
    assert moved.status_code == 302 and moved.headers["Location"].startswith(page("rule_conditions"))
    part = client.get(moved.headers["Location"], headers={"HX-Request": "true"})
    shown = part.content.decode()
    assert (
        "dialog-close" in part.headers["HX-Trigger"] and "Urgent" in shown and "&quot;priority&quot;" in shown
    )
    evil = client.get(
        reverse("platform:condition", args=["ticket"]),
        words | {"into": '"><script>'},
        headers={"HX-Request": "true"},
    )
    assert "<script>" not in evil.content.decode() and 'hx-target="#"' not in evil.content.decode()
    row = client.get(page("rule_step"), {"do": "queue", "number": "3"}).content.decode()
    assert (
        row.count('name="value"')
        == row.count('name="text"')
        == row.count('name="within"')
        == row.count('name="do"')
        == 1
    )


def test_the_log_leads_to_the_tickets_and_a_broken_rule_is_warned_of(client, rafiq):
    queue = Queue.objects.create(name="For a while")
    rule = make_rule("To the queue", f"queue {queue.pk}", by=rafiq)
    ticket = make_ticket(by=rafiq)
    Worker().work()
    assert page("ticket", ticket.pk) in client.get(page("rule_log", rule.pk)).content.decode()
    assert client.get(page("rule_log", rule.pk), {"after": "nonsense"}).status_code == 404
    Queue.objects.filter(pk=queue.pk).update(is_active=False)
    for name, place in (("rules", ()), ("rule", (rule.pk,))):
        assert "This rule does not work and is skipped" in client.get(page(name, *place)).content.decode()
    client.post(page("rule_order"), {"up": rule.pk})
    history = client.get(page("ticket_history", ticket.pk)).content.decode()
    assert "Rule “To the queue”" in history


def test_days_are_set_on_a_screen(client, rafiq):
    assert "14 days" in client.get(page("setup")).content.decode()
    assert client.post(page("days"), {"reopen_within_days": "-1", "close_after_days": "7"}).status_code == 422
    answer = client.post(page("days"), {"reopen_within_days": "30", "close_after_days": "0"})
    assert answer.url == page("setup")
    assert all_days() == {"reopen_within_days": 30, "close_after_days": 0}
    assert "30 days" in client.get(page("setup")).content.decode()


def test_a_card_is_moved_on_the_board_and_asks_for_what_is_missing(client, rafiq):
    ticket = make_ticket("No sacks", by=rafiq)
    new, open_, solved = (TicketStatus.objects.get(stage=stage) for stage in ("new", "open", "solved"))
    shown = client.get(page("board")).content.decode()
    assert f'id="card-{ticket.pk}"' in shown and f'id="column-{solved.pk}"' in shown
    board = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{page('board')}"}
    moved = client.post(page("moving", ticket.pk), {"stage": open_.pk, "from": new.pk}, headers=board)
    assert moved.status_code == 200 and moved.content.decode().count("board-column") >= 2
    assert "Undo" in moved.headers["HX-Trigger"]
    late = client.post(page("moving", ticket.pk), {"stage": solved.pk, "from": new.pk}, headers=board)
    assert "meanwhile" in json.loads(late.headers["HX-Trigger"])["toast"]["text"]
    asked = client.post(page("moving", ticket.pk), {"stage": solved.pk, "from": open_.pk}, headers=board)
    assert (
        asked.status_code == 422
        and asked.headers["HX-Retarget"] == "#dialog-body"
        and 'name="resolution"' in asked.content.decode()
    )
    done = client.post(
        page("moving", ticket.pk),
        {"stage": solved.pk, "from": open_.pk, "resolution": "Sent."},
        headers=board,
    )
    ticket.refresh_from_db()
    assert done.status_code == 200 and (ticket.stage, ticket.resolution) == ("solved", "Sent.")
    back = re.search(r'"action_url": "([^"]+)"', done.headers["HX-Trigger"])[1]
    assert client.post(back, headers=board).status_code == 200
    assert Ticket.objects.get().stage == "open"
    assert client.get(page("moving", ticket.pk)).status_code == 200
    for number in range(20):
        make_ticket(f"More {number}", by=rafiq)
    shown = client.get(page("board")).content.decode()
    address = re.search(rf'hx-get="({re.escape(page("board_cards", new.pk))}[^"]+)"', shown)[1].replace(
        "&amp;", "&"
    )
    assert client.get(address).content.decode().count('class="board-card"') == 5
    assert client.get(page("board_cards", new.pk), {"after": "x"}).status_code == 404


def test_a_clock_is_drawn_so_that_the_browser_can_count_it_down(client, rafiq):
    ticket = make_ticket(by=rafiq, priority="urgent")
    shown = client.get(page("ticket", ticket.pk)).content.decode()
    clock = ticket.clocks.get(measure="first")
    assert f'data-countdown-due-value="{clock.due_at.isoformat()}"' in shown
    faces = re.findall(r'data-state="(ok|soon|late)"( hidden)?', shown)
    assert len(faces) % 3 == 0 and sum(not hidden for _state, hidden in faces) == len(faces) // 3


def test_rules_through_the_api(client, rafiq):
    body = {"name": "Scales", "trigger": "created", "filter": when("title", "contains", "scale"),
            "steps": [{"do": "priority", "value": "urgent"}]}  # fmt: skip

    def send(method, path, data=None, **headers):
        return client.generic(
            method, f"/api/v1{path}", json.dumps(data or {}), "application/json", headers=headers
        )

    ticket = make_ticket("A scale", by=rafiq)
    tried = send("POST", "/ticket-rules/trial", {"rule": body, "days": 7})
    assert tried.status_code == 200 and [one["ticket_id"] for one in tried.json()["tickets"]] == [
        str(ticket.pk)
    ]
    made = send("POST", "/ticket-rules", body)
    assert made.status_code == 201
    one = f"/ticket-rules/{made.json()['id']}"
    assert send("GET", one).headers["ETag"] == made.headers["ETag"]
    assert (
        send("PUT", one, body | {"name": "Other"}, **{"If-Match": made.headers["ETag"]}).json()["version"]
        == 2
    )
    assert send("PUT", one, body, **{"If-Match": made.headers["ETag"]}).status_code == 412
    assert send("POST", "/ticket-rules", body | {"steps": [{"do": "nonsense"}]}).status_code == 422
    make_ticket("Another scale", by=rafiq)
    Worker().work()
    [run] = send("GET", f"{one}/runs").json()["items"]
    assert run["outcome"] == "done" and RuleRun.objects.count() == 1
    assert send("DELETE", one).status_code == 204
    assert send("GET", "/ticket-rules").json()["items"] == []


@pytest.mark.parametrize("name", ["rules", "rule_new", "rule", "rule_log", "board", "days"])
def test_pages(client, rafiq, count_queries, name):
    rule = make_rule("Scales", "priority urgent", by=rafiq, conditions=when("title", "contains", "scale"))
    for number in range(6):
        make_ticket(f"Scale {number}", by=rafiq)
    Worker().work()
    address = page(name, rule.pk) if name in ("rule", "rule_log") else page(name)
    client.get(address)
    with count_queries(name):
        assert client.get(address).status_code == 200
