"""Trying a rule out on past tickets: as they were then, every change refused by the database itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import InternalError, connection
from django.utils import timezone

from bandhu.contact_center.models import Queue
from bandhu.customers.tests.cast import make_contact
from bandhu.identity.results import Denied
from bandhu.identity.tests.cast import make_user
from bandhu.interactions.actions import take_in_message
from bandhu.platform.actions import create_field
from bandhu.platform.reading_only import reading_only
from bandhu.service import actions, queries
from bandhu.service.models import RuleRun, Ticket, TicketRule, TicketStatus, TicketType
from bandhu.service.tests.cast import dhaka, make_agent, make_conversation, make_ticket, when

pytestmark = pytest.mark.django_db


@pytest.fixture
def rafiq():
    return make_agent(role="administrator")


def drafted(*steps, trigger="created", **values) -> TicketRule:
    written = [{"do": do, "value": value} for do, value in (one.split(" ", 1) for one in steps)]
    return actions.draft_rule(TicketRule(), name="Tried", trigger=trigger, steps=written, **values)


def every_row() -> dict[str, str]:
    """What stands in every table, as one hash each."""
    names = set(connection.introspection.table_names())
    tables = sorted({model._meta.db_table for model in apps.get_models(include_auto_created=True)} & names)
    found = {}
    with connection.cursor() as cursor:
        for name in tables:
            cursor.execute(
                f"SELECT md5(coalesce(string_agg(one::text, '|' ORDER BY one::text), '')) FROM {name} one"
            )
            found[name] = cursor.fetchone()[0]
    return found


def titles(result) -> list[str]:
    return sorted(one.ticket.title for one in result.shown)


def test_which_tickets_would_have_fitted_and_what_would_have_changed(rafiq):
    queue = Queue.objects.create(name="Second line")
    with time_machine.travel(timezone.now() - timedelta(days=40)):
        make_ticket("An old scale", by=rafiq)
    fits, other = make_ticket("A broken scale", by=rafiq, tags=["rice"]), make_ticket("The bill", by=rafiq)
    make_ticket("A scale already urgent", by=rafiq, priority="urgent")
    draft = drafted("priority urgent", f"queue {queue.pk}", conditions=when("title", "contains", "scale"))
    before = every_row()
    result = queries.try_rule(rafiq, draft, days=30)
    assert every_row() == before
    assert (result.looked_at, result.matched, result.changed) == (3, 2, 2)
    assert titles(result) == ["A broken scale", "A scale already urgent"]
    effects = next(one for one in result.shown if one.ticket.pk == fits.pk).effects
    assert [(one.before, one.after, one.changes) for one in effects] == [
        ("Normal", "Urgent", True), ("Tickets", "Second line", True)
    ]  # fmt: skip
    assert other.title not in titles(result) and not RuleRun.objects.exists()
    assert queries.try_rule(rafiq, draft, days=90).matched == 3


def test_nothing_changes_whatever_the_rule_would_do(rafiq):
    """Every kind of step at once, over every trigger: not one row of any table differs afterwards."""
    talk = make_conversation("No sacks", by=rafiq)
    ticket = actions.make_ticket_of(talk, actor=rafiq)
    take_in_message(talk, text="And the bill?")
    actions.change_ticket(ticket, actor=rafiq, priority="high")
    steps = [
        {"do": "priority", "value": "low"}, {"do": "add_tags", "text": "tried"}, {"do": "note", "text": "Tried"},
        {"do": "status", "value": str(TicketStatus.objects.get(stage="solved").pk)}, {"do": "tell_owner"}, {"do": "event"},
        {"do": "follow_up", "value": str(rafiq.pk), "text": "Ask", "minutes": 60}, {"do": "person", "value": str(rafiq.pk)},
    ]  # fmt: skip
    before = every_row()
    for trigger in (
        "created",
        "changed",
        "status",
        "priority",
        "customer",
        "agent",
        "waited",
        "unanswered",
        "before",
        "after",
    ):
        draft = actions.draft_rule(TicketRule(), name="All", trigger=trigger, steps=steps, minutes=1)
        queries.try_rule(rafiq, draft, days=7)
    assert every_row() == before


def test_inside_a_trial_the_database_refuses_to_write(rafiq):
    ticket = make_ticket(by=rafiq)
    with pytest.raises(InternalError, match="read-only"), reading_only():
        actions.change_ticket(ticket, actor=rafiq, title="Written")
    actions.change_ticket(ticket, actor=rafiq, title="After it")  # and afterwards it writes again
    assert Ticket.objects.get().title == "After it"


def test_tickets_are_as_they_were_then(rafiq):
    """Opened as normal and open; today urgent, solved, somebody's, of another type, with another title and own field."""
    rupa = make_user("Rupa", role="service")
    weight = create_field(actor=rafiq, kind="ticket", type="number", labels={"en": "Weight"}).key
    types = list(TicketType.objects.order_by("position"))
    ticket = make_ticket("A scale", by=rafiq, type=types[0], custom={weight: 5})
    actions.change_ticket(
        ticket, actor=rafiq, title="Something else", type=types[2], priority="urgent", custom={weight: 80}
    )
    actions.assign_ticket(ticket, actor=rafiq, owner=rupa)
    actions.solve_ticket(ticket, actor=rafiq, resolution="Done")
    then = {"all": [
        {"field": "title", "op": "is", "value": "A scale"},
        {"field": "type", "op": "in", "value": [str(types[0].pk)]},
        {"field": "priority", "op": "in", "value": ["normal"]},
        {"field": "stage", "op": "in", "value": ["new"]},
        {"field": "owner", "op": "empty"},
        {"field": "solved_at", "op": "empty"},
        {"field": f"custom.{weight}", "op": "less", "value": 10},
    ]}  # fmt: skip
    assert queries.try_rule(rafiq, drafted("priority high", conditions=then), days=1).matched == 1
    today = when("stage", "in", ["solved"])
    assert queries.try_rule(rafiq, drafted("priority high", conditions=today), days=1).matched == 0
    changed = {
        "all": [
            {"field": "priority", "op": "in", "value": ["urgent"]},
            {"field": "owner", "op": "in", "value": [str(rupa.pk)]},
        ]
    }
    assert (
        queries.try_rule(rafiq, drafted("urgency high", trigger="status", conditions=changed), days=1).matched
        == 1
    )
    assert (
        queries.try_rule(
            rafiq, drafted("urgency high", trigger="priority", conditions=changed), days=1
        ).matched
        == 0
    )


def test_times_that_were_up_in_the_past(rafiq):
    """A ticket that waited from Thursday at four to Sunday at noon: three business hours were up, five were not."""
    waiting = TicketStatus.objects.get(stage="waiting")
    with time_machine.travel(dhaka("2026-11-19 10:00"), tick=False):
        ticket = make_ticket(by=rafiq)
    with time_machine.travel(dhaka("2026-11-19 16:00"), tick=False):
        actions.move_ticket(ticket, actor=rafiq, status=waiting)
    with time_machine.travel(dhaka("2026-11-22 12:00"), tick=False):
        actions.move_ticket(ticket, actor=rafiq, status=TicketStatus.objects.get(stage="open"))
    stays = when("status", "in", [str(waiting.pk)])
    with time_machine.travel(dhaka("2026-11-24 12:00"), tick=False):
        short = queries.try_rule(
            rafiq, drafted("priority high", trigger="waited", minutes=180, conditions=stays), days=7
        )
        long = queries.try_rule(
            rafiq, drafted("priority high", trigger="waited", minutes=300, conditions=stays), days=7
        )
        late = queries.try_rule(
            rafiq, drafted("priority high", trigger="after", minutes=0, measure="first"), days=7
        )
    assert [(one.ticket.pk, one.at) for one in short.shown] == [(ticket.pk, dhaka("2026-11-22 10:00"))]
    assert (short.due_now, long.matched, late.matched) == (0, 0, 1)


def test_how_many_are_due_at_once_is_said(rafiq):
    with time_machine.travel(dhaka("2026-11-22 09:00"), tick=False):
        make_ticket(by=rafiq), make_ticket("Another", by=rafiq)
    with time_machine.travel(dhaka("2026-11-22 12:00"), tick=False):
        assert (
            queries.try_rule(rafiq, drafted("priority high", trigger="waited", minutes=60), days=7).due_now
            == 2
        )


def test_only_tickets_within_reach_are_told_of(rafiq):
    make_ticket("Out of reach", by=rafiq)
    nobody = make_user("Karim", role="service")
    with pytest.raises(Denied):
        queries.try_rule(nobody, drafted("priority high"), days=7)
    keeper = make_user("Keeper")
    from bandhu.identity.models import Grant, Reach, Role

    role = Role.objects.create(key="keeper", name="Keeper")
    Grant.objects.create(role=role, permission="service.manage_service", reach=Reach.EVERYONE)
    Grant.objects.create(role=role, permission="service.view_ticket", reach=Reach.OWN)
    keeper.roles.add(role)
    result = queries.try_rule(type(keeper).objects.get(pk=keeper.pk), drafted("priority high"), days=7)
    assert (result.looked_at, result.shown) == (0, [])


def test_a_rule_that_does_not_work_says_so_instead(rafiq):
    queue = Queue.objects.create(name="For a while")
    draft = drafted(f"queue {queue.pk}")
    queue.delete()
    make_ticket(by=rafiq)
    result = queries.try_rule(rafiq, draft, days=7)
    assert result.faults == ["The queue of a step is no longer there."] and result.matched == 0
    with pytest.raises(ValidationError):
        drafted("queue " + str(queue.pk or "gone"))


def test_messages_of_the_past(rafiq):
    talk = make_conversation("No sacks", by=rafiq, contact=make_contact("Rahima", by=rafiq))
    actions.make_ticket_of(talk, actor=rafiq)
    result = queries.try_rule(rafiq, drafted("priority high", trigger="customer"), days=7)
    assert (
        result.matched,
        queries.try_rule(rafiq, drafted("priority high", trigger="agent"), days=7).matched,
    ) == (1, 0)
