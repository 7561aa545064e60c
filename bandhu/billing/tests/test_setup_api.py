"""Who issues invoices and how customers pay, by the API: keys go in and never come out."""

import pytest

from bandhu.billing.models import Issuer, PaymentAccount
from bandhu.billing.tests.cast import make_issuer
from bandhu.catalog.tests.cast import make_money
from bandhu.identity.tests.api import caller
from bandhu.identity.tests.cast import make_user
from bandhu.platform.models import AuditEntry

pytestmark = pytest.mark.django_db
KEYS = {"merchant_id": "1211149", "merchant_secret": "deep-secret"}


@pytest.fixture
def boss():
    return make_money(make_user("Boss", role="administrator"))


def test_who_issues_is_written_down_and_changed(boss):
    ask = caller(boss)
    status, usual, _tag = ask("GET", "/issuer")
    assert (status, usual["name"], usual["invoice_prefix"], len(usual["dunning_steps"])) == (
        200,
        "",
        "INV-",
        3,
    )
    assert ask("PATCH", "/issuer", {"city": "Dhaka"})[1]["errors"].keys() == {"name"}
    assert ask("PATCH", "/issuer", {"name": "Rice Ltd", "country": "BD"})[0] == 200
    tag = ask("GET", "/issuer")[2]
    steps = [{"days": 5, "letter": "", "task": True, "effect": "past_due"}]
    assert ask("PATCH", "/issuer", {"dunning_steps": steps}, **{"If-Match": '"x"'})[0] == 412
    status, changed, _tag = ask(
        "PATCH", "/issuer", {"dunning_steps": steps, "due_days": 14}, **{"If-Match": tag}
    )
    assert (status, changed["dunning_steps"], changed["due_days"], changed["name"]) == (
        200,
        steps,
        14,
        "Rice Ltd",
    )
    assert Issuer.objects.get().dunning_steps == steps


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"country": "Atlantis"}, "country"),
        ({"credit_prefix": "INV-"}, "credit_prefix"),
        ({"dunning_steps": [{"days": 1}, {"days": 1}]}, "dunning_steps"),
        ({"dunning_steps": [{"days": 1, "effect": "burn"}]}, "dunning_steps"),
    ],
)
def test_what_cannot_be_is_refused_by_field(boss, sent, field):
    make_issuer(boss)
    before = Issuer.objects.values().get()
    status, problem, _tag = caller(boss)("PATCH", "/issuer", sent)
    assert (status, list(problem["errors"])) == (422, [field]) and Issuer.objects.values().get() == before


def test_an_account_is_made_changed_and_never_tells_its_keys(boss):
    ask = caller(boss)
    status, problem, _tag = ask(
        "POST", "/payment-accounts", {"gateway": "payhere", "keys": {"merchant_id": "1"}}
    )
    assert (status, list(problem["errors"])) == (422, ["key_merchant_secret"])
    status, made, tag = ask(
        "POST", "/payment-accounts", {"gateway": "payhere", "name": "PayHere", "keys": KEYS}
    )
    assert (status, made["currencies"], made["is_live"]) == (201, ["LKR", "USD", "EUR", "GBP", "AUD"], False)
    held = PaymentAccount.objects.get()
    assert held.token in made["notice_address"]
    path = f"/payment-accounts/{made['id']}"
    assert ask("PATCH", path, {"currencies": ["LKR"]}, **{"If-Match": '"x"'})[0] == 412
    status, changed, _tag = ask(
        "PATCH", path, {"currencies": ["LKR"], "keys": {"merchant_id": "7"}}, **{"If-Match": tag}
    )
    assert (status, changed["currencies"], changed["name"]) == (200, ["LKR"], "PayHere")
    told = [
        ask("GET", path)[1],
        ask("GET", "/payment-accounts")[1],
        *AuditEntry.objects.values_list("changes", flat=True),
    ]
    assert "deep-secret" not in str(told) and "1211149" not in str(told)
    assert ask("POST", "/payment-accounts", {"gateway": "paypal", "keys": {}})[1]["errors"].keys() == {
        "gateway"
    }
    assert ask("PATCH", path, {"currencies": ["BDT"]})[1]["errors"].keys() == {"currencies"}
