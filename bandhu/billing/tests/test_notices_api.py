"""What payment providers told, for programs: read without what must stay inside, and settled once."""

import json

import pytest

from bandhu.billing.models import GatewayNotice, Payment
from bandhu.billing.tests.paying import Paying, make_trading_house
from bandhu.identity.tests.api import caller
from bandhu.identity.tests.cast import grant, make_user

pytestmark = pytest.mark.django_db
NOBODY = "0190a0a0-0000-7000-8000-000000000000"


@pytest.fixture
def boss():
    return make_trading_house()


@pytest.fixture
def held(boss, providers):
    """Money for an order nobody knows, and the invoice it was meant for."""
    paying = Paying(boss, providers, "payhere").begin()
    unknown = providers.payhere_notice("00000000000000000000000000000001", "250.00", "LKR", payment_id="77")
    assert paying.tell(unknown) == 200
    return paying


def test_a_held_notice_is_put_on_an_invoice_once(boss, held):
    ask, notice = caller(boss), GatewayNotice.objects.get()
    path = f"/payment-notices/{notice.pk}"
    status, shown, tag = ask("GET", path)
    assert (status, shown["outcome"], shown["told"], shown["amount"]) == (200, "held", "paid", {"minor": 25_000, "currency": "LKR"})  # fmt: skip
    assert (shown["gateway"], shown["payment_reference"], shown["invoice_id"]) == ("payhere", "77", None)
    assert ask("GET", "/payment-notices?open_only=true")[1]["items"] == [shown]
    assert ask("POST", f"{path}/settlement", {"note": "  "})[0] == 422
    assert ask("POST", f"{path}/settlement", {"note": "Found", "invoice_id": NOBODY})[0] == 404
    sent = {"note": "Found by telephone", "invoice_id": str(held.invoice.pk)}
    assert ask("POST", f"{path}/settlement", sent, **{"If-Match": '"v1"'})[0] == 412
    assert not Payment.objects.exists()
    status, settled, _tag = ask("POST", f"{path}/settlement", sent, **{"If-Match": tag})
    assert (status, settled["outcome"], settled["settled_by_id"]) == (200, "settled", str(boss.pk))
    assert (settled["invoice_id"], settled["payment_id"]) == (
        str(held.invoice.pk),
        str(Payment.objects.get().pk),
    )
    status, problem, _tag = ask("POST", f"{path}/settlement", sent)
    assert (status, "already" in problem["detail"], Payment.objects.count()) == (422, True, 1)
    assert ask("GET", "/payment-notices?open_only=true")[1]["items"] == []
    assert len(ask("GET", "/payment-notices?limit=1")[1]["items"]) == 1


def test_what_cannot_be_read_is_listed_and_its_bytes_stay_inside(boss, held):
    assert held.tell(held.providers.payhere_notice("1", "1.00", "LKR", secret="other")) == 400
    told = caller(boss)("GET", "/payment-notices")[1]["items"][0]
    assert (told["outcome"], told["told"], told["amount"]) == ("forged", "", None)
    assert not {"headers", "body"} & told.keys() and "FERNANDO" not in json.dumps(told)


def test_only_who_reconciles_reads_and_settles(boss, held):
    mina = make_user("Mina")
    grant(mina, "billing.view_invoice")
    ask, notice = caller(mina), GatewayNotice.objects.get()
    assert ask("GET", "/payment-notices")[0] == 403
    assert ask("GET", f"/payment-notices/{notice.pk}")[0] == 403
    assert ask("POST", f"/payment-notices/{notice.pk}/settlement", {"note": "Mine"})[0] == 403
    assert GatewayNotice.objects.get().outcome == "held"
