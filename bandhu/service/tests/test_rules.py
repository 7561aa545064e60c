"""Rules of tickets: set off by what happens, done completely or not at all, once, and never in a circle."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from bandhu.contact_center.models import Queue
from bandhu.customers.tests.cast import make_contact
from bandhu.identity.tests.cast import grant, make_team, make_user
from bandhu.inbox.actions import save_canned_reply
from bandhu.interactions.actions import take_in_message, write_message
from bandhu.interactions.models import FollowUp, Message
from bandhu.platform.actions.custom_fields import create_field
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.listing import listing_for
from bandhu.platform.models import AuditEntry, EventRecord, Notification
from bandhu.service import actions, queries
from bandhu.service.actions.running_rules import MOST_AN_HOUR, TOO_OFTEN
from bandhu.service.models import RuleRun, RuleVersion, Ticket, TicketNote, TicketStatus
from bandhu.service.rule_times import DEEPEST
from bandhu.service.tests.cast import Worker, make_agent, make_conversation, make_rule, make_ticket, when

pytestmark = pytest.mark.django_db


@pytest.fixture
def rafiq():
    return make_agent(role="administrator")


@pytest.fixture
def worker():
    return Worker()


def status_called(stage: str) -> TicketStatus:
    return TicketStatus.objects.get(stage=stage, is_usual=True)


def test_an_opened_ticket_that_fits_gets_everything_a_rule_says(rafiq, worker):
    rupa, team = make_user("Rupa", role="service"), make_team("Second line")
    queue = Queue.objects.create(name="Second line", team=team)
    rule = make_rule(
        "Broken scales",
        "priority urgent", "impact high", f"queue {queue.pk}", f"person {rupa.pk}", {"do": "add_tags", "text": "scales, VIP"},
        {"do": "note", "text": "Look at the scale first."}, {"do": "follow_up", "text": "Ask again", "minutes": 60},
        f"tell_person {rafiq.pk}", "event",
        by=rafiq, conditions=when("title", "contains", "scale"),
    )  # fmt: skip
    fits, other = make_ticket("The scale is broken", by=rafiq), make_ticket("A question", by=rafiq)
    worker.work()
    fits.refresh_from_db()
    assert (fits.priority, fits.impact, fits.queue_id, fits.owner) == ("urgent", "high", queue.pk, rupa)
    assert sorted(fits.tags.values_list("name", flat=True)) == ["VIP", "scales"]
    note = TicketNote.objects.get(ticket=fits)
    assert (note.text, note.by_rule, note.author) == ("Look at the scale first.", "Broken scales", None)
    assert FollowUp.objects.get().owner == rupa
    assert Notification.objects.filter(user=rafiq, sentence__contains="Rule").count() == 1
    assert EventRecord.objects.get(name="service.ticket_rule_reached").payload["rule"] == "Broken scales"
    run = RuleRun.objects.get()
    assert (run.rule, run.ticket, run.outcome, len(run.did)) == (rule, fits, "done", 9)
    assert [one["do"] for one in run.did] == [one["do"] for one in rule.steps]
    other.refresh_from_db()
    assert (other.priority, other.tags.count()) == ("normal", 0)


def test_the_history_of_a_ticket_says_which_rule_it_was(rafiq, worker):
    make_rule("Urgent at once", "priority urgent", by=rafiq)
    ticket = make_ticket(by=rafiq)
    worker.work()
    entry = AuditEntry.objects.filter(record_id=ticket.pk, changes__has_key="priority").latest("pk")
    assert entry.origin["rule"] == "Urgent at once"
    from bandhu.customers.queries import history_of_record

    lines, _more = history_of_record(rafiq, ticket, "ticket")
    assert "Rule “Urgent at once”" in [line.who for line in lines]


def test_rules_run_in_order_and_one_may_be_the_last(rafiq, worker):
    make_rule("First", "priority high", by=rafiq, stops=True, conditions=when("title", "contains", "sack"))
    second = make_rule("Second", "priority urgent", by=rafiq)
    sacks, bill = make_ticket("No sacks", by=rafiq), make_ticket("The bill", by=rafiq)
    worker.work()
    sacks.refresh_from_db(), bill.refresh_from_db()
    assert (sacks.priority, bill.priority) == ("high", "urgent")
    actions.put_ticket_rules_in_order(
        actor=rafiq, ids=[second.pk, *[one.pk for one in queries.ticket_rules(rafiq)[:1]]]
    )
    assert [one.name for one in queries.ticket_rules(rafiq)] == ["Second", "First"]


def test_a_rule_runs_once_for_an_occasion_however_often_its_job_does(rafiq, worker):
    make_rule("Note it", {"do": "note", "text": "Hello"}, by=rafiq)
    ticket = make_ticket(by=rafiq)
    worker.work()
    record = EventRecord.objects.get(name="service.ticket_opened", payload__ticket_id=str(ticket.pk))
    assert actions.run_rules(record.pk) == 1
    assert TicketNote.objects.count() == RuleRun.objects.count() == 1


def test_two_rules_that_answer_each_other_stop(rafiq, worker):
    """Each sets off the other: on one chain each works once, and nothing goes round."""
    high = when("priority", "in", ["high"])
    urgent = when("priority", "in", ["urgent"])
    make_rule("Up", "priority urgent", by=rafiq, trigger="priority", conditions=high)
    make_rule("Down", "priority high", by=rafiq, trigger="priority", conditions=urgent)
    ticket = make_ticket(by=rafiq)
    actions.change_ticket(ticket, actor=rafiq, priority="high")
    worker.work()
    ticket.refresh_from_db()
    assert ticket.priority == "high"
    assert [run.rule.name for run in RuleRun.objects.order_by("pk")] == ["Up", "Down"]
    actions.change_ticket(ticket, actor=rafiq, priority="urgent")
    worker.work()
    assert RuleRun.objects.count() == 4  # a new chain: people may go on


def test_a_rule_does_not_set_itself_off(rafiq, worker):
    make_rule("Every change", {"do": "add_tags", "text": "seen"}, "impact high", by=rafiq, trigger="changed")
    ticket = make_ticket(by=rafiq)
    actions.change_ticket(ticket, actor=rafiq, urgency="high")
    worker.work()
    runs = list(RuleRun.objects.filter(ticket=ticket))
    assert all(run.outcome in ("done", "nothing") for run in runs)
    chained = EventRecord.objects.filter(name="service.ticket_changed", depth__gt=0)
    assert not RuleRun.objects.filter(occasion__in=[f"event:{one.pk}" for one in chained]).exists()


def test_a_long_chain_ends(rafiq, worker):
    """Ten rules, each of which sets off the next by a tag; the chain is cut."""
    for number in range(10):
        make_rule(
            f"Step {number}", {"do": "note", "text": f"{number}"}, {"do": "add_tags", "text": f"t{number}"}, by=rafiq,
            trigger="changed", conditions=when("title", "contains", "long"), stops=True,
        )  # fmt: skip
    ticket = make_ticket("A long one", by=rafiq)
    actions.change_ticket(ticket, actor=rafiq, urgency="high")
    assert worker.work() < 60
    assert EventRecord.objects.latest("depth").depth <= DEEPEST + 1


def test_a_rule_that_goes_in_circles_through_time_is_skipped_and_said(rafiq, worker):
    make_rule("Busy", {"do": "note", "text": "again"}, by=rafiq, trigger="changed")
    ticket = make_ticket(by=rafiq)
    for number in range(MOST_AN_HOUR + 2):
        actions.change_ticket(ticket, actor=rafiq, title=f"Title {number}")
    worker.work()
    runs = RuleRun.objects.filter(ticket=ticket)
    assert runs.filter(outcome="done").count() == MOST_AN_HOUR
    assert {run.trouble for run in runs.filter(outcome="skipped")} == {TOO_OFTEN}


def test_what_cannot_be_done_is_not_half_done_and_the_next_rule_runs(rafiq, worker):
    """Without a queue nobody can be given a ticket: the note that would come after it is not written either."""
    rupa = make_user("Rupa", role="service")
    make_rule("Give it", f"person {rupa.pk}", {"do": "note", "text": "Yours"}, by=rafiq)
    make_rule("Then", "urgency high", by=rafiq)
    ticket = make_ticket(by=rafiq)
    Queue.objects.update(is_active=False)
    from bandhu.contact_center.models import QueuePlace, WorkItem

    WorkItem.objects.all().delete()
    QueuePlace.objects.all().delete()
    worker.work()
    ticket.refresh_from_db()
    assert (ticket.owner, ticket.urgency, TicketNote.objects.count()) == (None, "high", 0)
    failed = RuleRun.objects.get(outcome="failed")
    assert failed.trouble == "Set up a queue for tickets first." and failed.did == []


def test_a_rule_whose_queue_is_gone_is_skipped_said_and_shown(rafiq, worker):
    queue = Queue.objects.create(name="For a while")
    rule = make_rule("To the queue", f"queue {queue.pk}", "priority urgent", by=rafiq)
    make_rule("Then", "urgency high", by=rafiq)
    queue.delete()
    ticket = make_ticket(by=rafiq)
    worker.work()
    ticket.refresh_from_db()
    assert ticket.urgency == "high" and not ticket.priority_is_set
    run = RuleRun.objects.get(rule=rule)
    assert (run.outcome, run.trouble) == ("skipped", "The queue of a step is no longer there.")
    assert [card.faults for card in queries.rule_cards(rafiq)] == [[run.trouble], []]
    make_ticket("Another", by=rafiq)
    worker.work()
    assert Notification.objects.filter(user=rafiq, sentence__contains="does not work").count() == 1
    with pytest.raises(ValidationError, match="no longer there"):
        actions.use_rule_version(rule, actor=rafiq, number=1) if rule.version > 1 else make_rule(
            "Again", f"queue {queue.pk}", by=rafiq
        )


def test_conditions_that_name_what_is_gone_or_nobody_are_refused_and_skipped(rafiq, worker):
    person = make_user("Rupa", role="service")
    rule = make_rule("Hers", "priority high", by=rafiq, conditions=when("owner", "in", [str(person.pk)]))
    person.is_active = False
    person.save()
    ticket = make_ticket(by=rafiq)
    worker.work()
    ticket.refresh_from_db()
    assert ticket.priority == "normal" and RuleRun.objects.get(rule=rule).outcome == "skipped"
    for broken in (
        when("owner", "in", ["me"]),
        when("no_such", "is", "x"),
        when("owner", "in", [str(person.pk)]),
    ):
        with pytest.raises(ValidationError):
            make_rule("Broken", "priority high", by=rafiq, conditions=broken)


def test_a_rule_asks_for_the_own_fields_of_the_customer_too(rafiq, worker):
    plan = create_field(
        actor=rafiq, kind="contact", type="choice", labels={"en": "Plan"},
        options={"choices": [{"key": "gold", "labels": {"en": "Gold"}}, {"key": "plain", "labels": {"en": "Plain"}}]},
    )  # fmt: skip
    size = create_field(actor=rafiq, kind="contact", type="number", labels={"en": "Mills"})
    rahima = make_contact("Rahima", by=rafiq, custom={plan.key: "gold", size.key: 12})
    anika = make_contact("Anika", by=rafiq, custom={plan.key: "plain", size.key: 3})
    conditions = {
        "all": [
            {"field": f"contact.custom.{plan.key}", "op": "in", "value": ["gold"]},
            {"field": f"contact.custom.{size.key}", "op": "more", "value": 10},
        ]
    }
    rule = make_rule("Gold first", "priority urgent", by=rafiq, conditions=conditions)
    assert queries.fault_words(rule) == []
    made = [
        make_ticket(title, by=rafiq, contact=contact)
        for title, contact in (("A", rahima), ("B", anika), ("C", None))
    ]
    worker.work()
    assert [Ticket.objects.get(pk=one.pk).priority for one in made] == ["urgent", "normal", "normal"]
    found = queries.try_rule(rafiq, rule, days=7)
    assert (found.looked_at, found.matched) == (3, 1)


def test_own_fields_of_customers_out_of_reach_count_as_empty(rafiq):
    plan = create_field(actor=rafiq, kind="contact", type="text", labels={"en": "Plan"})
    rahima = make_contact("Rahima", by=rafiq, custom={plan.key: "gold"})
    make_ticket("A", by=rafiq, contact=rahima)
    alone = make_user("Alone")
    grant(alone, "service.view_ticket")
    asked = {"filter": {"all": [{"field": f"contact.custom.{plan.key}", "op": "is", "value": "gold"}]}}
    with pytest.raises(ValidationError):
        listing_for(alone, "ticket", asked).count()
    grant(alone, "customers.view_contact", "own")
    assert listing_for(alone, "ticket", asked).count()[0] == 0
    assert listing_for(rafiq, "ticket", asked).count()[0] == 1
    empty = {"filter": {"all": [{"field": f"contact.custom.{plan.key}", "op": "empty"}]}}
    assert listing_for(alone, "ticket", empty).count()[0] == 1
    assert listing_for(rafiq, "ticket", empty).count()[0] == 0


def test_the_customer_writes_and_we_answer(rafiq, worker):
    contact = make_contact("Rahima", by=rafiq)
    conversation = make_conversation("No sacks", by=rafiq, contact=contact)
    ticket = actions.make_ticket_of(conversation, actor=rafiq)
    worker.work()
    make_rule("They wrote", {"do": "add_tags", "text": "wrote"}, by=rafiq, trigger="customer")
    make_rule("We answered", {"do": "add_tags", "text": "answered"}, by=rafiq, trigger="agent")
    write_message(conversation, actor=rafiq, text="On their way")
    worker.work()
    assert list(ticket.tags.values_list("name", flat=True)) == ["answered"]
    take_in_message(conversation, text="Thank you")
    worker.work()
    assert sorted(ticket.tags.values_list("name", flat=True)) == ["answered", "wrote"]


def test_a_canned_reply_goes_out_in_the_customers_language_and_counts_as_no_answer(rafiq, worker):
    texts = {"en": "Hello {{contact.full_name}}", "bn": "নমস্কার {{contact.full_name}}"}
    reply = save_canned_reply(actor=rafiq, name="Received", shortcut="got", texts=texts, shared="all")
    make_rule("Say so", f"reply {reply.pk}", by=rafiq)
    contact = make_contact("রহিমা", by=rafiq, language="bn")
    conversation = make_conversation("বস্তা আসেনি", by=rafiq, contact=contact)
    ticket = actions.make_ticket_of(conversation, actor=rafiq)
    worker.work()
    sent = Message.objects.get(conversation=conversation, direction="out")
    assert sent.text == "নমস্কার রহিমা" and sent.details["is_automatic"] is True
    ticket.refresh_from_db()
    assert (ticket.answers, ticket.first_answered_at) == (0, None)
    conversation.refresh_from_db()
    assert conversation.first_answered_at is None and conversation.waiting_since is not None
    alone = make_ticket("By hand", by=rafiq)
    worker.work()
    assert RuleRun.objects.get(ticket=alone).did[0]["why"] == "There is no open conversation to answer in."


def test_solving_by_a_rule_says_what_was_done(rafiq, worker):
    make_rule(
        "Over", f"status {status_called('solved').pk}", by=rafiq, conditions=when("title", "contains", "spam")
    )
    ticket = make_ticket("This is spam", by=rafiq)
    worker.work()
    ticket.refresh_from_db()
    assert (ticket.stage, ticket.resolution) == ("solved", "By the rule “Over”.")


def test_saving_keeps_versions_tells_the_trail_and_refuses_what_somebody_else_changed(rafiq):
    rule = make_rule("One", "priority high", by=rafiq)
    same = {"name": "One", "trigger": "created", "steps": rule.steps}
    actions.set_ticket_rule(rule, actor=rafiq, **same)
    assert rule.version == 1
    saved = actions.set_ticket_rule(rule, actor=rafiq, **(same | {"name": "Two", "stops": True}), version=1)
    assert saved.version == 2
    with pytest.raises(EditConflict):
        actions.set_ticket_rule(rule, actor=rafiq, **same, version=1)
    assert [one.number for one in queries.versions_of(saved)] == [2, 1]
    back = actions.use_rule_version(saved, actor=rafiq, number=1)
    assert (back.name, back.stops, back.version, RuleVersion.objects.count()) == ("One", False, 3, 3)
    entry = AuditEntry.objects.filter(record_kind="ticketrule", verb="changed").earliest("pk")
    assert entry.changes == {"name": ["One", "Two"], "stops": [False, True]}
    actions.delete_ticket_rule(back, actor=rafiq)
    assert not RuleVersion.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"steps": []},
        {"steps": [{"do": "nonsense"}]},
        {"steps": [{"do": "priority", "value": "highest"}]},
        {"steps": [{"do": "note"}]},
        {"steps": [{"do": "add_tags", "text": " , "}]},
        {"steps": [{"do": "queue", "value": "not-an-id"}]},
        {"trigger": "sometime"},
        {"trigger": "waited", "minutes": 0},
        {"trigger": "before", "minutes": 30, "measure": "never"},
        {"name": "\u200b "},
        {"conditions": {"all": "x"}},
    ],
)
def test_what_makes_no_rule_is_refused(rafiq, wrong):
    good = {"name": "Good", "trigger": "created", "steps": [{"do": "priority", "value": "high"}]}
    with pytest.raises(ValidationError):
        actions.set_ticket_rule(None, actor=rafiq, **(good | wrong))
    assert not RuleVersion.objects.exists()


def test_where_there_are_no_rules_nothing_is_queued(rafiq, worker):
    ticket = make_ticket(by=rafiq)
    make_rule("Off", "priority high", by=rafiq, is_active=False)
    actions.change_ticket(ticket, actor=rafiq, title="Other")
    worker.work()
    from procrastinate.contrib.django.models import ProcrastinateJob

    assert not ProcrastinateJob.objects.filter(task_name="service.run_rules").exists()
    assert Ticket.objects.get().title == "Other" and not RuleRun.objects.exists()
