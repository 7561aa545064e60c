"""Files that colleagues send by Messenger: after the words, each once, and honestly where nobody knows."""

import pytest

from bandhu.channels import actions
from bandhu.channels.tests.channel_cast import make_channel
from bandhu.channels.tests.test_networks import META, PNG, meta_notice, read_all, services  # noqa: F401
from bandhu.identity.tests.cast import make_user
from bandhu.interactions.actions import write_message
from bandhu.interactions.models import Message
from bandhu.platform.files import store_file

pytestmark = pytest.mark.django_db


def sent_with(services, *files, kind="messenger", text="Here it is.", mood=()):  # noqa: F811
    """The message after the job ran, with these files (name, bytes)."""
    services.answers["/page1/messages"] = {"message_id": "mid.ours"}
    channel = make_channel(kind, values={"page_id": "page1", **META})
    came = {"sender": {"id": "psid1"}, "timestamp": 1, "message": {"mid": "mid.1", "text": "Price?"}}
    thing = "page" if kind == "messenger" else "instagram"
    meta_notice(channel, {"object": thing, "entry": [{"messaging": [came]}]})
    read_all()
    rupa = make_user("Rupa", role="service")
    answer = write_message(Message.objects.get().conversation, actor=rupa, text=text)
    for name, content in files:
        store_file(record_kind="message", record_id=answer.pk, name=name, content=[content], created_by=rupa)
    services.mood = list(mood)
    actions.send_message(answer.pk)
    answer.refresh_from_db()
    return answer


def test_words_go_first_and_each_file_after_them(services):  # noqa: F811
    answer = sent_with(services, ("price.png", PNG), ("price.pdf", b"%PDF-1.7"))
    assert (answer.state, answer.external_id) == ("sent", "mid.ours")
    words, picture, paper = (fields for _method, _path, fields in services.taken)
    assert words["message"] == {"text": "Here it is."}
    assert b'"type": "image"' in picture["_multipart"] and PNG in picture["_multipart"]
    assert b'{"id": "psid1"}' in picture["_multipart"] and b'filename="price.png"' in picture["_multipart"]
    assert b'"type": "file"' in paper["_multipart"] and b"%PDF-1.7" in paper["_multipart"]


def test_a_file_that_is_refused_after_the_words_went_leaves_it_to_a_person(services):  # noqa: F811
    answer = sent_with(services, ("price.png", PNG), mood=[None, 500])
    assert answer.state == "unknown" and len(services.taken) == 1


def test_on_instagram_a_file_is_refused_before_anything_goes(services):  # noqa: F811
    answer = sent_with(services, ("price.png", PNG), kind="instagram")
    assert answer.state == "failed" and services.taken == []
