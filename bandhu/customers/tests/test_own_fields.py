"""Fields an administrator added, on the record's page and form."""

import secrets

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from bandhu.customers.actions import change_contact, merge_records, undo_merge
from bandhu.customers.models import Contact
from bandhu.customers.tests.cast import make_agent, make_contact
from bandhu.identity.tests.cast import make_user
from bandhu.platform.models import AuditEntry, CustomField, CustomFieldVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def rupa():
    return make_agent("Rupa", role="manager")


def make_field(label, type="text", **values):
    field = CustomField.objects.create(record_kind="contact", type=type, labels={"en": label}, **values)
    version, _made = CustomFieldVersion.objects.get_or_create(pk=1)
    version.number = secrets.randbits(62)  # drawn: a number of a rolled back test must not come again
    version.save()
    return field


def post(user, address, sent):
    client = Client()
    client.force_login(user)
    return client.post(address, sent, HTTP_HX_REQUEST="true")


def test_values_come_from_the_form_and_are_shown(rupa):
    card, limit, likes = (
        make_field("Loyalty card"),
        make_field("Credit limit", "money", options={"currency": "BDT"}),
        make_field(
            "Likes",
            "choices",
            options={"choices": [{"key": "tea", "labels": {"en": "Tea"}}, {"key": "milk"}]},
        ),
    )
    sent = {
        "full_name": "Rahima", f"custom.{card.key}": "A-1", f"custom.{limit.key}": "১,২৫০.৫০", f"custom.{likes.key}": ["tea"],
    }  # fmt: skip
    assert post(rupa, reverse("customers:contact_new"), sent).status_code == 204
    contact = Contact.objects.get()
    assert contact.custom == {
        card.key: "A-1",
        limit.key: {"amount": 125050, "currency": "BDT"},
        likes.key: ["tea"],
    }
    client = Client()
    client.force_login(rupa)
    page = client.get(reverse("customers:contact", args=[contact.pk])).content.decode()
    assert "Loyalty card" in page and "A-1" in page and "Tea" in page
    form = client.get(reverse("customers:contact_edit", args=[contact.pk])).content.decode()
    assert "1250.50" in form


def test_one_own_field_in_place_and_its_faults(rupa):
    size = make_field("Shoe size", "number", options={"maximum": 60})
    contact = make_contact(by=rupa)
    address = reverse("customers:contact_field", args=[contact.pk, f"custom.{size.key}"])
    wrong = post(rupa, address, {f"custom.{size.key}": "61", "version": "1"})
    assert wrong.status_code == 422 and "60" in wrong.content.decode()
    right = post(rupa, address, {f"custom.{size.key}": "42", "version": "1"})
    assert right.status_code == 200 and "42" in right.content.decode()
    assert AuditEntry.objects.latest("pk").changes[f"custom.{size.key}"] == [None, 42]


def test_a_required_field_is_asked_for_and_a_forbidden_one_refused(rupa):
    needed = make_field("Customer number", is_required=True)
    hidden = make_field("Salary", visible_to_roles=["administrator"])
    answer = post(rupa, reverse("customers:contact_new"), {"full_name": "Rahima"})
    assert answer.status_code == 422 and "may not be empty" in answer.content.decode()
    assert "Salary" not in answer.content.decode()
    contact = make_contact(by=rupa, custom={needed.key: "7"})
    address = reverse("customers:contact_field", args=[contact.pk, f"custom.{hidden.key}"])
    assert post(rupa, address, {f"custom.{hidden.key}": "1"}).status_code == 404
    with pytest.raises(Exception, match="may not change"):
        change_contact(contact, actor=rupa, custom={hidden.key: "1"})


def test_a_field_that_is_emptied_leaves_the_document(rupa):
    card = make_field("Loyalty card")
    contact = make_contact(by=rupa, custom={card.key: "A-1"})
    assert change_contact(contact, actor=rupa, custom={card.key: ""}).custom == {}


def test_a_records_history_tells_own_fields_in_words_to_who_sees_them(rupa):
    limit = make_field("Credit limit", "money", options={"currency": "BDT"})
    tier = make_field("Tier", "choice", options={"choices": [{"key": "g", "labels": {"en": "Gold"}}]}, visible_to_roles=["manager"])  # fmt: skip
    contact = make_contact("Rahima", by=rupa)
    change_contact(
        contact, actor=rupa, custom={limit.key: {"amount": 125050, "currency": "BDT"}, tier.key: "g"}
    )
    address = reverse("customers:contact_history", args=[contact.pk])

    told = _page(rupa, address)
    assert "Credit limit" in told and "1,250.50" in told and "Tier" in told and "Gold" in told
    assert limit.key not in told

    told = _page(make_user("Reader", role="read_only"), address)
    assert "1,250.50" in told
    assert "Tier" not in told and "Gold" not in told and tier.key not in told


def _page(user, address):
    client = Client()
    client.force_login(user)
    return client.get(address).content.decode()


def test_a_merge_and_its_undoing_tell_an_own_field_only_to_roles_that_see_it(rupa):
    secret = make_field("Secret score", visible_to_roles=["manager"])
    anika = make_user("Reader", role="read_only")
    winner, loser = make_contact("Rahima", by=rupa), make_contact("Rahima B.", by=rupa)
    change_contact(loser, actor=rupa, custom={secret.key: "TOPSECRET42"})
    merge = merge_records(winner, loser, actor=rupa)
    undo_merge(merge, actor=rupa)
    told = [
        entry
        for entry in AuditEntry.objects.filter(record_id=winner.pk)
        if entry.verb in ("merged", "unmerged")
    ]
    assert [f"custom.{secret.key}" in entry.changes for entry in told] == [True, True]

    address = reverse("customers:contact_history", args=[winner.pk])
    assert "TOPSECRET42" not in _page(anika, address)
    seen = _page(rupa, address)
    assert "TOPSECRET42" in seen and "Secret score" in seen and "Merged record" in seen


def test_the_audit_trail_names_own_fields_as_people_do():
    boss = make_user("Boss", role="administrator")
    level = make_field("Level", "choice", options={"choices": [{"key": "g1", "labels": {"en": "Gold"}}]})
    contact = make_contact("Rahima", by=boss)
    change_contact(contact, actor=boss, custom={level.key: "g1"})
    page = _page(boss, f"/settings/audit/contact/{contact.pk}/")
    assert "Level" in page and "Gold" in page and f"custom.{level.key}" not in page


@pytest.mark.parametrize(
    ("type", "value"),
    [
        ("link", "javascript:alert(1)"), ("link", "not a link"), ("link", 7), ("link", ["a"]), ("link", "mailto:"),
        ("text", {"bad": [1]}), ("long_text", ["a"]),
    ],
)  # fmt: skip
def test_what_is_no_value_of_the_field_is_refused_with_a_sentence(rupa, type, value):
    field = make_field("Ours", type)
    contact = make_contact("Rahima", by=rupa)
    with pytest.raises(ValidationError) as refused:
        change_contact(contact, actor=rupa, custom={field.key: value})
    assert f"custom.{field.key}" in refused.value.message_dict


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("example.com", "https://example.com"),
        ("mailto:a@example.com", "mailto:a@example.com"),
        ("tel:+8801712345678", "tel:+8801712345678"),
    ],
)
def test_a_link_may_be_a_page_a_mail_or_a_number(rupa, value, kept):
    field = make_field("Ours", "link")
    contact = change_contact(make_contact("Rahima", by=rupa), actor=rupa, custom={field.key: value})
    assert contact.custom == {field.key: kept}
