"""The pages on which colleagues work, and the API; the statements of the pages are counted."""

import io
import zipfile

import pytest
from django.test import Client
from django.urls import reverse

from bandhu.identity.tests.cast import make_user
from bandhu.knowledge import actions, queries
from bandhu.knowledge.models import Article, MissedSearch
from bandhu.knowledge.tests.cast import make_article, make_writer, translate

pytestmark = pytest.mark.django_db


@pytest.fixture
def mina():
    return make_writer()


@pytest.fixture
def pages(mina):
    client = Client()
    client.force_login(mina)
    return client


def test_an_article_goes_its_way_on_pages(mina, pages):
    sent = {"language": "en", "title": "How to pay", "body": "<p>By card.</p>", "audience": "public"}
    made = pages.post(reverse("knowledge:article_new"), sent)
    article = Article.objects.get()
    assert made["Location"] == reverse("knowledge:article", args=[article.pk])
    edit = reverse("knowledge:text_edit", args=[article.pk, "bn"])
    assert "How to pay" in pages.get(edit).text
    pages.post(edit, {"title": "টাকা দেওয়া", "body": "<p>কার্ডে।</p>", "publish": "1"})
    pages.post(reverse("knowledge:text_publication", args=[article.pk, "en"]))
    article.refresh_from_db()
    assert article.live_languages == ["bn", "en"]
    assert pages.post(edit, {"title": "", "body": "x"}).status_code == 422
    stale = pages.post(edit, {"title": "Mine", "body": "<p>x</p>", "version": "99"})
    assert stale.status_code == 422 and "Meanwhile somebody else" in stale.text


def test_writers_hand_in_and_see_no_publish_button(mina):
    article = make_article(mina, publish=False)
    writer = Client()
    writer.force_login(make_user("Rafi", role="service"))
    text = writer.get(reverse("knowledge:article", args=[article.pk])).text
    assert "Hand in for review" in text and "Publish later" not in text
    assert writer.post(reverse("knowledge:text_publication", args=[article.pk, "en"])).status_code == 403


def test_the_report_leads_to_a_new_article(pages):
    actions.note_missed("kites", "bn")
    text = pages.get(reverse("knowledge:report")).text
    assert "kites" in text and "title=kites" in text
    pages.post(reverse("knowledge:missed_done", args=[MissedSearch.objects.get().pk]))
    assert not MissedSearch.objects.exists()


def test_the_export_is_a_zip_of_markdown(mina, pages):
    make_article(mina)
    answer = pages.get(reverse("knowledge:export"))
    assert zipfile.ZipFile(io.BytesIO(answer.getvalue())).namelist() == ["1-how-to-get-a-visa/en.md"]


def test_the_api_writes_publishes_and_finds(mina, pages):
    made = pages.post(
        "/api/v1/articles", {"title": "Visa rules", "body": "<p>Ten days.</p>"}, "application/json"
    ).json()
    address = f"/api/v1/articles/{made['id']}"
    assert (
        pages.post(f"{address}/texts/en/publication", {"note": "first"}, "application/json").status_code
        == 200
    )
    found = pages.get("/api/v1/articles/search?q=ভিসা&audience=public").json()
    assert [one["number"] for one in found] == [made["number"]]
    assert pages.patch(address, {"audience": "nobody"}, "application/json").status_code == 422
    stale = pages.patch(address, {"position": 3}, "application/json", headers={"if-match": '"v1"'})
    assert stale.status_code == 412
    assert pages.get(f"{address}/reply?language=bn").json()["language"] == "en"
    assert pages.get("/api/v1/articles?q=visa").json()["items"][0]["texts"][0]["live_version"] == 1


PAGES = [
    "articles",
    "article",
    "article_versions",
    "categories",
    "report",
    "help_home",
    "help_article",
    "help_search",
]


@pytest.mark.parametrize("name", PAGES)
def test_statements_of_pages(mina, count_queries, name):
    shelf = actions.create_category(actor=mina, names={"en": "Travel"})
    for number in range(12):
        article = make_article(mina, f"Visa {number}", category=shelf)
    translate(mina, article, "bn", "ভিসা", "<p>দশ দিন।</p>")
    client = Client()
    addresses = {
        "article": reverse("knowledge:article", args=[article.pk]),
        "article_versions": reverse("knowledge:article_versions", args=[article.pk]),
        "help_home": "/help/en/",
        "help_article": queries.languages_of(article.number, "public")["en"],
        "help_search": "/help/en/search/?q=visa",
    }
    address = addresses.get(name) or reverse(f"knowledge:{name}")
    if not name.startswith("help"):
        client.force_login(mina)
    client.get(address)
    with count_queries(name):
        assert client.get(address).status_code == 200
