"""What happens to a quote, how quotes look, and how much discount one may give: for programs."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bandhu.identity.models import Role
from bandhu.identity.tests.cast import grant, make_user
from bandhu.platform.models import EventRecord
from bandhu.quotes import actions
from bandhu.quotes.models import Acceptance, Order, Quote, QuoteTemplate
from bandhu.quotes.tests.cast import free_line, limit, make_quote, make_shop, sent_quote
from bandhu.quotes.tests.test_templates import ONE_PIXEL

pytestmark = pytest.mark.django_db
NOBODY = "0190a0a0-0000-7000-8000-000000000000"


@pytest.fixture
def asha():
    return make_shop()[0]


def caller(user):
    client = Client()
    client.force_login(user)

    def ask(method, path, data=None, **headers):
        sent = json.dumps(data or {})
        answer = client.generic(method, f"/api/v1{path}", sent, "application/json", headers=headers)
        return answer.status_code, answer.json() if answer.content else None

    return ask


@pytest.fixture
def call(asha):
    return caller(asha)


def test_a_yes_by_telephone_becomes_one_order(asha, call):
    quote = sent_quote(asha)
    path = f"/quotes/{quote.pk}/acceptance"
    assert call("GET", path)[0] == 404
    assert call("POST", path, {"signed_name": "  "})[0] == 422
    assert call("POST", path, {})[0] == 422
    assert call("POST", path, {"signed_name": "Karim", "document_hash": "0" * 64})[0] == 422
    assert call("POST", path, {"signed_name": "Karim"}, **{"If-Match": '"v99"'})[0] == 412
    assert not Order.objects.exists()
    status, accepted = call("POST", path, {"signed_name": "Karim"})
    assert (status, accepted["state"]) == (200, "accepted")
    assert call("POST", path, {"signed_name": "Rahim"})[0] == 200
    told = call("GET", path)[1]
    assert (told["signed_name"], told["recorded_by_id"], told["ordinal"]) == ("Karim", str(asha.pk), 1)
    assert (told["order_id"], Acceptance.objects.count()) == (str(Order.objects.get().pk), 1)
    assert EventRecord.objects.filter(name="quotes.accepted").count() == 1
    status, problem = call("POST", f"/quotes/{quote.pk}/refusal", {"reason": "Too dear"})
    assert (status, "accepted already" in problem["detail"]) == (422, True)


def test_a_no_with_its_reason(asha, call):
    quote = sent_quote(asha)
    assert call("POST", f"/quotes/{quote.pk}/refusal", {"reason": ""})[0] == 422
    status, declined = call("POST", f"/quotes/{quote.pk}/refusal", {"reason": "Too dear"})
    assert (status, declined["state"], declined["decline_reason"]) == (200, "declined", "Too dear")
    assert call("POST", f"/quotes/{quote.pk}/acceptance", {"signed_name": "Karim"})[0] == 422
    draft = make_quote(asha, [free_line()])
    assert call("POST", f"/quotes/{draft.pk}/refusal", {"reason": "Too dear"})[0] == 422


def test_approval_is_refused_or_no_longer_wanted(asha, call):
    seller = make_user("Rupa", role="manager", team=asha.team)
    limit(seller, "5", asha)
    quote = make_quote(seller, [free_line(discount="20")])
    rupa = caller(seller)
    steps = f"/quotes/{quote.pk}"
    assert rupa("POST", f"{steps}/approval-withdrawal")[0] == 422
    assert rupa("POST", f"{steps}/approval-requests", {"note": "Please"})[1]["state"] == "approval"
    assert rupa("POST", f"{steps}/approval-withdrawal")[1]["state"] == "draft"
    rupa("POST", f"{steps}/approval-requests")
    assert call("POST", f"{steps}/approval-refusal", {"reason": " "})[0] == 422
    assert call("POST", f"{steps}/approval-refusal", {"reason": "Too much"})[1]["state"] == "draft"
    event = EventRecord.objects.get(name="quotes.approval_refused")
    assert event.payload["reason"] == "Too much"


def test_a_quote_comes_back_from_the_bin(asha, call):
    quote = make_quote(asha)
    assert call("POST", f"/quotes/{NOBODY}/restoration")[0] == 404
    assert call("DELETE", f"/quotes/{quote.pk}")[0] == 204
    assert call("GET", f"/quotes/{quote.pk}")[0] == 404
    assert call("POST", f"/quotes/{quote.pk}/restoration")[1]["id"] == str(quote.pk)
    assert Quote.objects.get().deleted_at is None


def test_who_may_only_look_decides_nothing(asha):
    mina = make_user("Mina")
    grant(mina, "quotes.view_quote")
    quote, ask = sent_quote(asha), caller(mina)
    for step, body in (
        ("acceptance", {"signed_name": "Karim"}),
        ("refusal", {"reason": "No"}),
        ("versions", {}),
    ):
        assert ask("POST", f"/quotes/{quote.pk}/{step}", body)[0] == 403
    assert Quote.objects.get().state == "sent"


def test_templates_are_made_and_changed(call):
    texts = {"en": "Dear {customer}", "bn": "প্রিয় {customer}"}
    status, made = call(
        "POST", "/quote-templates", {"name": "Plain", "introductions": texts, "valid_days": 14}
    )
    assert (status, made["introductions"], made["valid_days"], made["version"]) == (201, texts, 14, 1)
    path = f"/quote-templates/{made['id']}"
    status, changed = call("PATCH", path, {"colour": "#112233", "name": None}, **{"If-Match": '"v1"'})
    assert (status, changed) == (200, made | {"colour": "#112233", "version": 2})
    assert call("PATCH", path, {"name": "Other"}, **{"If-Match": '"v1"'})[0] == 412
    assert call("GET", path)[1] == changed
    assert changed in call("GET", "/quote-templates")[1]["items"]


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"name": " "},
        {"name": "Plain", "colour": "red"},
        {"name": "Plain", "valid_days": 366},
        {"name": "Plain", "valid_days": "14"},
        {"name": "Plain", "titles": {"xx": "Quote"}},
        {"name": "Plain", "titles": {"en": 3}},
        {"name": "Plain", "terms": {"en": "Pay {nothing_known}"}},
        {"name": "Plain", "is_default": "yes"},
        {"name": "Plain", "font": "Arial"},
    ],
)
def test_what_is_no_template_is_refused(call, sent):
    number = QuoteTemplate.objects.count()
    status, problem = call("POST", "/quote-templates", sent)
    assert (status, len(problem["errors"])) == (422, 1), problem
    assert QuoteTemplate.objects.count() == number


def test_one_template_is_always_proposed(asha, call):
    former = actions.set_template(None, actor=asha, name="Former", is_default=True)
    made = call("POST", "/quote-templates", {"name": "New", "is_default": True})[1]
    assert not QuoteTemplate.objects.get(pk=former.pk).is_default
    changed = call("PATCH", f"/quote-templates/{made['id']}", {"is_default": False, "is_active": False})[1]
    assert (changed["is_default"], changed["is_active"]) == (True, True)


def test_a_logo_is_sent_and_taken_away(asha):
    template = actions.set_template(None, actor=asha, name="Plain")
    client, path = Client(), f"/api/v1/quote-templates/{template.pk}/logo"
    client.force_login(asha)
    assert client.post(path, {"file": SimpleUploadedFile("l.svg", b"<svg/>")}).status_code == 422
    assert client.post(path).status_code == 422
    sent = client.post(path, {"file": SimpleUploadedFile("l.png", ONE_PIXEL)})
    assert (sent.status_code, sent.json()["has_logo"], sent["ETag"]) == (200, True, '"v2"')
    assert client.delete(path, headers={"If-Match": '"v1"'}).status_code == 412
    assert client.delete(path).status_code == 204
    assert QuoteTemplate.objects.get(pk=template.pk).logo is None


def test_limits_of_discounts(asha, call):
    role, mina = Role.objects.get(key="sales"), make_user("Mina")
    of_role, of_mina = f"/discount-limits/roles/{role.pk}", f"/discount-limits/users/{mina.pk}"
    assert call("PUT", of_role, {"percent": "12.5"})[1]["percent"] == "12.50"
    assert call("PUT", of_mina, {"percent": 20})[1]["user_id"] == str(mina.pk)
    told = call("GET", "/discount-limits")[1]["items"]
    limits = {one["name"]: one["percent"] for one in told if one["percent"] is not None}
    assert limits == {str(role): "12.50", "Mina": "20.00"}
    assert call("PUT", of_mina, {"percent": None})[1]["percent"] is None
    for wrong in ("101", "-1", "much", "1.234"):
        assert call("PUT", of_role, {"percent": wrong})[0] == 422
    assert call("PUT", of_role, {})[0] == 422
    assert call("PUT", f"/discount-limits/roles/{NOBODY}", {"percent": "1"})[0] == 404
    assert call("PUT", f"/discount-limits/users/{NOBODY}", {"percent": "1"})[0] == 404
    assert caller(mina)("GET", "/discount-limits")[0] == 403
