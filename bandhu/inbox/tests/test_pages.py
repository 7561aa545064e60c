"""The pages of the inbox: the list, a conversation, what is sent from them; how many statements they take."""

import json
import re
from urllib.parse import quote

import pytest
from django.urls import reverse

from bandhu.contact_center.models import Queue
from bandhu.identity.ready_made import system_user
from bandhu.inbox import actions
from bandhu.inbox.models import Draft, Macro
from bandhu.inbox.tests.cast import make_desk, written_by
from bandhu.interactions import actions as interactions
from bandhu.interactions.models import Conversation, Message
from bandhu.platform.ids import new_id

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def desk(client):
    rupa, kamal, rahima = make_desk()
    client.force_login(rupa)
    return client, rupa, kamal, rahima


def events_of(response):
    return json.loads(response.headers.get("HX-Trigger", "{}"))


def test_the_list_and_a_conversation_take_few_statements(desk, count_queries):
    client, _rupa, _kamal, rahima = desk
    talks = [written_by(rahima, f"message {number}") for number in range(12)]
    client.get(reverse("inbox:inbox"))
    with count_queries("inbox"):
        page = client.get(reverse("inbox:inbox") + "?view=open")
    assert page.content.count(b"desk-item-link") == 12
    with count_queries("rows"):
        client.get(reverse("inbox:inbox") + "?view=open", headers=HTMX)
    for number in range(8):
        interactions.take_in_message(talks[0], text=f"again {number}")
    with count_queries("conversation beside the list"):
        client.get(reverse("inbox:conversation", args=[talks[0].pk]))
    with count_queries("conversation"):
        talk = client.get(reverse("inbox:conversation", args=[talks[0].pk]), headers=HTMX)
    assert talk.content.count(b"talk-message is-in") == 9
    with count_queries("customer beside it"):
        client.get(reverse("inbox:customer", args=[talks[0].pk]), headers=HTMX)


def test_the_head_tells_the_language_of_the_conversation_not_the_readers(desk):
    client, _rupa, _kamal, rahima = desk
    talk = written_by(rahima)
    type(talk).objects.filter(pk=talk.pk).update(language="ta")
    for headers in ({}, HTMX):
        page = client.get(reverse("inbox:conversation", args=[talk.pk]), headers=headers).content.decode()
        assert (
            re.search(r"talk-fact\">\s*<svg[^>]*>.*?</svg>Tamil", page, re.S)
            and 'lang="ta" placeholder' in page
        )


def test_words_of_messages_are_found_in_any_state(desk):
    client, rupa, _kamal, rahima = desk
    closed = written_by(rahima, "the blue umbrella is broken")
    written_by(rahima, "something else")
    interactions.close_conversation(closed, actor=rupa)
    page = client.get(reverse("inbox:inbox") + "?view=mine&q=umbrel")
    assert str(closed.pk) in page.content.decode()
    assert page.content.count(b"desk-item-link") == 1


def test_filters_narrow_and_nonsense_is_left_out(desk):
    client, rupa, _kamal, rahima = desk
    mail, chat = written_by(rahima), written_by(rahima, channel="chat")
    actions.run_steps([chat], actor=rupa, steps=[{"kind": "label", "value": "VIP"}])
    for query, found in (("channel=chat", chat), ("channel=mail", mail), ("label=VIP", chat)):
        page = client.get(f"{reverse('inbox:inbox')}?view=open&{query}").content.decode()
        assert (str(found.pk) in page, page.count("desk-item-link")) == (True, 1)
    page = client.get(
        reverse("inbox:inbox") + "?view=open&queue=nonsense&after=nonsense&sort=waiting&label=%00"
    )
    assert page.status_code == 200


def test_a_reply_can_be_taken_back_from_the_toast(desk):
    client, _rupa, _kamal, rahima = desk
    talk = written_by(rahima)
    told = events_of(
        client.post(reverse("inbox:reply", args=[talk.pk]), {"text": "হ্যাঁ", "seen": "1"}, headers=HTMX)
    )
    assert told["talk-written"] == {"kind": "reply", "then": "", "conversation": str(talk.pk)}
    back = events_of(client.post(told["toast"]["action_url"], headers=HTMX))
    assert back["talk-taken-back"]["text"] == "হ্যাঁ"
    assert Message.objects.get(direction="out").state == "withdrawn"


def test_a_colleagues_answer_is_shown_before_mine_goes(desk):
    client, _rupa, kamal, rahima = desk
    talk = written_by(rahima)
    actions.send_reply(talk, actor=kamal, text="Already on its way")
    address = reverse("inbox:reply", args=[talk.pk])
    refused = client.post(address, {"text": "Mine", "seen": "1"}, headers=HTMX)
    assert refused.status_code == 422
    assert b"Already on its way" in refused.content
    assert (
        client.post(address, {"text": "Mine", "seen": "1", "anyway": "yes"}, headers=HTMX).status_code == 204
    )


def test_send_and_close_and_undo_opens_it_again(desk):
    client, _rupa, _kamal, rahima = desk
    talk = written_by(rahima)
    told = events_of(
        client.post(reverse("inbox:reply", args=[talk.pk]), {"text": "Done", "then": "close"}, headers=HTMX)
    )
    assert Conversation.objects.get().state == "closed"
    client.post(told["toast"]["action_url"], headers=HTMX)
    assert Conversation.objects.get().state == "open"


def test_a_draft_of_another_page_is_told(desk):
    client, _rupa, _kamal, rahima = desk
    address = reverse("inbox:draft", args=[written_by(rahima).pk])
    assert client.post(address, {"text": "one", "version": "0"}).json() == {"version": 1}
    conflict = client.post(address, {"text": "two", "version": "0"})
    theirs = {"theirs": "one", "theirs_html": ""}
    assert (conflict.status_code, conflict.json()) == (409, {"version": 1, **theirs})
    assert client.post(address, {"text": " "}).json() == {"version": 0}
    assert not Draft.objects.exists()


def test_what_was_done_is_undone_by_whoever_did_it_alone(desk, client):
    client, _rupa, kamal, rahima = desk
    talk = written_by(rahima)
    done = client.post(reverse("inbox:change"), {"step": "close", "selected": str(talk.pk)}, headers=HTMX)
    undo = events_of(done)["toast"]["action_url"]
    client.force_login(kamal)
    assert client.post(undo, headers=HTMX).status_code == 404
    assert client.post(undo + "x", headers=HTMX).status_code == 204
    assert Conversation.objects.get().state == "closed"


def test_html_of_a_stranger_stands_in_a_frame_where_nothing_runs(desk):
    client, _rupa, _kamal, rahima = desk
    talk = interactions.start_conversation(actor=system_user(), channel="mail", customer=rahima)
    hostile = '<p>Hi<script>alert(1)</script><img src="https://spy.example/x.gif"></p><blockquote>old words</blockquote>'
    message = interactions.take_in_message(talk, text="", html=hostile)
    answer = client.get(reverse("inbox:body", args=[message.pk]))
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "allow-scripts" not in policy and "sandbox" in policy
    shown = answer.content.decode()
    assert "alert" not in shown and "spy.example" not in shown
    assert (
        "<details><summary>Show what was quoted</summary><blockquote>old words</blockquote></details>"
        in shown
    )
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_somebody_unknown_becomes_a_contact_and_is_known_the_next_time(desk):
    client, _rupa, _kamal, _rahima = desk
    talk = written_by(None)
    client.post(reverse("inbox:filing", args=[talk.pk]), {"how": "new"}, headers=HTMX)
    talk.refresh_from_db()
    assert talk.contact.full_name == "রহিমা খাতুন", "the mail address proves who it is"
    assert talk.details["settled"]["by"] == "address"


def test_messages_are_split_off_and_put_together_again(desk):
    client, _rupa, _kamal, rahima = desk
    talk = written_by(rahima, "mine")
    other = interactions.take_in_message(talk, text="somebody else's")
    address = reverse("inbox:splitting", args=[talk.pk])
    told = events_of(client.post(address, {"messages": [str(other.pk)]}, headers=HTMX))
    apart = Conversation.objects.exclude(pk=talk.pk).get()
    assert (apart.preview, apart.contact) == ("somebody else's", None)
    talk.refresh_from_db()
    assert (talk.preview, talk.message_count) == ("mine", 1)
    client.post(told["toast"]["action_url"], headers=HTMX)
    talk.refresh_from_db()
    assert (talk.preview, talk.message_count, Conversation.objects.count()) == ("somebody else's", 2, 1)


def test_pages_where_one_writes_canned_replies_and_macros(desk):
    client, _rupa, _kamal, rahima = desk
    saved = client.post(
        reverse("inbox:canned_reply_new"),
        {"name": "Thanks", "shortcut": "thanks", "shared": "own", "text_bn": "ধন্যবাদ {{contact.full_name}}"},
    )
    assert saved.status_code == 302
    talk = written_by(rahima)
    offers = client.get(f"{reverse('inbox:offers', args=[talk.pk])}?q={quote('/tha')}").content.decode()
    assert "ধন্যবাদ রহিমা খাতুন" in offers
    made = client.post(
        reverse("inbox:macro_new"),
        {
            "name": "Label and close",
            "shared": "own",
            "step": ["label", "close", ""],
            "value_text": ["", "", ""],
            "value_label": ["VIP", "", "ignored"],
        },
    )
    assert made.status_code == 302
    assert b"Label and close" in client.get(reverse("inbox:offered_macros", args=[talk.pk])).content
    for page in ("canned_replies", "macros", "preferences"):
        assert client.get(reverse(f"inbox:{page}")).status_code == 200
    refused = client.post(reverse("inbox:macro_new"), {"name": "", "step": ["label"], "value_label": [""]})
    assert refused.status_code == 422


def test_the_panel_of_a_contact(desk):
    client, _rupa, _kamal, rahima = desk
    talk = written_by(rahima)
    panel = client.get(reverse("inbox:contact_conversations", args=[rahima.pk]), headers=HTMX)
    assert reverse("inbox:conversation", args=[talk.pk]) in panel.content.decode()


class TestRest:
    def test_read_answer_note_and_close(self, desk):
        client, _rupa, _kamal, rahima = desk
        talk = written_by(rahima)
        base = f"/api/v1/conversations/{talk.pk}"
        assert [one["id"] for one in client.get("/api/v1/conversations?view=open").json()["items"]] == [
            str(talk.pk)
        ]
        answer = client.post(f"{base}/replies", {"text": "Hello", "seen": 1}, content_type="application/json")
        assert (answer.status_code, answer.json()["state"]) == (201, "queued")
        client.post(f"{base}/notes", {"text": "careful"}, content_type="application/json")
        closed = client.post(f"{base}/steps", {"step": "close"}, content_type="application/json")
        assert closed.json()["state"] == "closed"
        kinds = [one["kind"] for one in client.get(f"{base}/messages").json()["items"]]
        assert kinds == ["event", "note", "said", "said"]

    def test_an_old_version_is_refused(self, desk):
        client, _rupa, _kamal, rahima = desk
        talk = written_by(rahima)
        address = f"/api/v1/conversations/{talk.pk}"
        tag = client.get(address).headers["ETag"]
        options = {"content_type": "application/json", "headers": {"If-Match": tag}}
        assert client.patch(address, {"subject": "New"}, **options).status_code == 200
        assert client.patch(address, {"subject": "Newer"}, **options).status_code == 412

    def test_words_are_looked_for_in_the_view_and_the_queue_that_are_asked_for(self, desk):
        client, rupa, _kamal, rahima = desk
        closed, is_open = written_by(rahima, "a blue umbrella"), written_by(rahima, "the umbrella again")
        interactions.close_conversation(closed, actor=rupa)
        queues = [Queue.objects.create(name=name, team=rupa.team, strategy="manual") for name in ("A", "B")]
        client.post(
            f"/api/v1/conversations/{is_open.pk}/steps",
            {"step": "queue", "value": str(queues[0].pk)},
            content_type="application/json",
        )

        def found(**asked):
            answer = client.get("/api/v1/conversations", {"q": "umbrella", **asked})
            assert answer.status_code == 200, answer.content
            return {one["id"] for one in answer.json()["items"]}

        assert found() == {str(closed.pk), str(is_open.pk)}, "without a view: in every state"
        assert found(view="open") == {str(is_open.pk)}
        assert found(view="closed") == {str(closed.pk)}
        assert found(queue_id=str(queues[0].pk)) == {str(is_open.pk)}
        assert found(queue_id=str(queues[1].pk)) == set()
        assert found(view="closed", queue_id=str(queues[0].pk)) == set()
        assert client.get("/api/v1/conversations", {"q": "umbrella", "view": "odd"}).status_code == 422

    def test_a_macro_is_changed_whole_and_only_as_it_was_read(self, desk):
        client, rupa, kamal, _rahima = desk

        def put(macro, given, **headers):
            return client.put(
                f"/api/v1/macros/{macro}", given, content_type="application/json", headers=headers
            )

        made = actions.save_macro(actor=rupa, name="Done", steps=[{"kind": "close"}])
        given = {"name": "Done for good", "steps": [{"kind": "label", "value": "VIP"}, {"kind": "close"}]}
        changed = put(made.pk, given, **{"If-Match": f'"v{made.version}"'})
        assert changed.status_code == 200, changed.content
        assert (changed.status_code, changed.json()["name"], len(changed.json()["steps"])) == (
            200,
            "Done for good",
            2,
        )
        assert put(made.pk, given, **{"If-Match": f'"v{made.version}"'}).status_code == 412
        assert put(made.pk, {"name": "X", "steps": [{"kind": "odd"}]}).status_code == 422
        assert put(made.pk, {"name": "X", "steps": []}).status_code == 422
        theirs = actions.save_macro(actor=kamal, name="His", steps=[{"kind": "close"}])
        assert put(theirs.pk, given).status_code == 404
        assert put(new_id(), given).status_code == 404
        assert [one.name for one in Macro.objects.order_by("name")] == ["Done for good", "His"]


@pytest.mark.parametrize(
    ("channel", "carries"), [("mail", True), ("messenger", True), ("sms", False), ("mastodon", False)]
)
def test_files_are_offered_where_the_channel_carries_them(desk, channel, carries):
    client, _rupa, _kamal, rahima = desk
    talk = written_by(rahima, channel=channel)
    page = client.get(f"/inbox/{talk.pk}/").content.decode()
    assert ("Enclose files" in page.partition('id="note-form"')[0]) is carries


def test_what_a_text_message_cost_stands_beside_it(desk):
    client, rupa, _kamal, rahima = desk
    talk = written_by(rahima, channel="sms")
    answer = interactions.write_message(talk, actor=rupa, text="আসছি")
    Message.objects.filter(pk=answer.pk).update(details={"parts": 2, "encoding": "UCS-2", "cost": "0.70"})
    page = client.get(f"/inbox/{talk.pk}/").content.decode()
    assert "2 parts" in page and "costs 0.70" in page
    Message.objects.filter(pk=answer.pk).update(details={"parts": 1, "encoding": "GSM-7"})
    page = client.get(f"/inbox/{talk.pk}/").content.decode()
    assert "1 part" in page and "1 parts" not in page and "costs" not in page
