"""Prices by REST: books as they were read, prices that are looked for, files of prices and of products."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bandhu.catalog.models import BroughtFile, PriceBook, PriceEntry, Product
from bandhu.catalog.product_files import LARGEST_FILE
from bandhu.catalog.tests.cast import make_administrator, make_book, make_money, make_product
from bandhu.identity.tests.cast import grant, make_user

pytestmark = pytest.mark.django_db
API = "/api/v1"


@pytest.fixture
def admin():
    return make_money(make_administrator("Asha"))


@pytest.fixture
def book(admin):
    prices = {make_product(admin, "CHAIR"): 1500, make_product(admin, "TABLE"): 4000}
    make_book(admin, prices=prices)
    return PriceBook.objects.get()


@pytest.fixture
def client(admin):
    found = Client()
    found.force_login(admin)
    return found


def sent(text, name="prices.csv", **fields):
    return {"file": SimpleUploadedFile(name, text.encode()), **fields}


def test_a_book_changes_only_as_it_was_read(client, book):
    address = f"{API}/price-books/{book.pk}"
    tag = client.get(address).headers["ETag"]

    def change(body, **headers):
        text = json.dumps(body)
        return client.patch(address, text, content_type="application/json", headers=headers)

    items = [{"product_id": str(Product.objects.get(code="CHAIR").pk), "amount_minor": 160_000}]
    body = json.dumps({"items": items})
    assert client.put(f"{address}/entries", body, content_type="application/json").status_code == 200
    first = change({"priority": 3}, if_match=tag)
    assert (first.status_code, first.json()["priority"]) == (200, 3)
    assert change({"priority": 4}, if_match=tag).status_code == 412
    assert change({"priority": 4}, if_match=first.headers["ETag"]).status_code == 200
    assert change({"priority": 5}).status_code == 200
    made = client.post(
        f"{API}/price-books", json.dumps({"name": "New", "currency": "BDT"}), content_type="application/json"
    )
    assert made.headers["ETag"] == client.get(f"{API}/price-books/{made.json()['id']}").headers["ETag"]


def test_prices_are_found_by_words_code_and_product(client, book):
    table = Product.objects.get(code="TABLE")
    address = f"{API}/price-books/{book.pk}/entries"
    for query, codes in (
        ({}, ["CHAIR", "TABLE"]),
        ({"q": "tab"}, ["TABLE"]),
        ({"q": "CHA"}, ["CHAIR"]),
        ({"q": "nothing"}, []),
        ({"product_id": str(table.pk)}, ["TABLE"]),
        ({"product_id": str(table.pk), "q": "chair"}, []),
        ({"product_id": "0190a0a0-0000-7000-8000-000000000000"}, []),
    ):
        found = client.get(address, query).json()["items"]
        assert sorted(one["code"] for one in found) == codes, query
    assert client.get(address, {"product_id": "x"}).status_code == 422
    assert client.get(address, {"q": "x" * 101}).status_code == 422


def test_a_file_of_prices_is_tried_brought_in_and_taken_back(client, book):
    address = f"{API}/price-books/{book.pk}/files"
    text = "code,price,from quantity,colour\nCHAIR,1400,10,red\nTABLE,4000,1,red\n"
    tried = client.post(address, sent(text, trial="yes"))
    assert tried.status_code == 201
    told = tried.json()
    assert (told["id"], told["prices"], told["unknown"]) == (None, 1, ["colour"])
    assert [(one["code"], one["did"], one["was_minor"], one["now_minor"]) for one in told["rows"]] == [
        ("CHAIR", "priced", None, 140_000)
    ]
    assert PriceEntry.objects.count() == 2 and not BroughtFile.objects.exists()
    done = client.post(address, sent(text)).json()
    assert (done["prices"], PriceEntry.objects.count()) == (1, 3)
    listed = client.get(address).json()["items"]
    assert [(one["id"], one["name"], one["prices"]) for one in listed] == [(done["id"], "prices.csv", 1)]
    undoing = f"{API}/product-files/{done['id']}/undoing"
    back = client.post(undoing)
    assert back.status_code == 200 and back.json()["taken_back_at"] and back.json()["kept"] == 0
    assert PriceEntry.objects.count() == 2
    assert client.post(undoing).status_code == 422


@pytest.mark.parametrize("text", [
    "code,price\nNOBODY,1\n", "code,price\nCHAIR,abc\n", "code,price\nCHAIR,1.234\n", "code,price\nCHAIR,-1\n",
    "code,price\nCHAIR,1\nCHAIR,2\n", "code,price\nCHAIR,USD 1\n", "colour\nred\n", "", "\x00\x01",
])  # fmt: skip
def test_a_file_with_a_fault_is_refused_whole(client, book, text):
    answer = client.post(f"{API}/price-books/{book.pk}/files", sent(text))
    assert answer.status_code == 422, answer.json()
    assert PriceEntry.objects.count() == 2 and not BroughtFile.objects.exists()


def test_what_is_no_file_is_refused(client, book):
    address = f"{API}/price-books/{book.pk}/files"
    assert client.post(address).json()["errors"]["file"]
    big = SimpleUploadedFile("big.csv", b"code,price\n" + b"x" * LARGEST_FILE)
    assert client.post(address, {"file": big}).status_code == 422
    assert client.post(address, sent("code,price\nCHAIR,1\n", trial="perhaps")).status_code == 422
    nowhere = f"{API}/price-books/0190a0a0-0000-7000-8000-000000000000/files"
    assert client.post(nowhere, sent("code,price\nCHAIR,1\n")).status_code == 404


def test_a_file_of_products_with_their_prices(client, book):
    address = f"{API}/product-files"
    text = "code,name,price\nLAMP,Lamp,700\nCHAIR,Armchair,1500\n"
    wrong = client.post(address, sent(text, price_book_id="x"))
    assert list(wrong.json()["errors"]) == ["price_book_id"]
    done = client.post(address, sent(text, price_book_id=str(book.pk)))
    assert done.status_code == 201
    assert {name: done.json()[name] for name in ("made", "changed", "prices")} == {
        "made": 1, "changed": 1, "prices": 1,
    }  # fmt: skip
    assert [one["holds"] for one in client.get(address).json()["items"]] == ["products"]
    back = client.post(f"{address}/{done.json()['id']}/undoing")
    assert back.status_code == 200 and not Product.objects.filter(code="LAMP").exists()


def test_who_may_make_products_and_no_prices_brings_none_in(book):
    mina = make_user("Mina")
    grant(mina, "catalog.view_product")
    grant(mina, "catalog.create_product")
    client = Client()
    client.force_login(mina)
    text = "code,name,price\nLAMP,Lamp,700\n"
    refused = client.post(f"{API}/product-files", sent(text, price_book_id=str(book.pk)))
    assert refused.status_code == 403 and not Product.objects.filter(code="LAMP").exists()
    assert client.post(f"{API}/price-books/{book.pk}/files", sent("code,price\nCHAIR,1\n")).status_code == 403
