"""Templates: what a quote says and how it looks, set by an administrator and shown before a customer sees it."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bandhu.quotes import actions
from bandhu.quotes.models import QuoteTemplate
from bandhu.quotes.tests.cast import free_line, make_quote, make_shop, paper, sent_quote
from bandhu.quotes.tests.test_papers import ONE_PIXEL

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return make_shop()[0]


@pytest.fixture
def browser(admin):
    client = Client()
    client.force_login(admin)
    return client


def make_template(admin, name="Standard", **values):
    return actions.set_template(None, actor=admin, name=name, **values)


def test_a_new_quote_takes_the_words_of_its_language(admin):
    make_template(admin, introductions={"en": "Dear {customer}", "bn": "প্রিয় {customer}"}, valid_days=10)
    assert paper(make_quote(admin, language="bn")).introduction == "প্রিয় {customer}"
    assert paper(make_quote(admin, language="ta")).introduction == "Dear {customer}"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"colour": "red"}, "colour"),
        ({"colour": '#000000"); #panic("x'}, "colour"),
        ({"valid_days": "0"}, "valid_days"),
        ({"introductions": {"en": "Dear {custmer}"}}, "introductions"),
    ],
)
def test_what_cannot_be_right_is_refused(admin, values, field):
    with pytest.raises(ValidationError) as problem:
        make_template(admin, **values)
    assert field in problem.value.message_dict


def test_exactly_one_is_proposed(admin):
    first, second = make_template(admin, "One"), make_template(admin, "Two", is_default=True)
    assert list(QuoteTemplate.objects.filter(is_default=True)) == [second]
    actions.set_template(second, actor=admin, is_default=False)
    assert QuoteTemplate.objects.filter(is_default=True).get() in (first, second)


def test_a_sent_quote_keeps_the_look_it_had(admin):
    template = make_template(admin, colour="#112233")
    quote = sent_quote(admin, [free_line()])
    actions.set_template(template, actor=admin, colour="#445566")
    assert paper(quote).sent_document["colour"] == "#112233"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("logo.png", b"no picture"),
        ("logo.png", ONE_PIXEL[:40]),
    ],
)
def test_what_is_no_picture_is_no_logo(admin, name, content):
    template = make_template(admin)
    with pytest.raises(ValidationError):
        actions.set_logo(template, actor=admin, name=name, content=[content])
    assert QuoteTemplate.objects.get().logo is None


def test_the_editor_with_its_preview(admin, browser):
    data = {
        "name": "House",
        "colour": "#0f766e",
        "valid_days": "২০",
        "introductions_bn": "প্রিয় {customer}",
        "is_active": "on",
    }
    answer = browser.post(
        reverse("quotes:template_new"), {**data, "logo": SimpleUploadedFile("l.png", ONE_PIXEL)}
    )
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    template = QuoteTemplate.objects.get()
    assert (template.valid_days, template.introductions, template.logo is not None) == (
        20,
        {"bn": "প্রিয় {customer}"},
        True,
    )
    assert "Preview" in browser.get(answer.headers["Location"]).content.decode()
    for language in ("en", "bn", "ta"):
        shown = browser.get(reverse("quotes:template_preview", args=[template.pk]), {"language": language})
        assert shown["Content-Type"] == "image/png" and shown.content.startswith(b"\x89PNG")
    wrong = browser.post(
        reverse("quotes:template", args=[template.pk]), {**data, "introductions_en": "{nothing}"}
    )
    assert wrong.status_code == 422 and "There is no field called nothing" in wrong.content.decode()
    browser.post(reverse("quotes:template", args=[template.pk]), {**data, "logo-clear": "on"})
    assert QuoteTemplate.objects.get().logo is None
