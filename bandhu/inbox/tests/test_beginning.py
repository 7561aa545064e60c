"""Writing to a customer first by SMS and WhatsApp: from the record, from the inbox, by the API."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bandhu.channels import actions as channels
from bandhu.channels.adapters import graph, twilio
from bandhu.channels.models import ApprovedTemplate
from bandhu.channels.tests.channel_cast import make_channel, read_all, texted
from bandhu.channels.tests.services import services_of
from bandhu.channels.tests.test_networks import META, meta_notice, whatsapp_message
from bandhu.customers import actions as customers
from bandhu.customers.models import Contact
from bandhu.identity.ready_made import system_user
from bandhu.identity.tests.api import caller
from bandhu.identity.tests.cast import grant, make_team, make_user
from bandhu.inbox.tests.cast import make_desk
from bandhu.interactions import actions as interactions
from bandhu.interactions.models import Conversation, Interaction, Message
from bandhu.platform.models import EventRecord
from bandhu.privacy import actions as privacy
from bandhu.privacy.models import Purpose
from bandhu.privacy.purposes import ensure_purposes

pytestmark = pytest.mark.django_db
NUMBER, HOME = "+8801712345678", "+8801812345678"


@pytest.fixture
def services(monkeypatch):
    with services_of(monkeypatch, graph, twilio) as running:
        running.answers["/111/messages"] = {"messages": [{"id": "wamid.ours"}]}
        yield running


@pytest.fixture
def desk(services):
    ensure_purposes()
    return make_desk()


@pytest.fixture
def rupa(desk):
    return desk[0]


@pytest.fixture
def rahima(desk):
    contact = desk[2]
    numbers = [{"number": NUMBER, "label": "mobile"}, {"number": HOME, "label": "home"}]
    customers.change_contact(contact, actor=system_user(), phones=numbers)
    return Contact.objects.get(pk=contact.pk)


@pytest.fixture
def sms(rahima):
    return make_channel("twilio_sms")


@pytest.fixture
def whatsapp(rahima):
    channel = make_channel(
        "whatsapp", values={"phone_number_id": "111", "business_account_id": "777", **META}
    )
    ApprovedTemplate.objects.create(
        channel=channel, name="order_ready", language="bn", state="approved", body="নমস্কার {{1}}, অর্ডার তৈরি।",
        places=["1"], fetched_at=timezone.now(),
    )  # fmt: skip
    return channel


def first_number(contact):
    return contact.phones.get(number=NUMBER)


def sent_by(user, contact, channel, **given):
    """What the API answers: (status, what it says)."""
    facts = {
        "contact_id": str(contact.pk),
        "channel_id": str(channel.pk),
        "number_id": str(first_number(contact).pk),
    }
    return caller(user)("POST", "/conversations", facts | given)[:2]


def leaves(message):
    Message.objects.filter(pk=message.pk).update(send_at=timezone.now())
    channels.send_message(message.pk)
    message.refresh_from_db()
    return message


class TestByTheApi:
    def test_an_sms_begins_a_conversation_of_its_writer_and_is_answered_there(
        self, services, rupa, rahima, sms
    ):
        status, made = sent_by(rupa, rahima, sms, text="আপনার চালান আজ আসছে।")
        talk = Conversation.objects.get()
        assert (status, made["conversation_id"], made["state"]) == (201, str(talk.pk), "queued")
        assert (talk.assignee, talk.contact, talk.person_key, talk.channel) == (rupa, rahima, NUMBER, "sms")
        message = leaves(Message.objects.get(direction="out"))
        assert (message.state, message.details["parts"], services.taken[0][2]["To"]) == ("sent", 1, NUMBER)
        assert Interaction.objects.get(contact=rahima).details["conversation_id"] == str(talk.pk)
        texted(
            sms, {"MessageSid": "SM9", "From": NUMBER, "To": "+15005550006", "Body": "ধন্যবাদ", "NumMedia": "0"}
        )
        read_all()
        [only] = Conversation.objects.all()
        assert (only.message_count, only.assignee, only.waiting_since is not None) == (2, rupa, True)
        names = set(EventRecord.objects.values_list("name", flat=True))
        assert {"interactions.conversation_started", "interactions.message_written"} <= names

    def test_what_is_open_goes_on_and_is_never_doubled(self, rupa, rahima, sms):
        texted(
            sms, {"MessageSid": "SM1", "From": NUMBER, "To": "+15005550006", "Body": "কবে?", "NumMedia": "0"}
        )
        read_all()
        path = f"/contacts/{rahima.pk}/ways-to-write"
        ways = caller(rupa)("GET", path)[1]
        assert [(one["number"], one["label"]) for one in ways["numbers"]] == [
            (NUMBER, "mobile"),
            (HOME, "home"),
        ]
        [way] = ways["channels"]
        chosen = caller(rupa)("GET", f"{path}/{way['id']}/{ways['numbers'][0]['id']}")[1]
        talk = Conversation.objects.get()
        assert chosen == {"conversation_id": str(talk.pk), "needs_template": False, "templates": []}
        answer = sent_by(rupa, rahima, sms, text="আজ")
        assert (answer[0], answer[1].get("conversation_id")) == (201, str(talk.pk)), answer
        talk.refresh_from_db()
        assert talk.assignee == rupa, "nobody had it"

    def test_a_closed_one_stays_and_a_new_one_begins(self, rupa, rahima, sms):
        sent_by(rupa, rahima, sms, text="One")
        interactions.close_conversation(Conversation.objects.get(), actor=system_user())
        sent_by(rupa, rahima, sms, text="Two")
        assert Conversation.objects.count() == 2

    def test_whatsapp_begins_with_a_template_alone(self, services, rupa, rahima, whatsapp):
        status, problem = sent_by(rupa, rahima, whatsapp, text="Hello")
        assert (status, list(problem["errors"])) == (422, ["template"])
        template = {"name": "order_ready", "language": "bn"}
        status, problem = sent_by(rupa, rahima, whatsapp, template=template)
        assert (status, list(problem["errors"])) == (422, ["values"])
        assert not Conversation.objects.exists(), "what is refused leaves nothing"
        status, made = sent_by(rupa, rahima, whatsapp, template=template | {"values": ["রহিমা"]})
        assert (status, made["text"]) == (201, "নমস্কার রহিমা, অর্ডার তৈরি।")
        assert leaves(Message.objects.get(direction="out")).state == "sent"
        body = services.taken[0][2]
        assert (body["to"], body["template"]["name"]) == (NUMBER.lstrip("+"), "order_ready")

    def test_within_a_day_of_their_last_word_own_words_arrive(self, services, rupa, rahima, whatsapp):
        meta_notice(whatsapp, whatsapp_message(type="text", text={"body": "চাল আছে?"}))
        read_all()
        interactions.close_conversation(Conversation.objects.get(), actor=system_user())
        assert sent_by(rupa, rahima, whatsapp, text="আছে")[0] == 201
        assert leaves(Message.objects.get(direction="out")).state == "sent"
        Conversation.objects.update(
            details={"heard_before": (timezone.now() - timedelta(hours=25)).isoformat()},
            state="closed", closed_at=timezone.now(), last_incoming_at=None,
        )  # fmt: skip
        assert sent_by(rupa, rahima, whatsapp, text="আরও")[0] == 422

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"text": ""}, "text"),
            ({"text": "ক" * 1_601}, "text"),
            ({"text": "x", "channel_id": str(uuid4())}, "channel"),
            ({"text": "x", "number_id": str(uuid4())}, "number"),
            ({"text": "x", "purpose": "marketing"}, "purpose"),
            ({"text": "x", "purpose": "nonsense"}, "purpose"),
            ({"template": {"name": "nobody", "language": "bn"}}, "template"),
        ],
    )
    def test_what_may_not_be_sent_is_refused_by_field_and_nothing_is_kept(
        self, rupa, rahima, sms, given, field
    ):
        status, problem = sent_by(rupa, rahima, sms, **given)
        assert (status, list(problem["errors"])) == (422, [field]) and problem["errors"][field][0]
        assert not Conversation.objects.exists()

    def test_who_objected_is_left_alone_and_who_agreed_is_not(self, rupa, rahima, sms):
        service, marketing = (Purpose.objects.get(key=one) for one in ("service", "marketing"))
        boss = make_user("Boss", role="administrator")
        privacy.give_consent(rahima, actor=boss, purpose=marketing, channel="sms", method="said")
        assert sent_by(rupa, rahima, sms, text="x", purpose="marketing")[0] == 201
        privacy.withdraw_consent(rahima, actor=boss, purpose=service, method="said")
        assert list(sent_by(rupa, rahima, sms, text="x")[1]["errors"]) == ["purpose"]

    def test_paused_and_removed_channels_spam_and_colleagues_conversations_are_refused(
        self, rupa, rahima, sms
    ):
        boss = make_user("Boss", role="administrator")
        channels.pause_channel(sms, actor=boss)
        assert "paused" in sent_by(rupa, rahima, sms, text="x")[1]["errors"]["channel"][0]
        channels.pause_channel(sms, actor=boss, is_paused=False)
        texted(
            sms, {"MessageSid": "SM1", "From": NUMBER, "To": "+15005550006", "Body": "Win!", "NumMedia": "0"}
        )
        read_all()
        talk = Conversation.objects.get()
        interactions.close_conversation(talk, actor=boss, as_spam=True)
        assert "spam" in sent_by(rupa, rahima, sms, text="x")[1]["errors"]["number"][0]
        other = customers.create_contact(actor=boss, full_name="Kamal", owner=boss)
        interactions.reopen_conversation(talk, actor=boss)
        interactions.file_conversation(talk, actor=boss, customer=other)
        assert "somebody else" in sent_by(rupa, rahima, sms, text="x")[1]["errors"]["number"][0]
        seller = make_user("Seller", team=make_team("Sales"))
        for permission in ("customers.view_contact", "interactions.view_conversation"):
            grant(seller, permission)
        grant(seller, "interactions.answer_conversation", "own")
        customers.change_contact(rahima, actor=boss, owner=seller)
        assert "colleagues" in sent_by(seller, rahima, sms, text="x")[1]["errors"]["number"][0]
        channels.remove_channel(sms, actor=boss)
        assert list(sent_by(rupa, rahima, sms, text="x")[1]["errors"]) == ["channel"]

    def test_channels_of_other_teams_and_those_that_cannot_begin_are_not_offered(self, rupa, rahima, sms):
        channels.change_channel(sms, actor=make_user("Boss", role="administrator"), team=make_team("Chennai"))
        make_channel("webhook")
        seller = make_user("Seller", team=make_team("Sales"))
        grant(seller, "customers.view_contact")
        grant(seller, "interactions.answer_conversation", "team")
        customers.change_contact(rahima, actor=system_user(), team=seller.team)
        path = f"/contacts/{rahima.pk}/ways-to-write"
        ways = caller(seller)("GET", path)[1]
        assert ways["channels"] == []
        assert ways["numbers"][0]["number"] != NUMBER, "covered for who may not see numbers"
        assert [one["name"] for one in caller(rupa)("GET", path)[1]["channels"]] == ["twilio_sms"]


def test_an_answer_by_sms_is_weighed_in_its_box(rupa, rahima, sms):
    sent_by(rupa, rahima, sms, text="One")
    talk, client = Conversation.objects.get(), Client()
    client.force_login(rupa)
    address = reverse("inbox:weight", args=[talk.pk])
    assert address in client.get(reverse("inbox:conversation", args=[talk.pk])).content.decode()
    assert "0.70" in client.post(address, {"text": "চ" * 71}).content.decode()
    assert "part" not in client.post(address, {"text": " "}).content.decode()


class TestTheDialog:
    def page(self, user):
        client = Client(headers={"HX-Request": "true"})
        client.force_login(user)
        return client

    def test_it_shows_numbers_by_label_and_what_the_text_comes_to(self, rupa, rahima, sms):
        address, client = reverse("inbox:contact_beginning", args=[rahima.pk]), self.page(rupa)
        shown = client.get(address).content.decode()
        assert "01712-345678" in shown or "1712-345678" in shown
        look = {"look": "weight", "channel": sms.pk, "number": first_number(rahima).pk, "text": "চ" * 71}
        weighed = client.post(address, look).content.decode()
        assert "2 parts" in weighed and "0.70" in weighed and "<form" not in weighed
        assert not Message.objects.exists()

    def test_it_sends_and_offers_to_take_back(self, rupa, rahima, sms):
        address, client = reverse("inbox:contact_beginning", args=[rahima.pk]), self.page(rupa)
        refused = client.post(address, {"channel": sms.pk, "number": first_number(rahima).pk, "text": " "})
        assert refused.status_code == 422 and "Write something first" in refused.content.decode()
        done = client.post(address, {"channel": sms.pk, "number": first_number(rahima).pk, "text": "আসছে"})
        message = Message.objects.get(direction="out")
        assert (
            done.status_code == 204 and reverse("inbox:taking_back", args=[message.pk]) in done["HX-Trigger"]
        )
        client.post(reverse("inbox:taking_back", args=[message.pk]))
        message.refresh_from_db()
        assert message.state == "withdrawn"

    def test_from_the_inbox_it_asks_to_whom_and_leads_to_the_conversation(self, rupa, rahima, sms):
        client = self.page(rupa)
        assert "To whom" in client.get(reverse("inbox:beginning")).content.decode()
        assert client.get(reverse("inbox:beginning"), {"customer": "x"}).status_code == 422
        led = client.get(reverse("inbox:beginning"), {"customer": f"contact:{rahima.pk}"})
        assert led.url == reverse("inbox:contact_beginning", args=[rahima.pk]) + "?from=inbox"
        done = client.post(led.url, {"channel": sms.pk, "number": first_number(rahima).pk, "text": "আসছে"})
        assert done["HX-Redirect"] == reverse("inbox:conversation", args=[Conversation.objects.get().pk])

    def test_a_template_has_its_boxes_and_its_preview(self, rupa, rahima, whatsapp):
        address, client = reverse("inbox:contact_beginning", args=[rahima.pk]), self.page(rupa)
        shown = client.get(address).content.decode()
        assert 'name="value_1"' in shown and 'name="text"' not in shown
        given = {"channel": whatsapp.pk, "number": first_number(rahima).pk, "value_1": "<i>রহিমা</i>"}
        weighed = client.post(address, given | {"look": "weight"}).content.decode()
        assert "নমস্কার &lt;i&gt;রহিমা&lt;/i&gt;, অর্ডার তৈরি।" in weighed
        assert client.post(address, given).status_code == 204
        ApprovedTemplate.objects.update(state="paused")
        interactions.close_conversation(Conversation.objects.get(), actor=system_user())
        assert "No template can be sent" in client.get(address).content.decode()

    def test_without_channels_or_numbers_it_says_what_to_do(self, desk, rupa):
        contact = desk[2]
        address, client = reverse("inbox:contact_beginning", args=[contact.pk]), self.page(rupa)
        assert "no channel to begin by" in client.get(address).content.decode()
        make_channel("twilio_sms")
        assert "No telephone number is known" in client.get(address).content.decode()
        assert client.post(address, {"text": "x"}).status_code == 422
