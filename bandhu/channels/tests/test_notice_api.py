"""What came to a channel, for programs: listed, shown with its secrets covered, read again."""

import pytest
from django.test import Client
from django.urls import reverse

from bandhu.channels.models import RawNotice
from bandhu.channels.tests.channel_cast import make_channel, post, read_all, told
from bandhu.channels.tests.services import own_notice
from bandhu.identity.tests.api import caller
from bandhu.identity.tests.cast import make_user
from bandhu.interactions.models import Message
from bandhu.platform.models import AuditEntry

pytestmark = pytest.mark.django_db
MESSAGE = {"type": "message", "id": "m1", "from": {"id": "p1", "name": "রহিমা"}, "text": "আমার চালান?"}


@pytest.fixture
def ask():
    return caller(make_user("Boss", role="administrator"))


def test_one_that_failed_is_seen_and_read_again(ask):
    channel = make_channel()
    assert told(channel, MESSAGE).status_code == 200
    kept = RawNotice.objects.get()
    RawNotice.objects.update(state="failed", error="out of order", attempts=8)
    status, page, _tag = ask("GET", f"/channels/{channel.pk}/notices?state=failed")
    assert (status, [(one["id"], one["error"]) for one in page["items"]]) == (
        200,
        [(str(kept.pk), "out of order")],
    )
    assert ask("GET", f"/channels/{channel.pk}/notices?state=taken")[1]["items"] == []
    status, whole, _tag = ask("GET", f"/channel-notices/{kept.pk}")
    sent = kept.headers["webhook-signature"]
    assert (status, "আমার চালান?" in whole["body"], sent in str(whole["headers"])) == (200, True, False)
    status, again, _tag = ask("POST", f"/channel-notices/{kept.pk}/replay")
    assert (status, again["state"], again["attempts"]) == (200, "waiting", 0)
    read_all()
    assert Message.objects.filter(text="আমার চালান?").count() == 1
    assert ask("GET", f"/channel-notices/{kept.pk}")[1]["state"] == "taken"


def test_one_that_was_refused_stays_so_while_its_signature_is_wrong(ask):
    channel = make_channel()
    body, headers = own_notice(MESSAGE, secret="a secret of somebody else's")
    assert post(channel, body, headers).status_code == 401
    kept = RawNotice.objects.get()
    assert ask("POST", f"/channel-notices/{kept.pk}/replay")[0] == 422
    assert ask("GET", f"/channel-notices/{kept.pk}")[1]["state"] == "refused"


def test_one_is_discarded_by_itself_and_the_trail_says_so(ask):
    channel = make_channel()
    for number in ("1", "2"):
        told(channel, MESSAGE | {"id": f"m{number}"}, f"n{number}")
    first, second = RawNotice.objects.order_by("pk")
    assert ask("DELETE", f"/channel-notices/{first.pk}")[0] == 422, "it waits to be read"
    RawNotice.objects.update(state="failed", error="out of order")
    assert ask("DELETE", f"/channel-notices/{first.pk}") == (204, None, None)
    assert list(RawNotice.objects.all()) == [second]
    assert ask("DELETE", f"/channel-notices/{first.pk}")[0] == 404
    [line] = AuditEntry.objects.filter(verb="discarded", record_id=channel.pk)
    assert first.external_id in str(line.changes) and "out of order" in str(line.changes)


def test_the_page_discards_one_that_was_refused_and_none_that_was_read():
    client = Client()
    client.force_login(make_user("Boss", role="administrator"))
    channel = make_channel()
    post(channel, *own_notice(MESSAGE, secret="a secret of somebody else's"))
    refused = RawNotice.objects.get()
    told(channel, MESSAGE)
    read_all()
    read = RawNotice.objects.get(state="taken")
    for one in (refused, read):
        page = client.get(reverse("channels:channel_notice", args=[one.pk])).content.decode()
        assert (reverse("channels:channel_notice_discarding", args=[one.pk]) in page) == (one == refused)
        client.post(reverse("channels:channel_notice_discarding", args=[one.pk]))
    assert list(RawNotice.objects.all()) == [read]
