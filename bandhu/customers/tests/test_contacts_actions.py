"""Creating and changing people: what is stored, what is refused, what is told."""

import pytest
from django.core.exceptions import ValidationError
from django.http import Http404
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bandhu.customers.actions import EditConflict, change_contact, create_contact
from bandhu.customers.models import Contact, ExternalId, Tag
from bandhu.customers.tests.cast import make_agent, make_company, make_contact
from bandhu.identity.results import Denied
from bandhu.identity.tests.cast import grant, make_team, make_user
from bandhu.platform.models import AuditEntry, EventRecord
from bandhu.platform.sort_keys import sort_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def rupa():
    return make_agent("Rupa", team=make_team("Dhaka"))


def test_a_contact_is_stored_with_its_lists_columns_and_owner(rupa):
    contact = create_contact(
        actor=rupa,
        full_name="  রহিমা   খাতুন ",
        phones=["০১৭১২-৩৪৫৬৭৮", {"number": "+44 20 7946 0018", "label": "work", "is_primary": True}],
        mails=["Rahima@Example.com"],
        addresses=[{"country": "BD", "city": "ঢাকা", "street": "বাড়ি ১২\nরোড ৫", "postcode": "1205"}],
        tags=["VIP", " vip "],
        company=make_company("পদ্মা ট্রেডার্স", by=rupa),
        birthday="1990-04-14",
    )
    contact.refresh_from_db()
    assert contact.full_name == "রহিমা খাতুন"
    assert (contact.owner, contact.team, contact.created_by) == (rupa, rupa.team, rupa)
    assert {phone.number for phone in contact.phones.all()} == {"+8801712345678", "+442079460018"}
    assert contact.primary_phone == "+442079460018"
    assert (contact.primary_mail, contact.city, contact.country) == ("Rahima@example.com", "ঢাকা", "BD")
    assert contact.mails.get().key == "rahima@example.com"
    assert bytes(contact.sort_key) == sort_key("রহিমা খাতুন")
    assert [tag.name for tag in contact.tags.all()] == ["VIP"]
    assert contact.birthday.isoformat() == "1990-04-14"


def test_creation_is_audited_and_published(rupa):
    contact = make_contact("Kamal Uddin", by=rupa, phones=["01712345678"])
    entry = AuditEntry.objects.get(record_id=contact.pk, record_kind="contact")
    assert (entry.verb, entry.actor_id, entry.record_title) == ("created", rupa.pk, "Kamal Uddin")
    assert entry.changes["phones"][1] == ["+8801712345678 (mobile) ★"]
    event = EventRecord.objects.get(name="customers.contact_created")
    assert event.payload == {"contact_id": str(contact.pk), "title": "Kamal Uddin"}


def test_every_problem_is_told_at_once_and_nothing_is_stored(rupa):
    with pytest.raises(ValidationError) as refusal:
        create_contact(
            actor=rupa,
            full_name=" \t ",
            phones=["01712345678", "12"],
            mails=["not a mail"],
            job_title="x" * 151,
            lifecycle="emperor",
            time_zone="Mars/Olympus",
            birthday="2999-01-01",
            owner="00000000-0000-0000-0000-000000000000",
        )
    assert set(refusal.value.message_dict) == {
        "full_name", "phones.1", "mails.0", "job_title", "lifecycle", "time_zone", "birthday", "owner",
    }  # fmt: skip
    assert "151" in refusal.value.message_dict["job_title"][0]
    assert not Contact.objects.exists()


def test_control_and_direction_characters_go_and_joiners_stay(rupa):
    contact = make_contact("Ra\x00him\u202ea র\u200d্যাব", by=rupa)
    assert contact.full_name == "Rahima র\u200d্যাব"


def test_a_change_bumps_the_version_writes_before_and_after_and_an_event(rupa):
    contact = make_contact(by=rupa, job_title="Teacher")
    changed = change_contact(contact, actor=rupa, job_title="Headmistress", lifecycle="customer")
    assert changed.version == 2
    entry = AuditEntry.objects.filter(record_id=contact.pk).latest("pk")
    assert entry.changes["job_title"] == ["Teacher", "Headmistress"]
    assert EventRecord.objects.get(name="customers.contact_changed").payload["fields"] == [
        "job_title",
        "lifecycle",
    ]


def test_what_is_as_it_was_writes_nothing(rupa):
    contact = make_contact(by=rupa, job_title="Teacher", phones=["01712345678"], tags=["VIP"])
    before = AuditEntry.objects.count(), EventRecord.objects.count()
    changed = change_contact(
        contact, actor=rupa, job_title=" Teacher ", phones=["+880 1712 345678"], tags=["vip"]
    )
    assert changed.version == 1
    assert (AuditEntry.objects.count(), EventRecord.objects.count()) == before


def test_a_new_name_moves_the_sort_key_unless_sorted_otherwise(rupa):
    contact = make_contact("Anwar", by=rupa)
    assert bytes(change_contact(contact, actor=rupa, full_name="Zia").sort_key) == sort_key("Zia")
    assert bytes(change_contact(contact, actor=rupa, sort_as="Aziz").sort_key) == sort_key("Aziz")


def test_lists_are_replaced_as_a_whole_and_known_rows_stay(rupa):
    contact = make_contact(by=rupa, phones=["01712345678", "01812345678"])
    first, second = contact.phones.order_by("pk")
    change_contact(contact, actor=rupa, phones=[{"id": second.pk, "is_primary": True}, "01912345678"])
    assert set(contact.phones.values_list("number", flat=True)) == {"+8801812345678", "+8801912345678"}
    assert not contact.phones.filter(pk=first.pk).exists()
    assert contact.phones.get(is_primary=True).pk == second.pk
    contact.refresh_from_db()
    assert contact.primary_phone == "+8801812345678"


def test_an_external_id_belongs_to_one_contact(rupa):
    ids = [{"source": "zoho", "external_id": "4711"}]
    make_contact("First", by=rupa, external_ids=ids)
    with pytest.raises(ValidationError) as refusal:
        make_contact("Second", by=rupa, external_ids=ids)
    assert "external_ids.0" in refusal.value.message_dict
    make_company(by=rupa, external_ids=ids)
    assert ExternalId.objects.count() == 2


def test_the_second_to_save_gets_a_three_way_comparison(rupa):
    kamal = make_agent("Kamal", team=rupa.team)
    contact = make_contact(
        "Rahima", by=rupa, job_title="Teacher", department="Primary", phones=["01712345678"]
    )
    opened = contact.version
    change_contact(contact, actor=kamal, version=opened, job_title="Headmistress")
    change_contact(contact, actor=kamal, phones=["01812345678"])
    with pytest.raises(EditConflict) as conflict:
        change_contact(
            contact, actor=rupa, version=opened, job_title="Director", department="Secondary", phones=[]
        )
    found = conflict.value
    assert found.base == {
        "job_title": "Teacher", "department": "Primary", "phones": ["+8801712345678 (mobile) ★"],
    }  # fmt: skip
    assert found.theirs["job_title"] == "Headmistress"
    assert found.yours["job_title"] == "Director"
    assert found.clashing == ["job_title", "phones"]
    contact.refresh_from_db()
    assert (contact.job_title, contact.department) == ("Headmistress", "Primary")
    assert change_contact(contact, actor=rupa, version=found.version, job_title="Director").version == 4


def test_reach_decides_who_may_change(rupa):
    stranger = make_user("Arjun", role="sales", team=make_team("Chennai"))
    reader = make_user("Leser", role="read_only")
    contact = make_contact(by=rupa)
    with pytest.raises(Http404):
        change_contact(contact, actor=stranger, job_title="Spy")
    with pytest.raises(Denied):
        change_contact(contact, actor=reader, job_title="Spy")
    with pytest.raises(Denied):
        create_contact(actor=reader, full_name="Nobody")


def test_a_company_out_of_reach_cannot_be_linked(rupa):
    elsewhere = make_agent("Arjun", role="sales", team=make_team("Chennai"))
    foreign = make_company("Kaveri Mills", by=elsewhere)
    with pytest.raises(ValidationError) as refusal:
        make_contact(by=rupa, company=str(foreign.pk))
    assert "company" in refusal.value.message_dict


def test_a_contact_in_the_bin_cannot_be_changed(rupa):
    contact = make_contact(by=rupa)
    Contact.objects.update(deleted_at="2026-01-01T00:00Z")
    with pytest.raises(Http404):
        change_contact(contact, actor=rupa, job_title="Ghost")


def test_unknown_custom_fields_are_refused(rupa):
    with pytest.raises(ValidationError) as refusal:
        make_contact(by=rupa, custom={"f123456": "x"})
    assert "custom.f123456" in refusal.value.message_dict


def test_one_grant_is_enough_to_create(rupa):
    clerk = make_user("Clerk")
    grant(clerk, "customers.create_contact")
    assert create_contact(actor=clerk, full_name="New").owner == clerk


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(max_size=320), note=st.text(max_size=500))
def test_any_text_is_kept_or_refused_with_a_reason_never_cut(rupa, name, note):
    try:
        contact = create_contact(actor=rupa, full_name=name, note=note, tags=[name[:70]])
    except ValidationError as refusal:
        assert all(str(message) for message in refusal.messages)
        return
    contact.refresh_from_db()
    assert contact.full_name
    assert change_contact(contact, actor=rupa, full_name=contact.full_name, note=contact.note).version == 1
    assert Tag.objects.count() >= contact.tags.count()
