"""What a merge cannot keep in a field: a line of the note, or the audit trail alone; and where the old address leads."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from bandhu.customers.actions import merge_records, undo_merge
from bandhu.customers.merging import snapshot
from bandhu.customers.models import Contact
from bandhu.customers.tests.cast import make_agent, make_company, make_contact
from bandhu.customers.tests.test_api import Caller
from bandhu.customers.tests.test_own_fields import make_field
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.platform.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def rupa():
    return make_agent("Rupa", role="manager", team=make_team("Dhaka"))


def test_single_values_that_yield_become_lines_of_the_note_and_go_with_the_undo(rupa):
    size = make_field("Shoe size", "number")
    mina = make_user("Mina", role="sales")
    winner = make_contact(
        "Rahima Khatun", by=rupa, note="Likes tea.", job_title="Owner", birthday="1990-04-14", source="Fair",
        custom={size.key: 38},
    )  # fmt: skip
    loser = make_contact(
        "R. Khatun", by=rupa, job_title="Clerk", birthday="1991-05-15", source="Fair", lifecycle="customer", owner=mina,
        custom={size.key: 40}, department="Sales",
    )  # fmt: skip
    before = snapshot(winner), snapshot(loser)
    merge = merge_records(winner, loser, actor=rupa, choices={"job_title": "loser"})
    winner.refresh_from_db()
    first, lines = winner.note.split("\n\n")
    assert first == "Likes tea." and (winner.job_title, winner.department) == ("Clerk", "Sales")
    assert set(lines.splitlines()) == {
        "Job title: Owner", "Birthday: May 15, 1991", "Lifecycle: Customer", "Owner: Mina", "Shoe size: 40",
    }  # fmt: skip
    undo_merge(merge, actor=rupa)
    winner.refresh_from_db()
    loser.refresh_from_db()
    assert (snapshot(winner), snapshot(loser)) == before


def test_what_not_everybody_may_see_stays_out_of_the_note_and_in_the_trail(rupa):
    secret = make_field("Debt", visible_to_roles=["manager"])
    one, other = make_company("Padma", by=rupa), make_company("Meghna", by=rupa)
    winner = make_contact("A", by=rupa, company=one, national_id="111111", custom={secret.key: "none"})
    loser = make_contact("B", by=rupa, company=other, national_id="222222", custom={secret.key: "much"})
    merge_records(winner, loser, actor=rupa)
    winner.refresh_from_db()
    assert winner.note == ""
    told = AuditEntry.objects.get(record_id=loser.pk, verb="deleted").changes
    assert told["national_id"] == ["222222", None] and told["company"] == ["Meghna", None]
    assert told[f"custom.{secret.key}"] == ["much", None]


def test_a_record_that_was_merged_away_points_to_the_one_that_stays(rupa):
    first, second, third = (make_contact(name, by=rupa) for name in "ABC")
    merge_records(second, first, actor=rupa)
    merge_records(Contact.objects.get(pk=third.pk), second, actor=rupa)
    client = Client()
    client.force_login(rupa)
    answer = client.get(reverse("customers:contact", args=[first.pk]))
    assert (answer.status_code, answer["Location"]) == (302, reverse("customers:contact", args=[third.pk]))
    call = Caller(rupa)
    told = call("GET", f"/contacts/{first.pk}", status=404)
    assert told["merged_into"] == str(third.pk)
    told = call("PATCH", f"/contacts/{second.pk}", {"job_title": "Clerk"}, status=404)
    assert told["merged_into"] == str(third.pk)
    assert "merged_into" not in call("GET", f"/contacts/{uuid.uuid4()}", status=404)


def test_who_may_not_see_the_record_that_stays_is_told_nothing(rupa):
    winner, loser = make_contact("A", by=rupa), make_contact("B", by=rupa)
    merge_records(winner, loser, actor=rupa)
    stranger = make_user("Stranger", role="sales", team=make_team("Elsewhere"))
    client = Client()
    client.force_login(stranger)
    assert client.get(reverse("customers:contact", args=[loser.pk])).status_code == 404
    assert "merged_into" not in Caller(stranger)("GET", f"/contacts/{loser.pk}", status=404)
