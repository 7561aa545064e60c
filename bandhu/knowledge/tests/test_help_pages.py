"""The help centre as strangers read it."""

import re
from base64 import b64decode

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bandhu.knowledge import actions, queries
from bandhu.knowledge.article_html import slug_of, with_anchors
from bandhu.knowledge.brand import contrast, readable_on
from bandhu.knowledge.models import ArticleFeedback, MissedSearch
from bandhu.knowledge.tests.cast import make_article, make_writer, translate
from bandhu.platform.models import StoredFile

# A whole picture of one point.
PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
pytestmark = pytest.mark.django_db


@pytest.fixture
def mina():
    return make_writer()


def address_of(article, language="en"):
    return queries.languages_of(article.number, "staff")[language]


def test_the_address_has_the_language_and_start_goes_to_the_visitor_s(client, mina):
    for asked, given in (("bn-BD,en;q=0.5", "bn"), ("ta", "ta"), ("fr", "en"), ("", "en")):
        answer = client.get("/help/", headers={"accept-language": asked})
        assert answer["Location"] == f"/help/{given}/"
    assert client.get("/help/xx/").status_code == 404
    assert 'lang="bn"' in client.get("/help/bn/").text


def test_an_article_is_whole_without_a_script_or_a_cookie(client, mina):
    article = make_article(mina)
    translate(mina, article, "bn", "ভিসা কীভাবে পাবেন", "<p>দশ দিন।</p>")
    answer = client.get(address_of(article))
    text = answer.text
    assert answer.status_code == 200 and not answer.cookies
    assert "<script" not in text and "Bring your passport" in text
    assert (
        f'rel="canonical" href="http://localhost:8000{address_of(article)}"' in text
        or 'rel="canonical"' in text
    )
    assert text.count('rel="alternate" hreflang=') == 2
    assert 'content="index,follow"' in text
    assert text.count("<h1") == 1


def test_a_slip_in_the_address_leads_to_the_right_one(client, mina):
    article = make_article(mina)
    for place in (f"{article.number}", f"{article.number}-anything"):
        answer = client.get(f"/help/en/articles/{place}/")
        assert (answer.status_code, answer["Location"]) == (301, address_of(article))


def test_what_was_read_is_not_sent_twice(client, mina):
    address = address_of(make_article(mina))
    first = client.get(address)
    assert "public" in first["Cache-Control"]
    again = client.get(address, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_strangers_see_neither_customers_nor_staff_articles(client, mina):
    for audience in ("customers", "staff"):
        article = make_article(mina, f"Visa {audience}", audience=audience)
        for address in (address_of(article), f"/help/en/articles/{article.number}/"):
            answer = client.get(address)
            assert answer.status_code == 404 and "ten days" not in answer.text
    assert "Visa customers" not in client.get("/help/en/").text + client.get("/help/en/search/?q=visa").text
    assert "Visa" not in client.get("/help/sitemap.xml").text


def test_what_staff_reads_is_kept_by_no_cache(client, mina):
    address = address_of(make_article(mina, audience="staff"))
    client.force_login(mina)
    answer = client.get(address)
    assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]


def test_a_page_that_is_not_here_helps(client, mina):
    article = make_article(mina)
    missing = client.get("/help/en/articles/999-visa-rules/")
    assert missing.status_code == 404 and address_of(article) in missing.text
    other = client.get(f"/help/bn/articles/{article.number}/")
    assert other.status_code == 404 and address_of(article) in other.text
    assert client.get("/help/en/categories/nonsense/").status_code == 404
    assert client.get("/help/en/articles/../../etc/passwd/").status_code == 404


def test_search_finds_across_scripts_and_counts_what_it_does_not_find(client, mina):
    article = make_article(mina)
    assert address_of(article) in client.get("/help/bn/search/", {"q": "ভিসা"}).text
    assert "<script>" not in client.get("/help/en/search/", {"q": "<script>alert(1)</script>"}).text
    for _time in range(2):
        client.get("/help/en/search/", {"q": "kites"})
    assert MissedSearch.objects.get(term="kites").times == 2


def test_was_it_helpful(client, mina):
    article = make_article(mina)
    post = reverse("knowledge:help_rating", args=["en", str(article.number)])
    thanks = client.post(post, {"helpful": "no"})
    place = thanks["Location"].partition("#")[0]
    page = client.get(place)
    assert "no-store" in page["Cache-Control"] and "What could be better" in page.text
    token = re.search(r'name="rating" value="([^"]+)"', page.text)[1]
    client.post(post, {"rating": token, "comment": "Say the price <b>please</b>"})
    client.post(post, {"rating": "forged", "comment": "x"})
    given = ArticleFeedback.objects.get()
    assert (given.is_helpful, given.comment, given.contact) == (False, "Say the price <b>please</b>", None)
    client.post(post, {"helpful": "yes"})
    client.post(post, {"helpful": "yes"})
    article.refresh_from_db()
    assert article.helpful + article.unhelpful == 2, "one visitor counts twice at most"
    assert (
        client.post(reverse("knowledge:help_rating", args=["en", "999"]), {"helpful": "yes"}).status_code
        == 404
    )


def test_files_of_an_article_go_where_the_article_goes(client, mina):
    open_, closed = make_article(mina), make_article(mina, "Inside", audience="staff")
    files = [
        actions.attach_to_article(one, actor=mina, name="form.html", content=[b"<script>1</script>"])
        for one in (open_, closed)
    ]
    answer = client.get(f"/help/files/{files[0].pk}/")
    assert answer.status_code == 200 and "attachment" in answer["Content-Disposition"]
    assert "sandbox" in answer["Content-Security-Policy"]
    assert client.get(f"/help/files/{files[1].pk}/").status_code == 404


def test_the_house_s_look(client, mina):
    actions.change_help_centre(
        actor=mina, colour="#FFEE00", names={"en": "Padma Travel", "bn": "পদ্মা ট্রাভেল"}, languages=["en", "bn"]
    )
    actions.set_logo(actor=mina, name="logo.png", content=ContentFile(PNG).chunks())
    page = client.get("/help/bn/").text
    assert "পদ্মা ট্রাভেল" in page and queries.help_centre().logo in page
    assert client.get("/help/ta/").status_code == 404
    sheet = client.get(reverse("knowledge:help_look", args=[queries.help_centre().stamp]))
    assert "immutable" in sheet["Cache-Control"] and "#ffee00" not in sheet.text.split("@media")[0]
    assert client.get(f"/help/files/{queries.help_centre().logo}/").status_code == 200


def test_a_closed_help_centre_says_so(client, mina):
    article = make_article(mina)
    actions.change_help_centre(actor=mina, is_open=False)
    assert client.get(address_of(article)).status_code == 503
    assert address_of(article) not in client.get("/help/sitemap.xml").text


def test_search_engines_get_a_map(client, mina):
    article = make_article(mina)
    translate(mina, article, "bn", "ভিসা", "<p>দশ দিন।</p>")
    answer = client.get("/help/sitemap.xml")
    assert answer["Content-Type"].startswith("application/xml") and answer.text.count("<loc>") == 2 + 3
    robots = client.get("/robots.txt").text
    assert "Allow: /help/" in robots and "sitemap.xml" in robots


def test_suggestions_come_as_a_part(client, mina):
    article = make_article(mina)
    answer = client.get("/help/en/suggestions/", {"subject": "how long does a visa take"})
    assert address_of(article) in answer.text and "<html" not in answer.text


@pytest.mark.parametrize("colour", [(255, 238, 0), (10, 10, 10), (200, 30, 60), (255, 255, 255)])
@pytest.mark.parametrize("ground", [(255, 255, 255), (24, 26, 33)])
def test_colours_can_be_read(colour, ground):
    assert contrast(readable_on(colour, ground), ground) >= 4.5


def test_words_of_addresses_keep_their_signs():
    assert slug_of("ভিসা কীভাবে পাবেন?") == "ভিসা-কীভাবে-পাবেন"
    assert slug_of("விசா: பெறுவது எப்படி") == "விசா-பெறுவது-எப்படி"
    assert slug_of("  A/B & “C” ") == "a-b-c"
    assert slug_of("???") == ""


def test_headings_become_a_table_of_contents():
    body, headings = with_anchors("<h2>One &amp; two</h2><p>x</p><h3><b>Three</b></h3><h2></h2>")
    assert [(one.anchor, one.words, one.level) for one in headings] == [
        ("part-1", "One & two", 2),
        ("part-2", "Three", 3),
    ]
    assert '<h2 id="part-1">' in body


def test_no_address_of_the_help_centre_takes_another_method():
    client = Client()
    for address in ("/help/", "/help/en/", "/help/en/search/", "/help/sitemap.xml", "/robots.txt"):
        assert client.post(address).status_code == 405


class TestPictures:
    def test_one_in_a_text_is_read_by_whoever_reads_the_article(self, client, mina):
        article = make_article(mina, publish=False)
        client.force_login(mina)
        address = reverse("knowledge:article_pictures", args=[article.pk])
        url = client.post(address, {"picture": SimpleUploadedFile("door.png", PNG)}).json()["url"]
        body = f'<p>Look</p><img src="{url}" alt="The door" width="640" height="480">'
        actions.write_text(article, actor=mina, language="en", body=body)
        assert client.get(url)["Content-Disposition"].startswith("inline"), "its writer sees it at once"
        stranger = Client()
        assert stranger.get(url).status_code == 404
        actions.publish_text(article, actor=mina, language="en")
        answer = stranger.get(url)
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
        assert (
            answer["X-Content-Type-Options"] == "nosniff" and "sandbox" in answer["Content-Security-Policy"]
        )
        page = stranger.get(queries.address_of(article.texts.get())).text
        assert f'src="{url}"' in page and 'alt="The door"' in page and 'loading="lazy"' in page
        assert "door.png" not in page, "it is no file to download"

    @pytest.mark.parametrize(
        "content", [b"<svg onload='alert(1)'/>", b"<html><script>1</script>", b"GIF", b""]
    )
    def test_what_is_no_picture_is_refused_whatever_it_is_called(self, client, mina, content):
        article = make_article(mina)
        client.force_login(mina)
        address = reverse("knowledge:article_pictures", args=[article.pk])
        refused = client.post(address, {"picture": SimpleUploadedFile("x.png", content)})
        assert refused.status_code == 422 and refused.json()["problem"]
        assert not StoredFile.objects.filter(record_id=article.pk).exists()

    @pytest.mark.parametrize(
        "source",
        [
            "https://spy.example/x.gif",
            "//spy.example/help/files/00000000-0000-7000-8000-000000000000/",
            "data:image/png;base64,AAAA",
            "/help/files/../../api/v1/contacts/",
            "javascript:alert(1)",
        ],
    )
    def test_pictures_from_elsewhere_do_not_stay(self, mina, source):
        article = make_article(mina, body=f'<p>One</p><img src="{source}" onerror="alert(1)" alt="x">')
        assert article.texts.get().body == "<p>One</p>"
