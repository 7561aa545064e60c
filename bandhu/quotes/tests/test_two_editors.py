"""Two people write on one draft: the second compares field by field, lines included, and nothing that was typed is lost."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from bandhu.platform.actions.custom_fields import create_field
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.models import AuditEntry
from bandhu.quotes import actions
from bandhu.quotes.models import Quote
from bandhu.quotes.tests.cast import free_line, limit, make_quote, make_shop, paper

pytestmark = pytest.mark.django_db
INPUT = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


@pytest.fixture
def asha():
    return make_shop()[0]


@pytest.fixture
def browser(asha):
    client = Client()
    client.force_login(asha)
    return client


def edit(quote):
    return reverse("quotes:quote_edit", args=[quote.pk])


def typed(quote, *lines, **values):
    """The editor's form as the second person sends it: opened at the first version."""
    data = {"version": quote.version, "company": quote.company_id, "language": "en", "currency": "BDT", "country": "BD",
            "wins_opportunity": "on", "owner": quote.owner_id, "do": "save", "row": [f"r{place}" for place in range(len(lines))]}  # fmt: skip
    kept = paper(quote)
    data |= {
        "template": quote.template_id or "",
        "valid_until": kept.valid_until,
        "introduction": kept.introduction,
    }
    data |= {"terms": kept.terms} | values
    for place, line in enumerate(lines):
        data |= {f"r{place}-{name}": value for name, value in line.items()}
    return {name: "" if value is None else value for name, value in data.items()}


def sent_again(page, **chosen):
    """What the browser sends from the page of the comparison."""
    data = {}
    for name, value in INPUT.findall(page):
        data.setdefault(name, []).append(value)
    data.pop("csrfmiddlewaretoken", None)
    return data | {f"take_{name}": value for name, value in chosen.items()}


def test_the_second_compares_and_chooses_for_each_field(asha, browser):
    quote = make_quote(asha, [free_line("Delivery", "100")], title="Chairs")
    mine = typed(quote, free_line("Delivery", "120"), title="Forty chairs", terms="Cash")
    actions.change_quote(
        quote, actor=asha, lines=[free_line("Delivery", "90")], introduction="Dear all", terms="30 days"
    )
    answer = browser.post(edit(quote), mine)
    page = answer.content.decode()
    assert answer.status_code == 409 and "Nothing is lost" in page
    for words in (
        "1 × Delivery: 100.00 BDT VAT 15%",
        "1 × Delivery: 90.00 BDT VAT 15%",
        "1 × Delivery: 120.00 BDT VAT 15%",
    ):
        assert words in page
    for words in ("Dear all", "30 days", "Cash", "Forty chairs", "Introduction", "Terms", "Lines", "Title"):
        assert words in page
    assert page.count("both changed") == 2  # the lines and the terms
    assert paper(quote).terms == "30 days"
    choice = sent_again(page, lines="theirs", terms="yours", introduction="theirs", title="yours")
    assert browser.post(edit(quote), choice).status_code == 302
    kept = paper(quote)
    assert (Quote.objects.get().title, kept.introduction, kept.terms) == ("Forty chairs", "Dear all", "Cash")
    assert kept.total_minor == 10_350


def test_lines_of_ones_own_are_taken_with_their_sums(asha, browser):
    quote = make_quote(asha, [free_line("Delivery", "100")])
    mine = typed(quote, free_line("Delivery", "120"), free_line("Setting up", "50", "2"))
    actions.change_quote(quote, actor=asha, lines=[])
    page = browser.post(edit(quote), mine).content.decode()
    assert browser.post(edit(quote), sent_again(page, lines="yours")).status_code == 302
    assert paper(quote).total_minor == 25_300


def test_a_third_saving_in_between_compares_once_more(asha, browser):
    quote = make_quote(asha, [free_line()])
    mine = typed(quote, free_line(), title="Mine")
    actions.change_quote(quote, actor=asha, title="Theirs")
    page = browser.post(edit(quote), mine).content.decode()
    actions.change_quote(quote, actor=asha, title="A third")
    again = browser.post(edit(quote), sent_again(page, title="yours"))
    assert again.status_code == 409 and "A third" in again.content.decode()
    assert Quote.objects.get().title == "A third"


def test_lines_that_cannot_be_read_are_mended_first(asha, browser):
    quote = make_quote(asha, [free_line()])
    mine = typed(quote, free_line(price="much"))
    actions.change_quote(quote, actor=asha, title="Theirs")
    answer = browser.post(edit(quote), mine)
    assert answer.status_code == 422 and 'value="much"' in answer.content.decode()


def test_of_long_quotes_only_the_lines_that_differ_are_shown(asha, browser):
    lines = [free_line(f"Part {place}", "10") for place in range(400)]
    quote = make_quote(asha, lines)
    mine = typed(quote, *lines[:-1], free_line("Part 399", "11"))
    actions.change_quote(quote, actor=asha, lines=[free_line("Part 0", "12"), *lines[1:]])
    page = browser.post(edit(quote), mine).content.decode()
    shown = page.partition("<table")[2].partition("</table>")[0]
    assert "Part 0: 12.00" in shown and "Part 399: 11.00" in shown and "Part 200" not in shown
    assert "398 lines that are the same" in shown


def test_an_own_field_is_compared_and_the_other_persons_can_be_taken(asha, browser):
    field = create_field(actor=asha, kind="quote", type="text", labels={"en": "Shelf"})
    quote = make_quote(asha, [free_line()])
    name = f"custom.{field.key}"
    mine = typed(quote, free_line(), **{name: "B2"})
    actions.change_quote(quote, actor=asha, custom={field.key: "A1"})
    page = browser.post(edit(quote), mine).content.decode()
    assert "Shelf" in page and "A1" in page and "B2" in page
    assert browser.post(edit(quote), sent_again(page, **{name: "theirs"})).status_code == 302
    assert Quote.objects.get().custom == {field.key: "A1"}


@pytest.mark.parametrize(
    ("step", "said"), [("send_quote", "Begin a new version"), ("ask_approval", "waits for approval")]
)
def test_sent_or_given_to_approval_meanwhile_keeps_what_was_typed_on_the_page(asha, browser, step, said):
    quote = make_quote(asha, [free_line(discount="20")])
    if step == "ask_approval":
        limit(asha, "5", asha)
    mine = typed(quote, free_line("Delivery by boat", "120"), title="Mine")
    getattr(actions, step)(quote, actor=asha)
    answer = browser.post(edit(quote), mine)
    page = answer.content.decode()
    assert answer.status_code == 422 and said in page
    assert 'value="Mine"' in page and 'value="Delivery by boat"' in page
    assert Quote.objects.get().title == ""


@pytest.mark.parametrize(
    "change",
    [
        {"description": "By boat"},
        {"discount": "5"},
        {"tax_class": ""},
        {"unit": "HUR"},
        {"quantity": 2},
        {"name": "X"},
    ],
)
def test_whatever_changes_in_a_line_is_written_down_and_meets_the_other_person(asha, change):
    quote = make_quote(asha, [free_line()])
    actions.change_quote(quote, actor=asha, version=1, lines=[free_line() | change])
    assert AuditEntry.objects.filter(record_id=quote.pk, changes__has_key="lines").count() == 1
    with pytest.raises(EditConflict):
        actions.change_quote(quote, actor=asha, version=1, title="Late")
