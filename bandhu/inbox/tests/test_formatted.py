"""Formatted replies and notes: kept, cleaned, taken back with their formats; plain where the formats say nothing."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bandhu.inbox import actions, queries
from bandhu.inbox.models import Draft, Macro
from bandhu.inbox.tests.cast import make_desk, written_by
from bandhu.interactions.models import Message
from bandhu.platform.files import files_of
from bandhu.platform.html_cleaning import formatted

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
WORDS = "<p>প্রিয় <strong>রহিমা</strong></p><ul><li>আজ</li><li>কাল</li></ul>"


@pytest.fixture
def desk(client):
    rupa, kamal, rahima = make_desk()
    client.force_login(rupa)
    return client, rupa, kamal, rahima


@pytest.mark.parametrize(
    ("source", "is_kept"),
    [
        ("<p>One</p><p>Two<br>three</p>", False),
        ("<p>One <b>two</b></p>", True),
        ("<p><a href='https://example.com'>there</a></p>", True),
        ("<p>1 &lt; 2</p>", False),
        ("<p><script>alert(1)</script>One</p>", False),
        ("", False),
    ],
)
def test_formats_are_kept_where_they_say_something(source, is_kept):
    assert bool(formatted(source)) == is_kept


def test_a_reply_goes_out_as_it_was_written_and_comes_back_so(desk):
    client, rupa, _kamal, rahima = desk
    talk = written_by(rahima)
    hostile = f"{WORDS}<script>alert(1)</script><p style='color:red' onclick='x()'>Z</p>"
    sent = client.post(
        reverse("inbox:reply", args=[talk.pk]),
        {"text": "ignored", "html": hostile, "seen": "1"},
        headers=HTMX,
    )
    assert sent.status_code == 204
    answer = Message.objects.get(direction="out")
    assert answer.html == f"{WORDS}<p>Z</p>"
    assert answer.text == "প্রিয় রহিমা\n\n• আজ\n\n• কাল\n\nZ"
    back = json.loads(
        client.post(reverse("inbox:taking_back", args=[answer.pk]), headers=HTMX).headers["HX-Trigger"]
    )
    assert back["talk-taken-back"]["html"] == answer.html
    assert queries.draft_for(rupa, talk)["reply"].html == answer.html


def test_what_has_no_formats_is_a_plain_message(desk):
    client, _rupa, _kamal, rahima = desk
    talk = written_by(rahima)
    client.post(reverse("inbox:reply", args=[talk.pk]), {"html": "<p>One</p><p>Two</p>"}, headers=HTMX)
    answer = Message.objects.get(direction="out")
    assert (answer.text, answer.html) == ("One\n\nTwo", "")


def test_a_formatted_draft_is_kept_and_another_page_hears_of_it(desk):
    client, _rupa, _kamal, rahima = desk
    talk = written_by(rahima)
    address = reverse("inbox:draft", args=[talk.pk])
    assert client.post(address, {"text": "x", "html": WORDS}).json() == {"version": 1}
    page = client.get(reverse("inbox:conversation", args=[talk.pk])).content.decode()
    assert "&lt;strong&gt;রহিমা&lt;/strong&gt;" in page, "the editor begins with it"
    assert ">প্রিয় রহিমা" in page, "and without JavaScript its words stand in the textarea"
    conflict = client.post(address, {"text": "other", "html": "<p>other</p>", "version": "0"}).json()
    assert conflict["theirs_html"] == WORDS
    assert client.post(address, {"text": "", "html": ""}).json() == {"version": 0}
    assert not Draft.objects.exists()


def test_only_where_the_channel_carries_formats_is_there_an_editor(desk):
    client, _rupa, _kamal, rahima = desk
    for channel, editors in (("mail", 2), ("sms", 1)):
        talk = written_by(rahima, channel=channel)
        page = client.get(reverse("inbox:conversation", args=[talk.pk]), headers=HTMX).content.decode()
        assert page.count('name="html"') == editors, channel


def test_a_note_with_formats_a_mention_and_files(desk):
    client, _rupa, kamal, rahima = desk
    talk = written_by(rahima)
    given = {
        "html": "<p>@Kamal Uddin <em>look</em></p>",
        "mentioned": str(kamal.pk),
        "uploads": [SimpleUploadedFile("scan.txt", b"one"), SimpleUploadedFile("other.txt", b"two")],
    }
    assert client.post(reverse("inbox:note", args=[talk.pk]), given, headers=HTMX).status_code == 204
    note = Message.objects.get(kind="note")
    assert (note.text, note.html) == ("@Kamal Uddin look", "<p>@Kamal Uddin <em>look</em></p>")
    assert sorted(one.name for one in files_of(note.pk)) == ["other.txt", "scan.txt"]
    client.force_login(kamal)
    page = client.get(reverse("inbox:conversation", args=[talk.pk]), headers=HTMX).content.decode()
    assert "scan.txt" in page
    assert client.get(reverse("platform:file", args=[files_of(note.pk)[0].pk])).status_code == 200


def test_by_rest_too(desk):
    client, _rupa, _kamal, rahima = desk
    base = f"/api/v1/conversations/{written_by(rahima).pk}"
    answer = client.post(f"{base}/replies", {"html": WORDS}, content_type="application/json").json()
    assert answer["html"] == WORDS and answer["text"].startswith("প্রিয় রহিমা")
    nothing = client.post(f"{base}/notes", {"html": "<p> </p>"}, content_type="application/json")
    assert nothing.status_code == 422


def test_the_steps_of_a_macro_are_chosen(desk):
    client, rupa, kamal, _rahima = desk
    page = client.get(reverse("inbox:macro_new")).content.decode()
    assert f'<option value="{kamal.pk}"' in page and "the id from the list below" not in page
    given = {
        "name": "To Kamal",
        "shared": "own",
        "step": ["assign", "snooze", "note", "close"],
        "value_text": ["", "", "ask him", ""],
        "value_label": ["", "", "", ""],
        "value_agent": [str(kamal.pk), "", "", str(kamal.pk)],
        "value_queue": ["", "", "", ""],
        "value_moment": ["", "4", "", ""],
    }
    assert client.post(reverse("inbox:macro_new"), given).status_code == 302
    macro = Macro.objects.get()
    assert macro.steps == [
        {"kind": "assign", "value": str(kamal.pk)},
        {"kind": "snooze", "value": "4"},
        {"kind": "note", "value": "ask him"},
        {"kind": "close", "value": ""},
    ]
    shown = client.get(reverse("inbox:macro", args=[macro.pk])).content.decode()
    assert f'<option value="{kamal.pk}" selected' in shown and 'value="4"' in shown
    refused = client.post(reverse("inbox:macro_new"), given | {"value_agent": ["", "", "", ""]})
    assert refused.status_code == 422 and "ask him" in refused.content.decode()
    assert actions.run_steps([written_by(None)], actor=rupa, steps=macro.steps).changed
