"""Follow-ups from files: for customers in the book alone, once, with what has no field kept, and taken back."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from bandhu.customers.actions import imports as wizard
from bandhu.customers.models import Contact
from bandhu.customers.tests.cast import make_company, make_contact
from bandhu.customers.tests.importing import bring_in, finish, set_up, take_back
from bandhu.identity.results import Denied
from bandhu.identity.tests.cast import grant, make_team, make_user
from bandhu.interactions.actions import change_follow_up
from bandhu.interactions.models import FollowUp
from bandhu.platform.actions.custom_fields import create_field
from bandhu.platform.models import Notification

pytestmark = pytest.mark.django_db
HEAD = "Task ID,Subject,Type,Status,Due Date,Contact,Email,Company,Assigned To,Description,Colour\n"


@pytest.fixture
def rupa():
    return make_user("Rupa", role="administrator", time_zone="Asia/Dhaka")


@pytest.fixture
def ann(rupa):
    return make_contact("Ann Lee", by=rupa, mails=[{"address": "ann@example.org"}])


def test_rows_become_follow_ups_of_who_is_known(rupa, ann):
    acme = make_company("Acme Ltd", by=rupa)
    kamal = make_user("Kamal", role="sales", team=make_team("Dhaka"))
    rows = (
        "1,Call about rice,Call,Not Started,2027-03-01,,ann@example.org,,Kamal,Ask for sacks,red\n"
        "2,চালান পাঠান,To-do,Completed,2026-01-05 10:30,,,Acme Ltd,,,\n"
        "3,Lunch,Lunch,Cancelled,2026-01-06,ann lee,,,Nobody Known,,\n"
    )
    run = bring_in(rupa, HEAD + rows, kind="follow_ups")
    assert (run.state, run.created, run.failed) == ("done", 3, 0)
    call, sent, lunch = (FollowUp.objects.get(kind=kind) for kind in ("call", "task", "meeting"))
    assert (call.contact, call.owner, call.team, call.state) == (ann, kamal, kamal.team, "open")
    # A day without a time ends at five, on the clock of who brings it in.
    assert call.due_at == datetime(2027, 3, 1, 11, tzinfo=UTC)
    assert call.note == "Ask for sacks\nColour: red"
    assert (sent.company, sent.contact, sent.state, sent.done_by) == (acme, None, "done", rupa)
    assert sent.due_at == sent.done_at == datetime(2026, 1, 5, 4, 30, tzinfo=UTC)
    assert (lunch.state, lunch.contact, lunch.owner) == ("dropped", ann, rupa)
    assert lunch.note == "Assigned To: Nobody Known"
    ann.refresh_from_db()
    assert ann.next_step_due_at == call.due_at
    assert Notification.objects.get(user=kamal).values["number"] == 1
    assert Contact.objects.count() == 1
    assert bring_in(rupa, HEAD + rows, kind="follow_ups").created == 0


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("1,,Call,,2027-03-01,,ann@example.org,,,,\n", "nothing_to_do"),
        ("1,Call,,,,,ann@example.org,,,,\n", "no_due_day"),
        ("1,Call,,,2027-03-01,,,,,,\n", "no_customer"),
        ("1,Call,,,2027-03-01,Bob,,,,,\n", "customer_unknown"),
        ("1,Call,,,2027-03-01,,,Nowhere Ltd,,,\n", "customer_unknown"),
        ("1,Call,,,the other day,,ann@example.org,,,,\n", "not_a_date"),
        ("1,Call,,,9027-03-01,,ann@example.org,,,,\n", "out_of_range"),
        ("1,Call,,Done,1907-03-01,,ann@example.org,,,,\n", "out_of_range"),
    ],
)
def test_what_cannot_be_is_put_aside(rupa, ann, row, code):
    run = bring_in(rupa, HEAD + row, kind="follow_ups")
    assert (run.created, run.failed) == (0, 1)
    problems = run.failed_rows.get().problems
    assert code in [one["code"] for one in problems]


def test_two_of_one_name_are_told_apart_by_their_company(rupa):
    acme, padma = make_company("Acme Ltd", by=rupa), make_company("Padma", by=rupa)
    make_contact("Ann Lee", by=rupa, company=acme)
    meant = make_contact("Ann Lee", by=rupa, company=padma)
    meghna = make_company("Meghna", by=rupa)
    rows = "1,Call,,,2027-03-01,Ann Lee,,,,,\n2,Call,,,2027-03-01,Ann Lee,,Padma,,,\n3,Write,,,2027-03-01,Ann Lee,,Meghna,,,\n"
    run = bring_in(rupa, HEAD + rows, kind="follow_ups")
    assert (run.created, run.failed) == (2, 1)
    call, other = FollowUp.objects.get(what="Call"), FollowUp.objects.get(what="Write")
    assert (call.contact, call.company) == (meant, padma)
    assert (other.contact, other.company, other.note) == (None, meghna, "Ann Lee")


def test_customers_out_of_reach_are_nobody(ann):
    seller = make_user("Seller", team=make_team("Chennai"))
    for permission in ("customers.import_contacts", "customers.view_contact", "interactions.plan_follow_up"):
        grant(seller, permission, reach="own")
    run = bring_in(seller, HEAD + "1,Call,,,2027-03-01,Ann Lee,ann@example.org,,,,\n", kind="follow_ups")
    assert (run.created, run.failed) == (0, 1)
    grant(stranger := make_user("Stranger"), "customers.import_contacts")
    run = set_up(stranger, HEAD, kind="follow_ups")
    with pytest.raises(Denied):
        wizard.start_import(run, actor=stranger)


def test_columns_become_own_fields_of_follow_ups(rupa, ann):
    known = create_field(actor=rupa, kind="follow_up", type="number", labels={"en": "Colour"})
    text = "Subject,Due Date,Email,Colour,Size\nCall,2027-03-01,ann@example.org,7,L\n"
    run = set_up(rupa, text, kind="follow_ups", columns={"Size": "custom"})
    assert [one["target"] for one in run.mapping][3] == f"field:{known.key}"
    wizard.start_import(run, actor=rupa)
    finish(run)
    made = FollowUp.objects.get()
    assert made.custom[known.key] == 7 and sorted(map(str, made.custom.values())) == ["7", "L"]
    ann.refresh_from_db()
    assert ann.custom == {}


def test_undo_takes_them_back_but_for_what_somebody_worked_on(rupa, ann):
    rows = "1,Call,,,2027-03-01,,ann@example.org,,,,\n2,Visit,,,2027-03-02,,ann@example.org,,,,\n"
    run = bring_in(rupa, HEAD + rows, kind="follow_ups")
    change_follow_up(FollowUp.objects.get(what="Visit"), actor=rupa, note="Mine")
    take_back(run, rupa)
    assert [one.what for one in FollowUp.objects.all()] == ["Visit"]
    ann.refresh_from_db()
    assert ann.next_step_due_at == FollowUp.objects.get().due_at


def test_the_wizard_asks_what_columns_are_and_whose_the_rest_is(rupa, ann):
    run = set_up(rupa, HEAD + "1,Call,,,2027-03-01,,ann@example.org,,,,\n", kind="follow_ups")
    client = Client()
    client.force_login(rupa)
    looked = client.post(
        reverse("customers:import_look", args=[run.pk]),
        {"kind": "follow_ups", "has_header": "on", "next": "1"},
    )
    assert looked["Location"] == reverse("customers:import_columns", args=[run.pk])
    columns = client.get(looked["Location"]).content.decode()
    assert "Mail address of the contact" in columns and "National id" not in columns
    kamal = make_user("Kamal", role="sales")
    options = reverse("customers:import_options", args=[run.pk])
    assert "Owner of rows that name none" in client.get(options).content.decode()
    assert client.post(options, {"owner": str(kamal.pk)}).status_code == 302
    run.refresh_from_db()
    wizard.start_import(run, actor=rupa)
    finish(run)
    assert FollowUp.objects.get().owner == kamal
