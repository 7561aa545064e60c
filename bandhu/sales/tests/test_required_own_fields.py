"""Own fields that must be filled: asked of people, never of strangers and of the machine that writes for them."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bandhu.calendars import actions as calendars
from bandhu.calendars.queries import free_times
from bandhu.calendars.tests.cast import make_booking_page
from bandhu.catalog.tests.cast import make_money
from bandhu.channels import actions as channels
from bandhu.channels.models import Mail
from bandhu.channels.tests.post_office import house_account, imap_server, letter  # noqa: F401
from bandhu.customers.actions import create_contact
from bandhu.customers.models import Contact
from bandhu.customers.tests.cast import make_company
from bandhu.identity.tests.cast import make_team
from bandhu.platform.actions.custom_fields import create_field
from bandhu.platform.money import Money
from bandhu.sales import actions
from bandhu.sales.models import Lead, Opportunity, Stage
from bandhu.sales.tests.cast import make_lead, make_opportunity, make_seller, make_web_form, stage_named

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    make_money()
    return make_seller("Admin", role="administrator", team=make_team("Dhaka"))


def own(admin, kind, label, type="text", **values):
    return create_field(actor=admin, kind=kind, type=type, labels={"en": label}, **values)


def required(admin, kind, label="Customer number"):
    return own(admin, kind, label, is_required=True)


def test_a_web_form_asks_for_nothing_it_does_not_show(admin):
    form = make_web_form(by=admin)
    for kind in ("contact", "lead"):
        required(admin, kind)
    lead = actions.submit_web_form(
        form, submission="one", values={"full_name": "Anika Rahman", "mail": "anika@example.org"}
    )
    assert (lead.contact.full_name, lead.contact.custom) == ("Anika Rahman", {})


def test_a_stranger_books_a_time(admin):
    required(admin, "contact")
    page = make_booking_page(admin, by=admin)
    tomorrow = timezone.now() + timedelta(days=1)
    free = free_times(page, tomorrow, tomorrow + timedelta(days=2))[0]
    visitor = calendars.Visitor("Anika Rahman", "anika@example.org")
    booking = calendars.book_time(page, submission="one", starts_at=free.starts, visitor=visitor)
    assert booking.contact.full_name == "Anika Rahman"


@pytest.mark.parametrize("kind", ["contact", "lead"])
def test_a_strangers_mail_becomes_a_lead(admin, kind, imap_server):  # noqa: F811
    required(admin, kind)
    leads = house_account(
        admin, imap=imap_server, address="sales@example.com", intake="leads", team=admin.team
    )
    channels.receive_mail(leads, letter("Rice", From="Nazma <nazma@example.net>").as_bytes())
    assert actions.receive_mail_as_lead(Mail.objects.get().pk) == Lead.objects.get()


def test_people_are_still_asked(admin):
    fields = [required(admin, kind) for kind in ("contact", "lead")]
    with pytest.raises(ValidationError) as refused:
        create_contact(actor=admin, full_name="Anika Rahman")
    assert list(refused.value.message_dict) == [f"custom.{fields[0].key}"]
    contact = create_contact(actor=admin, full_name="Anika Rahman", custom={fields[0].key: "7"})
    with pytest.raises(ValidationError):
        make_lead(by=admin, contact=contact)
    assert Contact.objects.count() == 1 and not Lead.objects.exists()


def post(user, address, sent):
    client = Client()
    client.force_login(user)
    return client.post(address, sent, HTTP_HX_REQUEST="true")


def test_a_lead_is_converted_where_opportunities_must_have_a_field(admin):
    needed = required(admin, "opportunity", "Depot")
    lead = make_lead("Rice", by=admin, owner=admin)
    address = reverse("sales:lead_conversion", args=[lead.pk])
    client = Client()
    client.force_login(admin)
    assert "Depot" in client.get(address).content.decode()
    refused = post(admin, address, {"name": "Rice"})
    assert refused.status_code == 422 and "may not be empty" in refused.content.decode()
    post(admin, address, {"name": "Rice", f"custom.{needed.key}": "Khulna"})
    assert Opportunity.objects.get().custom == {needed.key: "Khulna"}


def test_by_the_api_it_takes_own_fields(admin):
    needed = required(admin, "opportunity", "Depot")
    lead = make_lead("Rice", by=admin, owner=admin)
    client = Client()
    client.force_login(admin)
    address = f"/api/v1/leads/{lead.pk}/conversion"

    def send(body):
        return client.post(address, json.dumps(body), content_type="application/json")

    assert send({}).status_code == 422
    assert send({"custom": {"nonsense": 1, needed.key: "Khulna"}}).status_code == 422
    assert send({"custom": {needed.key: "Khulna"}}).status_code == 200
    assert Opportunity.objects.get().custom == {needed.key: "Khulna"}


def test_own_fields_of_one_name_and_the_campaign_go_along(admin):
    depot = {kind: required(admin, kind, "Depot") for kind in ("lead", "opportunity")}
    size = {kind: own(admin, kind, "Size", "number") for kind in ("lead", "opportunity")}
    other = [own(admin, "lead", "Mood"), own(admin, "opportunity", "Mood", "number")]
    hidden = (
        own(admin, "lead", "Rating"),
        own(admin, "opportunity", "Rating", editable_by_roles=["administrator"]),
    )
    values = {depot["lead"].key: "Khulna", size["lead"].key: 40, other[0].key: "good", hidden[0].key: "A"}
    seller = make_seller("Rupa", role="sales", team=admin.team)
    lead = make_lead("Rice", by=admin, owner=seller, custom=values, campaign="Spring")
    made = actions.convert_lead(lead, actor=seller, custom={size["opportunity"].key: 41})
    assert made.custom == {depot["opportunity"].key: "Khulna", size["opportunity"].key: 41}
    assert made.campaign == "Spring"


class TestStages:
    """A stage's required fields hold where an opportunity begins too."""

    def test_none_begins_where_something_is_missing(self, admin):
        firm = make_company("Padma", by=admin)
        with pytest.raises(actions.MissingFields) as refused:
            actions.create_opportunity(
                actor=admin, name="Rice", company=firm, stage=stage_named("Negotiating")
            )
        assert refused.value.fields == ["amount", "expected_close"]
        made = actions.create_opportunity(
            actor=admin, name="Rice", company=firm, stage=stage_named("Quoted"), amount=Money.of("5", "BDT")
        )
        assert made.stage.name == "Quoted"

    def test_by_the_api_it_is_told_by_field(self, admin):
        firm = make_company("Padma", by=admin)
        client = Client()
        client.force_login(admin)
        body = {"name": "Rice", "company_id": str(firm.pk), "stage_id": str(stage_named("Quoted").pk)}
        answer = client.post("/api/v1/opportunities", json.dumps(body), content_type="application/json")
        assert answer.status_code == 422 and "amount" in answer.content.decode()
        assert not Opportunity.objects.exists()

    def test_a_conversion_asks_for_it(self, admin):
        Stage.objects.filter(name="Needs understood").update(required_fields=["company"])
        firm = make_company("Padma", by=admin)
        lead = make_lead("Rice", by=admin, owner=admin)
        address = reverse("sales:lead_conversion", args=[lead.pk])
        sent = {"name": "Rice", "stage": str(stage_named("Needs understood").pk)}
        refused = post(admin, address, sent)
        assert refused.status_code == 422 and 'name="company"' in refused.content.decode()
        post(admin, address, sent | {"company": str(firm.pk)})
        assert Opportunity.objects.get().company == firm

    def test_what_nobody_can_say_yet_sends_to_an_earlier_stage_unless_there_is_none(self, admin):
        firm = make_company("Padma", by=admin)
        Stage.objects.filter(name__in=("Qualifying", "Needs understood")).update(
            required_fields=["next_step"]
        )
        with pytest.raises(actions.MissingFields) as refused:
            make_opportunity(by=admin, company=firm, stage=stage_named("Needs understood"))
        assert "earlier stage" in str(refused.value)
        assert make_opportunity(by=admin, company=firm).stage.name == "Qualifying"


def test_a_seller_who_types_a_new_person_is_asked_for_what_stands_in_the_dialog(admin):
    field = required(admin, "contact")
    required(admin, "company", "Trade licence")
    person = {"full_name": "Anika Rahman", "mail": "anika@example.org", "company": "Padma Rice Mills"}
    lead = actions.receive_lead(actor=admin, title="Rice", person=person)
    assert (lead.contact.custom, lead.company.name, lead.company.custom) == ({}, "Padma Rice Mills", {})
    # On their own pages they are asked for, as before.
    with pytest.raises(ValidationError) as refused:
        create_contact(actor=admin, full_name="Karim Uddin")
    assert list(refused.value.message_dict) == [f"custom.{field.key}"]
