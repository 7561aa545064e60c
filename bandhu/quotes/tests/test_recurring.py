"""Lines that come again in a quote: summed apart from what is paid once, on the page, on paper and in the API."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bandhu.catalog import actions as catalog
from bandhu.catalog.models import PriceBook
from bandhu.catalog.pricing import reckon
from bandhu.catalog.tests.cast import make_product
from bandhu.catalog.totals import Line, Tax, totals_of
from bandhu.customers.tests.cast import make_company
from bandhu.platform.events import deliver, subscriptions
from bandhu.platform.models import EventRecord
from bandhu.platform.money import Money
from bandhu.quotes import actions
from bandhu.quotes.documents import document_of
from bandhu.quotes.models import QuoteLine
from bandhu.quotes.papers import paper_of, quote_pdf
from bandhu.quotes.public_address import public_token
from bandhu.quotes.recurring import parts_of
from bandhu.quotes.tests.cast import free_line, make_quote, make_shop, paper
from bandhu.sales import actions as sales
from bandhu.sales.models import Opportunity

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    """A chair for 1,500 once; care, usually sold for twelve months, for 500 a month and 5,000 a year; 15 % VAT on top."""
    admin, chair = make_shop()
    care = make_product(admin, "CARE", tax_class="standard", recurs="month", times=12)
    prices = [
        catalog.PriceRow(care, Money.of(taka, "BDT"), recurs=every)
        for taka, every in (("500", "month"), ("5000", "year"))
    ]
    catalog.set_prices(PriceBook.objects.get(), prices, actor=admin)
    return admin, chair, care


def sums(quote):
    """(period, times, net, tax) of each part, in whole taka."""
    parts = parts_of(paper(quote).lines.all())
    return [(one.recurs, one.times, one.net_minor / 100, one.tax_minor / 100) for one in parts]


def test_what_is_paid_once_and_what_comes_again_are_summed_apart(shop):
    """2 × 1,500 once, 3 × 500 a month for twelve months: 3,000 + 12 × 1,500 = 21,000 net, and 450 + 12 × 225 = 3,150 of VAT."""
    admin, chair, care = shop
    quote = make_quote(admin, [{"product": chair, "quantity": 2}, {"product": care, "quantity": 3}])
    assert sums(quote) == [("", 1, 3000, 450), ("month", 12, 1500, 225)]
    found = paper(quote)
    assert (found.net, found.tax, quote.amount) == tuple(
        Money.of(taka, "BDT") for taka in ("21000", "3150", "24150")
    )
    assert found.tax_sums[0]["tax_minor"] == 315_000


def test_a_period_of_ones_own_has_its_own_price(shop):
    admin, _chair, care = shop
    lines = [
        {"product": care, "recurs": "year", "times": 3},
        {"product": care, "recurs": "month", "times": ""},
        {"product": care, "recurs": "", "unit_price": "50"},
    ]
    quote = make_quote(admin, lines)
    assert sums(quote) == [("", 1, 50, 7.5), ("month", 0, 500, 75), ("year", 3, 5000, 750)]
    # What has no end counts once: 57.50 + 575 + 3 × 5,750.
    assert quote.amount == Money.of("17882.50", "BDT")


def test_a_paper_with_nothing_that_recurs_is_as_it_was(shop):
    admin, chair, _care = shop
    quote = make_quote(admin, [{"product": chair}])
    assert sums(quote) == [] and paper_of(document_of(quote, paper(quote)))["total"][0] == "Total"


def test_what_is_paid_at_the_start_is_told_apart_from_what_all_of_it_comes_to(shop):
    """A buyer wants to know both; where nothing of it ends there is no whole, and the start stands alone."""
    admin, chair, care = shop

    def told(*lines):
        quote = make_quote(admin, list(lines))
        shown = paper_of(document_of(quote, paper(quote)))
        return shown["sums"][-1][1], *shown["total"]

    start, whole = "To pay at the start, with taxes", "Total of all periods"
    assert told({"product": chair}, {"product": care}) == ("৳2,300.00", whole, "৳8,625.00")
    assert told({"product": chair}, {"product": care, "times": 0})[1:] == (start, "৳2,300.00")
    assert told({"product": care, "times": 0})[1:] == (start, "৳575.00")
    assert told({"product": care, "times": 1})[1:] == (start, "৳575.00")
    assert told({"product": chair})[1:] == ("Total", "৳1,725.00")


def test_what_is_to_be_paid_at_the_start_is_what_is_invoiced_at_once(shop):
    """Said on the quote, and so it comes: the first period of each subscription when the customer accepts, and the rest of the order."""
    admin, chair, care = shop
    lines = [{"product": chair}, {"product": care}, {"product": care, "recurs": "year", "times": 0}]
    quote = actions.send_quote(make_quote(admin, lines), actor=admin)
    client = Client()
    client.force_login(admin)
    said = client.get(f"/api/v1/quotes/{quote.pk}").json()["sums"]["at_start_minor"]
    assert said == 172_500 + 57_500 + 575_000
    page = Client().get(reverse("quotes:public_quote", args=[public_token(quote)])).content.decode()
    inside = client.get(reverse("quotes:quote", args=[quote.pk])).content.decode()
    assert all("To pay at the start, with taxes" in one and "8,050.00" in one for one in (page, inside))


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ({"recurs": "week"}, "0.recurs"),
        ({"recurs": "month", "times": "1201"}, "0.times"),
        ({"recurs": "month", "times": "-1"}, "0.times"),
        ({"recurs": "", "times": "5"}, "0.times"),
    ],
)
def test_nonsense_is_refused_at_its_place(shop, line, place):
    with pytest.raises(ValidationError) as refused:
        make_quote(shop[0], [free_line(**line)])
    assert list(refused.value.message_dict) == [place]


def test_nothing_may_be_given_back_every_month(shop):
    admin, _chair, _care = shop
    back = free_line("Bonus", "10", quantity=-1, recurs="month", times=12)
    with pytest.raises(ValidationError):
        make_quote(admin, [free_line(price="5000"), back])


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    rows=st.lists(
        st.tuples(st.integers(1, 99_999), st.integers(1, 9), st.sampled_from([("", 1), ("month", 12), ("month", 0), ("year", 3)])),
        min_size=1, max_size=12,
    ),
    percent=st.integers(0, 30),
)  # fmt: skip
def test_the_whole_is_every_part_counted_as_often_as_it_is_paid(rows, percent):
    """Each part reckoned by itself, as it is invoiced by itself: no unit more or less over the whole term."""
    lines = [
        QuoteLine(
            unit_price_minor=price,
            quantity=Decimal(number),
            recurs=every,
            times=times,
            tax_name="VAT",
            tax_percent=Decimal(percent),
        )
        for price, number, (every, times) in rows
    ]
    found = reckon(lines, "JPY")
    expected = 0
    for recurrence in {(every, times) for _price, _number, (every, times) in rows}:
        tax = Tax("VAT", Decimal(percent))
        alone = [
            Line(Money(price, "JPY"), Decimal(number), tax=tax)
            for price, number, one in rows
            if one == recurrence
        ]
        expected += totals_of(alone, "JPY").total.minor * max(recurrence[1], 1)
    assert found.total.minor == expected == found.net.minor + found.tax.minor
    assert found.net.minor == sum(line.net_minor * line.counted for line in lines)


def test_the_paper_says_how_often_in_the_customers_language(shop):
    admin, chair, care = shop
    quote = make_quote(admin, [{"product": chair}, {"product": care}, {"product": care, "times": 0}])
    shown = paper_of(document_of(quote, paper(quote)))
    assert [row["details"] for row in shown["lines"]] == [
        [], ["every month for 12 months"], ["every month until cancelled"],
    ]  # fmt: skip
    labels = [label for label, _amount in shown["sums"]]
    assert labels[:3] == [
        "Once, with taxes",
        "With taxes, every month for 12 months",
        "With taxes, every month until cancelled",
    ]
    # 1,725 once and twice 575 at the start; in all 1,725 + 12 × 575, and 575 of what has no end.
    assert shown["sums"][-1] == ["To pay at the start, with taxes", "৳2,875.00"]
    assert shown["total"] == ["Total with one period of what has no end", "৳9,200.00"]
    assert quote_pdf(document_of(quote, paper(quote)))[:5] == b"%PDF-"


def test_what_was_sent_says_it_and_the_next_version_and_the_order_keep_it(shop):
    admin, chair, care = shop
    quote = actions.send_quote(make_quote(admin, [{"product": chair}, {"product": care}]), actor=admin)
    quote = actions.begin_version(quote, actor=admin)
    assert sums(quote) == [("", 1, 1500, 225), ("month", 12, 500, 75)]
    quote = actions.send_quote(quote, actor=admin)
    page = Client().get(reverse("quotes:public_quote", args=[public_token(quote)])).content.decode()
    assert "every month for 12 months" in page and "Total of all periods" in page
    actions.accept_quote(quote, actor=admin, signed_name="Rahima")
    quote.refresh_from_db()
    again = quote.order.lines.get(recurs="month")
    assert (again.times, again.net_minor, quote.order.amount) == (12, 50_000, Money.of("8625", "BDT"))


def test_the_editor_proposes_what_the_product_is_and_shows_the_sums_apart(shop):
    admin, _chair, care = shop
    client = Client()
    client.force_login(admin)
    quote = make_quote(admin, [{"product": care}])
    row = client.get(reverse("quotes:quote_line", args=[quote.pk]), {"product": care.pk}).content.decode()
    assert '<option value="month" selected' in row and 'value="12"' in row
    assert (
        "every month for 12 months" in client.get(reverse("quotes:quote", args=[quote.pk])).content.decode()
    )
    sent = {
        "row": ["new1"], "new1-product": str(care.pk), "new1-quantity": "2", "new1-recurs": "month", "new1-times": "",
        "new1-tax_class": "standard",
    }  # fmt: skip
    found = client.post(reverse("quotes:quote_sums", args=[quote.pk]), sent).content.decode()
    assert "every month until cancelled" in found
    answer = client.post(
        reverse("quotes:quote_edit", args=[quote.pk]),
        sent
        | {
            "title": "Care",
            "country": "BD",
            "company": str(quote.company_id),
            "currency": "BDT",
            "version": str(quote.version),
        },
    )
    assert answer.status_code in (302, 303)
    assert sums(quote) == [("month", 0, 1000, 150)]


def test_the_api_writes_and_tells_it(shop):
    admin, _chair, care = shop
    client = Client()
    client.force_login(admin)
    firm = make_company("Meghna", by=admin)
    sent = {
        "company_id": str(firm.pk), "country": "BD",
        "lines": [{"product_id": str(care.pk)}, {"product_id": str(care.pk), "recurs": "year", "times": 0}],
    }  # fmt: skip
    made = client.post("/api/v1/quotes", sent, content_type="application/json").json()
    assert [(one["recurs"], one["times"], one["net_minor"]) for one in made["lines"]] == [
        ("month", 12, 50_000),
        ("year", 0, 500_000),
    ]
    assert [(one["recurs"], one["times"], one["total_minor"]) for one in made["sums"]["parts"]] == [
        ("month", 12, 57_500),
        ("year", 0, 575_000),
    ]


def test_an_opportunity_hands_over_what_recurs_and_gets_back_what_was_accepted(shop):
    admin, chair, care = shop
    firm = make_company("Padma", by=admin, addresses=[{"city": "Dhaka", "country": "BD"}])
    sale = sales.create_opportunity(actor=admin, name="Office", company=firm)
    sales.set_lines(sale, actor=admin, lines=[{"product": chair}, {"product": care, "quantity": 2}])
    assert Opportunity.objects.get(pk=sale.pk).amount == Money.of("13500", "BDT")  # 1,500 + 12 × 1,000
    quote = actions.create_quote(actor=admin, opportunity=Opportunity.objects.get(pk=sale.pk))
    assert sums(quote) == [("", 1, 1500, 225), ("month", 12, 1000, 150)]
    actions.accept_quote(actions.send_quote(quote, actor=admin), actor=admin, signed_name="Rahima")
    record = EventRecord.objects.get(name="quotes.accepted")
    for one in subscriptions(record.name):
        deliver(record.pk, one.path)
    after = Opportunity.objects.get(pk=sale.pk)
    assert (after.recurring, after.recurring_period) == (Money.of("1000", "BDT"), "month")
    assert after.amount == Money.of("15525", "BDT")
