import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bandhu.catalog import queries
from bandhu.catalog.tests.cast import make_administrator, make_money

pytestmark = pytest.mark.django_db
HOME = "/settings/currencies/"


@pytest.fixture
def admin(client):
    user = make_administrator()
    client.force_login(user)
    return user


def test_the_base_currency_is_chosen_first(client, admin):
    assert "Choose the base currency first" in client.get(HOME).content.decode()
    refused = client.post(HOME + "base/", {"base-code": "XXX"})
    assert refused.status_code == 422 and "no currency" in refused.content.decode()
    client.post(HOME + "base/", {"base-code": "BDT"})
    page = client.get(HOME).content.decode()
    assert "base currency" in page and "Bangladeshi Taka" in page


def test_a_rate_is_typed_in_the_readers_digits_and_seen(client, admin):
    make_money(admin)
    sent = {"on": "2026-02-01", "rate": "১২১.৭৫", "source": "Bangladesh Bank"}
    client.post(HOME + "USD/rates/", sent)
    page = client.get(HOME + "USD/").content.decode()
    assert "121.75" in page and "Bangladesh Bank" in page
    refused = client.post(HOME + "USD/rates/", {"on": "2999-01-01", "rate": "0"})
    assert refused.status_code == 422
    assert "future" in refused.content.decode() and "larger than zero" in refused.content.decode()


def test_a_wrong_file_is_refused_with_its_lines(client, admin):
    make_money(admin)
    file = SimpleUploadedFile("rates.csv", b"currency,date,rate\nUSD,2026-02-03,121\nUSD,soon,121\n")
    refused = client.post(HOME + "rates-file/", {"file": file})
    assert refused.status_code == 422 and "Line 3" in refused.content.decode()
    file = SimpleUploadedFile("rates.csv", b"currency,date,rate\nEUR,2026-02-03,131\n")
    assert client.post(HOME + "rates-file/", {"file": file}).status_code == 302
    assert queries.currency_for(admin, "EUR").latest_rate == 131


def test_rates_by_the_api(client, admin):
    make_money(admin)
    api = "/api/v1/exchange-rates"
    sent = {"currency": "EUR", "on": "2026-02-03", "rate": "131.25", "source": "ECB"}
    made = client.post(api, sent, content_type="application/json")
    assert made.status_code == 201, made.content
    assert client.get(api + "?currency=EUR").json()["items"][0]["rate"].startswith("131.25")
    bad = client.put(
        api, {"items": [sent | {"on": "2026-02-04"}, sent | {"rate": "-1"}]}, content_type="application/json"
    )
    assert bad.status_code == 422
    assert len(client.get(api + "?currency=EUR").json()["items"]) == 1
    codes = {one["code"]: one["decimals"] for one in client.get("/api/v1/currencies").json()["items"]}
    assert codes == {"BDT": 2, "EUR": 2, "LKR": 2, "USD": 2}
