"""Groups of other service desks become queues; what comes in is given out only where somebody says so, and without noise."""

import json

import pytest
from django.core.exceptions import ValidationError

from bandhu.contact_center.actions import set_queue
from bandhu.contact_center.models import WorkItem
from bandhu.customers.importing.options import clean_options
from bandhu.customers.tests.importing import bring_in, take_back
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.platform.models import EventRecord, Notification
from bandhu.service.actions import assign_ticket
from bandhu.service.models import Ticket
from bandhu.service.tests.exports import (
    USERS,
    freshdesk_account,
    freshdesk_ticket,
    json_lines,
    zendesk_ticket,
    zipped,
)

pytestmark = pytest.mark.django_db
GROUPS = [{"id": 71, "name": "Complaints"}, {"id": 72, "name": "Returns"}, {"id": 73, "name": "Night desk"}]


@pytest.fixture
def rupa():
    return make_user("Rupa", role="administrator", time_zone="UTC")


@pytest.fixture
def queues(rupa):
    team = make_team("Complaints team")
    return {
        "Complaints": set_queue(None, actor=rupa, name="Complaints", team=team),
        "Stock": set_queue(None, actor=rupa, name="Stock"),
        "Rest": set_queue(None, actor=rupa, name="Rest"),
    }


def export(*tickets):
    return zipped(
        users__json=json_lines(*USERS), groups__json=json_lines(*GROUPS), tickets__json=json_lines(*tickets)
    )


def waiting(number, group, **more):
    return zendesk_ticket(number, status="open", metric_set={}, group_id=group, assignee_id=None, **more)


def test_groups_are_queues_by_name_or_as_chosen_and_the_rest_has_one(rupa, queues):
    file = export(
        waiting(1, 71), waiting(2, 72), waiting(3, 73), waiting(4, None), zendesk_ticket(5, group_id=73)
    )
    options = {"groups": "Returns = stock", "queue": str(queues["Rest"].pk)}
    run = bring_in(rupa, file, **options)
    assert (run.created, run.failed) == (5, 0), run.error
    found = {one.external_id: one for one in Ticket.objects.all()}
    names = {pk.pk: name for name, pk in queues.items()}
    assert [names.get(found[number].queue_id) for number in "12345"] == [
        "Complaints",
        "Stock",
        "Rest",
        "Rest",
        None,
    ]
    assert found["1"].team == queues["Complaints"].team
    assert "Group: Night desk" in found["3"].description and "Group" not in found["1"].description
    assert not WorkItem.objects.filter(kind="ticket").exists()


def test_they_are_work_only_where_somebody_says_so_and_quietly(rupa, queues):
    make_user("Rafiq", role="service")
    EventRecord.objects.all().delete()
    owned = zendesk_ticket(9, status="open", metric_set={}, group_id=71)
    run = bring_in(
        rupa, export(waiting(1, 71), waiting(2, None), owned, zendesk_ticket(5, group_id=71)), hand_out="yes"
    )
    item = WorkItem.objects.get(kind="ticket")
    ticket = Ticket.objects.get(external_id="1")
    assert (item.record_id, item.state, item.queue) == (ticket.pk, "waiting", queues["Complaints"])
    assert item.told_late_at is not None and item.enqueued_at > ticket.created_at
    assert not Notification.objects.exclude(user=rupa).exists()
    assert set(EventRecord.objects.values_list("name", flat=True)) <= {"records_imported", "import_finished"}
    take_back(run, rupa)
    assert not Ticket.objects.exists() and not WorkItem.objects.filter(kind="ticket").exists()


def test_whoever_takes_one_takes_it_out_of_its_queue(rupa, queues):
    bring_in(rupa, export(waiting(1, 71)))
    ticket = assign_ticket(Ticket.objects.get(), actor=rupa, owner=rupa)
    assert (ticket.owner, WorkItem.objects.get(kind="ticket").queue) == (rupa, queues["Complaints"])


def test_groups_of_freshdesk(rupa, queues):
    account = freshdesk_account(freshdesk_ticket(status=2, status_name="Open", group_id=8, ticket_states={}))
    assert account
    listed = freshdesk_ticket(8, status=2, status_name="Open", group_name="Complaints", ticket_states={})
    bring_in(rupa, freshdesk_account(listed))
    assert Ticket.objects.get().queue_id == queues["Complaints"].pk
    told = json.dumps([{"group": {"id": 8, "name": "Complaints"}}]).encode()
    other = freshdesk_ticket(9, status=2, status_name="Open", group_id=8, ticket_states={})
    bring_in(
        rupa, zipped(Groups__json=told, Tickets0__json=json.dumps([{"helpdesk_ticket": other}]).encode())
    )
    assert Ticket.objects.get(external_id="9").queue_id == queues["Complaints"].pk


def test_what_is_chosen_is_checked(rupa, queues):
    run = bring_in(rupa, export(waiting(1, 71)))
    for wrong in (
        {"groups": "Returns"},
        {"groups": "Returns = Nowhere"},
        {"queue": "nonsense"},
        {"hand_out": "maybe"},
    ):
        with pytest.raises(ValidationError) as problem:
            clean_options(run, wrong, rupa)
        assert list(problem.value.message_dict) == list(wrong)
    assert clean_options(run, {"groups": "Returns = Stock; X=rest"}, rupa)["groups"]
