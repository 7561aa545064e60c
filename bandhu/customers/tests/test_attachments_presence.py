"""Files on records, and who is at a record."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from bandhu.customers import actions
from bandhu.customers.tests.cast import make_agent, make_contact
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.platform import files
from bandhu.platform.models import AuditEntry, StoredFile

pytestmark = pytest.mark.django_db
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
)


@pytest.fixture
def rupa():
    return make_agent("Rupa", team=make_team("Dhaka"))


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def as_user(user):
    client = Client()
    client.force_login(user)
    return client


def get(user, stored, **query):
    return as_user(user).get(reverse("platform:file", args=[stored.pk]), query)


def attach(rupa, name, content):
    return actions.attach_file(make_contact(by=rupa), actor=rupa, name=name, content=[content])


def test_a_file_comes_back_as_it_was_under_its_name(rupa):
    stored = attach(rupa, "../../চুক্তি.pdf", b"%PDF-1.7 hello")
    answer = get(rupa, stored)
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 hello"
    assert answer["Content-Disposition"].startswith("attachment")
    assert stored.name == "চুক্তি.pdf"
    assert AuditEntry.objects.get(verb="changed").changes == {"files": [None, "চুক্তি.pdf"]}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.png", b"<html><script>alert(1)</script>"),
        ("pic.jpg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("x.pdf", b"<?xml version='1.0'?><x/>"),
    ],
)
def test_markup_never_comes_inline_whatever_it_calls_itself(rupa, name, content):
    stored = attach(rupa, name, content)
    answer = get(rupa, stored, inline="1")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


def test_a_picture_may_be_shown_in_its_sandbox(rupa):
    answer = get(rupa, attach(rupa, "p.png", PNG), inline="1")
    assert (answer["Content-Type"], answer.get("Content-Disposition", "inline")[:6]) == (
        "image/png",
        "inline",
    )
    assert "sandbox" in answer["Content-Security-Policy"]


def test_who_does_not_see_the_record_does_not_see_the_file(rupa):
    stored = attach(rupa, "a.txt", b"secret")
    assert get(make_user("Arjun", role="sales", team=make_team("Chennai")), stored).status_code == 404


def test_too_large_or_empty_is_refused_and_leaves_no_bytes(rupa, monkeypatch, tmp_path):
    contact = make_contact(by=rupa)
    monkeypatch.setattr(files, "MAX_FILE_BYTES", 10)
    for chunks in ([b"123456", b"789012"], [], [b""]):
        with pytest.raises(ValidationError):
            actions.attach_file(contact, actor=rupa, name="x", content=chunks)
    assert not StoredFile.objects.exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_removed_file_is_gone(rupa, django_capture_on_commit_callbacks, tmp_path):
    contact = make_contact(by=rupa)
    stored = actions.attach_file(contact, actor=rupa, name="a.txt", content=[b"x"])
    with django_capture_on_commit_callbacks(execute=True):
        actions.remove_file(contact, actor=rupa, stored=stored)
    assert files.files_of(contact.pk) == []
    assert get(rupa, stored).status_code == 404
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_others_at_the_record_are_shown_until_they_leave(rupa):
    kamal, contact = make_agent("Kamal Uddin", team=rupa.team), make_contact(by=rupa)
    url = reverse("platform:presence", args=["contact", contact.pk])
    as_user(kamal).post(url, {"state": "editing"})
    answer = as_user(rupa).post(url, {"state": "viewing"}).content.decode()
    assert "Kamal Uddin is changing this record" in answer
    as_user(kamal).post(url, {"state": "left"})
    assert "Kamal" not in as_user(rupa).post(url, {"state": "viewing"}).content.decode()


def test_presence_is_not_told_to_who_cannot_see_the_record(rupa):
    stranger = make_user("Arjun", role="sales", team=make_team("Chennai"))
    url = reverse("platform:presence", args=["contact", make_contact(by=rupa).pk])
    assert as_user(stranger).post(url, {"state": "viewing"}).status_code == 404
