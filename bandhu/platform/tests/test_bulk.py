import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from bandhu.customers import actions
from bandhu.customers.models import Contact
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.platform import bulk
from bandhu.platform.listing import all_fields
from bandhu.platform.models import AuditEntry, BulkChange
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
