"""The pages of contacts and companies: what they show, what they save, and to whom."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from bandhu.customers import actions, queries
from bandhu.customers.models import Contact
from bandhu.customers.tests.cast import make_agent, make_company, make_contact
from bandhu.identity.tests.cast import grant, make_team, make_user
from bandhu.platform.models import AuditEntry
from bandhu.ui import formats

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def rupa():
    return make_agent("Rupa", team=make_team("Dhaka"))


def as_user(user):
    client = Client()
    client.force_login(user)
    return client


def url(name, *arguments):
    return reverse(f"customers:{name}", args=arguments)


def test_the_page_of_a_contact_shows_what_is_known(rupa):
    company = make_company("পদ্মা ট্রেডার্স", by=rupa)
    contact = make_contact(
        "রহিমা খাতুন", by=rupa, phones=["01712345678"], mails=["rahima@example.com"], company=company, tags=["VIP"],
        culture_note="Greets with salam", other_names=["Rahima Khatun"], job_title="Teacher",
    )  # fmt: skip
    page = as_user(rupa).get(url("contact", contact.pk)).content.decode()
    for words in (
        "রহিমা খাতুন",
        "Rahima Khatun",
        "tel:+8801712345678",
        "mailto:rahima@example.com",
        "VIP",
        "Teacher",
    ):
        assert words in page
    assert "Greets with salam" in page
    assert url("company", company.pk) in page


def test_what_people_wrote_is_never_markup(rupa):
    evil = "<script>alert(1)</script>"
    contact = make_contact(
        evil, by=rupa, note=evil, job_title=evil, culture_note=evil, tags=[evil], other_names=[evil]
    )
    company = make_company(evil, by=rupa)
    client = as_user(rupa)
    for address in (
        url("contact", contact.pk), url("contacts"), url("contact_edit", contact.pk), url("company", company.pk),
        url("tags"), url("contact_history", contact.pk), url("company_choices") + "?q=%3Cscript",
    ):  # fmt: skip
        assert "<script>alert" not in client.get(address).content.decode()


@pytest.mark.parametrize(
    "name", ["contact", "contact_edit", "contact_history", "contact_files", "contact_relations"]
)
def test_a_stranger_finds_nothing(rupa, name):
    contact = make_contact(by=rupa)
    stranger = make_user("Arjun", role="sales", team=make_team("Chennai"))
    assert as_user(stranger).get(url(name, contact.pk)).status_code == 404


def test_a_reader_reads_and_cannot_change(rupa):
    contact = make_contact(by=rupa, job_title="Teacher")
    client = as_user(make_user("Leser", role="read_only"))
    assert client.get(url("contact", contact.pk)).status_code == 200
    for name in ("contact_edit", "contact_deletion"):
        assert client.post(url(name, contact.pk), {"full_name": "X"}).status_code == 403
    assert client.post(url("contact_field", contact.pk, "job_title"), {"job_title": "X"}).status_code == 403
    contact.refresh_from_db()
    assert (contact.job_title, contact.deleted_at) == ("Teacher", None)


def test_phone_numbers_are_covered_for_who_may_not_see_them(rupa):
    contact = make_contact(by=rupa, phones=["01712345678"])
    client = as_user(make_user("Meena", role="marketing"))
    for address in (url("contact", contact.pk), url("contacts"), url("contact_history", contact.pk)):
        page = client.get(address).content.decode()
        assert "345678" not in page.replace("-", "").replace(" ", "")
    assert "tel:" not in client.get(url("contact", contact.pk)).content.decode()


def test_a_national_id_is_shown_on_request_and_the_look_is_written_down(rupa):
    contact = make_contact(by=rupa, national_id="1990123456789")
    client = as_user(rupa)
    assert "1990123456789" not in client.get(url("contact", contact.pk)).content.decode()
    answer = client.post(url("contact_revelation", contact.pk, "national_id"), **HTMX)
    assert "1990123456789" in answer.content.decode()
    assert AuditEntry.objects.filter(verb="revealed", record_id=contact.pk).count() == 1


def test_a_new_contact_from_the_form_with_rows(rupa):
    answer = as_user(rupa).post(
        url("contact_new"),
        {
            "full_name": "Kamal Uddin", "lifecycle": "lead", "owner": str(rupa.pk), "tags": "VIP, Fair",
            "phones": ["a", "b"], "phones-a-number": "", "phones-b-number": "০১৭১২৩৪৫৬৭৮", "phones-primary": "b",
            "mails": ["c"], "mails-c-address": "kamal@example.com",
            "addresses": ["d"], "addresses-d-country": "BD", "addresses-d-city": "Dhaka",
        },
    )  # fmt: skip
    contact = Contact.objects.get()
    assert answer["Location"] == url("contact", contact.pk)
    assert (contact.primary_phone, contact.primary_mail, contact.city) == (
        "+8801712345678",
        "kamal@example.com",
        "Dhaka",
    )
    assert {tag.name for tag in contact.tags.all()} == {"VIP", "Fair"}


def test_faults_come_back_beside_their_rows_and_nothing_typed_is_lost(rupa):
    answer = as_user(rupa).post(
        url("contact_new"),
        {
            "full_name": "", "job_title": "Typed before", "phones": ["a", "b"], "phones-a-number": "01712345678",
            "phones-b-number": "12", "mails": ["c"], "mails-c-address": "nonsense",
        },
    )  # fmt: skip
    page = answer.content.decode()
    assert answer.status_code == 422
    for words in (
        "A name is needed.",
        "The phone number is too short.",
        "one @ sign",
        "Typed before",
        "nonsense",
    ):
        assert words in page
    assert not Contact.objects.exists()


def test_one_field_in_place(rupa):
    contact = make_contact(by=rupa)
    client, address = as_user(rupa), url("contact_field", contact.pk, "birthday")
    assert 'name="birthday"' in client.get(address, **HTMX).content.decode()
    wrong = client.post(address, {"birthday": "2999-01-01", "version": "1"}, **HTMX)
    assert wrong.status_code == 422
    assert "A birthday lies in the past" in wrong.content.decode()
    right = client.post(address, {"birthday": "1990-04-14", "version": "1"}, **HTMX)
    assert "1990" in right.content.decode()
    assert "contact-changed" in right["HX-Trigger"]


def test_one_field_in_place_only_conflicts_with_the_same_field(rupa):
    contact = make_contact(by=rupa)
    client = as_user(rupa)
    actions.change_contact(contact, actor=rupa, job_title="Theirs")
    other = client.post(
        url("contact_field", contact.pk, "department"), {"department": "Mine", "version": "1"}, **HTMX
    )
    assert other.status_code == 200
    same = client.post(
        url("contact_field", contact.pk, "job_title"), {"job_title": "Mine", "version": "1"}, **HTMX
    )
    assert same.status_code == 422
    assert "Theirs" in same.content.decode()
    contact.refresh_from_db()
    assert (contact.job_title, contact.department) == ("Theirs", "Mine")


def test_two_people_save_the_same_form_and_the_second_compares(rupa):
    contact = make_contact("Rahima", by=rupa, job_title="Teacher", phones=["01712345678"])
    kept = {"id": str(contact.phones.get().pk)}
    form = {
        "version": "1", "full_name": "Rahima", "job_title": "Mine", "department": "Mine too", "lifecycle": "prospect",
        "phones": ["a"], "phones-a-id": kept["id"], "phones-a-number": "01712345678",
    }  # fmt: skip
    actions.change_contact(contact, actor=rupa, job_title="Theirs", nickname="Rumi")
    client, address = as_user(rupa), url("contact_edit", contact.pk)
    answer = client.post(address, form)
    page = answer.content.decode()
    assert answer.status_code == 409
    for words in ("Teacher", "Theirs", "Mine", "take_job_title"):
        assert words in page
    contact.refresh_from_db()
    assert contact.job_title == "Theirs"
    resolved = client.post(
        address, form | {"version": "2", "take_job_title": "theirs", "take_department": "yours"}
    )
    assert resolved.status_code == 302
    contact.refresh_from_db()
    assert (contact.job_title, contact.department, contact.primary_phone) == (
        "Theirs",
        "Mine too",
        "+8801712345678",
    )


def test_who_may_not_see_numbers_keeps_them_when_saving(rupa):
    contact = make_contact(by=rupa, phones=["01712345678"])
    clerk = make_agent("Clerk", role="marketing", team=rupa.team)
    grant(clerk, "customers.change_contact")
    row = contact.phones.get()
    page = as_user(clerk).get(url("contact_edit", contact.pk)).content.decode()
    assert "12345678" not in page
    as_user(clerk).post(
        url("contact_edit", contact.pk),
        {
            "version": "1",
            "full_name": "Renamed",
            "phones": ["a"],
            "phones-a-id": str(row.pk),
            "phones-primary": "a",
        },
    )
    contact.refresh_from_db()
    assert (contact.full_name, contact.primary_phone) == ("Renamed", "+8801712345678")


def test_points_in_a_dialog(rupa):
    contact = make_contact(by=rupa)
    client = as_user(rupa)
    wrong = client.post(
        url("contact_points", contact.pk, "phones"), {"phones": "a", "phones-a-number": "1"}, **HTMX
    )
    assert wrong.status_code == 422
    added = client.post(
        url("contact_points", contact.pk, "phones"), {"phones": "a", "phones-a-number": "01712345678"}, **HTMX
    )
    assert added.status_code == 204
    row = contact.phones.get()
    client.post(
        url("contact_point", contact.pk, "phones", row.pk),
        {"phones": "a", "phones-a-number": "01812345678"},
        **HTMX,
    )
    row.refresh_from_db()
    assert row.number == "+8801812345678"
    client.post(url("contact_point_removal", contact.pk, "phones", row.pk), **HTMX)
    assert not contact.phones.exists()


def test_address_fields_follow_the_country(rupa):
    client = as_user(rupa)
    address = url("row", "addresses") + "?key=k&addresses-k-country="
    assert "Upazila" in client.get(address + "BD").content.decode()
    assert "PIN code" in client.get(address + "IN&addresses-k-city=Chennai").content.decode()
    assert "Chennai" in client.get(address + "IN&addresses-k-city=Chennai").content.decode()


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Pacific/Auckland"])
def test_the_clock_of_a_customer_is_theirs_and_not_the_readers(rupa, zone):
    contact = make_contact("Riya Ghosh", by=rupa, time_zone=zone)
    reader = formats.Reader("en")

    def shown_there():
        return formats.clock(datetime.now(ZoneInfo(zone)).time(), reader)

    begun = shown_there()
    page = as_user(rupa).get(url("contact", contact.pk)).content.decode()
    assert any(
        f"It is {clock} there".lower() in page.lower() for clock in (begun, shown_there())
    )  # a minute may have passed


def test_bin_restore_and_purge_on_the_pages(rupa):
    boss = make_user("Boss", role="administrator")
    contact = make_contact("Gone Person", by=rupa)
    client = as_user(boss)
    told = client.post(url("contact_deletion", contact.pk), follow=True).content.decode()
    assert "“Gone Person” is in the bin." in told and "Undo" in told
    client.post(url("contact_restoration", contact.pk))
    assert client.get(url("contact", contact.pk)).status_code == 200
    client.post(url("contact_deletion", contact.pk))
    client.post(url("contact_purge", contact.pk))
    assert not Contact.objects.exists()


def test_relations_and_tags_on_the_page(rupa):
    contact, company = make_contact(by=rupa), make_company("Padma", by=rupa)
    client = as_user(rupa)
    sent = {"role": "-supplies", "other": f"company:{company.pk}", "title": "Cloth", "until": "2030-01-01"}
    assert client.post(url("contact_relations", contact.pk), sent, **HTMX).status_code == 204
    assert "supplies" in client.get(url("company", company.pk)).content.decode()
    assert "is supplied by" in client.get(url("contact", contact.pk)).content.decode()
    assert (
        client.post(
            url("contact_relations", contact.pk), {"role": "supplies", "other": "x"}, **HTMX
        ).status_code
        == 422
    )
    page = client.post(url("contact_tags", contact.pk), {"add": "Gold, Silver"}, **HTMX).content.decode()
    assert "Gold" in page and "Silver" in page
    assert (
        "Gold"
        not in client.post(url("contact_tags", contact.pk), {"remove": "Gold"}, **HTMX).content.decode()
    )


def test_lists_page_by_keys_and_show_no_other_team(rupa):
    for place in range(55):
        make_contact(f"Mine {place:02d}", by=rupa)
    make_contact("Hidden Person", by=make_agent("Arjun", role="sales", team=make_team("Chennai")))
    client = as_user(rupa)
    first = client.get(url("contacts"))
    assert "Mine 00" in first.content.decode() and "Mine 54" not in first.content.decode()
    page = first.context["page"]
    second = client.get(url("contacts"), {"after": page.next}, **HTMX).content.decode()
    assert "Mine 54" in second and "Mine 00" not in second and "<html" not in second
    assert "Hidden" not in first.content.decode() + second
    assert client.get(url("contacts"), {"after": "nonsense"}).status_code == 422


def test_every_button_of_the_page_says_what_it_does(rupa):
    contact = make_contact(by=rupa, phones=["01712345678"], mails=["a@example.com"], other_names=["R"])
    page = as_user(rupa).get(url("contact", contact.pk)).content.decode()
    assert page.count('aria-label="Change or remove"') == 3
    assert 'aria-label=""' not in page


def test_the_first_condition_and_other_columns_on_a_list_without_any(rupa):
    make_contact("Rahim", by=rupa, job_title="Teacher")
    make_contact("Karim", by=rupa, job_title="Driver")
    rupas = as_user(rupa)
    added = rupas.get(
        reverse("platform:filtering", args=["contact"]),
        {"filter": "{}", "field": "job_title", "op": "contains", "value": "Teach"},
        follow=True,
    )
    page = added.content.decode()
    assert added.status_code == 200 and "Rahim" in page and "Karim" not in page
    columns = reverse("platform:columns", args=["contact"])
    shown = rupas.get(columns, {"filter": "{}", "column": ["full_name", "job_title"]}, follow=True)
    assert shown.status_code == 200 and "Driver" in shown.content.decode()


def test_the_changes_opened_directly_are_a_whole_page(rupa):
    contact = make_contact("Rahima", by=rupa)
    client = as_user(rupa)
    address = url("contact_history", contact.pk)
    assert "<html" in client.get(address).content.decode()
    assert "<html" not in client.get(address, **HTMX).content.decode()


def test_what_belongs_to_a_record_is_read_in_one_statement(rupa, django_assert_num_queries):
    other = make_contact("Other", by=rupa)
    contact = make_contact(
        "Rahima", by=rupa, phones=["01712345678", "01712345679"], mails=["a@example.com"],
        addresses=[{"country": "BD", "city": "Dhaka"}], socials=[{"network": "telegram", "handle": "rahima"}],
        other_names=["রহিমা"], external_ids=[{"source": "old", "external_id": "7"}], tags=["VIP", "Big"],
    )  # fmt: skip
    actions.relate(contact, actor=rupa, other=other, role="household", since=date(2024, 2, 29))
    with django_assert_num_queries(1):
        found = queries.belongings_of(contact)
    assert [one.number for one in found.phones] == ["+8801712345678", "+8801712345679"]
    assert found.phones == list(contact.phones.order_by("-is_primary", "pk"))
    assert found.tags == list(contact.tags.order_by("name"))
    assert [one.since for one in found.relations] == [date(2024, 2, 29)]
    for name in ("mails", "addresses", "socials", "other_names", "external_ids"):
        assert list(getattr(contact, name).values()) == [
            {key: value for key, value in vars(one).items() if key != "_state"}
            for one in getattr(found, name)
        ]
    assert not queries.belongings_of(other).phones
