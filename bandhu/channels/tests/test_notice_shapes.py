"""Notices that are signed and right but for one value of another type, at every place of them: understood whole, or kept back, never skipped."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bandhu.channels.adapters import ADAPTERS
from bandhu.channels.adapters.port import Arrived, Connection, Said, StatusTold, Unreadable
from bandhu.channels.models import RawNotice
from bandhu.channels.tests.channel_cast import make_channel, post, read_all
from bandhu.channels.tests.test_signatures import SERVICES, TEXT, by_meta, json_of
from bandhu.interactions.models import Message
from bandhu.platform.ids import new_id

WRITTEN: dict[str, Any] = {
    "whatsapp": {
        "object": "whatsapp_business_account",
        "entry": [{"id": "9", "changes": [{"field": "messages", "value": {
            "metadata": {"phone_number_id": "111"},
            "contacts": [{"wa_id": "8801712345678", "profile": {"name": "R"}}],
            "messages": [{"from": "8801712345678", "id": "w1", "timestamp": "1", "type": "text", "text": {"body": TEXT}, "context": {"id": "w0"}}],
        }}]}],
    },
    "messenger": {
        "object": "page",
        "entry": [{"id": "9", "messaging": [{
            "sender": {"id": "p1"}, "timestamp": 1, "message": {"mid": "m1", "text": TEXT, "reply_to": {"mid": "m0"}},
        }]}],
    },
    "telegram": {
        "update_id": 1,
        "message": {
            "message_id": 1, "date": 1, "chat": {"id": 77, "type": "private"}, "text": TEXT,
            "from": {"first_name": "R", "last_name": "K", "is_bot": False, "language_code": "bn"}, "reply_to_message": {"message_id": 3},
        },
    },
    "http_sms": {"from": "8801712345678", "text": TEXT, "id": "x1"},
    "mastodon": {
        "id": "5", "type": "mention", "account": {"acct": "r@example.org", "display_name": "R", "bot": False},
        "status": {"id": "6", "content": TEXT, "created_at": "2026-11-20T10:00:00Z", "media_attachments": [], "language": "bn"},
    },
    "webhook": {
        "type": "message", "id": "m1", "from": {"id": "p1", "name": "R"}, "text": TEXT, "at": "2026-11-20T10:00:00Z", "thread": "t",
        "files": [], "is_automatic": False,
    },
}  # fmt: skip
WRITTEN["instagram"] = WRITTEN["messenger"] | {"object": "instagram"}
TOLD: dict[str, Any] = {
    "whatsapp": {
        "object": "whatsapp_business_account",
        "entry": [{"changes": [{"field": "messages", "value": {"statuses": [{"id": "w1", "status": "failed", "errors": [{"code": 1}]}]}}]}],
    },
    "messenger": {"object": "page", "entry": [{"messaging": [{"sender": {"id": "p1"}, "delivery": {"mids": ["m1"]}}]}]},
    "webhook": {"type": "status", "message_id": "m1", "state": "failed", "trouble": "no line"},
}  # fmt: skip
JUNK = [None, True, 7, -1.5, "no", "", [], ["no"], [[]], {}, {"no": "no"}]


def places(value: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value inside this one."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path for name, one in inside for path in [(*above, name), *places(one, (*above, name))]]


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for name in path:
        value = value[name]
    return value


def spoiled(found: Any, path: tuple[Any, ...], junk: Any) -> Any:
    found = copy.deepcopy(found)
    at(found, path[:-1])[path[-1]] = junk
    return found


def understood(kind: str, found: Any) -> list[Any]:
    settings = {"phone_number_id": "111", "page_id": "page1", "country": "BD"}
    arrived = Arrived(headers={"content-type": "application/json"}, body=json.dumps(found).encode())
    return ADAPTERS[kind].parse(Connection(new_id(), "", settings), arrived)


def of_another_type(found: Any, path: tuple[Any, ...]) -> Any:
    return some.sampled_from([one for one in JUNK if type(one) is not type(at(found, path))])


@pytest.mark.parametrize("kind", WRITTEN)
@given(data=some.data())
def test_a_message_with_a_value_of_another_type_is_read_whole_or_kept_back(kind, data):
    path = data.draw(some.sampled_from(places(WRITTEN[kind])))
    found = spoiled(WRITTEN[kind], path, data.draw(of_another_type(WRITTEN[kind], path)))
    try:
        [said] = understood(kind, found)
    except Unreadable:
        return
    assert isinstance(said, Said)
    if said.text != TEXT:
        # Without its words, an empty message is refused where it is taken; some providers of SMS write "4711" as a number.
        is_its_text = path[-1] in ("text", "body", "content")
        assert is_its_text and said.text in (str(at(found, path)) if kind == "http_sms" else "", "")


@pytest.mark.parametrize("kind", TOLD)
@given(data=some.data())
def test_a_status_with_a_value_of_another_type_is_read_whole_or_kept_back(kind, data):
    [told_right] = understood(kind, TOLD[kind])
    path = data.draw(some.sampled_from(places(TOLD[kind])))
    found = spoiled(TOLD[kind], path, data.draw(of_another_type(TOLD[kind], path)))
    try:
        [told] = understood(kind, found)
    except Unreadable:
        return
    assert isinstance(told, StatusTold) and told.state == told_right.state
    assert told.external_id in (told_right.external_id, str(at(found, path)))


def test_what_no_database_keeps_is_replaced_and_the_rest_is_read():
    found = WRITTEN["webhook"] | {"from": {"id": "p1", "name": "R\x00"}, "text": "rice \x00\ud800 please"}
    [said] = understood("webhook", found)
    assert (said.text, said.writer.name) == ("rice \ufffd\ufffd please", "R\ufffd")
    [said] = ADAPTERS["twilio_sms"].parse(
        Connection(new_id(), ""), Arrived(body=b"MessageSid=S&From=1&Body=a%00b")
    )
    assert said.text == "a\ufffdb"


@given(
    some.dictionaries(
        some.sampled_from(["MessageSid", "MessageStatus", "From", "Body", "NumMedia", "MediaUrl0", "x"]),
        some.text(some.characters(codec="utf-8", exclude_characters="&=+%;#"), max_size=6),
    )
)
def test_whatever_stands_in_a_form_of_twilio_is_read_or_kept_back(fields):
    body = "&".join(f"{name}={value}" for name, value in fields.items()).encode()
    try:
        found = ADAPTERS["twilio_sms"].parse(Connection(new_id(), ""), Arrived(body=body))
    except Unreadable:
        return
    [said] = found
    assert isinstance(said, Said) and said.external_id and said.writer.key and fields["From"]


ODD: dict[str, list[Any]] = {
    "whatsapp": [{"entry": "no"}, {"entry": []}, {"entry": [{"changes": [{"field": "messages", "value": {}}]}]}],
    "messenger": [{"entry": "no"}, {"entry": [{}]}, {"entry": [{"messaging": [{"sender": {"id": "p"}, "message": "no"}]}]}],
    "telegram": [{"update_id": 1}, {"update_id": 1, "message": "no"}, {"update_id": 1, "message": {"chat": "no"}}],
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ODD)
def test_a_signed_notice_of_another_shape_is_kept_back_and_read_again_once_it_can_be(kind):
    service = SERVICES[kind]
    channel = make_channel(kind, values=service.values)
    for odd in ODD[kind]:
        found = {"object": WRITTEN[kind].get("object")} | odd
        if kind == "telegram":
            notice = json_of(odd, x_telegram_bot_api_secret_token=service.values["secret"])
        else:
            notice = by_meta(found)
        assert post(channel, notice.body, notice.headers).status_code == 200
        read_all()
        assert RawNotice.objects.get().state == "failed" and not Message.objects.exists()
        RawNotice.objects.all().delete()


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("whatsapp", {"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "account_alerts", "value": {"a": 1}}]}]}),
        ("messenger", {"object": "page", "entry": [{"changes": [{"field": "feed"}]}]}),
        ("messenger", {"object": "page", "entry": [{"messaging": [{"sender": {"id": "p"}, "reaction": {"emoji": "x"}}]}]}),
        ("messenger", {"object": "page", "entry": [{"messaging": [{"sender": {"id": "p"}, "read": {"watermark": 1}}]}]}),
        ("telegram", {"update_id": 1, "my_chat_member": {"chat": {"id": 1}}}),
        ("telegram", {"update_id": 1, "message": {"message_id": 1, "chat": {"id": 1, "type": "group"}, "text": "x"}}),
    ],
)  # fmt: skip
def test_what_a_service_tells_beside_messages_is_no_trouble(kind, found):
    assert understood(kind, found) == []
