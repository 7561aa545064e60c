"""The pages of quotes: from a customer to lines with sums, approval, sending; lists, panels, history."""

import pytest
from django.test import Client
from django.urls import reverse

from bandhu.quotes import actions
from bandhu.quotes.models import Quote
from bandhu.quotes.tests.cast import free_line, limit, make_quote, make_shop, paper, sent_quote
from bandhu.sales.tests.cast import make_opportunity, make_seller

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return make_shop()


@pytest.fixture
def browser(shop):
    client = Client()
    client.force_login(shop[0])
    return client


def page(client, name, *place, **sent):
    return client.get(reverse(f"quotes:{name}", args=place), sent)


def send(client, name, *place, **data):
    return client.post(reverse(f"quotes:{name}", args=place), data)


def sent_lines(*lines):
    """Rows as the editor's form sends them."""
    data = {"row": [f"new{place}" for place in range(len(lines))]}
    for place, line in enumerate(lines):
        data |= {f"new{place}-{name}": str(value) for name, value in line.items()}
    return data


def header(quote):
    return {
        "contact": "",
        "company": quote.company_id,
        "language": "en",
        "currency": "BDT",
        "country": "BD",
        "do": "save",
    }


def test_from_an_opportunity_to_the_editor_in_one_step(shop, browser):
    deal = make_opportunity("Forty chairs", by=shop[0])
    answer = send(browser, "quote_new", opportunity=deal.pk)
    quote = Quote.objects.get()
    assert answer.headers["Location"] == reverse("quotes:quote_edit", args=[quote.pk])
    assert "Forty chairs" in browser.get(answer.headers["Location"]).content.decode()
    assert quote.number in page(browser, "opportunity_quotes", deal.pk).content.decode()


def test_without_a_customer_the_form_says_so(browser):
    answer = send(browser, "quote_new", contact="", company="")
    assert answer.status_code == 422
    assert "Choose the contact or the company" in answer.content.decode()


def test_the_editor_saves_all_lines_or_none(shop, browser):
    quote = make_quote(shop[0])
    good = free_line("Delivery", "1,00,000", "2")
    answer = send(
        browser, "quote_edit", quote.pk, **header(quote), **sent_lines(good, free_line(quantity="0"))
    )
    assert answer.status_code == 422
    body = answer.content.decode()
    assert "take the line out" in body and "1,00,000" in body
    assert not paper(quote).lines.exists()
    product = {"product": shop[1].pk, "quantity": "3", "name": "", "unit_price": ""}
    answer = send(browser, "quote_edit", quote.pk, **header(quote), **sent_lines(good, product))
    assert answer.status_code == 302
    assert [line.name for line in paper(quote).lines.all()] == ["Delivery", "Chair"]
    assert paper(quote).net_minor == 20_000_000 + 450_000


def test_bengali_digits_are_read(shop, browser):
    quote = make_quote(shop[0])
    line = free_line("পরিবহন", "১,০০,০০০.৫০", "২.৫", discount="১০")
    browser.cookies["bandhu_language"] = "bn"
    assert send(browser, "quote_edit", quote.pk, **header(quote), **sent_lines(line)).status_code == 302
    assert paper(quote).net_minor == 22_500_112


def test_four_hundred_lines_go_through_the_editor(shop, browser):
    quote = make_quote(shop[0])
    lines = [free_line(f"Line {number}", "1.50") for number in range(400)]
    assert send(browser, "quote_edit", quote.pk, **header(quote), **sent_lines(*lines)).status_code == 302
    assert paper(quote).lines.count() == 400
    shown = page(browser, "quote_edit", quote.pk).content.decode()
    assert shown.count('name="row"') == 400


def test_pasted_lines_stand_in_the_editor_and_are_kept_by_saving(shop, browser):
    quote = make_quote(shop[0])
    asked = header(quote) | {"do": "paste", "pasted": f"{shop[1].code}\t12\nDelivery\t1\t80"}
    answer = send(browser, "quote_edit", quote.pk, **asked, **sent_lines(free_line("Before", "10")))
    shown = answer.content.decode()
    assert answer.status_code == 200 and shown.count('name="row"') == 3
    assert "2 lines are put in" in shown and 'data-changed="yes"' in shown
    assert not paper(quote).lines.exists()
    refused = send(
        browser, "quote_edit", quote.pk, **header(quote) | {"do": "paste", "pasted": "x\t1\n" * 1001}
    )
    assert refused.status_code == 422 and "At most 1000 lines" in refused.content.decode()


def test_sums_are_the_servers_and_stored_nowhere(shop, browser):
    quote = make_quote(shop[0])
    sent = sent_lines(free_line("Delivery", "100", "3"))
    shown = send(browser, "quote_sums", quote.pk, **header(quote), **sent).content.decode()
    assert "345.00" in shown and 'data-for="total-new0"' in shown
    assert not paper(quote).lines.exists()
    unclear = send(browser, "quote_sums", quote.pk, **header(quote), **sent_lines(free_line(price="much")))
    assert unclear.status_code == 200 and "cannot be reckoned" in unclear.content.decode()


def test_a_product_brings_its_price_into_the_editor(shop, browser):
    quote = make_quote(shop[0])
    row = page(browser, "quote_line", quote.pk, product=shop[1].pk).content.decode()
    assert "Book: ৳1,500.00" in row and "Chair" in row
    assert 'name="row"' in page(browser, "quote_line", quote.pk).content.decode()


def test_the_way_of_a_quote(shop, browser):
    quote = make_quote(shop[0], [free_line()])
    assert "Draft" in page(browser, "quote", quote.pk).content.decode()
    send(browser, "quote_sending", quote.pk)
    shown = page(browser, "quote", quote.pk).content.decode()
    assert "/q/" in shown and "New version" in shown
    assert page(browser, "quote_edit", quote.pk).status_code == 302
    assert send(browser, "quote_acceptance", quote.pk, text="").status_code == 422
    assert send(browser, "quote_acceptance", quote.pk, text="Karim Ahmed").status_code == 302
    quote.refresh_from_db()
    order = page(browser, "order", quote.order.pk).content.decode()
    assert "Delivery" in order and quote.number in order
    assert send(browser, "order_cancellation", quote.order.pk, text="Wrong address").status_code == 302
    assert "Wrong address" in page(browser, "order", quote.order.pk).content.decode()


def test_approval_on_the_page(shop, browser):
    seller = make_seller("Rupa")
    limit(seller, "5", shop[0])
    quote = make_quote(seller, [free_line(discount="20")])
    own = Client()
    own.force_login(seller)
    assert "needs approval" in page(own, "quote", quote.pk).content.decode()
    send(own, "quote_sending", quote.pk)
    assert Quote.objects.get().state == "draft"
    assert send(own, "quote_approval_request", quote.pk, text="Please").status_code == 302
    assert "Please" in page(browser, "quote", quote.pk).content.decode()
    send(browser, "quote_approval", quote.pk)
    send(own, "quote_sending", quote.pk)
    assert Quote.objects.get().state == "sent"


def test_lists_panels_and_history(shop, browser):
    quote = sent_quote(shop[0], title="Forty chairs")
    for name in ("quotes", "orders", "bin"):
        assert page(browser, name).status_code == 200
    assert "Forty chairs" in page(browser, "quotes").content.decode()
    assert quote.number in page(browser, "company_quotes", quote.company_id).content.decode()
    assert page(browser, "quote_history", quote.pk).status_code == 200
    assert page(browser, "quote", quote.pk, version="9").status_code == 404


def test_a_former_version_is_shown_as_it_was(shop, browser):
    quote = sent_quote(shop[0], [free_line("Old words")])
    send(browser, "quote_versions", quote.pk)
    actions.change_quote(quote, actor=shop[0], lines=[free_line("New words")])
    assert "Old words" in page(browser, "quote", quote.pk, version="1").content.decode()
    assert "New words" in page(browser, "quote", quote.pk).content.decode()
