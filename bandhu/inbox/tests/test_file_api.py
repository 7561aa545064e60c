"""Files that come and go with what is said, by the API."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bandhu.identity.tests.cast import make_user
from bandhu.inbox.tests.cast import make_desk, written_by
from bandhu.interactions.models import Message

pytestmark = pytest.mark.django_db
PAPER = b"%PDF-1.7 invoice"


@pytest.fixture
def talk():
    """Rupa at her desk, with a conversation."""
    rupa, _kamal, rahima = make_desk()
    conversation = written_by(rahima, "Where is my invoice?", subject="Invoice")
    client = Client()
    client.force_login(rupa)
    return client, f"/api/v1/conversations/{getattr(conversation, 'conversation_id', conversation.pk)}"


def test_an_answer_takes_files_along_and_they_are_read_again(talk):
    client, path = talk
    sent = {
        "text": "Here it is.",
        "files": [
            SimpleUploadedFile("invoice.pdf", PAPER),
            SimpleUploadedFile("x.html", b"<script>1</script>"),
        ],
    }
    answer = client.post(f"{path}/replies/with-files", sent)
    assert answer.status_code == 201, answer.content
    files = f"/api/v1/messages/{answer.json()['id']}/files"
    shown = client.get(files).json()["items"]
    assert [(one["name"], one["size"]) for one in shown] == [("invoice.pdf", len(PAPER)), ("x.html", 18)]
    content = client.get(f"{files}/{shown[0]['id']}")
    assert b"".join(content.streaming_content) == PAPER
    page = client.get(f"{files}/{shown[1]['id']}")
    assert page["Content-Type"] == "application/octet-stream" and page["Content-Disposition"].startswith(
        "attachment"
    )


def test_a_note_takes_them_too_and_without_a_file_it_is_refused(talk):
    client, path = talk
    answer = client.post(
        f"{path}/notes/with-files", {"text": "See", "files": [SimpleUploadedFile("a.txt", b"a")]}
    )
    assert answer.status_code == 201 and answer.json()["kind"] == "note"
    before = Message.objects.count()
    assert client.post(f"{path}/notes/with-files", {"text": "See"}).status_code == 422
    assert Message.objects.count() == before


def test_a_file_of_another_message_is_not_found_there(talk):
    client, path = talk
    ids = []
    for name in ("a.txt", "b.txt"):
        sent = client.post(
            f"{path}/replies/with-files", {"text": name, "files": [SimpleUploadedFile(name, b"x")]}
        )
        ids.append(json.loads(sent.content)["id"])
    other = client.get(f"/api/v1/messages/{ids[1]}/files").json()["items"][0]["id"]
    assert client.get(f"/api/v1/messages/{ids[0]}/files/{other}").status_code == 404
    stranger = Client()
    stranger.force_login(make_user("Stranger"))
    assert stranger.get(f"/api/v1/messages/{ids[1]}/files").status_code in (403, 404)
