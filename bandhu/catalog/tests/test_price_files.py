"""Prices in a file, a file tried out before it is brought in, and what a file did taken back."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bandhu.catalog import actions
from bandhu.catalog.actions import add_currency, bring_in_products, create_price_book, take_back_products
from bandhu.catalog.models import BroughtFile, PriceBook, PriceEntry, Product
from bandhu.catalog.product_files import ProductRow
from bandhu.catalog.tests.cast import make_administrator, make_book, make_money, make_product
from bandhu.identity.tests.cast import make_user
from bandhu.platform.models import AuditEntry, EventRecord, StoredFile
from bandhu.platform.money import Money
from bandhu.sales.tests.cast import make_opportunity

pytestmark = pytest.mark.django_db
PRODUCTS = "catalog:products_file"
HEAD = "code,price,from quantity\n"


@pytest.fixture
def admin():
    return make_money(make_administrator("Asha"))


@pytest.fixture
def book(admin):
    make_book(admin, prices={make_product(admin, "CHAIR"): 1500})
    return PriceBook.objects.get()


@pytest.fixture
def client(admin):
    found = Client()
    found.force_login(admin)
    return found


def sent(text, **fields):
    return {"file": SimpleUploadedFile("prices.csv", text.encode()), **fields}


def into(book):
    return reverse("catalog:prices_file", args=[book.pk])


def prices(book):
    rows = PriceEntry.objects.filter(book=book)
    return {(one.product.code, one.recurs, one.min_quantity.normalize()): one.amount_minor for one in rows}


def take_back(client, **wanted):
    file = BroughtFile.objects.get(**wanted)
    assert client.post(reverse("catalog:file_taking_back", args=[file.pk])).status_code == 302
    file.refresh_from_db()
    return file


def test_prices_are_tried_out_brought_in_without_the_file_again_and_taken_back(admin, book, client):
    make_product(admin, "ROPE", recurs="month")
    text = "SKU;Price;From quantity\nchair;1400;\nCHAIR;1250.50;10\nROPE;12.5;\nROPE;;5\n"
    before = prices(book)
    tried = client.post(into(book), sent(text, **{"try": "1"}))
    page = tried.content.decode()
    assert tried.status_code == 200 and "nothing is written yet" in page and "1,500.00" in page
    assert prices(book) == before and not BroughtFile.objects.exists()
    kept = StoredFile.objects.get(record_kind="tried_catalog_file", deleted_at__isnull=True)
    assert f'value="{kept.pk}"' in page
    assert client.post(into(book), {"kept": str(kept.pk)}).status_code == 302
    one = Decimal(1)
    assert prices(book) == {
        ("CHAIR", "", one): 140_000, ("CHAIR", "", Decimal(10).normalize()): 125_050, ("ROPE", "month", one): 1_250,
    }  # fmt: skip
    assert not StoredFile.objects.filter(record_kind="tried_catalog_file", deleted_at__isnull=True).exists()
    assert "Brought in before" in client.get(into(book)).content.decode()
    assert take_back(client).kept == 0
    assert prices(book) == before


@pytest.mark.parametrize(("text", "said"), [
    (HEAD + "NAIL,5,1\n", "Line 2: There is no product with the code NAIL"),
    (HEAD + "CHAIR,USD 5,1\n", "Line 2: This book&#x27;s prices are in BDT"),
    (HEAD + "CHAIR,-5,1\n", "Line 2:"),
    (HEAD + "CHAIR,5,0\n", "Line 2: The quantity must be larger than zero"),
    (HEAD + "CHAIR,5,-2\n", "Line 2: The quantity must be larger than zero"),
    (HEAD + "CHAIR,5.001,1\n", "Line 2:"),
    (HEAD + "CHAIR,5,1\nchair,6,1.0\n", "Line 3: This price stands in line 2 already"),
    ("code,price,how often\nCHAIR,5,fortnight\n", "Line 2: “fortnight” is none of these"),
    ("code,name\nCHAIR,Chair\n", "at least the code and the price"),
    (HEAD, "The file holds no rows"),
])  # fmt: skip
@pytest.mark.parametrize("is_trial", [False, True])
def test_a_fault_is_told_by_its_line_and_nothing_is_written(book, client, text, said, is_trial):
    answer = client.post(into(book), sent(text, **({"try": "1"} if is_trial else {})))
    assert answer.status_code == 422 and said in answer.content.decode()
    assert prices(book) == {("CHAIR", "", Decimal(1)): 150_000}
    assert not BroughtFile.objects.exists()


@pytest.mark.parametrize(("code", "good", "minor", "bad"), [
    ("JPY", "1200", 1_200, "1200.5"), ("BHD", "1.250", 1_250, "1.2505"), ("USD", "0", 0, "0.005"),
])  # fmt: skip
def test_a_price_has_the_places_of_its_currency(admin, book, client, code, good, minor, bad):
    if code != "USD":
        add_currency(actor=admin, code=code)
    other = create_price_book(actor=admin, name=code, currency=code)
    refused = client.post(into(other), sent(f"code,price\nCHAIR,{bad}\n"))
    assert refused.status_code == 422 and prices(other) == {}
    assert client.post(into(other), sent(f"code,price\nCHAIR,{good}\n")).status_code == 302
    assert prices(other) == {("CHAIR", "", Decimal(1)): minor}


def test_a_price_somebody_changed_since_stays(admin, book, client):
    client.post(into(book), sent("code,price\nCHAIR,1400\n"))
    make_product(admin, "DESK")
    client.post(into(book), sent("code,price\nDESK,900\nCHAIR,1300\n"))
    file = take_back(client, prices=1)
    assert (file.kept, prices(book)[("CHAIR", "", Decimal(1))]) == (1, 130_000)
    twice = client.post(reverse("catalog:file_taking_back", args=[file.pk]))
    assert "taken back already" in str([str(one) for one in twice.wsgi_request._messages])


def test_products_are_taken_back_with_their_prices_variants_first(admin, book, client):
    chair = Product.objects.get()
    text = "code,name,variant of,price,category\nTABLE-R,Red table,TABLE,10,\nTABLE,Table,,20,Wood\nCHAIR,Office chair,,30,\n"
    client.post(reverse(PRODUCTS), sent(text, into=str(book.pk)))
    assert Product.objects.count() == 3
    file = take_back(client)
    assert (file.kept, file.made, file.changed, file.prices) == (0, 2, 1, 3)
    back = Product.objects.get()
    assert (back.names, back.version) == (chair.names, chair.version + 2)
    assert prices(book) == {("CHAIR", "", Decimal(1)): 150_000}
    assert EventRecord.objects.filter(name="catalog.product_removed").count() == 2
    assert AuditEntry.objects.filter(record_kind="product", verb="deleted").count() == 2


def test_what_is_used_or_was_worked_on_stays(admin, book, client):
    text = "code,name\nNAIL,Nail\nROPE,Rope\nBOLT,Bolt\nCHAIR,Office chair\n"
    client.post(reverse(PRODUCTS), sent(text))
    nail, rope, chair = (Product.objects.get(code=code) for code in ("NAIL", "ROPE", "CHAIR"))
    sale = make_opportunity("Nails", by=admin)
    sale.lines.create(position=0, name="Nail", product=nail, currency="BDT", unit="C62", unit_price_minor=500)
    actions.change_product(rope, actor=admin, category="Ropes")
    actions.change_product(chair, actor=admin, category="Seats")
    file = take_back(client)
    assert file.kept == 3
    assert set(Product.objects.values_list("code", flat=True)) == {"NAIL", "ROPE", "CHAIR"}
    assert Product.objects.get(code="CHAIR").name == "Office chair"


def test_a_trial_of_products_leaves_nothing_not_even_a_job(admin, book, client):
    events = EventRecord.objects.count()
    answer = client.post(
        reverse(PRODUCTS), sent("code,name,price\nROPE,Rope,5\n", into=str(book.pk), **{"try": "1"})
    )
    page = answer.content.decode()
    assert "1 product made" in page and "1 price set" in page and "ROPE" in page
    assert Product.objects.count() == 1 and EventRecord.objects.count() == events


def test_the_file_of_another_is_not_brought_in(admin, book, client):
    client.post(into(book), sent("code,price\nCHAIR,1\n", **{"try": "1"}))
    kept = StoredFile.objects.get(record_kind="tried_catalog_file", deleted_at__isnull=True)
    other = Client()
    other.force_login(make_administrator("Mina"))
    answer = other.post(into(book), {"kept": str(kept.pk)})
    assert answer.status_code == 422 and "Choose the file again" in answer.content.decode()
    assert other.post(into(book), {"kept": "nonsense"}).status_code == 422
    assert other.post(into(book), {}).status_code == 422


def test_who_sets_no_prices_has_no_such_page(book):
    seller = Client()
    seller.force_login(make_user("Rupa", role="sales"))
    assert seller.post(into(book), sent("code,price\nCHAIR,1\n")).status_code == 403


def test_taking_back_twice_at_once_is_refused(admin):
    brought = bring_in_products([ProductRow(line=2, code="ROPE", names={"en": "Rope"})], actor=admin)
    take_back_products(brought.file, actor=admin)
    with pytest.raises(ValidationError, match="already"):
        take_back_products(brought.file, actor=admin)


def test_a_book_goes_out_as_a_file_that_comes_in_again(client, admin, book):
    chair = Product.objects.get(code="CHAIR")
    tier = actions.PriceRow(chair, Money.of("1400.50", "BDT"), Decimal(10))
    monthly = actions.PriceRow(chair, Money.of("200", "BDT"), recurs="month")
    actions.set_prices(book, [tier, monthly], actor=admin)
    make_product(admin, "=SUM(1)")
    before = prices(book)
    address = reverse("catalog:prices_out", args=[book.pk])
    assert address in client.get(reverse("catalog:price_book", args=[book.pk])).content.decode()
    for language in ("en", "bn", "ta"):
        file = client.get(address, headers={"accept-language": language})
        assert file["Content-Type"].startswith("text/csv") and "attachment" in file["Content-Disposition"]
        text = file.content.decode().lstrip("\ufeff")
        assert text.count("CHAIR") >= 3 and "1400.50" in text
        client.post(into(book), sent(text), headers={"accept-language": language})
        assert prices(book) == before
    dearer = text.replace("1400.50", "1500.75")
    client.post(into(book), sent(dearer), headers={"accept-language": "ta"})
    assert prices(book)[("CHAIR", "", Decimal(10))] == 150_075
    assert Client().get(address).status_code == 302
