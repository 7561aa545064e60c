import pytest

from bandhu.catalog import queries
from bandhu.catalog.actions import set_discount_limit
from bandhu.catalog.models import Product
from bandhu.catalog.tests.cast import make_administrator, make_book, make_money, make_product
from bandhu.identity.models import Role
from bandhu.identity.tests.cast import make_user
from bandhu.platform.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    user = make_money(make_administrator())
    client.force_login(user)
    return user


def _words(answer):
    return answer.content.decode()


def test_a_product_is_made_listed_and_changed_in_place(client, admin):
    refused = client.post("/products/new/", {"code": "", "name_en": "", "unit": "C62"})
    assert refused.status_code == 422 and "A code is needed" in _words(refused)
    sent = {
        "code": "CH-1",
        "name_en": "Chair",
        "name_bn": "চেয়ার",
        "unit": "C62",
        "tax_class": "standard",
        "is_active": "true",
    }
    client.post("/products/new/", sent)
    chair = Product.objects.get(code="CH-1")
    assert "Chair" in _words(client.get("/products/"))
    page = f"/products/{chair.pk}/"
    assert "CH-1" in _words(client.get(page)) and "Standard rate" in _words(client.get(page))
    field = page + "fields/name_ta/"
    assert "name_ta" in _words(client.get(field))
    answer = client.post(field, {"name_ta": "நாற்காலி", "version": "1"})
    assert answer.status_code == 200 and "நாற்காலி" in _words(answer)
    chair.refresh_from_db()
    assert chair.names == {"en": "Chair", "bn": "চেয়ার", "ta": "நாற்காலி"}
    old = client.post(page + "fields/category/", {"category": "Seats", "version": "1"})
    assert old.status_code == 422 and "somebody else" in _words(old)
    assert client.post(page + "fields/code/", {"code": "", "version": "2"}).status_code == 422
    assert client.get(page + "fields/nothing/").status_code == 404
    assert "changed the record" in _words(client.get(page + "history/"))


def test_parts_are_put_together_and_taken_out(client, admin):
    suite, chair = make_product(admin, "SUITE"), make_product(admin, "CHAIR")
    page = f"/products/{suite.pk}/parts/"
    assert client.post(page, {"part": "", "quantity": "1"}).status_code == 422
    assert client.post(page, {"part": str(chair.pk), "quantity": "-1"}).status_code == 422
    assert "CHAIR" in _words(client.post(page, {"part": str(chair.pk), "quantity": "4"}))
    client.post(page, {"remove": str(chair.pk)})
    assert not suite.parts.exists()


def test_the_grid_saves_what_changed_and_keeps_what_cannot_be_read(client, admin):
    chair, table = make_product(admin, "CHAIR"), make_product(admin, "TABLE")
    book = make_book(admin, prices={chair: 100})
    page = f"/price-books/{book.pk}/"
    key = str(book.entries.get().pk)
    assert 'value="100.00"' in _words(client.get(page))
    row = {
        f"{key}-product": str(chair.pk),
        f"{key}-was": "1",
        f"{key}-tier": "1",
        f"{key}-price": "১,২০,০০০.৫০",
    }
    fresh = {"new0-product": str(table.pk), "new0-tier": "10", "new0-price": "1,50"}
    refused = client.post(page, {"row": [key, "new0", "new1"], **row, **fresh})
    assert refused.status_code == 422 and "odd places" in _words(refused) and "১,২০,০০০.৫০" in _words(refused)
    assert book.entries.get().amount_minor == 10000
    client.post(page, {"row": [key, "new0", "new1"], **row, **fresh, "new0-price": "150"})
    kept = {(one.product.code, one.min_quantity): one.amount_minor for one in queries.entries_of(admin, book)}
    assert kept == {("CHAIR", 1): 12000050, ("TABLE", 10): 15000}
    key = str(book.entries.get(product=chair).pk)
    client.post(
        page,
        {
            "row": key,
            f"{key}-product": str(chair.pk),
            f"{key}-was": "1",
            f"{key}-tier": "1",
            f"{key}-price": "",
        },
    )
    assert [one.product for one in book.entries.all()] == [table]
    assert "TABLE" in _words(client.get(page + "?q=tab")) and "TABLE" not in _words(
        client.get(page + "?q=zzz")
    )


def test_a_book_is_made_and_set_on_a_screen(client, admin):
    assert "No price books yet" in _words(client.get("/price-books/"))
    assert client.post("/price-books/new/", {"name": "", "currency": "BDT"}).status_code == 422
    client.post(
        "/price-books/new/", {"name": "Retail", "currency": "BDT", "priority": "0", "is_active": "on"}
    )
    book = queries.price_books(admin).get()
    client.post(f"/price-books/{book.pk}/settings/", {"name": "Trade", "currency": "BDT", "country": "BD"})
    book.refresh_from_db()
    assert (book.name, book.country, book.is_active) == ("Trade", "BD", False)
    assert "Trade" in _words(client.get("/price-books/"))


def test_taxes_and_limits_are_kept_on_a_screen(client, admin):
    page = "/settings/taxes/"
    assert "No taxes yet" in _words(client.get(page))
    sent = {
        "tax_class": "standard",
        "country": "BD",
        "name": "VAT",
        "percent": "15",
        "valid_from": "2026-01-01",
    }
    assert client.post(page, sent | {"percent": "150"}).status_code == 422
    client.post(page, sent)
    assert "Bangladesh" in _words(client.get(page)) and "VAT" in _words(client.get(page))


def test_discount_limits_are_saved_together_or_not_at_all(client, admin):
    page = "/settings/discount-limits/"
    wrong = client.post(page, {"limit-sales": "12.5", "limit-manager": "150"})
    assert wrong.status_code == 422 and 'value="150"' in _words(wrong) and 'value="12.5"' in _words(wrong)
    assert queries.discount_limit_of(make_user("Salim", role="sales")) is None
    assert client.post(page, {"limit-sales": "12.5", "limit-manager": "25"}).status_code == 302
    assert Role.objects.get(key="sales").discount_limit.percent == 12.5
    client.post(page, {"limit-sales": "", "limit-manager": "25"})
    assert queries.discount_limit_of(make_user("Karim", role="sales")) is None
    entries = AuditEntry.objects.filter(record_kind="discount_limit")
    assert entries.count() == 3  # what stays as it was is no change


@pytest.mark.parametrize(
    ("country", "language", "shown"), [("DE", "en", "12,5"), ("BD", "bn", "১২.৫"), ("BD", "en", "12.5")]
)
def test_a_limit_may_be_sent_back_as_it_is_shown(client, admin, settings, country, language, shown):
    settings.DEFAULT_COUNTRY = country
    set_discount_limit(actor=admin, role=Role.objects.get(key="sales"), percent="12.5")
    type(admin).objects.filter(pk=admin.pk).update(language=language)
    assert f'value="{shown}"' in _words(client.get("/settings/taxes/"))
    assert client.post("/settings/discount-limits/", {"limit-sales": shown}).status_code == 302
    assert Role.objects.get(key="sales").discount_limit.percent == 12.5


def test_roles_are_named_in_the_readers_language(client, admin):
    type(admin).objects.filter(pk=admin.pk).update(language="bn")
    assert "তত্ত্বাবধায়ক" in _words(client.get("/settings/taxes/"))


def test_sellers_read_and_do_not_change(client, admin):
    chair = make_product(admin)
    book = make_book(admin, prices={chair: 100})
    client.force_login(make_user("Salim", role="sales"))
    assert "Save the prices" not in _words(client.get(f"/price-books/{book.pk}/"))
    assert client.post(f"/price-books/{book.pk}/", {"row": "new0"}).status_code == 403
    assert client.post(f"/products/{chair.pk}/fields/code/", {"code": "X"}).status_code == 403
    assert client.get("/settings/taxes/").status_code == 403


def test_products_and_prices_by_the_api(client, admin):
    def send(method, path, body):
        return getattr(client, method)("/api/v1" + path, body, content_type="application/json")

    made = send("post", "/products", {"code": "CH-1", "names": {"en": "Chair"}, "tax_class": "standard"})
    assert made.status_code == 201 and made.headers["ETag"] == '"v1"', made.content
    chair = made.json()["id"]
    assert send("post", "/products", {"code": "ch-1", "names": {"en": "Other"}}).status_code == 422
    assert send("patch", f"/products/{chair}", {"category": "Seats"}).json()["version"] == 2
    assert [one["code"] for one in client.get("/api/v1/products?q=chair").json()["items"]] == ["CH-1"]
    book = send("post", "/price-books", {"name": "Retail", "currency": "BDT"}).json()["id"]
    entries = f"/price-books/{book}/entries"
    items = [
        {"product_id": chair, "amount_minor": 10000},
        {"product_id": chair, "min_quantity": "10", "amount_minor": 9000},
    ]
    assert send("put", entries, {"items": items}).json() == {"number": 2}
    bad = send("put", entries, {"items": [items[0], {"product_id": book, "amount_minor": 1}]})
    assert bad.status_code == 422 and "1.product_id" in bad.json()["errors"]
    assert len(client.get("/api/v1" + entries).json()["items"]) == 2
    rate = {
        "tax_class": "standard",
        "country": "BD",
        "name": "VAT",
        "percent": "15",
        "valid_from": "2026-01-01",
    }
    assert send("post", "/tax-rates", rate).status_code == 201
    price = client.get(f"/api/v1/products/{chair}/price?quantity=12&country=BD").json()
    assert (price["amount_minor"], price["min_quantity"][:2], price["tax_percent"][:2]) == (9000, "10", "15")
    assert client.get(f"/api/v1/products/{chair}/price?currency=USD").status_code == 422
    part = send("post", "/products", {"code": "LEG", "names": {"en": "Leg"}}).json()["id"]
    assert (
        send("put", f"/products/{chair}/parts/{part}", {"quantity": "4"}).json()["parts"][0]["code"] == "LEG"
    )
    assert client.delete(f"/api/v1/products/{chair}/parts/{part}").status_code == 204
