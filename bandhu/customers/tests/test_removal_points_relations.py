import pytest
from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils import timezone

from bandhu.customers import actions, queries
from bandhu.customers.models import Company, Contact, Phone, Relation, Tag
from bandhu.customers.tests.cast import make_agent, make_company, make_contact
from bandhu.identity.results import Denied
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.platform import registries
from bandhu.platform.models import AuditEntry, EventRecord
from bandhu.platform.registries import PersonalData

pytestmark = pytest.mark.django_db


@pytest.fixture
def rupa():
    return make_agent("Rupa", role="administrator", team=make_team("Dhaka"))


def test_into_the_bin_and_back_as_it_was(rupa):
    contact = make_contact(by=rupa, phones=["01712345678"], tags=["VIP"])
    actions.delete_contact(contact, actor=rupa)
    assert not queries.contacts(rupa).exists()
    assert list(queries.deleted_contacts(rupa)) == [contact]
    with pytest.raises(Http404):
        queries.contact_card(rupa, contact.pk)
    actions.restore_contact(contact, actor=rupa)
    card = queries.contact_card(rupa, contact.pk)
    assert [phone.link for phone in card.phones] == ["tel:+8801712345678"]
    assert [tag.name for tag in card.tags] == ["VIP"]
    assert not queries.deleted_contacts(rupa).exists()


def test_deleting_twice_tells_once(rupa):
    contact = make_contact(by=rupa)
    for _time in range(2):
        actions.delete_contact(contact, actor=rupa)
    assert EventRecord.objects.filter(name="customers.contact_deleted").count() == 1


def test_purge_needs_the_bin_and_asks_every_app_to_erase(rupa):
    contact = make_contact("Secret Person", by=rupa, phones=["01712345678"])
    erased = []
    handler = PersonalData("test", "Test", lambda pk: [], erased.append)
    registries.personal_data.append(handler)
    try:
        with pytest.raises(ValidationError):
            actions.purge_contact(contact, actor=rupa)
        actions.delete_contact(contact, actor=rupa)
        actions.purge_contact(contact, actor=rupa)
    finally:
        registries.personal_data.remove(handler)
    assert erased == [contact.pk]
    assert not Contact.objects.exists()
    assert not Phone.objects.exists()
    assert AuditEntry.objects.get(verb="purged").record_title == ""


def test_only_who_may_erase_erases(rupa):
    manager = make_user("Boss", role="manager", team=rupa.team)
    contact = make_contact(by=rupa)
    actions.delete_contact(contact, actor=manager)
    with pytest.raises(Denied):
        actions.purge_contact(contact, actor=manager)


def test_people_stay_when_their_company_goes(rupa):
    company = make_company(by=rupa)
    contact = make_contact(by=rupa, company=company)
    actions.delete_company(company, actor=rupa)
    assert queries.contact_card(rupa, contact.pk).record.company is None
    actions.purge_company(company, actor=rupa)
    contact.refresh_from_db()
    assert contact.company is None


def test_points_one_at_a_time(rupa):
    contact = make_contact(by=rupa)
    actions.add_point(contact, actor=rupa, kind="phones", values={"number": "01712345678"})
    actions.add_point(contact, actor=rupa, kind="phones", values={"number": "01812345678"})
    first, second = contact.phones.order_by("pk")
    assert (first.is_primary, second.is_primary) == (True, False)
    actions.make_primary(contact, actor=rupa, kind="phones", point_id=second.pk)
    changed = actions.change_point(
        contact, actor=rupa, kind="phones", point_id=second.pk, values={"number": "01912345678"}
    )
    assert changed.primary_phone == "+8801912345678"
    changed = actions.remove_point(contact, actor=rupa, kind="phones", point_id=second.pk)
    assert changed.primary_phone == first.number
    with pytest.raises(Http404):
        actions.remove_point(contact, actor=rupa, kind="phones", point_id=second.pk)


def test_touches_only_move_forward_and_change_no_version(rupa):
    company = make_company(by=rupa)
    contact = make_contact(by=rupa, company=company)
    now = timezone.now()
    actions.touch_customer(contact_id=contact.pk, at=now, by=rupa)
    actions.touch_customer(contact_id=contact.pk, at=now - timezone.timedelta(days=1), by=None)
    actions.plan_next_step(contact_id=contact.pk, due_at=now)
    contact.refresh_from_db()
    company.refresh_from_db()
    assert (contact.last_touched_at, contact.last_touched_by, contact.next_step_due_at) == (now, rupa, now)
    assert (company.last_touched_at, contact.version) == (now, 1)


def test_a_relation_reads_from_either_side(rupa):
    teacher, head = make_contact("Teacher", by=rupa), make_contact("Head", by=rupa)
    relation = actions.relate(teacher, actor=rupa, other=head, role="reports_to", title="Maths")
    assert str(queries.relations_of(rupa, teacher)[0].label) == "reports to"
    line = queries.relations_of(rupa, head)[0]
    assert (str(line.label), line.other, line.title) == ("leads", teacher, "Maths")
    actions.relate(teacher, actor=rupa, other=head, role="reports_to", title="Physics")
    assert Relation.objects.count() == 1
    actions.end_relation(relation, actor=rupa, seen_from=head)
    assert not Relation.objects.exists()


def test_a_relation_never_shows_who_is_out_of_reach(rupa):
    kamal = make_user("Kamal", role="sales", team=make_team("Sylhet"))
    mine = make_contact("Mine", by=kamal)
    actions.relate(mine, actor=rupa, other=make_contact("Hidden", by=rupa), role="relative")
    assert queries.relations_of(kamal, mine) == []
    with pytest.raises(Http404):
        actions.relate(mine, actor=kamal, other=Contact.objects.get(full_name="Hidden"), role="household")


def test_tags_merge_and_count(rupa):
    make_contact("A", by=rupa, tags=["VIP"])
    make_contact("B", by=rupa, tags=["Very important", "VIP"])
    make_company("C", by=rupa, tags=["Very important"])
    keep, gone = Tag.objects.get(name="VIP"), Tag.objects.get(name="Very important")
    actions.merge_tags(keep, actor=rupa, gone=[gone])
    [only] = queries.tags_with_use(rupa)
    assert (only.name, only.contact_count, only.company_count) == ("VIP", 2, 1)
    assert Company.objects.get().tags.get() == keep


def test_a_tag_cannot_take_the_name_of_another(rupa):
    actions.create_tag(actor=rupa, name="Gold")
    silver = actions.create_tag(actor=rupa, name="Silver")
    with pytest.raises(ValidationError):
        actions.change_tag(silver, actor=rupa, name="GOLD")
    assert actions.change_tag(silver, actor=rupa, tone="warning").tone == "warning"
