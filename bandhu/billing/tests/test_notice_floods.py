"""Whoever pays can see the address for notices: a flood of forged ones keeps little and stops nothing."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bandhu.billing import jobs
from bandhu.billing.models import GatewayNotice
from bandhu.billing.tests.cast import make_invoice
from bandhu.billing.tests.paying import Paying, make_trading_house
from bandhu.billing.views import notices, public
from bandhu.platform import rate_limits

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return make_trading_house()


def test_real_notices_go_on_through_a_flood_of_forged_ones_of_which_few_are_kept(
    boss, providers, monkeypatch
):
    paying = Paying(boss, providers, "payhere").begin()
    address = reverse("billing:gateway_notices", args=[paying.account.token])
    forged = {"merchant_id": "1210001", "order_id": "x", "status_code": "2", "md5sig": "0" * 32, "custom_1": "z" * 15_000}  # fmt: skip
    monkeypatch.setattr(notices, "_RATE", (0.001, 30))
    answers = [Client(REMOTE_ADDR="203.0.113.9").post(address, forged).status_code for _n in range(40)]
    assert answers == [400] * 30 + [429] * 10, "one sender is slowed down"
    kept = GatewayNotice.objects.filter(outcome="forged")
    assert kept.count() == 10 and max(len(one.body) for one in kept) <= 2_000
    assert paying.tell(paying.pay()) == 200
    assert paying.fresh() == ("paid", 25_000, "paid") and paying.outcomes()[-1] == "applied"


def test_many_senders_together_do_not_fill_the_table_either(boss, providers):
    paying = Paying(boss, providers, "payhere").begin()
    address = reverse("billing:gateway_notices", args=[paying.account.token])
    for number in range(130):
        answer = Client(REMOTE_ADDR=f"198.51.100.{number}").post(address, {"md5sig": "0"})
        assert answer.status_code == 400
    assert GatewayNotice.objects.filter(outcome="forged").count() == 100


def test_refused_ones_are_dropped_after_a_month_and_others_stay(boss, providers):
    paying = Paying(boss, providers, "payhere").begin()
    address = reverse("billing:gateway_notices", args=[paying.account.token])
    for _n in range(2):
        Client().post(address, {"md5sig": "0"})
    paying.tell(paying.pay())
    old = timezone.now() - timedelta(days=31)
    GatewayNotice.objects.exclude(pk=GatewayNotice.objects.filter(outcome="forged")[0].pk).update(
        received_at=old
    )
    jobs.forget_refused_notices(0)
    assert sorted(paying.outcomes()) == ["applied", "forged"]


def test_papers_of_invoices_are_set_so_often_and_no_more(boss, monkeypatch):
    made = make_invoice(by=boss)
    monkeypatch.setattr("bandhu.billing.views.papers.invoice_pdf", lambda _record: b"%PDF")
    paper = reverse("billing:public_paper", args=[made.token])
    monkeypatch.setattr(public, "allow", lambda key, _rate, burst: rate_limits.allow(key, 0.001, burst))
    answers = [Client().get(paper).status_code for _n in range(public.PAPERS[1] + 1)]
    assert answers == [200] * public.PAPERS[1] + [429]
    later = Client().get(paper)
    assert int(later["Retry-After"]) >= 1 and "Too much came from your address" in later.content.decode()
    assert Client(REMOTE_ADDR="203.0.113.9").get(paper).status_code == 200
    page = reverse("billing:public_invoice", args=[made.token])
    assert Client().get(page).status_code == 200, "reading is counted apart"
    monkeypatch.setattr(public, "allow", lambda *_a, **_w: (False, 7))
    assert Client().get(page).status_code == 429
