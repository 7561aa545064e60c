"""The house's own fields on invoices and subscriptions: filled, checked, compared, listed, and frozen with what was issued."""

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
from bandhu.billing.actions import issue_invoice
from bandhu.billing.actions.ordering import begin_subscriptions
from bandhu.billing.models import Invoice, Subscription
from bandhu.billing.tests.cast import make_draft, make_house, make_invoice, make_issuer, make_subscription
from bandhu.customers.actions.exports import export_records
from bandhu.identity.tests.cast import make_user
from bandhu.platform.actions.custom_fields import create_field
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.listing import listing_for
from bandhu.platform.models import AuditEntry
from bandhu.quotes import actions as quotes
from bandhu.quotes.models import Order
from bandhu.quotes.tests.cast import free_line, make_shop, sent_quote

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return make_house()


@pytest.fixture
def client(boss):
    found = Client()
    found.force_login(boss)
    return found


def own(boss, kind="invoice", type="number", label="Depot", **more):
    return create_field(actor=boss, kind=kind, type=type, labels={"en": label}, **more)


@pytest.mark.parametrize(("kind", "make", "change"), [
    ("invoice", make_draft, actions.change_invoice), ("subscription", make_subscription, actions.change_subscription),
])  # fmt: skip
def test_values_are_checked_kept_and_told(boss, kind, make, change):
    depot = own(boss, kind)
    record = make(by=boss, custom={depot.key: "12"})
    assert record.custom == {depot.key: 12}
    for bad, name in (({depot.key: "twelve"}, f"custom.{depot.key}"), ({"nothing": 1}, "custom.nothing")):
        with pytest.raises(ValidationError) as caught:
            change(record, actor=boss, custom=bad)
        assert name in caught.value.message_dict
    changed = change(record, actor=boss, custom={depot.key: "13"})
    assert (changed.custom, changed.version) == ({depot.key: 13}, record.version + 1)
    assert change(changed, actor=boss, custom={depot.key: 13}).version == changed.version
    last = AuditEntry.objects.filter(record_kind=kind, record_id=record.pk).order_by("pk").last()
    assert last.changes[f"custom.{depot.key}"] == [12, 13]
    with pytest.raises(EditConflict) as clash:
        change(record, actor=boss, version=record.version, custom={depot.key: "14"})
    assert clash.value.theirs[f"custom.{depot.key}"] == 13
    assert change(changed, actor=boss, custom={depot.key: ""}).custom == {}


@pytest.mark.parametrize(("kind", "make"), [("invoice", make_draft), ("subscription", make_subscription)])
def test_what_must_be_filled_and_who_may(boss, kind, make):
    depot = own(boss, kind, is_required=True)
    with pytest.raises(ValidationError) as caught:
        make(by=boss)
    assert f"custom.{depot.key}" in caught.value.message_dict
    seller = make_user("Mina", role="sales")
    hidden = own(boss, kind, label="Margin", editable_by_roles=["administrator"])
    with pytest.raises(ValidationError) as caught:
        make(by=seller, company=None, contact=None, custom={depot.key: 1, hidden.key: 2})
    assert f"custom.{hidden.key}" in caught.value.message_dict


def test_an_issued_invoice_keeps_them_whoever_asks(boss, client):
    depot = own(boss)
    invoice = issue_invoice(make_draft(by=boss, custom={depot.key: 7}), actor=boss)
    with pytest.raises(ValidationError, match="issued"):
        actions.change_invoice(invoice, actor=boss, custom={depot.key: 8})
    with pytest.raises(IntegrityError), transaction.atomic():
        Invoice.objects.filter(pk=invoice.pk).update(custom={depot.key: 8})
    page = client.get(reverse("billing:invoice", args=[invoice.pk])).content.decode()
    assert "Depot" in page and "the own fields, too, stay as they were" in page


def test_a_field_made_afterwards_stays_empty_on_what_was_issued(boss, client):
    invoice = make_invoice(by=boss)
    own(boss)
    page = client.get(reverse("billing:invoice", args=[invoice.pk]))
    assert page.status_code == 200 and "Depot" in page.content.decode()


def test_the_form_takes_them_files_too(boss, client):
    note, paper = own(boss, type="text", label="Gate"), own(boss, type="file", label="Delivery note")
    draft = make_draft(by=boss)
    sent = {
        "version": draft.version, "currency": "BDT", "company": draft.company_id, "row": "line1", "line1-name": "Rice",
        "line1-quantity": "2", "line1-price": "10", f"custom.{note.key}": "North",
        f"custom.{paper.key}": SimpleUploadedFile("note.txt", b"delivered"),
    }  # fmt: skip
    address = reverse("billing:invoice_edit", args=[draft.pk])
    assert 'enctype="multipart/form-data"' in client.get(address).content.decode()
    assert client.post(address, sent).status_code == 302
    draft.refresh_from_db()
    assert draft.custom[note.key] == "North" and draft.custom[paper.key]["name"] == "note.txt"
    del sent[f"custom.{paper.key}"]
    assert client.post(address, sent | {"version": draft.version, "line1-price": "11"}).status_code == 302
    draft.refresh_from_db()
    assert draft.custom[paper.key]["name"] == "note.txt"
    page = client.get(reverse("billing:invoice", args=[draft.pk])).content.decode()
    assert reverse("platform:file", args=[draft.custom[paper.key]["id"]]) in page


def test_the_form_of_a_subscription_says_what_is_wrong_with_one(boss, client):
    depot = own(boss, "subscription")
    record = make_subscription(by=boss)
    sent = {"version": record.version, "company": record.company_id, f"custom.{depot.key}": "many"}
    sent |= {"every": "1", "interval": "month", "starts_on": record.starts_on.isoformat(), "time_zone": "UTC"}
    address = reverse("billing:subscription_edit", args=[record.pk])
    refused = client.post(address, sent)
    assert refused.status_code == 422 and "Write a number" in refused.content.decode()
    assert client.post(address, sent | {f"custom.{depot.key}": "5"}).status_code == 302
    assert Subscription.objects.get().custom == {depot.key: 5}
    assert "Depot" in client.get(reverse("billing:subscription", args=[record.pk])).content.decode()


@pytest.mark.parametrize(("kind", "make"), [("invoice", make_draft), ("subscription", make_subscription)])
def test_lists_filter_show_and_export_them(boss, kind, make):
    depot = own(boss, kind, is_filterable=True)
    make(by=boss, custom={depot.key: 4})
    make(by=boss, custom={depot.key: 5})
    name = f"custom.{depot.key}"
    tree = {"all": [{"field": name, "op": "is", "value": 5}]}
    definition = {"filter": tree, "sort": f"-{name}", "columns": ["number", name]}
    rows, _order = listing_for(boss, kind, definition).ordered()
    assert [one.custom[depot.key] for one in rows] == [5]
    text = b"".join(export_records(actor=boss, kind=kind, file_format="csv", definition={"columns": [name]}))
    assert {row["Depot"] for row in csv.DictReader(io.StringIO(text.decode("utf-8-sig")))} == {"4", "5"}


@pytest.mark.parametrize(("kind", "make"), [("invoice", make_draft), ("subscription", make_subscription)])
def test_by_the_api(boss, client, kind, make):
    depot = own(boss, kind)
    record = make(by=boss)
    address = f"/api/v1/{kind}s/{record.pk}"
    body = json.dumps({"custom": {depot.key: 9}})
    answer = client.patch(address, body, content_type="application/json")
    assert answer.status_code == 200 and answer.json()["custom"] == {depot.key: 9}
    refused = client.patch(address, json.dumps({"custom": {depot.key: "x"}}), content_type="application/json")
    assert refused.status_code == 422 and f"custom.{depot.key}" in refused.content.decode()
    hidden = own(boss, kind, label="Margin", visible_to_roles=["administrator"])
    type(record).objects.filter(pk=record.pk).update(custom={depot.key: 9, hidden.key: 1})
    seller = Client()
    seller.force_login(make_user("Mina", role="read_only"))
    assert seller.get(address).json()["custom"] == {depot.key: 9}


def test_what_must_be_filled_does_not_stop_what_an_order_begins():
    asha, _chair = make_shop()
    own(asha, "subscription", is_required=True)
    make_issuer(asha)
    quote = sent_quote(asha, [free_line("Service", recurs="month")])
    quotes.accept_quote(quote, actor=asha, signed_name="Rahima")
    begin_subscriptions(Order.objects.get(), actor=asha)
    assert Subscription.objects.get().custom == {}
