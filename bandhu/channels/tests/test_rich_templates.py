"""Templates with a file above their words, a code to copy, a button whose address is filled in: chosen, checked, sent as Meta takes them."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bandhu.channels import actions
from bandhu.channels.adapters import graph
from bandhu.channels.adapters.whatsapp_templates import judged
from bandhu.channels.models import ApprovedTemplate
from bandhu.channels.tests.channel_cast import make_channel, read_all
from bandhu.channels.tests.meta_templates import problem_of
from bandhu.channels.tests.services import services_of
from bandhu.channels.tests.test_networks import META, PNG, meta_notice, whatsapp_message
from bandhu.channels.tests.test_templates import PAGE, told
from bandhu.customers.actions import create_contact
from bandhu.customers.actions.attachments import attach_file
from bandhu.identity.tests.api import caller
from bandhu.identity.tests.cast import make_user
from bandhu.inbox import actions as inbox
from bandhu.interactions.models import Conversation, Message
from bandhu.platform.files import files_of

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj << >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
OTP_URL = "https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp{{1}}"


def buttons(*several):
    return {"type": "BUTTONS", "buttons": list(several)}


PARCEL = told(
    "parcel", "bn", "অর্ডার {{1}} পথে।",
    also=[{"type": "HEADER", "format": "IMAGE"},
          buttons({"type": "QUICK_REPLY", "text": "OK"}, {"type": "URL", "text": "Track", "url": "https://x.example/t/{{1}}"})],
)  # fmt: skip
INVOICE = told("invoice", body="Your invoice.", also=[{"type": "HEADER", "format": "DOCUMENT"}])
CODE = told(
    "code", body="*{{1}}* is your code.", category="AUTHENTICATION",
    also=[buttons({"type": "URL", "text": "Copy code", "url": OTP_URL})],
)  # fmt: skip
COUPON = told(
    "coupon", body="For you, {{name}}.",
    also=[{"type": "HEADER", "format": "TEXT", "text": "Hello {{who}}"}, buttons({"type": "COPY_CODE", "text": "Copy"})],
)  # fmt: skip
ALL = [PARCEL, INVOICE, CODE, COUPON]


@pytest.fixture
def services(monkeypatch):
    with services_of(monkeypatch, graph) as running:
        running.answers["/111/messages"] = {"messages": [{"id": "wamid.ours"}]}
        running.answers[PAGE] = {"data": ALL}
        running.approved = ALL
        yield running


@pytest.fixture
def boss():
    return make_user("Boss", role="administrator")


@pytest.fixture
def talk(services, boss):
    channel = make_channel(
        "whatsapp", values={"phone_number_id": "111", "business_account_id": "777", **META}
    )
    actions.fetch_templates(channel, actor=boss)
    meta_notice(channel, whatsapp_message(type="text", text={"body": "চাল আছে?"}))
    read_all()
    return Conversation.objects.get()


def template(name):
    return ApprovedTemplate.objects.get(name=name)


def sent(message):
    Message.objects.filter(pk=message.pk).update(send_at=timezone.now())
    actions.send_message(message.pk)
    message.refresh_from_db()
    return message


def components(services):
    return services.taken[-1][2]["template"]["components"]


class TestWhatIsTold:
    def test_what_is_filled_in_is_known_and_offered(self, talk, boss):
        offered = caller(boss)("GET", f"/conversations/{talk.pk}/templates")[1]["items"]
        shown = {
            one["name"]: (one["header_kind"], one["places"], [each["kind"] for each in one["buttons"]])
            for one in offered
        }
        assert shown == {
            "parcel": ("image", ["1", "button.1"], ["url"]),
            "invoice": ("document", [], []),
            "code": ("", ["1"], ["otp"]),
            "coupon": ("", ["name", "header.who", "button.0"], ["copy_code"]),
        }

    @pytest.mark.parametrize(
        ("more", "why"),
        [
            ({"type": "CAROUSEL", "cards": []}, "carousel"),
            ({"type": "LIMITED_TIME_OFFER"}, "offer"),
            ({"type": "HEADER", "format": "LOCATION"}, "place"),
            ({"type": "HEADER", "format": "HOLOGRAM"}, "part"),
            ({"type": "SOMETHING_NEW"}, "part"),
            (buttons({"type": "FLOW"}), "flow"),
            (buttons({"type": "CATALOG"}), "products"),
            (buttons({"type": "URL", "url": "https://x.example/"}), ""),
        ],
    )
    def test_what_is_not_sent_says_why(self, more, why):
        assert judged(told("x", also=[more])).why_not == why


class TestSending:
    def test_a_picture_and_the_end_of_an_address(self, services, talk, boss):
        picture = attach_file(talk.contact, actor=boss, name="বাক্স.png", content=[PNG])
        given = {"name": "parcel", "language": "bn", "values": ["৭৭", "A-77"], "file_id": str(picture.pk)}
        status, made, _tag = caller(boss)("POST", f"/conversations/{talk.pk}/replies/with-template", given)
        assert (status, made["text"]) == (201, "অর্ডার ৭৭ পথে।\n\nTrack: https://x.example/t/A-77")
        message = sent(Message.objects.get(pk=made["id"]))
        assert (message.state, message.trouble) == ("sent", "")
        [media, _message] = services.taken[-2:]
        assert media[1] == "/111/media" and PNG in media[2]["_multipart"]
        assert components(services) == [
            {"type": "header", "parameters": [{"type": "image", "image": {"id": sorted(services.media)[0]}}]},
            {"type": "body", "parameters": [{"type": "text", "text": "৭৭"}]},
            {
                "type": "button",
                "sub_type": "url",
                "index": "1",
                "parameters": [{"type": "text", "text": "A-77"}],
            },
        ]

    def test_a_document_of_the_conversation_keeps_its_name(self, services, talk, boss):
        said = inbox.send_note(talk, actor=boss, text="not for them", uploads=[("secret.pdf", [PDF])])
        answer = inbox.send_reply(talk, actor=boss, text="Here", uploads=[("চালান.pdf", [PDF])])
        client = Client()
        client.force_login(boss)
        address = reverse("inbox:template", args=[talk.pk, template("invoice").pk])
        page = client.get(address).content.decode()
        assert "চালান.pdf" in page and "secret.pdf" not in page and said.pk
        chosen = next(one.pk for one in files_of(answer.pk))
        assert client.post(address, {"file": str(chosen)}, headers={"HX-Request": "true"}).status_code == 204
        written = sent(Message.objects.filter(details__has_key="template").get())
        assert written.state == "sent"
        [header] = components(services)
        assert header["parameters"][0]["document"]["filename"] == "চালান.pdf"

    def test_a_code_is_given_to_its_button_and_a_coupon_to_its_own(self, services, talk, boss):
        code = inbox.send_template(talk, actor=boss, template=template("code"), values=["482913"])
        assert sent(code).state == "sent"
        assert components(services)[1] == {
            "type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": "482913"}],
        }  # fmt: skip
        values = {"name": "Rahima", "header.who": "you", "button.0": "RICE10"}
        coupon = inbox.send_template(talk, actor=boss, template=template("coupon"), values=values)
        assert coupon.text == "Hello you\n\nFor you, Rahima.\n\nCopy: RICE10"
        assert sent(coupon).state == "sent"

    @pytest.mark.parametrize(
        ("name", "values", "upload", "field"),
        [
            ("parcel", ["77", "A"], None, "file"),
            ("parcel", ["77", "A"], ("x.pdf", [PDF]), "file"),
            ("parcel", ["77", "A"], ("x.png", [PNG, b"\x00" * 5_000_001]), "file"),
            ("parcel", ["77", "A B"], ("x.png", [PNG]), "values"),
            ("parcel", ["77"], ("x.png", [PNG]), "values"),
            ("code", ["1" * 16], None, "values"),
            ("code", ["482913"], ("x.png", [PNG]), "file"),
            ("coupon", ["a", "b", "c" * 16], None, "values"),
        ],
    )
    def test_what_does_not_fit_is_refused_and_nothing_is_written(
        self, talk, boss, name, values, upload, field
    ):
        with pytest.raises(ValidationError) as refused:
            inbox.send_template(
                talk, actor=boss, template=template(name), values=values, uploads=[upload] if upload else []
            )
        assert list(refused.value.message_dict) == [field]
        assert not Message.objects.filter(direction="out").exists()

    def test_a_file_of_somebody_else_is_not_sent(self, talk, boss):
        other = create_contact(actor=boss, full_name="Kamal")
        from_elsewhere = attach_file(other, actor=boss, name="x.pdf", content=[PDF])
        given = {"name": "invoice", "language": "en_US", "file_id": str(from_elsewhere.pk)}
        ask = caller(boss)
        status, problem, _tag = ask("POST", f"/conversations/{talk.pk}/replies/with-template", given)
        assert (status, list(problem["errors"])) == (422, ["file"])
        with pytest.raises(ValidationError):
            inbox.send_template(talk, actor=boss, template=template("invoice"), file=from_elsewhere)

    def test_by_the_dialog_with_a_new_file(self, services, talk, boss):
        client = Client()
        client.force_login(boss)
        address = reverse("inbox:template", args=[talk.pk, template("parcel").pk])
        page = client.get(address).content.decode()
        assert "The picture above the words" in page and "End of the address of the button “Track”" in page
        file = SimpleUploadedFile("x.png", PNG, "image/png")
        given = {"value_1": "৭৭", "value_button.1": "A-77", "upload": file}
        assert client.post(address, given, headers={"HX-Request": "true"}).status_code == 204
        services.mood = [500]
        message = Message.objects.get(direction="out")
        assert sent(message).state == "queued", "the file was not taken: nothing went, and it is tried again"
        assert sent(message).state == "sent"


class TestTheDouble:
    """It refuses what Meta refuses: otherwise the tests above would show nothing."""

    def sent(self, name, *components, language="en_US"):
        return {
            "type": "template",
            "template": {"name": name, "language": {"code": language}, "components": list(components)},
        }

    def test_it_looks_at_every_parameter(self):
        text = {"type": "text", "text": "x"}
        body = {"type": "body", "parameters": [text]}
        image = {"type": "header", "parameters": [{"type": "image", "image": {"id": "m1"}}]}
        track = {"type": "button", "sub_type": "url", "index": "1", "parameters": [text]}

        def code_of(*components):
            problem = problem_of(self.sent("parcel", *components, language="bn"), ALL, {"m1"})
            return problem["error"]["code"] if problem else None

        assert code_of(image, body, track) is None
        assert code_of(body, track) == 132012, "the picture is missing"
        assert (
            code_of({**image, "parameters": [{"type": "image", "image": {"id": "m2"}}]}, body, track)
            == 132012
        )
        assert code_of(image, track) == 132000
        assert code_of(image, body) == 132000
        assert code_of(image, body, {**track, "index": "0"}) == 132000
        assert code_of(image, body, {**track, "sub_type": "copy_code"}) == 132012
        other = {
            "type": "button",
            "sub_type": "url",
            "index": "0",
            "parameters": [{"type": "text", "text": "y"}],
        }
        assert problem_of(self.sent("code", body, other), ALL, ())["error"]["code"] == 132012
        assert problem_of(self.sent("nobody"), ALL, ())["error"]["code"] == 132001
