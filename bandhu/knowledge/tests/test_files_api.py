"""Files of articles and articles as Markdown, by the API."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bandhu.knowledge.models import Article
from bandhu.knowledge.tests.cast import make_article, make_writer, translate

pytestmark = pytest.mark.django_db
API = "/api/v1"
PAPER = b"%PDF-1.7 visa form"


@pytest.fixture
def mina():
    return make_writer()


@pytest.fixture
def client(mina):
    browser = Client()
    browser.force_login(mina)
    return browser


def upload(name, content):
    return {"file": SimpleUploadedFile(name, content)}


def zip_of(**texts):
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as out:
        for name, text in texts.items():
            out.writestr(name.replace("__", "/") + ".md", text)
    return upload("articles.zip", whole.getvalue())


def test_a_file_is_attached_listed_downloaded_and_thrown_away(client, mina):
    path = f"{API}/articles/{make_article(mina).pk}/attachments"
    made = client.post(path, upload("form.html", PAPER))
    assert made.status_code == 201 and made.json()["size"] == len(PAPER)
    assert [one["id"] for one in client.get(path).json()["items"]] == [made.json()["id"]]
    content = client.get(f"{path}/{made.json()['id']}")
    assert b"".join(content.streaming_content) == PAPER
    assert content["Content-Disposition"].startswith("attachment")
    assert client.delete(f"{path}/{made.json()['id']}").status_code == 204
    assert client.get(path).json()["items"] == []
    assert client.delete(f"{path}/{made.json()['id']}").status_code == 404


def test_a_file_is_asked_for_in_its_own_article_and_in_the_version_that_was_read(client, mina):
    one, other = make_article(mina, "One"), make_article(mina, "Other")
    path = f"{API}/articles/{one.pk}/attachments"
    assert client.post(path).status_code == 422 and client.post(path, upload("a.txt", b"")).status_code == 422
    stale = client.post(path, upload("a.txt", b"a"), headers={"If-Match": '"v999"'})
    assert stale.status_code == 412 and client.get(path).json()["items"] == []
    kept = client.post(path, upload("a.txt", b"a")).json()["id"]
    elsewhere = f"{API}/articles/{other.pk}/attachments/{kept}"
    assert client.get(elsewhere).status_code == 404 and client.delete(elsewhere).status_code == 404
    assert len(client.get(path).json()["items"]) == 1


def test_one_article_and_all_of_them_go_out_as_markdown_and_come_in_again(client, mina):
    article = make_article(mina)
    translate(mina, article, "bn", "ভিসা", "<p>দশ দিন</p>")
    make_article(mina, "Another")
    one = client.get(f"{API}/articles/{article.pk}/markdown")
    assert one["Content-Type"] == "application/zip"
    content = b"".join(one.streaming_content)
    assert sorted(name.rsplit("/")[-1] for name in zipfile.ZipFile(io.BytesIO(content)).namelist()) == [
        "bn.md",
        "en.md",
    ]
    whole = b"".join(client.get(f"{API}/articles/markdown").streaming_content)
    assert len(zipfile.ZipFile(io.BytesIO(whole)).namelist()) == 3
    answer = client.post(f"{API}/articles/markdown", upload("again.zip", content)).json()
    assert answer == {"created": [], "changed": 2, "refused": []}


def test_what_is_taken_in_is_a_draft_and_what_cannot_be_is_named(client):
    sent = zip_of(refund__en="---\ntitle: Refunds\n---\nTen days.", empty__en='---\ntitle: ""\n---\nx')
    answer = client.post(f"{API}/articles/markdown", sent).json()
    [made] = Article.objects.all()
    assert answer["created"] == [str(made.pk)] and made.state == "draft" and made.audience == "staff"
    assert [one["path"] for one in answer["refused"]] == ["empty/en.md"] and answer["refused"][0]["why"]


@pytest.mark.parametrize("sent", [{}, upload("x.zip", b"no zip"), zip_of(**{"..__out": "# Out"})])
def test_what_is_no_folder_of_markdown_is_refused(client, sent):
    answer = client.post(f"{API}/articles/markdown", sent)
    assert answer.status_code == 422 and list(answer.json()["errors"]) == ["file"]
    assert not Article.objects.exists()
