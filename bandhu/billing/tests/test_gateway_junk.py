"""What is signed well and is not what the protocol says: refused and kept, whatever it is, by every provider; never a fault of ours."""

import copy
import hashlib
import hmac
import json
import time
from base64 import b64encode
from urllib.parse import parse_qsl, urlencode

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bandhu.billing.actions import notices
from bandhu.billing.gateways import sns, sslcommerz
from bandhu.billing.models import GatewayNotice, Payment
from bandhu.billing.tests.paying import Paying, make_trading_house
from bandhu.billing.tests.providers import CERTIFICATE_URL, KEYS
from bandhu.billing.views import notices as views

pytestmark = pytest.mark.django_db
ODD = [
    "\x00",
    "a\x00b",
    "\ud800",
    "NaN",
    "Infinity",
    "-1",
    "1e999999999",
    "9" * 5000,
    "",
    " ",
    "٣",
    "‮",
    "x" * 300,
]
TEXTS = st.one_of(st.sampled_from(ODD), st.text(max_size=20))
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.just(10**30), st.floats(allow_nan=True), TEXTS
)
JUNK = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@pytest.fixture(autouse=True)
def _all_is_kept(monkeypatch):
    """Of a flood of refused notices few are kept (`test_notice_floods.py`); here each one counts."""
    monkeypatch.setattr(notices, "_KEPT_OF_A_SENDER", (1_000, 100_000))
    monkeypatch.setattr(notices, "_KEPT_OF_ALL", (1_000, 100_000))
    monkeypatch.setattr(views, "_RATE", (1_000, 100_000))


@pytest.fixture
def boss():
    return make_trading_house()


@pytest.fixture(params=tuple(KEYS))
def paying(request, boss, providers):
    return Paying(boss, providers, request.param).begin()


def signed(paying, sent):
    """(body, headers) of a value or form, as the provider would sign it."""
    if paying.gateway == "sslcommerz":
        form = {name: value for name, value in sent.items() if not name.startswith("verify_")}
        form |= {
            "verify_sign": sslcommerz.signature(form, sorted(form), "shop1@pw"),
            "verify_key": ",".join(sorted(form)),
        }
        return _form(form)
    if paying.gateway == "payhere":
        made, headers = paying.providers.payhere_notice(
            *(str(sent[name]) for name in ("order_id", "payhere_amount", "payhere_currency", "status_code")),
            payment_id=sent["payment_id"],
        )
        return made, headers
    if paying.gateway == "bkash":
        envelope = {"Type": "Notification", "MessageId": "m1", "TopicArn": KEYS["bkash"]["topic"], "Message": json.dumps(sent),
                    "SignatureVersion": "1", "SigningCertURL": CERTIFICATE_URL}  # fmt: skip
        made = paying.providers._key.sign(
            sns.signed_text(envelope).encode(), padding.PKCS1v15(), hashes.SHA1()
        )
        return json.dumps(envelope | {"Signature": b64encode(made).decode()}).encode(), {
            "Content-Type": "text/plain"
        }
    body = json.dumps(sent).encode()
    if paying.gateway == "razorpay":
        sign = hmac.new(b"hook", body, hashlib.sha256).hexdigest()
        return body, {"X-Razorpay-Signature": sign, "Content-Type": "application/json"}
    return body, stripe_headers(body, int(time.time()))


def stripe_headers(body, at):
    sign = hmac.new(b"whsec_double", f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return {"Stripe-Signature": f"t={at},v1={sign}", "Content-Type": "application/json"}


def _form(form):
    body = urlencode(form, errors="replace").encode()
    return body, {"Content-Type": "application/x-www-form-urlencoded"}


def honest(paying):
    """What the provider would say of this payment, without its signature."""
    body, _headers = paying.pay()
    if paying.gateway in ("payhere", "sslcommerz"):
        return dict(parse_qsl(body.decode(), keep_blank_values=True))
    sent = json.loads(body)
    return json.loads(sent["Message"]) if paying.gateway == "bkash" else sent


def places(value, path=()):
    """The ways to every value inside."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inner:
        yield (*path, name)
        yield from places(one, (*path, name))


def _with(sent, path, junk):
    changed = copy.deepcopy(sent)
    place = changed
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = junk
    return changed


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_one_wrong_value_anywhere_is_no_fault_of_ours(paying, data):
    sent = honest(paying)
    is_form = paying.gateway in ("payhere", "sslcommerz")
    junk = data.draw(TEXTS if is_form else JUNK)
    if is_form:
        junk = junk.encode("utf-8", "replace").decode()
    notice = signed(paying, _with(sent, data.draw(st.sampled_from(list(places(sent)))), junk))
    before = GatewayNotice.objects.count()
    assert paying.tell(notice) in (200, 400)
    assert GatewayNotice.objects.count() == before + 1
    assert Payment.objects.count() <= 1 and paying.fresh()[1] in (0, 25_000)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(junk=JUNK)
def test_signed_junk_is_refused_and_kept(boss, providers, junk):
    for gateway in ("stripe", "razorpay", "bkash"):
        paying = Paying(boss, providers, gateway)
        before = paying.outcomes()
        assert paying.tell(signed(paying, junk)) == 400
        assert paying.outcomes()[: len(before)] == before and len(paying.outcomes()) == len(before) + 1


@pytest.mark.parametrize("path", [("data", "object"), ("data", "object", "client_reference_id"), ("data", "object", "amount_total"), ("id",), ("type",)])  # fmt: skip
@pytest.mark.parametrize("junk", [None, [1], {"id": 1}, "a\x00b", "NaN", 1.5, True])
def test_what_a_stranger_sent_stripes_way(boss, providers, path, junk):
    paying = Paying(boss, providers, "stripe").begin()
    answer = paying.tell(signed(paying, _with(honest(paying), path, junk)))
    allowed = {400}
    if path[-1] == "client_reference_id" and junk in (None, "NaN", {"id": 1}):
        allowed = {200}  # a payment of no order of ours, which a person looks at
    if path[-1] in ("id", "type") and junk in ("NaN",):
        allowed = {200}
    assert answer in allowed and not (answer == 400 and Payment.objects.exists())


def test_nul_in_a_form_is_refused_and_kept(boss, providers):
    paying = Paying(boss, providers, "payhere").begin()
    assert paying.tell(providers.payhere_notice("ab\x00c", "250.00", "LKR")) == 400
    assert paying.outcomes() == ["unreadable"]


@pytest.mark.parametrize(("seconds", "status"), [(100_000, 400), (400, 400), (200, 200), (-200, 200), (-400, 400)])  # fmt: skip
def test_stripes_moment_is_at_most_five_minutes_off_either_way(boss, providers, seconds, status):
    paying = Paying(boss, providers, "stripe").begin()
    assert paying.tell(paying.pay(at=int(time.time()) + seconds)) == status
