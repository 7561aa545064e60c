"""The house's own fields on payments: filled when one is written down or afterwards, while the payment itself stays as it came in."""

import csv
import io
import json

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from bandhu.billing import actions
from bandhu.billing.models import Payment
from bandhu.billing.personal import forget_buyer
from bandhu.billing.tests.cast import make_house, make_invoice, taka
from bandhu.customers.actions.exports import export_records
from bandhu.customers.tests.cast import make_contact
from bandhu.identity.results import Denied, OutOfReach
from bandhu.identity.tests.cast import grant, make_user
from bandhu.platform.actions.custom_fields import create_field
from bandhu.platform.bulk import run_bulk_change, start_bulk_change, undo_bulk_change
from bandhu.platform.custom_fields import all_fields
from bandhu.platform.listing import listing_for
from bandhu.platform.models import AuditEntry, EventRecord, StoredFile
from bandhu.platform.record_kinds import record_kinds

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return make_house()


@pytest.fixture
def client(boss):
    found = Client()
    found.force_login(boss)
    return found


def own(boss, type="text", label="Slip", **more):
    return create_field(actor=boss, kind="payment", type=type, labels={"en": label}, **more)


def paid(boss, amount="100", **more):
    invoice = make_invoice(by=boss)
    return actions.record_payment(invoice, actor=boss, amount=taka(amount), method="bank", **more)


def test_they_are_filled_with_the_payment_or_afterwards_and_nothing_else_changes(boss):
    slip = own(boss, type="number")
    with pytest.raises(ValidationError) as caught:
        paid(boss, custom={slip.key: "many"})
    assert list(caught.value.message_dict) == [f"custom.{slip.key}"] and not Payment.objects.exists()
    payment = paid(boss, custom={slip.key: "12"})
    assert payment.custom == {slip.key: 12}
    for bad, name in (({slip.key: "x"}, f"custom.{slip.key}"), ({"nothing": 1}, "custom.nothing")):
        with pytest.raises(ValidationError) as caught:
            actions.change_payment(payment, actor=boss, custom=bad)
        assert name in caught.value.message_dict
    assert actions.change_payment(payment, actor=boss, custom={slip.key: "13"}).custom == {slip.key: 13}
    actions.change_payment(payment, actor=boss, custom={slip.key: 13})
    told = AuditEntry.objects.filter(record_kind="payment", record_id=payment.pk).order_by("pk")
    changes = [(one.verb, one.changes[f"custom.{slip.key}"]) for one in told]
    assert changes == [("created", [None, 12]), ("changed", [12, 13])]
    event = EventRecord.objects.get(name="billing.payment_changed")
    assert event.payload["fields"] == [f"custom.{slip.key}"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(amount_minor=1, custom={})


def test_what_must_be_filled_is_asked_of_people_alone(boss, client):
    slip = own(boss, is_required=True)
    assert paid(boss).custom == {}
    with pytest.raises(ValidationError):
        paid(boss, custom={})
    invoice = make_invoice(by=boss)
    page = reverse("billing:payment_new", args=[invoice.pk])
    sent = {"amount": "10", "method": "cash"}
    refused = client.post(page, sent)
    assert refused.status_code == 422 and f"custom.{slip.key}" in refused.content.decode()
    assert client.post(page, sent | {f"custom.{slip.key}": "A 7"}).status_code == 302
    assert invoice.payments.get().custom == {slip.key: "A 7"}
    address = f"/api/v1/invoices/{invoice.pk}/payments"
    body = {"amount": {"minor": 100, "currency": "BDT"}, "method": "cash"}
    assert client.post(address, json.dumps(body), content_type="application/json").status_code == 422
    body["custom"] = {slip.key: "A 8"}
    made = client.post(address, json.dumps(body), content_type="application/json")
    assert (made.status_code, made.json()["custom"]) == (201, body["custom"])


def test_on_the_page_of_the_invoice_with_files(boss, client):
    payment = paid(boss)
    assert reverse("billing:payment_fields", args=[payment.pk]) not in shown(client, payment)
    slip, scan = own(boss), own(boss, type="file", label="Scan")
    address = reverse("billing:payment_fields", args=[payment.pk])
    assert address in shown(client, payment)
    assert 'enctype="multipart/form-data"' in client.get(address).content.decode()
    sent = {
        f"custom.{slip.key}": "<b>7</b>",
        f"custom.{scan.key}": SimpleUploadedFile("scan.txt", b"paid"),
    }
    assert client.post(address, sent).status_code == 302
    payment.refresh_from_db()
    page = shown(client, payment)
    assert "&lt;b&gt;7&lt;/b&gt;" in page
    link = reverse("platform:file", args=[payment.custom[scan.key]["id"]])
    assert link in page and client.get(link).status_code == 200
    stranger = Client()
    stranger.force_login(make_user("Stranger"))
    assert stranger.get(link).status_code == 404


def shown(client, payment):
    return client.get(reverse("billing:invoice", args=[payment.invoice_id])).content.decode()


def test_who_may_fill_them(boss):
    slip, payment = own(boss), paid(boss)
    mina = make_user("Mina")
    grant(mina, "billing.record_payment", "own")
    with pytest.raises(OutOfReach):
        actions.change_payment(payment, actor=mina, custom={slip.key: "1"})
    reader = make_user("Reader")
    grant(reader, "billing.view_invoice")
    with pytest.raises(Denied):
        actions.change_payment(payment, actor=reader, custom={slip.key: "1"})


def test_lists_filter_export_and_change_many(boss):
    slip = own(boss, type="choice", options={"choices": [{"key": "a", "labels": {"en": "Seen"}}]})
    name, kind = f"custom.{slip.key}", record_kinds["payment"]
    payments = [paid(boss), paid(boss, "200"), paid(boss, "300")]
    field = next(one for one in all_fields(boss, kind) if one.name == name)
    change = start_bulk_change(
        actor=boss, kind=kind, field=field, mode="set", value="a", words="Seen",
        ids=[one.pk for one in payments[:2]],
    )  # fmt: skip
    run_bulk_change(change.pk)
    tree = {"all": [{"field": name, "op": "in", "value": ["a"]}]}
    rows, _order = listing_for(boss, "payment", {"filter": tree}).ordered()
    assert {one.pk for one in rows} == {one.pk for one in payments[:2]}
    definition = {"columns": ["amount", name]}
    text = b"".join(export_records(actor=boss, kind="payment", file_format="csv", definition=definition))
    filled = [row["Slip"] for row in csv.DictReader(io.StringIO(text.decode("utf-8-sig")))]
    assert sorted(filled) == ["", "a", "a"]
    # One that somebody else emptied since is left alone when the change is taken back.
    actions.change_payment(payments[0], actor=boss, custom={slip.key: None})
    change.refresh_from_db()
    undo_bulk_change(change, actor=boss)
    run_bulk_change(change.pk)
    assert list(change.rows.order_by("id").values_list("state", flat=True)) == ["kept", "undone"]
    assert not Payment.objects.exclude(custom={}).exists()


def test_by_the_api_only_as_it_was_read(boss, client):
    slip, payment = own(boss), paid(boss)
    address = f"/api/v1/payments/{payment.pk}"
    tag = client.get(address).headers["ETag"]

    def send(body, **headers):
        text = json.dumps(body)
        return client.patch(address, text, content_type="application/json", headers=headers)

    first = send({"custom": {slip.key: "7"}}, if_match=tag)
    assert (first.status_code, first.json()["custom"]) == (200, {slip.key: "7"})
    assert first.headers["ETag"] != tag
    assert send({"custom": {slip.key: "8"}}, if_match=tag).status_code == 412
    for wrong in (
        {},
        {"custom": None},
        {"custom": {"nothing": 1}},
        {"note": "x"},
        {"custom": {slip.key: [1]}},
    ):
        assert send(wrong).status_code == 422, wrong
    hidden = own(boss, label="Margin", visible_to_roles=["administrator"])
    send({"custom": {hidden.key: "1"}})
    seller = Client()
    seller.force_login(make_user("Mina", role="read_only"))
    assert seller.get(address).json()["custom"] == {slip.key: "7"}
    listed = seller.get("/api/v1/payments").json()["items"]
    assert [one["custom"] for one in listed] == [{slip.key: "7"}]


def test_a_person_who_is_forgotten_leaves_none(boss):
    slip, scan = own(boss), own(boss, type="file", label="Scan")
    person = make_contact("Anika", by=boss)
    invoice = make_invoice(by=boss, contact=person)
    payment = actions.record_payment(
        invoice, actor=boss, amount=taka("10"), method="cash", custom={slip.key: "Of Anika"}
    )
    client = Client()
    client.force_login(boss)
    sent = {f"custom.{slip.key}": "Of Anika", f"custom.{scan.key}": SimpleUploadedFile("a.txt", b"x")}
    client.post(reverse("billing:payment_fields", args=[payment.pk]), sent)
    assert StoredFile.objects.filter(record_id=payment.pk).exists()
    forget_buyer(person.pk)
    payment.refresh_from_db()
    assert payment.custom == {} and not StoredFile.objects.filter(record_id=payment.pk).exists()
