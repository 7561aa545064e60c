"""Companies like those that bought, tried on the later buyers."""

import random
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bandhu.catalog.tests.cast import make_money
from bandhu.customers.models import Company
from bandhu.sales import queries
from bandhu.sales.models import Opportunity
from bandhu.sales.tests.cast import ready_pipeline, stage_named

pytestmark = pytest.mark.django_db


def invent(count, *, signal=True):
    """Companies in three trades; with signal, mills buy far more often."""
    rng, now, won = random.Random(2), timezone.now(), stage_named("Won")
    firms = [
        Company(
            name=f"Firm {number}",
            sort_key=b"x",
            industry=rng.choice(["Mills", "Hotels", "Schools"]),
            country="BD",
        )
        for number in range(count)
    ]
    Company.objects.bulk_create(firms)
    sales = []
    for firm in firms:
        if rng.random() < ((0.6 if firm.industry == "Mills" else 0.1) if signal else 0.3):
            closed = now - timedelta(days=rng.randrange(1, 700))
            sales.append(
                Opportunity(
                    name="Sale", sort_key=b"x", company=firm, pipeline=ready_pipeline(), stage=won, state="won", closed_at=closed
                )
            )  # fmt: skip
    Opportunity.objects.bulk_create(sales)


@pytest.fixture
def admin():
    return make_money()


def test_the_likest_come_first_with_reasons_and_buyers_stay_out(admin):
    invent(900)
    found = queries.likeness(admin)
    assert found.refusal == ""
    assert found.auc > 0.6
    assert {one.company.industry for one in found.found[:20]} == {"Mills"}
    assert found.found[0].reasons[0][:2] == ("industry", "Mills")
    assert found.found[0].times > 1.3
    bought = set(Opportunity.objects.values_list("company", flat=True))
    assert not bought & {one.company.pk for one in found.found}
    client = Client()
    client.force_login(admin)
    assert "Mills" in client.get(reverse("sales:selection")).content.decode()


def test_without_signal_nobody_is_selected(admin):
    invent(900, signal=False)
    found = queries.likeness(admin)
    assert (found.refusal, found.found) == ("no_signal", [])


def test_too_few_buyers_are_said(admin):
    invent(60)
    assert queries.likeness(admin).refusal == "too_little"
    client = Client()
    client.force_login(admin)
    assert "Too little to learn from" in client.get(reverse("sales:selection")).content.decode()
