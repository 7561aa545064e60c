"""The demonstration with the public file of real sales beside its invented ones."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from bandhu.catalog.models import Product
from bandhu.catalog.tests.cast import make_money
from bandhu.customers.models import Company
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.platform.listing import listing_for
from bandhu.platform.tests.data_sets import data_set
from bandhu.sales import queries
from bandhu.sales.models import Opportunity, Pipeline
from bandhu.workspace.demo.pipeline_file import NAME, bring_in_pipeline

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)


def test_the_file_becomes_a_pipeline_with_teams_sellers_and_products():
    folder = data_set(NAME)
    make_money()
    house = make_team("House")
    boss = make_user("Nasrin", role="administrator", team=house, time_zone="UTC")
    assert bring_in_pipeline(folder, actor=boss, now=NOW, above=house) == 8_800
    pipeline = Pipeline.objects.get(name="Machines worldwide")
    rows = Opportunity.objects.filter(pipeline=pipeline)
    assert Counter(rows.values_list("stage__name", flat=True)) == {
        "Won": 4_238, "Lost": 2_473, "Engaging": 1_589, "Prospecting": 500,
    }  # fmt: skip
    assert set(rows.values_list("team__name", flat=True)) == {"Central", "East", "West"}
    assert rows.filter(owner__full_name="Darcel Schlecht", owner__team__name="Central").exists()
    assert (Product.objects.count(), Company.objects.count()) == (7, 86)
    assert not rows.filter(lines__product__isnull=True).exists()
    last = max(rows.exclude(closed_at=None).values_list("closed_at", flat=True))
    assert timedelta(0) <= NOW - last < timedelta(days=8)
    span = queries.span_of(str((NOW - timedelta(days=90)).date()), str(NOW.date()))
    found = queries.analysis(pipeline, listing_for(boss, "opportunity", {}), span)
    assert found.results.won > 500
    client = Client()
    client.force_login(boss)
    page = client.get(reverse("sales:board"), {"pipeline": pipeline.pk}).content.decode()
    assert "Engaging" in page and "GTX" in page
