"""REST: files of contacts and companies."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bandhu.customers.tests.cast import make_agent, make_company, make_contact
from bandhu.identity.tests.cast import make_team
from bandhu.platform.models import AuditEntry

pytestmark = pytest.mark.django_db
PAGE = b"<html><script>alert(1)</script>"


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def rupa():
    return make_agent("Rupa", team=make_team("Dhaka"))


@pytest.fixture
def client(rupa):
    client = Client()
    client.force_login(rupa)
    return client


@pytest.fixture(params=["contact", "company"])
def path(request, rupa):
    if request.param == "contact":
        return f"/api/v1/contacts/{make_contact(by=rupa).pk}/attachments"
    return f"/api/v1/companies/{make_company('Padma', by=rupa).pk}/attachments"


def send(client, path, name, content, **headers):
    return client.post(path, {"file": SimpleUploadedFile(name, content, "image/png")}, headers=headers)


def test_a_file_is_sent_listed_fetched_and_thrown_away(client, path):
    made = send(client, path, "চুক্তি.pdf", b"%PDF-1.7 hello")
    assert made.status_code == 201
    kept = made.json()
    assert (kept["name"], kept["media_type"], kept["size"]) == ("চুক্তি.pdf", "application/pdf", 14)
    assert client.get(path).json() == {"items": [kept], "next": None}
    fetched = client.get(f"{path}/{kept['id']}")
    assert b"".join(fetched.streaming_content) == b"%PDF-1.7 hello"
    assert fetched["Content-Disposition"].startswith("attachment")
    assert client.delete(f"{path}/{kept['id']}").status_code == 204
    assert client.get(f"{path}/{kept['id']}").status_code == 404
    assert client.get(path).json()["items"] == []
    files = [entry.changes["files"] for entry in AuditEntry.objects.filter(verb="changed").order_by("id")]
    assert files == [[None, "চুক্তি.pdf"], ["চুক্তি.pdf", None]]


def test_a_page_that_calls_itself_a_picture_comes_back_as_bytes(client, path):
    kept = send(client, path, "pic.png", PAGE).json()
    assert kept["media_type"] == "text/html"
    fetched = client.get(f"{path}/{kept['id']}")
    assert fetched["Content-Disposition"].startswith("attachment")
    assert fetched["Content-Type"] == "application/octet-stream"
    assert fetched["X-Content-Type-Options"] == "nosniff"


def test_nothing_and_an_empty_file_are_refused_field_by_field(client, path):
    assert list(client.post(path).json()["errors"]) == ["file"]
    empty = send(client, path, "empty.txt", b"")
    assert (empty.status_code, client.get(path).json()["items"]) == (422, [])


def test_a_file_of_another_record_is_not_found_here(client, path, rupa):
    kept = send(client, path, "a.txt", b"one").json()
    other = f"/api/v1/contacts/{make_contact(by=rupa).pk}/attachments/{kept['id']}"
    assert client.get(other).status_code == 404
    assert client.delete(other).status_code == 404
    assert len(client.get(path).json()["items"]) == 1


def test_the_same_key_sends_a_file_once_and_too_much_with_a_key_is_said(client, path, settings):
    first = send(client, path, "a.txt", b"one", **{"Idempotency-Key": "k1"})
    again = send(client, path, "a.txt", b"one", **{"Idempotency-Key": "k1"})
    assert (again.json(), again["Idempotency-Replayed"]) == (first.json(), "true")
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    too_much = send(client, path, "a.txt", b"one" * 10, **{"Idempotency-Key": "k2"})
    assert too_much.status_code == 413
    assert len(client.get(path).json()["items"]) == 1


def test_the_document_describes_them(client):
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    sent = paths["/api/v1/contacts/{record_id}/attachments"]["post"]["requestBody"]["content"]
    assert "multipart/form-data" in sent
    fetched = paths["/api/v1/contacts/{record_id}/attachments/{file_id}"]["get"]["responses"]["200"]
    assert fetched["content"]["*/*"]["schema"] == {"type": "string", "format": "binary"}
