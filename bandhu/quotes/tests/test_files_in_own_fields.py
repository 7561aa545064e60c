"""A file in a house's own field of an opportunity, a product or a quote comes by its form, and stays when the form is sent again."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bandhu.catalog.models import Product
from bandhu.catalog.tests.cast import make_product
from bandhu.platform.actions.custom_fields import create_field
from bandhu.quotes.tests.cast import make_quote, make_shop
from bandhu.sales.tests.cast import make_opportunity, ready_pipeline

pytestmark = pytest.mark.django_db
PAPER = b"%PDF-1.7 plan"


@pytest.fixture
def boss():
    ready_pipeline()
    return make_shop()[0]


def _opportunity(boss):
    deal = make_opportunity("Rice", by=boss)
    links = {"contact": deal.contact_id or "", "company": deal.company_id or "", "currency": "BDT"}
    return deal, "sales:opportunity_edit", {"name": "Rice"} | links


def _quote(boss):
    quote = make_quote(boss)
    return (
        quote,
        "quotes:quote_edit",
        {"company": quote.company_id, "language": "en", "currency": "BDT", "country": "BD"},
    )


def _product(boss):
    return make_product(boss, "RICE"), "catalog:product_field", {}


@pytest.mark.parametrize(
    ("kind", "make"), [("opportunity", _opportunity), ("quote", _quote), ("product", _product)]
)
def test_it_comes_by_the_form_stays_and_goes_when_it_is_cleared(boss, kind, make):
    plan = create_field(actor=boss, kind=kind, type="file", labels={"en": "Plan"})
    name = f"custom.{plan.key}"
    record, view, said = make(boss)
    client = Client()
    client.force_login(boss)
    address = reverse(view, args=[record.pk, name] if kind == "product" else [record.pk])

    def send(**more):
        record.refresh_from_db()
        answer = client.post(address, said | {"version": record.version} | more)
        assert answer.status_code in (200, 302, 303), answer.content.decode()[:2_000]
        record.refresh_from_db()
        return record.custom.get(plan.key)

    assert b"multipart/form-data" in client.get(address).content
    kept = send(**{name: SimpleUploadedFile("plan.pdf", PAPER)})
    assert kept["name"] == "plan.pdf"
    assert send() == kept
    assert send(**{f"{name}-clear": "on"}) is None


def test_a_new_product_comes_with_its_file(boss):
    plan = create_field(actor=boss, kind="product", type="file", labels={"en": "Plan"})
    client = Client()
    client.force_login(boss)
    sent = {
        "code": "RICE",
        "name_en": "Rice",
        "unit": "C62",
        "is_active": "true",
        f"custom.{plan.key}": SimpleUploadedFile("plan.pdf", PAPER),
    }
    answer = client.post(reverse("catalog:product_new"), sent)
    assert answer.status_code in (302, 303), answer.content.decode()[:2_000]
    assert Product.objects.get(code="RICE").custom[plan.key]["name"] == "plan.pdf"
