"""What of an order may change: whose it is and its own fields; what was bought never does."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from bandhu.identity.tests.cast import make_user
from bandhu.platform.actions.custom_fields import create_field
from bandhu.platform.models import AuditEntry, EventRecord
from bandhu.quotes import actions
from bandhu.quotes.models import Order
from bandhu.quotes.tests.cast import free_line, make_shop, sent_quote

pytestmark = pytest.mark.django_db


@pytest.fixture
def asha():
    return make_shop()[0]


@pytest.fixture
def order(asha):
    actions.accept_quote(sent_quote(asha, [free_line()]), actor=asha, signed_name="Rahima")
    return Order.objects.get()


@pytest.fixture
def browser(asha):
    found = Client()
    found.force_login(asha)
    return found


def field(asha, **more):
    return create_field(actor=asha, kind="order", type="text", labels={"en": "Gate"}, **more)


def test_owner_and_own_fields_change_and_are_told(asha, order):
    gate, mina = field(asha), make_user("Mina", role="sales")
    changed = actions.change_order(order, actor=asha, owner=mina, custom={gate.key: "North"})
    assert (changed.owner, changed.custom, changed.version) == (mina, {gate.key: "North"}, order.version + 1)
    assert EventRecord.objects.filter(name="quotes.order_changed").count() == 1
    entry = AuditEntry.objects.filter(record_kind="order", verb="changed").get()
    assert entry.changes[f"custom.{gate.key}"] == [None, "North"]
    actions.change_order(order, actor=asha, owner=mina, custom={gate.key: "North"})
    assert EventRecord.objects.filter(name="quotes.order_changed").count() == 1


def test_what_was_bought_does_not(asha, order):
    with pytest.raises(TypeError):
        actions.change_order(order, actor=asha, title="Other")
    with pytest.raises(ValidationError) as caught:
        actions.change_order(order, actor=asha, custom={"nothing": "x"}, owner="nobody")
    assert set(caught.value.message_dict) == {"custom.nothing", "owner"}


def test_the_form_compares_and_refuses(asha, order, browser):
    gate = field(asha, options={"max_length": 5})
    name, address = f"custom.{gate.key}", reverse("quotes:order_edit", args=[order.pk])
    assert "Gate" in browser.get(address).content.decode()
    mine = {"version": order.version, "owner": order.owner_id, name: "South"}
    assert browser.post(address, mine | {name: "Southern gate"}).status_code == 422
    actions.change_order(order, actor=asha, custom={gate.key: "North"})
    page = browser.post(address, mine)
    assert page.status_code == 409 and "North" in page.content.decode()
    assert browser.post(address, mine | {"version": order.version + 1}).status_code == 302
    shown = browser.get(reverse("quotes:order", args=[order.pk])).content.decode()
    assert "South" in shown and Order.objects.get().custom == {gate.key: "South"}


def test_by_the_api_with_the_version(asha, order, browser):
    gate = field(asha)
    address, body = f"/api/v1/orders/{order.pk}", json.dumps({"custom": {gate.key: "East"}, "team_id": None})
    first = browser.patch(
        address, body, content_type="application/json", headers={"If-Match": f'"v{order.version}"'}
    )
    assert first.status_code == 200 and first.json()["custom"] == {gate.key: "East"}
    body = json.dumps({"custom": {gate.key: "West"}})
    late = browser.patch(
        address, body, content_type="application/json", headers={"If-Match": f'"v{order.version}"'}
    )
    assert late.status_code == 412
    refused = browser.patch(address, json.dumps({"title": "Other"}), content_type="application/json")
    assert refused.status_code == 422
