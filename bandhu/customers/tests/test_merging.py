"""Merging keeps every value; taking it back restores exactly; a crash in the middle leaves nothing half done."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.http import Http404
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bandhu.customers.actions import change_contact, merge_records, relate, undo_merge
from bandhu.customers.merging import snapshot
from bandhu.customers.models import Company, Contact, Merge, Relation
from bandhu.customers.point_values import POINT_KINDS
from bandhu.customers.tests.cast import make_agent, make_company, make_contact
from bandhu.identity.results import Denied
from bandhu.identity.tests.cast import grant, make_team, make_user
from bandhu.platform.models import AuditEntry, EventRecord, StoredFile
from bandhu.platform.registries import MergeHandler, merge_handlers

pytestmark = pytest.mark.django_db


@pytest.fixture
def rupa():
    return make_agent("Rupa", team=make_team("Dhaka"))


def dump() -> dict[str, Any]:
    """Everything the two records and what points at them are, but for versions and times of change."""
    book: dict[str, Any] = {}
    for model in (Contact, Company):
        for record in model._default_manager.all():
            side = model._meta.model_name
            book[str(record.pk)] = {
                "columns": snapshot(record),
                "tags": sorted(record.tags.values_list("name", flat=True)),
                **{
                    name: sorted(map(str, kind.model._default_manager.filter(**{side: record}).values_list()))
                    for name, kind in POINT_KINDS.items()
                },
            }
    book["relations"] = sorted(map(str, Relation.objects.values_list()))
    book["files"] = sorted(map(str, StoredFile.objects.values_list("pk", "record_id")))
    return book


def make_two(by: Any) -> tuple[Contact, Contact]:
    winner = make_contact(
        "Rahima Khatun", by=by, phones=["01712345678"], mails=["rahima@example.com"], tags=["VIP"],
        note="Likes tea.", external_ids=[{"source": "shop", "external_id": "1"}],
    )  # fmt: skip
    loser = make_contact(
        "রহিমা খাতুন", by=by, phones=["01712345678", "01812345678"], mails=["r.khatun@example.org"], tags=["vip", "New"],
        note="Calls on Sundays.", job_title="Owner", birthday="1990-04-14",
        external_ids=[{"source": "old", "external_id": "77"}],
        addresses=[{"country": "BD", "city": "Sylhet", "street": "Zindabazar"}],
    )  # fmt: skip
    return winner, loser


def test_a_merge_keeps_every_value(rupa):
    winner, loser = make_two(rupa)
    merge_records(winner, loser, actor=rupa)
    winner.refresh_from_db()
    loser.refresh_from_db()
    assert winner.full_name == "Rahima Khatun"
    assert [row.name for row in winner.other_names.all()] == ["রহিমা খাতুন"]
    assert {row.number for row in winner.phones.all()} == {"+8801712345678", "+8801812345678"}
    assert {row.address for row in winner.mails.all()} == {"rahima@example.com", "r.khatun@example.org"}
    assert {row.external_id for row in winner.external_ids.all()} == {"1", "77"}
    assert {tag.name for tag in winner.tags.all()} == {"VIP", "New"}
    assert winner.note == "Likes tea.\n\nCalls on Sundays."
    assert (winner.job_title, winner.birthday.isoformat(), winner.city) == ("Owner", "1990-04-14", "Sylhet")
    assert winner.phones.filter(is_primary=True).count() == 1
    assert loser.deleted_at is not None
    assert loser.merged_into == winner


def test_what_is_chosen_stands_and_the_other_name_is_kept(rupa):
    winner, loser = make_two(rupa)
    merge_records(winner, loser, actor=rupa, choices={"full_name": "loser", "note": "winner"})
    winner.refresh_from_db()
    assert winner.full_name == "রহিমা খাতুন"
    assert [row.name for row in winner.other_names.all()] == ["Rahima Khatun"]
    assert winner.note == "Likes tea."


def test_custom_values_are_filled_chosen_and_joined(rupa):
    winner, loser = make_two(rupa)
    Contact.objects.filter(pk=winner.pk).update(custom={"f1": "a", "f2": ["x"], "f3": 1})
    Contact.objects.filter(pk=loser.pk).update(custom={"f1": "b", "f2": ["x", "y"], "f3": 2, "f4": True})
    merge_records(winner, loser, actor=rupa, choices={"custom.f3": "loser"})
    winner.refresh_from_db()
    assert winner.custom == {"f1": "a", "f2": ["x", "y"], "f3": 2, "f4": True}


def test_relations_files_people_and_subsidiaries_follow(rupa):
    winner, loser = make_company("Padma", by=rupa), make_company("Padma Ltd", by=rupa)
    person = make_contact("Kamal Uddin", by=rupa, company=loser)
    branch = make_company("Padma Sylhet", by=rupa, parent=loser)
    relate(person, other=loser, actor=rupa, role="decides_for")
    file = StoredFile.objects.create(
        record_kind="company",
        record_id=loser.pk,
        name="a.pdf",
        media_type="application/pdf",
        size=1,
        sha256="0" * 64,
    )
    merge_records(winner, loser, actor=rupa)
    for record in (person, branch, file):
        record.refresh_from_db()
    assert person.company == winner
    assert branch.parent == winner
    assert file.record_id == winner.pk
    assert Relation.objects.get().to_company == winner


def test_a_company_never_comes_to_stand_below_itself(rupa):
    parent = make_company("Padma Group", by=rupa)
    child = make_company("Padma", by=rupa, parent=parent)
    merge_records(child, parent, actor=rupa)
    child.refresh_from_db()
    assert child.parent is None


def test_a_merge_and_its_undo_are_audited_and_published(rupa):
    winner, loser = make_two(rupa)
    merge = merge_records(winner, loser, actor=rupa)
    undo_merge(merge, actor=rupa)
    verbs = list(AuditEntry.objects.filter(record_id=winner.pk).order_by("pk").values_list("verb", flat=True))
    assert [verb for verb in verbs if "merge" in verb] == ["merged", "unmerged"]
    names = set(EventRecord.objects.values_list("name", flat=True))
    assert {
        "customers.contacts_merged",
        "customers.contact_merge_undone",
        "customers.contact_deleted",
        "customers.contact_restored",
    } <= names


NAMES = st.sampled_from(["Rahima Khatun", "রহিমা খাতুন", "R. Khatun", "Kamal"])
PHONES = st.lists(st.sampled_from(["01712345678", "01812345678", "+442079460018"]), max_size=3, unique=True)
MAILS = st.lists(
    st.sampled_from(["a@example.com", "b@example.com", "c@example.org"]), max_size=3, unique=True
)
PEOPLE = st.fixed_dictionaries(
    {"full_name": NAMES},
    optional={
        "phones": PHONES,
        "mails": MAILS,
        "tags": st.lists(st.sampled_from(["VIP", "New", "Old"]), unique=True),
        "note": st.sampled_from(["", "one", "two"]),
        "job_title": st.sampled_from(["", "Owner", "Clerk"]),
        "birthday": st.sampled_from([None, "1990-04-14", "1991-04-14"]),
        "nickname": st.sampled_from(["", "Rini", "Mini"]),
        "addresses": st.lists(
            st.sampled_from([{"city": "Sylhet", "street": "A"}, {"city": "Dhaka"}]), max_size=2
        ),
    },
)
CHOICES = st.dictionaries(
    st.sampled_from(["full_name", "note", "job_title", "birthday", "nickname"]),
    st.sampled_from(["winner", "loser"]),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PEOPLE, PEOPLE, CHOICES)
def test_a_merge_taken_back_leaves_everything_as_it_was(rupa, one, other, choices):
    Contact.objects.all().delete()
    company = make_company("Padma", by=rupa)
    winner = make_contact(one.pop("full_name"), by=rupa, **one)
    loser = make_contact(other.pop("full_name"), by=rupa, company=company, **other)
    third = make_contact("Third", by=rupa)
    relate(third, other=loser, actor=rupa, role="relative")
    relate(third, other=winner, actor=rupa, role="reports_to")
    before = dump()
    merge = merge_records(winner, loser, actor=rupa, choices=choices)
    assert dump() != before
    undo_merge(merge, actor=rupa)
    assert dump() == before
    Company.objects.all().delete()


def test_work_done_since_survives_the_undo(rupa):
    winner, loser = make_two(rupa)
    merge = merge_records(winner, loser, actor=rupa)
    change_contact(Contact.objects.get(pk=winner.pk), actor=rupa, job_title="Director", nickname="Rini")
    undo_merge(merge, actor=rupa)
    winner.refresh_from_db()
    assert (winner.job_title, winner.nickname, winner.birthday) == ("Director", "Rini", None)


def test_an_undo_is_refused_with_the_reason(rupa):
    winner, loser = make_two(rupa)
    third = make_contact("Third", by=rupa)
    merge = merge_records(winner, loser, actor=rupa)
    later = merge_records(third, Contact.objects.get(pk=winner.pk), actor=rupa)
    with pytest.raises(ValidationError) as refused:
        undo_merge(merge, actor=rupa)
    assert refused.value.code == "merged_since"
    undo_merge(later, actor=rupa)
    undo_merge(merge, actor=rupa)
    with pytest.raises(ValidationError) as refused:
        undo_merge(merge, actor=rupa)
    assert refused.value.code == "undone"


def test_both_records_must_be_within_the_right_to_merge(rupa):
    winner, loser = make_two(rupa)
    stranger = make_user("Stranger", team=make_team("Elsewhere"))
    with pytest.raises(Http404):
        merge_records(winner, loser, actor=stranger)
    grant(stranger, "customers.view_contact")
    with pytest.raises(Denied):
        merge_records(winner, loser, actor=stranger)
    assert not Merge.objects.exists()


@pytest.mark.parametrize("choices", [{"owner_id": "loser"}, {"full_name": "both"}, {"id": "loser"}])
def test_a_choice_of_what_is_no_field_is_refused(rupa, choices):
    winner, loser = make_two(rupa)
    with pytest.raises(ValidationError):
        merge_records(winner, loser, actor=rupa, choices=choices)


def test_a_record_is_not_merged_into_itself_or_another_kind(rupa):
    winner, _loser = make_two(rupa)
    for other in (winner, make_company("Padma", by=rupa)):
        with pytest.raises(ValidationError):
            merge_records(winner, other, actor=rupa)


def test_an_app_that_fails_to_move_its_rows_stops_the_whole_merge(rupa):
    winner, loser = make_two(rupa)
    before = dump()

    def fail(loser_id: uuid.UUID, winner_id: uuid.UUID) -> None:
        raise RuntimeError("no")

    handler = MergeHandler("contact", "failing", fail, lambda *_: None)
    merge_handlers.append(handler)
    try:
        with pytest.raises(RuntimeError):
            merge_records(winner, loser, actor=rupa)
    finally:
        merge_handlers.remove(handler)
    assert dump() == before


@pytest.mark.django_db(transaction=True)
def test_a_connection_killed_in_the_middle_leaves_nothing_half_done(rupa):
    winner, loser = make_two(rupa)
    before = dump()

    def die(loser_id: uuid.UUID, winner_id: uuid.UUID) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    handler = MergeHandler("contact", "dying", die, lambda *_: None)
    merge_handlers.append(handler)
    try:
        with pytest.raises(Exception, match=r"terminat|closed|connection"):
            merge_records(winner, loser, actor=rupa)
    finally:
        merge_handlers.remove(handler)
        connection.close()
    assert dump() == before
    merge_records(winner, loser, actor=rupa)
