"""What is set up is told to other programs: once for each change, and without what is secret."""

import json
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from bandhu.billing import actions as billing
from bandhu.calendars import actions as calendars
from bandhu.calendars.tests.cast import make_booking_page
from bandhu.catalog import actions as catalog
from bandhu.catalog.models import TaxClass
from bandhu.catalog.tests.cast import make_administrator, make_money
from bandhu.channels import actions as channels
from bandhu.identity.tests.cast import make_team
from bandhu.integrations import actions
from bandhu.integrations.models import WebhookDelivery
from bandhu.integrations.subscribers import send_webhooks
from bandhu.platform.events import event_classes
from bandhu.platform.models import EventRecord
from bandhu.platform.money import Money
from bandhu.privacy.purposes import ensure_purposes
from bandhu.quotes import actions as quotes
from bandhu.sales import actions as sales
from bandhu.sales.models import Stage
from bandhu.sales.queries import period_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return make_money(make_administrator())


def told(name):
    """The payloads of an event, the oldest first."""
    return [one.payload for one in EventRecord.objects.filter(name=name).order_by("pk")]


def test_pipelines_stages_and_reasons(admin):
    made = sales.create_pipeline(actor=admin, name="Partners")
    stage = sales.add_stage(made, actor=admin, name="Talks", probability="0.3")
    sales.change_stage(stage, actor=admin, name="Long talks")
    sales.delete_stage(stage, actor=admin)
    sales.create_reason(actor=admin, kind="lost", name="Price")
    assert told("sales.pipeline_changed") == [
        {"title": "Partners", "change": "created", "pipeline_id": str(made.pk)}
    ]
    stages = [(one["title"], one["change"]) for one in told("sales.stage_changed")]
    assert stages == [("Talks", "created"), ("Long talks", "changed"), ("Long talks", "deleted")]
    assert {one["pipeline_id"] for one in told("sales.stage_changed")} == {str(made.pk)}
    assert [one["outcome"] for one in told("sales.close_reason_changed")] == ["lost"]


def test_what_is_refused_is_not_told(admin):
    made = sales.create_pipeline(actor=admin, name="Partners")
    for stage in Stage.objects.filter(pipeline=made, kind="open"):
        with pytest.raises(ValidationError):
            sales.delete_stage(stage, actor=admin)
    with pytest.raises(ValidationError):
        sales.add_stage(made, actor=admin, name=" ")
    assert told("sales.stage_changed") == []


def test_territories_and_quotas(admin):
    team = make_team("Dhaka")
    place = sales.set_territory(None, actor=admin, name="All", kind="lead", owner=admin, team=team)
    sales.delete_territory(place, actor=admin)
    territories = told("sales.territory_changed")
    assert [(one["change"], one["kind"], one["team_id"]) for one in territories] == [
        ("created", "lead", str(team.pk)), ("deleted", "lead", str(team.pk)),
    ]  # fmt: skip
    period = period_of("year", "2026-05-05")
    for amount in (Money(5_000, "BDT"), Money(5_000, "BDT"), None):
        sales.set_quota(team, actor=admin, period=period, amount=amount)
    assert [(one["team_id"], one["user_id"], one["begins"], one["amount_minor"]) for one in told("sales.quota_set")] == [
        (str(team.pk), None, "2026-01-01", 5_000), (str(team.pk), None, "2026-01-01", None),
    ]  # fmt: skip


def test_tax_rates(admin):
    rate = catalog.set_tax_rate(
        actor=admin, tax_class=TaxClass.objects.get(key="standard"), country="BD", name="VAT", percent=Decimal(15), valid_from="2026-07-01"
    )  # fmt: skip
    catalog.remove_tax_rate(rate, actor=admin)
    found = told("catalog.tax_rate_changed")
    assert [(one["change"], one["country"], Decimal(one["percent"])) for one in found] == [
        ("created", "BD", 15), ("deleted", "BD", 15),
    ]  # fmt: skip
    assert (found[0]["tax_class"], found[0]["valid_from"], found[0]["valid_to"]) == ("standard", "2026-07-01", None)  # fmt: skip


def test_templates_and_letters(admin):
    made = quotes.set_template(None, actor=admin, name="Standard", terms={"en": "Paid within a month"})
    quotes.set_template(made, actor=admin, colour="#445566")
    quotes.set_template(made, actor=admin, colour="#445566")
    found = told("quotes.template_changed")
    assert [(one["change"], one["version"]) for one in found] == [("created", 1), ("changed", 2)]
    assert found[1]["fields"] == ["colour"]
    ensure_purposes()
    channels.set_template(None, actor=admin, name="Hello", texts={"en": {"subject": "Hello", "body": "Hi"}})
    letter = told("channels.mail_template_changed")[-1]
    assert (letter["title"], letter["languages"], letter["change"]) == ("Hello", ["en"], "created")
    assert "Paid within" not in json.dumps(found) and "body" not in json.dumps(letter)


def test_booking_pages(admin):
    page = make_booking_page(admin, by=admin)
    calendars.change_booking_page(page, actor=admin, is_active=False)
    found = told("calendars.booking_page_changed")
    assert [(one["slug"], one["is_active"], one["change"]) for one in found] == [
        ("rice", True, "created"), ("rice", False, "changed"),
    ]  # fmt: skip


def test_payment_accounts_tell_no_secret(admin):
    keys = {"secret_key": "sk_test_verysecret", "webhook_secret": "whsec_verysecret"}
    account = billing.set_payment_account(None, actor=admin, gateway="stripe", name="Cards", keys=keys)
    billing.set_payment_account(
        account, actor=admin, name="Cards", keys={"secret_key": "sk_test_another"}, is_active=False
    )
    found = told("billing.payment_account_changed")
    assert [(one["change"], one["is_active"]) for one in found] == [("created", True), ("changed", False)]
    assert {"keys", "is_active"} <= set(found[1]["fields"])
    said = json.dumps(found)
    for secret in (*keys.values(), "sk_test_another", account.token, account.sealed_keys):
        assert secret not in said


def test_a_webhook_may_ask_for_them(admin, monkeypatch):
    monkeypatch.setenv("BANDHU_CALL_INSIDE", "1")
    names = ["sales.quota_set", "billing.payment_account_changed", "calendars.booking_page_changed"]
    assert set(names) <= event_classes.keys()
    hook = actions.create_webhook(actor=admin, name="ERP", url="http://127.0.0.1:9/hook", events=names)
    sales.set_quota(admin, actor=admin, period=period_of("month", "2026-05-05"), amount=Money(100, "BDT"))
    record = EventRecord.objects.get(name="sales.quota_set")
    send_webhooks(event_classes[record.name](**record.payload), record)
    assert WebhookDelivery.objects.get(webhook=hook).event.name == "sales.quota_set"
