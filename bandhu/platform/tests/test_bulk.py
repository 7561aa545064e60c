import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from bandhu.customers import actions
from bandhu.customers.models import Contact
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.platform import bulk
from bandhu.platform.custom_fields import all_fields
from bandhu.platform.models import AuditEntry, BulkChange
from bandhu.platform.origin import coming_from
from bandhu.platform.record_kinds import record_kinds

pytestmark = pytest.mark.django_db
KIND = "contact"


@pytest.fixture
def rupa():
    return make_user("Rupa", role="sales", team=make_team("Dhaka"))


@pytest.fixture
def people(rupa):
    return [
        actions.create_contact(actor=rupa, full_name=f"Person {number}", tags=["old"] if number % 2 else [])
        for number in range(5)
    ]


def _start(actor, records, name, value, mode="set"):
    field = next(one for one in all_fields(actor, record_kinds[KIND]) if one.name == name)
    return bulk.start_bulk_change(
        actor=actor, kind=record_kinds[KIND], field=field, mode=mode, value=value, words=str(value),
        ids=[one.pk for one in records],
    )  # fmt: skip


def _lifecycles():
    return sorted(Contact.objects.values_list("lifecycle", flat=True))


def test_a_field_is_set_for_all_written_down_one_by_one_and_undone(rupa, people):
    change = _start(rupa, people, "lifecycle", "customer")
    bulk.run_bulk_change(change.pk)
    assert _lifecycles() == ["customer"] * 5
    assert AuditEntry.objects.filter(changes__has_key="lifecycle").exclude(verb="created").count() == 5
    change.refresh_from_db()
    bulk.undo_bulk_change(change, actor=rupa)
    bulk.run_bulk_change(change.pk)
    assert _lifecycles() == ["prospect"] * 5
    assert BulkChange.objects.get().state == "undone"


def test_what_somebody_changed_since_is_not_undone(rupa, people):
    change = _start(rupa, people, "lifecycle", "customer")
    bulk.run_bulk_change(change.pk)
    actions.change_contact(Contact.objects.get(pk=people[0].pk), actor=rupa, lifecycle="former")
    change.refresh_from_db()
    bulk.undo_bulk_change(change, actor=rupa)
    bulk.run_bulk_change(change.pk)
    assert _lifecycles() == ["former", *["prospect"] * 4]
    assert BulkChange.objects.get().failed == 1


def test_tags_are_added_and_removed_beside_those_there(rupa, people):
    bulk.run_bulk_change(_start(rupa, people, "tags", ["new"], "add").pk)
    bulk.run_bulk_change(_start(rupa, people, "tags", ["OLD"], "remove").pk)
    assert {tag.name for one in Contact.objects.all() for tag in one.tags.all()} == {"new"}
    assert all(one.tags.count() == 1 for one in Contact.objects.all())


def test_a_run_that_was_killed_goes_on_where_it_was(rupa, people, monkeypatch):
    monkeypatch.setattr(bulk, "CHUNK", 2)
    change = _start(rupa, people, "lifecycle", "lead")
    assert bulk._run_chunk(change, undoing=False) == 2
    bulk.run_bulk_change(change.pk)
    assert _lifecycles() == ["lead"] * 5
    assert BulkChange.objects.get().done == 5


def test_records_out_of_reach_are_left_alone(rupa, people):
    arjun = make_user("Arjun", role="sales", team=make_team("Chennai"))
    with pytest.raises(ValidationError):
        _start(arjun, people, "lifecycle", "customer")
    with pytest.raises(PermissionDenied):
        _start(make_user("Reader", role="read_only"), people, "lifecycle", "customer")
    assert _lifecycles() == ["prospect"] * 5


def test_a_value_that_cannot_be_fails_row_by_row_with_its_reason(rupa, people):
    change = _start(rupa, people, "lifecycle", "astronaut")
    bulk.run_bulk_change(change.pk)
    assert _lifecycles() == ["prospect"] * 5
    assert change.rows.exclude(problem="").count() == 5


def test_every_change_of_a_job_says_from_where_it_was_asked_for(rupa, people):
    with coming_from("page", address="203.0.113.7"):
        change = _start(rupa, people[:2], "lifecycle", "customer")
    _work()
    change.refresh_from_db()
    with coming_from("api", address="203.0.113.8"):
        bulk.undo_bulk_change(change, actor=rupa)
    _work()
    entries = AuditEntry.objects.filter(verb="changed", changes__has_key="lifecycle").order_by("pk")
    told = [(one.origin["via"], one.origin["address"]) for one in entries]
    assert told == [("page", "203.0.113.7")] * 2 + [("api", "203.0.113.8")] * 2


def test_a_job_nobody_asked_for_stands_under_the_worker(rupa, people):
    change = _start(rupa, people[:1], "lifecycle", "customer")
    _work()
    entry = AuditEntry.objects.get(verb="changed", changes__has_key="lifecycle")
    assert (entry.origin, change.total) == ({"via": "command"}, 1)


def _work():
    """Run the waiting change as the worker does, which a command started."""
    job = ProcrastinateJob.objects.filter(task_name="platform.run_bulk_change").latest("id")
    with coming_from("command"):
        app.tasks[job.task_name](**job.args)
