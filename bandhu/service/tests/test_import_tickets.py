"""Tickets of other service desks: whole, on the right people, once, quietly, and taken back. The exports are of our own making."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.db import OperationalError

from bandhu.customers.actions import imports as actions
from bandhu.customers.importing import chunks
from bandhu.customers.importing.kinds import import_kinds
from bandhu.customers.imports.problems import SourceProblem
from bandhu.customers.models import Company, Contact
from bandhu.customers.queries.imports import failed_rows
from bandhu.customers.tests.cast import make_contact
from bandhu.customers.tests.importing import bring_in, finish, set_up, take_back
from bandhu.identity.tests.cast import make_user
from bandhu.interactions.actions import take_in_message
from bandhu.interactions.models import Conversation, Interaction, Message
from bandhu.platform.models import EventRecord
from bandhu.service.actions import change_ticket, close_solved, settle_open_tickets, take_customer_message
from bandhu.service.importing.kind import TICKETS
from bandhu.service.models import Clock, Ticket
from bandhu.service.search_documents import ticket_documents
from bandhu.service.tests.exports import (
    USERS,
    comment,
    freshdesk_account,
    freshdesk_ticket,
    json_lines,
    zendesk_ticket,
    zendesk_zip,
    zipped,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def rupa():
    return make_user("Rupa", role="administrator", time_zone="UTC")


@pytest.fixture
def rafiq():
    return make_user("Rafiq", role="service")


def test_a_ticket_comes_whole(rupa, rafiq):
    run = bring_in(rupa, zendesk_zip(zendesk_ticket()))
    assert (run.kind, run.state, run.created, run.failed) == ("tickets", "done", 1, 0), run.error
    ticket = Ticket.objects.get()
    assert (ticket.title, ticket.contact.full_name, ticket.company.name) == (
        "Two hundred sacks are wet",
        "Ann Lee",
        "Acme Mills",
    )
    assert (ticket.stage, ticket.priority, ticket.type.name, ticket.owner) == (
        "solved",
        "high",
        "Incident",
        rafiq,
    )
    assert (ticket.channel, ticket.came_from, ticket.external_id, ticket.reopened) == (
        "mail",
        "zendesk",
        "101",
        1,
    )
    assert ticket.created_at == datetime(2024, 3, 1, 9, tzinfo=UTC) and ticket.solved_at == datetime(
        2024, 3, 3, 8, tzinfo=UTC
    )
    assert ticket.first_answered_at == datetime(2024, 3, 1, 10, 30, tzinfo=UTC) and ticket.answers == 1
    assert set(ticket.tags.values_list("name", flat=True)) == {"sacks", "wet_goods"}
    assert list(ticket.custom.values()) == ["38"]
    said = list(Message.objects.filter(conversation__ticket_thread__ticket=ticket))
    assert [(one.kind, one.direction, one.author) for one in said] == [
        ("said", "in", None), ("note", "none", rafiq), ("said", "out", rafiq), ("said", "in", None),
    ]  # fmt: skip
    assert [one.at.hour for one in said] == [9, 9, 10, 7]
    assert "slip.pdf" in said[2].text and "https://files.example/slip.pdf" in said[2].text
    assert "<b>leave</b>" in said[2].html and "script" not in said[2].html
    assert "101" in next(iter(ticket_documents([ticket.pk]))).words  # what the search finds it by


def test_nothing_is_set_off(rupa, rafiq):
    make_contact("Ann Lee", by=rupa, mails=[{"address": "ann@example.org"}])
    EventRecord.objects.all().delete()
    bring_in(rupa, zendesk_zip(zendesk_ticket(status="open", metric_set={}), zendesk_ticket(102)))
    told = set(EventRecord.objects.values_list("name", flat=True))
    assert told <= {"records_imported", "import_finished"}, told
    settle_open_tickets()
    assert not Clock.objects.exists()
    assert set(Conversation.objects.values_list("state", flat=True)) == {"closed"}
    assert Message.objects.filter(state="queued").count() == 0


def test_a_clock_runs_for_what_is_asked_here(rupa):
    bring_in(rupa, zendesk_zip(zendesk_ticket(status="open", metric_set={})))
    ticket = Ticket.objects.get()
    take_in_message(ticket.threads.get().conversation, text="And now?")
    said = Message.objects.get(text="And now?")
    take_customer_message(said.conversation_id, said.at)
    assert list(Clock.objects.values_list("measure", flat=True)) == ["next"]


def test_customers_are_found_by_the_rules(rupa):
    ann = make_contact("Ann Lee-Khan", by=rupa, mails=[{"address": "ann@example.org"}])
    bring_in(rupa, zendesk_zip(zendesk_ticket(), zendesk_ticket(102, requester_id=12, organization_id=None)))
    assert Contact.objects.count() == 2 and ann.tickets.count() == 1
    ann.refresh_from_db()
    assert ann.full_name == "Ann Lee-Khan"
    entries = Interaction.objects.filter(contact=ann).values_list("kind", flat=True)
    assert sorted(entries) == ["message", "message", "message", "ticket_opened", "ticket_solved"]


def test_a_second_run_changes_what_differs(rupa, rafiq):
    first = zendesk_ticket(status="open", metric_set={})
    bring_in(rupa, zendesk_zip(first, zendesk_ticket(102)))
    again = bring_in(rupa, zendesk_zip(first, zendesk_ticket(102)))
    assert (again.created, again.updated, again.skipped, again.failed) == (0, 0, 2, 0)
    later = zendesk_ticket(priority="urgent")
    later["comments"] = [*later["comments"], comment(5, 11, "2024-03-04T07:00:00Z", "One more thing.")]
    run = bring_in(rupa, zendesk_zip(later, zendesk_ticket(102)))
    assert (run.created, run.updated, run.skipped) == (0, 1, 1)
    ticket = Ticket.objects.get(external_id="101")
    assert (ticket.priority, ticket.stage) == ("urgent", "solved")
    assert Message.objects.filter(conversation__ticket_thread__ticket=ticket).count() == 5
    take_back(run, rupa)
    ticket.refresh_from_db()
    assert (ticket.priority, ticket.stage, ticket.solved_at) == ("high", "open", None)
    assert Message.objects.filter(conversation__ticket_thread__ticket=ticket).count() == 4


def test_what_somebody_worked_on_here_stays(rupa, rafiq):
    bring_in(rupa, zendesk_zip(zendesk_ticket(status="open", metric_set={})))
    change_ticket(Ticket.objects.get(), actor=rupa, title="Ours now")
    bring_in(rupa, zendesk_zip(zendesk_ticket(priority="low")))
    ticket = Ticket.objects.get()
    assert (ticket.title, ticket.priority) == ("Ours now", "high")


def test_taking_back_leaves_nothing_but_what_was_used(rupa, rafiq):
    run = bring_in(
        rupa, zendesk_zip(zendesk_ticket(), zendesk_ticket(102, requester_id=12, organization_id=None))
    )
    used = Ticket.objects.get(external_id="102")
    take_in_message(used.threads.get().conversation, text="Hello again")
    run = take_back(run, rupa)
    assert Ticket.objects.get() == used and run.kept >= 1
    assert not Contact.objects.filter(full_name="Ann Lee").exists() and not Company.objects.exists()
    assert Conversation.objects.count() == 1
    assert set(Interaction.objects.values_list("contact__full_name", flat=True)) == {used.contact.full_name}


def test_trying_out_writes_nothing_and_counts_right(rupa):
    run = set_up(rupa, zendesk_zip(zendesk_ticket(), zendesk_ticket(102, status="deleted"), "{broken"))
    run = actions.try_import(run, actor=rupa, at_once=True)
    assert (run.preview["rows"], run.preview["created"], run.preview["failed"]) == (3, 1, 2)
    assert not Ticket.objects.exists() and not Contact.objects.exists()


def test_what_cannot_come_is_put_aside_with_the_reason(rupa):
    run = bring_in(
        rupa, zendesk_zip(zendesk_ticket(), zendesk_ticket(102, status="deleted"), '{"id": 103, "subject": ')
    )
    assert (run.created, run.failed) == (1, 2)
    codes = {one["code"] for row in failed_rows(rupa, run, 10) for one in row["problems"]}
    assert codes == {"deleted_elsewhere", "unreadable_record"}


def test_a_killed_worker_loses_nothing_and_does_nothing_twice(rupa, monkeypatch):
    tickets = [zendesk_ticket(number) for number in range(1, 8)]
    monkeypatch.setitem(import_kinds, "tickets", replace(TICKETS, chunk_rows=2))
    run = set_up(rupa, zendesk_zip(*tickets))
    written = chunks.write_reports
    calls = []

    def dies_once(*args, **more):
        calls.append(1)
        if len(calls) == 1:
            raise OperationalError("killed")
        return written(*args, **more)

    monkeypatch.setattr(chunks, "write_reports", dies_once)
    run = actions.start_import(run, actor=rupa)
    with pytest.raises(OperationalError):
        finish(run)
    run = finish(run)
    assert (run.state, run.created) == ("done", 7)
    assert Ticket.objects.count() == Conversation.objects.count() == 7 and Message.objects.count() == 28


def test_the_account_export_of_another_desk(rupa, rafiq):
    run = bring_in(rupa, freshdesk_account(freshdesk_ticket(), freshdesk_ticket(8, spam=True)))
    assert (run.kind, run.created, run.failed) == ("tickets", 1, 1), run.error
    ticket = Ticket.objects.get()
    assert (ticket.stage, ticket.priority, ticket.type.name, ticket.owner) == (
        "closed",
        "urgent",
        "Refund",
        rafiq,
    )
    assert (ticket.came_from, ticket.external_id, ticket.channel, ticket.company.name) == (
        "freshdesk",
        "7",
        "portal",
        "Acme Mills",
    )
    assert ticket.closed_at == datetime(2023, 5, 6, 4, tzinfo=UTC) and ticket.solved_at == datetime(
        2023, 5, 4, 4, tzinfo=UTC
    )
    assert ticket.first_answered_at == datetime(2023, 5, 2, 5, tzinfo=UTC)
    said = Message.objects.filter(conversation__ticket_thread__ticket=ticket)
    assert [(one.direction, one.text) for one in said] == [
        ("in", "It shows nothing."), ("out", "Is it plugged in?"), ("in", "Now it is."), ("none", "Of course."),
    ]  # fmt: skip
    assert list(ticket.custom.values()) == ["S-99"]


def test_pages_of_the_api_are_read_too(rupa):
    page = {"tickets": [zendesk_ticket(comments=[])], "users": USERS, "count": 1, "next_page": None,
            "ticket_events": [{"id": 1, "ticket_id": 101, "created_at": "2024-03-01T09:00:00Z",
                               "child_events": [{"id": 8, "event_type": "Comment", "author_id": 11, "body": "By event", "public": True}]}]}  # fmt: skip
    run = bring_in(rupa, json.dumps(page, indent=1).encode())
    assert run.created == 1, run.error
    assert Message.objects.get().text == "By event"


def test_tables_of_both_are_known_by_their_columns(rupa, rafiq):
    view = (
        "Id,Requester,Requester id,Requester email,Subject,Tags,Status,Priority,Via,Ticket type,Created at,Solved at,Assignee,Reopens,"
        "First reply time in minutes,Shoe size [txt]\n"
        "5,Ann Lee,11,ann@example.org,Wet sacks,wet sacks,Closed,Urgent,Mail,Incident,2024-03-01 09:00,2024-03-02 09:00,rafiq@example.com,2,30,38\n"
    )
    run = bring_in(rupa, view)
    assert (run.kind, run.layout, run.created) == ("tickets", "zendesk_view", 1)
    ticket = Ticket.objects.get()
    assert (ticket.stage, ticket.reopened, ticket.first_answered_at.minute, ticket.owner) == (
        "closed",
        2,
        30,
        rafiq,
    )
    assert ticket.tags.count() == 2 and not Conversation.objects.exists()
    listed = (
        "Ticket ID,Subject,Status,Priority,Source,Type,Agent,Group,Created time,Resolved time,Closed time,Initial response time,"
        "Resolution status,Tags,Full name,Email,Contact ID\n"
        '9,Scale,Waiting on Customer,Medium,Phone,Question,Rafiq,,2024-04-01 09:00,,,2024-04-01 10:00,Within SLA,"a b,c",Ben Roy,ben@example.org,77\n'
    )
    run = bring_in(rupa, listed)
    assert (run.layout, run.created) == ("freshdesk_list", 1)
    ticket = Ticket.objects.get(external_id="9")
    assert (ticket.stage, ticket.channel, ticket.came_from, ticket.tags.count()) == (
        "waiting",
        "phone",
        "freshdesk",
        2,
    )


def test_what_an_enemy_would_send(rupa):
    nasty = zendesk_ticket(
        103, subject="\x00<script>\ud800" + "x" * 2_000, tags=["'; DROP TABLE", 5, None], status={"a": 1}, priority=["high"],
        custom_fields=[{"id": 1, "value": {"deep": []}}, "no object"], requester_id={"$ne": 1}, created_at="2999-01-01", comments="none",
    )  # fmt: skip
    deep = "[" * 5_000 + "]" * 5_000
    run = bring_in(
        rupa, zendesk_zip(nasty, zendesk_ticket(104, description=deep), deep, "17", '"text"', "null")
    )
    assert run.state == "done", run.error
    assert Ticket.objects.filter(external_id="104").exists()
    assert run.created + run.failed == 6


def test_files_that_are_none_say_so(rupa):
    for content, code in (
        (b'{"tickets": [{"id": 1, "requester_id": 2}, {"id"', "broken_json"),
        (zipped(tickets__json=b'[{"requester_id": 1}' + b" " * (90 << 20) + b"]"), "too_much_inside"),
        (zendesk_zip(zendesk_ticket())[:-200], None),
    ):
        with pytest.raises(SourceProblem) as caught:
            actions.upload_import(actor=rupa, file_name="x", blocks=[content], form="zendesk")
        assert code is None or caught.value.code == code


def test_a_row_that_names_nobody_is_a_ticket_all_the_same(rupa):
    run = bring_in(
        rupa,
        json_lines(zendesk_ticket(requester_id=None, organization_id=None, comments=[], description="Lost")),
        form="zendesk",
    )
    assert run.created == 1, run.error
    ticket = Ticket.objects.get()
    assert (ticket.contact, ticket.description) == (None, "Lost")


def test_what_came_solved_closes_later_and_without_a_word(rupa, rafiq):
    bring_in(rupa, zendesk_zip(zendesk_ticket()))
    assert close_solved() == 0
    Ticket.objects.update(imported_at=datetime(2024, 4, 1, tzinfo=UTC))
    EventRecord.objects.all().delete()
    assert close_solved() == 1
    assert Ticket.objects.get().stage == "closed" and not EventRecord.objects.exists()
