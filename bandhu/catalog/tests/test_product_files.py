"""Products that come in a file: all or none, known ones changed, with their prices in one book."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bandhu.catalog.models import PriceBook, PriceEntry, Product
from bandhu.catalog.tests.cast import make_administrator, make_book, make_money, make_product
from bandhu.identity.tests.cast import make_user

pytestmark = pytest.mark.django_db
PAGE = "catalog:products_file"


@pytest.fixture
def admin():
    return make_money(make_administrator("Asha"))


@pytest.fixture
def book(admin):
    make_book(admin, prices={make_product(admin, "CHAIR"): 1500})
    return PriceBook.objects.get()


def send(user, text, **fields):
    client = Client()
    client.force_login(user)
    content = text if isinstance(text, bytes) else text.encode()
    return client.post(reverse(PAGE), {"file": SimpleUploadedFile("products.csv", content), **fields})


def prices(book):
    rows = PriceEntry.objects.filter(book=book).values_list("product__code", "min_quantity", "amount_minor")
    return {(code, tier.normalize()): minor for code, tier, minor in rows}


def test_known_codes_change_the_others_are_made_and_prices_go_into_the_book(admin, book):
    """As another program exports them: its own column names, a variant before its parent, a tier, amounts with commas."""
    text = (
        "Internal Reference,Product Name,Name (bn),Product Category,Unit of Measure,Sales Price,Min Quantity,Variant of,Colour\n"
        'TABLE-R,Red table,লাল টেবিল,Furniture,piece,"2,600.00",,TABLE,red\n'
        'TABLE,Table,টেবিল,Furniture,piece,"2,500.00",,,\n'
        "chair,Office chair,,,,1400,,,\n"
        "ROPE,Rope,,,m,12.50,100,,\n"
    ).replace(",m,12.50", ",metre,12.50")
    answer = send(admin, text, into=str(book.pk))
    assert answer.status_code == 302
    table, red = Product.objects.get(code="TABLE"), Product.objects.get(code="TABLE-R")
    assert (red.parent, red.names) == (table, {"en": "Red table", "bn": "লাল টেবিল"})
    assert (Product.objects.get(code="ROPE").unit, table.category) == ("MTR", "Furniture")
    chair = Product.objects.get(code="CHAIR")
    assert (chair.name, Product.objects.count()) == ("Office chair", 4)
    assert prices(book) == {
        ("TABLE-R", Decimal(1)): 260_000,
        ("TABLE", Decimal(1)): 250_000,
        ("CHAIR", Decimal(1)): 140_000,
        ("ROPE", Decimal(100)): 1_250,
    }
    told = [str(one) for one in answer.wsgi_request._messages]
    assert told == ["3 products made. 1 changed. 4 prices set.", "These columns were left out: Colour."]


def test_what_came_in_before_changes_nothing_and_empty_cells_leave_what_is_there(admin, book):
    text = "code;name;unit\nROPE;Rope;metre\n"
    assert send(admin, text).status_code == 302
    before = Product.objects.get(code="ROPE")
    answer = send(admin, text)
    assert Product.objects.get(code="ROPE").version == before.version
    assert [str(one) for one in answer.wsgi_request._messages] == [
        "0 products made. 0 changed. 0 prices set."
    ]
    send(admin, "code;name;unit\nROPE;Strong rope;\n")
    after = Product.objects.get(code="ROPE")
    assert (after.name, after.unit) == ("Strong rope", "MTR")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("code,name\nROPE,Rope\n,Nameless\n", "Line 3: A code is needed"),
        ("code,name,unit\nROPE,Rope,\nNAIL,Nail,bushel\n", "Line 3: “bushel” is none of these"),
        ("code,name,price\nROPE,Rope,\nNAIL,Nail,cheap\n", "Line 3:"),
        ("code,name,price\nROPE,Rope,USD 5\n", "Line 2: This book&#x27;s prices are in BDT"),
        ("code,name,price,from quantity\nROPE,Rope,5,-2\n", "Line 2: The quantity must be larger than zero"),
        ("code,name,variant of\nROPE,Rope,NOTHING\n", "Line 2: There is no product with the code NOTHING"),
        ("code,price\nROPE,5\n", "at least the code and the name"),
        ("", "The submitted file is empty"),
        (b"%PDF-1.7 nothing", "This is no table"),
        ("code,name\n" + "".join(f"C{n},Name\n" for n in range(2_001)), "At most 2000 products"),
    ],
)
def test_a_file_with_a_fault_is_told_line_by_line_and_writes_nothing(admin, book, text, said):
    answer = send(admin, text, into=str(book.pk))
    assert answer.status_code == 422 and said in answer.content.decode()
    assert set(Product.objects.values_list("code", flat=True)) == {"CHAIR"}
    assert prices(book) == {("CHAIR", Decimal(1)): 150_000}


def test_prices_without_a_book_are_not_lost_in_silence(admin, book):
    answer = send(admin, "code,name,price\nROPE,Rope,5\n")
    assert answer.status_code == 422 and "Choose the price book" in answer.content.decode()
    assert not Product.objects.filter(code="ROPE").exists()


def test_who_makes_no_products_has_no_such_page(admin):
    seller = make_user("Rupa", role="sales")
    assert send(seller, "code,name\nROPE,Rope\n").status_code == 403
    assert not Product.objects.exists()


def test_the_list_leads_to_it_and_can_be_taken_away_as_a_file(admin, book):
    client = Client()
    client.force_login(admin)
    page = client.get(reverse("catalog:products")).content.decode()
    assert reverse(PAGE) in page and "export" in page
    assert "Price book" in client.get(reverse(PAGE)).content.decode()
