"""What came to a channel, for programs: listed, shown with its secrets covered, read again."""

import pytest

from bandhu.channels.models import RawNotice
from bandhu.channels.tests.channel_cast import make_channel, post, read_all, told
from bandhu.channels.tests.services import own_notice
from bandhu.identity.tests.api import caller
from bandhu.identity.tests.cast import make_user
from bandhu.interactions.models import Message

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
