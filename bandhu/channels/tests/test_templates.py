"""Templates WhatsApp approved: fetched from its double, chosen in the inbox and by the API, sent also after a day."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bandhu.channels import actions, queries
from bandhu.channels.adapters import graph
from bandhu.channels.adapters.port import places_in
from bandhu.channels.adapters.whatsapp_templates import to_send
from bandhu.channels.models import ApprovedTemplate, Channel
from bandhu.channels.tests.channel_cast import make_channel, read_all
from bandhu.channels.tests.services import services_of
from bandhu.channels.tests.test_networks import META, meta_notice, whatsapp_message
from bandhu.identity.tests.api import caller
from bandhu.identity.tests.cast import make_user
from bandhu.interactions.models import Conversation, Message

pytestmark = pytest.mark.django_db
PAGE = "/777/message_templates"


def told(name, language="en_US", body="Hello {{1}}", status="APPROVED", **more):
    """A template as Meta tells of it."""
    return {
        "name": name, "language": language, "status": status, "category": "UTILITY",
        "components": [{"type": "BODY", "text": body}, *more.pop("also", [])], **more,
    }  # fmt: skip


ALL = [
    told("order_ready"),
    told("order_ready", "bn", "নমস্কার {{1}}, অর্ডার {{2}} তৈরি।", also=[{"type": "FOOTER", "text": "ঢাকা চাল"}]),
    told("named", body="Dear {{customer_name}}, come on {{day}}."),
    told("refused", status="REJECTED"),
    told("unheard_of", status="SOMETHING_NEW"),
    told("cards", also=[{"type": "CAROUSEL", "cards": []}]),
    told("form", also=[{"type": "BUTTONS", "buttons": [{"type": "FLOW", "text": "Begin", "flow_id": 7}]}]),
]


@pytest.fixture
def services(monkeypatch):
    with services_of(monkeypatch, graph) as running:
        running.answers["/111/messages"] = {"messages": [{"id": "wamid.ours"}]}
        running.answers[PAGE] = {"data": ALL}
        yield running


@pytest.fixture
def boss():
    return make_user("Boss", role="administrator")


@pytest.fixture
def channel(services, boss):
    made = make_channel("whatsapp", values={"phone_number_id": "111", "business_account_id": "777", **META})
    return actions.fetch_templates(made, actor=boss)


@pytest.fixture
def talk(channel):
    """Rahima wrote in Bengali, more than a day ago."""
    meta_notice(channel, whatsapp_message(type="text", text={"body": "চাল আছে?"}))
    read_all()
    Conversation.objects.update(last_incoming_at=timezone.now() - timedelta(hours=25), language="bn")
    return Conversation.objects.get()


def template(name, language="en_US"):
    return ApprovedTemplate.objects.get(name=name, language=language)


class TestFetching:
    def test_all_are_kept_with_their_state_and_places(self, channel):
        states = {str(one): (one.state, one.may_be_sent) for one in ApprovedTemplate.objects.all()}
        assert states == {
            "order_ready (en_US)": ("approved", True), "order_ready (bn)": ("approved", True), "named (en_US)": ("approved", True),
            "refused (en_US)": ("rejected", False), "unheard_of (en_US)": ("pending", False),
            "cards (en_US)": ("approved", False), "form (en_US)": ("approved", False),
        }  # fmt: skip
        assert template("named").places == ["customer_name", "day"] and channel.templates_problem == ""
        assert places_in("{{2}} {{ 10 }} {{1}} {{1}} {x} {{}}") == ("1", "2", "10")

    def test_pages_are_followed_by_their_mark_and_never_to_another_address(self, services, channel, boss):
        def pages(asked):
            if asked.get("after") == "M2":
                return {"data": [told("second")]}
            paging = {"next": "http://169.254.169.254/x", "cursors": {"after": "M2"}}
            return {"data": [told("first")], "paging": paging}

        services.answers[PAGE] = pages
        services.asked.clear()
        actions.fetch_templates(channel, actor=boss)
        kept = ApprovedTemplate.objects.exclude(state="gone").values_list("name", flat=True)
        assert sorted(kept) == ["first", "second"] and len(services.asked) == 2
        assert template("order_ready").state == "gone"

    @pytest.mark.parametrize(
        "answer",
        [{}, {"data": {}}, {"data": [7]}, {"data": [{"name": 1}]}, {"data": [told("x", body=["no"])]}],
    )
    def test_what_is_no_list_of_templates_leaves_what_is_known(self, services, channel, boss, answer):
        services.answers[PAGE] = answer
        assert actions.fetch_templates(channel, actor=boss).templates_problem
        assert template("order_ready").state == "approved" and Channel.objects.get().templates_problem

    def test_a_service_that_refuses_or_breaks_is_told_of_and_is_well_again(self, services, channel, boss):
        ask = caller(boss)
        path = f"/channels/{channel.pk}/templates"
        services.mood = [500, 403]
        codes = [ask("POST", f"{path}/fetching")[1]["problem_code"] for _each in range(2)]
        assert codes == ["answers_ill", "templates_not_given"]
        status, found, _tag = ask("POST", f"{path}/fetching")
        assert (status, found["problem"], len(found["items"])) == (200, "", len(ALL))

    def test_without_the_accounts_number_and_on_other_channels_it_says_why(self, services, boss):
        ask = caller(boss)
        bare = make_channel("whatsapp", values={"phone_number_id": "111", **META})
        found = ask("POST", f"/channels/{bare.pk}/templates/fetching")[1]
        assert (found["problem_code"], found["items"]) == ("no_business_account", [])
        assert ask("POST", f"/channels/{make_channel().pk}/templates/fetching")[0] == 422
        assert queries.channels_with_templates() == []

    def test_the_page_of_the_channel_shows_and_fetches_them(self, channel, boss):
        client = Client()
        client.force_login(boss)
        page = client.get(reverse("channels:channel", args=[channel.pk])).content.decode()
        assert "order_ready" in page and "Rejected" in page and "not sent from here" in page
        assert "It shows cards side by side." in page and "opens a form of several pages" in page
        ApprovedTemplate.objects.all().delete()
        client.post(reverse("channels:channel_templates", args=[channel.pk]))
        assert ApprovedTemplate.objects.count() == len(ALL)


class TestWriting:
    def test_by_the_api_in_the_customers_language_first_and_sent_after_a_day(self, services, talk, boss):
        ask, path = caller(boss), f"/conversations/{talk.pk}"
        offered = ask("GET", f"{path}/templates")[1]
        names = [(one["name"], one["language"]) for one in offered["items"]]
        assert offered["is_too_late"] is True
        assert names == [("order_ready", "bn"), ("named", "en_US"), ("order_ready", "en_US")]
        sent = {"name": "order_ready", "language": "bn", "values": ["রহিমা", "৭"]}
        status, made, _tag = ask("POST", f"{path}/replies/with-template", sent)
        assert (status, made["text"]) == (201, "নমস্কার রহিমা, অর্ডার ৭ তৈরি।\n\nঢাকা চাল")
        Message.objects.filter(pk=made["id"]).update(send_at=timezone.now())
        actions.send_message(made["id"])
        assert Message.objects.get(pk=made["id"]).state == "sent"
        assert services.taken[-1][2]["template"] == {
            "name": "order_ready",
            "language": {"code": "bn"},
            "components": [
                {
                    "type": "body",
                    "parameters": [{"type": "text", "text": "রহিমা"}, {"type": "text", "text": "৭"}],
                }
            ],
        }

    def test_named_places_go_by_their_names(self, services, talk, boss):
        filled = actions.filled_template(
            template("named"), {"day": "Monday", "customer_name": "Rahima\nKhatun"}
        )
        assert filled.text == "Dear Rahima Khatun, come on Monday."
        sent = graph_body(filled.details["template"])
        assert [one["parameter_name"] for one in sent] == ["customer_name", "day"]

    @pytest.mark.parametrize(
        ("sent", "field"),
        [
            ({"name": "nobody", "language": "bn"}, "template"),
            ({"name": "order_ready", "language": "ta"}, "template"),
            ({"name": "refused", "language": "en_US", "values": ["x"]}, "template"),
            ({"name": "cards", "language": "en_US", "values": ["x"]}, "template"),
            ({"name": "order_ready", "language": "bn", "values": ["x"]}, "values"),
            ({"name": "order_ready", "language": "bn", "values": ["x", "  "]}, "values"),
            ({"name": "order_ready", "language": "bn", "values": ["x", "y", "z"]}, "values"),
            ({"name": "order_ready", "language": "bn", "values": ["x", "y" * 2_000]}, "values"),
        ],
    )
    def test_what_cannot_be_sent_is_refused_by_field_and_nothing_is_written(self, talk, boss, sent, field):
        before = Message.objects.count()
        status, problem, _tag = caller(boss)("POST", f"/conversations/{talk.pk}/replies/with-template", sent)
        assert (status, list(problem["errors"])) == (422, [field]) and problem["errors"][field][0]
        assert Message.objects.count() == before

    def test_a_template_of_another_channel_is_not_known_here(self, talk, boss):
        other = make_channel(
            "whatsapp", values={"phone_number_id": "222", "business_account_id": "777", **META}
        )
        actions.fetch_templates(other, actor=boss)
        theirs = ApprovedTemplate.objects.get(channel=other, name="named")
        client = Client()
        client.force_login(boss)
        assert client.get(reverse("inbox:template", args=[talk.pk, theirs.pk])).status_code == 404

    def test_the_box_says_that_the_day_is_over_and_the_dialog_sends(self, talk, boss):
        client = Client(headers={"HX-Request": "true"})
        client.force_login(boss)
        page = client.get(reverse("inbox:conversation", args=[talk.pk])).content.decode()
        chooser = reverse("inbox:templates", args=[talk.pk])
        assert "The 24 hours are over" in page and chooser in page
        listed = client.get(chooser).content.decode()
        assert listed.index("bn") < listed.index("named") and "refused" not in listed
        address = reverse("inbox:template", args=[talk.pk, template("order_ready", "bn").pk])
        assert 'name="value_2"' in client.get(address).content.decode()
        shown = client.get(address, {"preview": "1", "value_1": "<b>রহিমা</b>"}).content.decode()
        assert "নমস্কার &lt;b&gt;রহিমা&lt;/b&gt;, অর্ডার {{2}} তৈরি।" in shown and "<form" not in shown
        refused = client.post(address, {"value_1": "রহিমা"})
        assert refused.status_code == 422 and "Fill in" in refused.content.decode()
        answer = client.post(address, {"value_1": "রহিমা", "value_2": "৭"}, headers={"HX-Request": "true"})
        assert answer.status_code == 204 and "talk-written" in json.dumps(dict(answer.headers))
        written = Message.objects.get(direction="out")
        assert (written.details["template"]["values"], written.author) == (["রহিমা", "৭"], boss)

    def test_while_the_day_lasts_nothing_is_said(self, talk, boss):
        Conversation.objects.update(last_incoming_at=timezone.now())
        client = Client()
        client.force_login(boss)
        page = client.get(reverse("inbox:conversation", args=[talk.pk])).content.decode()
        assert "The 24 hours are over" not in page and "Choose a template" in page


def graph_body(template_details):
    """The values as Meta takes them."""

    return to_send(template_details)["template"]["components"][0]["parameters"]
