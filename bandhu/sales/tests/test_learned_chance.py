"""The learned chance of leads: learned by the job, shown when switched on, refused when it would be invented."""

import random
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bandhu.catalog.tests.cast import make_administrator
from bandhu.identity.results import Denied
from bandhu.platform.models import AuditEntry, Notification
from bandhu.sales import actions, jobs, queries
from bandhu.sales.models import Lead, LeadSource, LeadStatus, LearnedModel
from bandhu.sales.tests.cast import make_lead, make_seller

pytestmark = pytest.mark.django_db


def invent_leads(count=600, *, signal=True):
    """Ended leads in the order of time: those from the fair become opportunities more often."""
    rng, begun = random.Random(4), timezone.now() - timedelta(days=400)
    fair, web = LeadSource.objects.get(name="Trade fair"), LeadSource.objects.get(name="Website")
    leads = []
    for number in range(count):
        source = rng.choice([fair, web])
        qualified = rng.random() < ((0.75 if source == fair else 0.15) if signal else 0.4)
        leads.append(
            Lead(
                title=f"Lead {number}", sort_key=b"x", source=source, received_at=begun + timedelta(hours=10 * number),
                status=LeadStatus.QUALIFIED if qualified else LeadStatus.CLOSED,
            )
        )  # fmt: skip
    Lead.objects.bulk_create(leads)


def learn(admin, subject="lead"):
    jobs.learn_scores(subject, [], str(admin.pk))
    return queries.newest_model(admin, subject)


@pytest.fixture
def admin():
    return make_administrator()


def test_nobody_sees_a_chance_until_it_is_switched_on(admin):
    invent_leads()
    seller = make_seller("Rupa")
    model = learn(admin)
    assert model.evaluation["refusal"] == ""
    fair = LeadSource.objects.get(name="Trade fair")
    assert make_lead(by=seller, source=fair).chance is None
    actions.switch_learned(model, actor=admin, is_on=True)
    lead = make_lead("Of the fair", by=seller, source=fair, owner=seller)
    assert lead.chance > 0.5
    assert lead.chance_reasons[0]["name"] == "source"
    client = Client()
    client.force_login(seller)
    page = client.get(reverse("sales:lead", args=[lead.pk])).content.decode()
    assert "Learned from earlier leads" in page
    assert "Source: Trade fair" in page
    actions.switch_learned(model, actor=admin, is_on=False)
    actions.score_open_leads()
    lead.refresh_from_db()
    assert (lead.chance, lead.chance_reasons) == (None, [])


def test_one_that_was_refused_cannot_be_switched_on(admin):
    invent_leads(signal=False)
    model = learn(admin)
    assert (model.evaluation["refusal"], model.scorecard) == ("no_signal", None)
    with pytest.raises(ValidationError):
        actions.switch_learned(model, actor=admin, is_on=True)


def test_learning_anew_stays_in_use_unless_it_is_refused(admin):
    invent_leads()
    actions.switch_learned(learn(admin), actor=admin, is_on=True)
    assert learn(admin).is_on
    Lead.objects.all().delete()
    assert not learn(admin).is_on
    assert LearnedModel.objects.count() == 3


def test_opportunities_with_too_little_say_so(admin):
    model = learn(admin, "opportunity")
    assert model.evaluation["refusal"] == "too_little"
    client = Client()
    client.force_login(admin)
    page = client.get(reverse("sales:learned"), {"subject": "opportunity"}).content.decode()
    assert "Too little to learn from" in page


def test_the_page_tells_what_it_is_worth_and_switches(admin):
    invent_leads()
    client = Client()
    client.force_login(admin)
    assert "Nothing was learned yet" in client.get(reverse("sales:learned")).content.decode()
    assert client.post(reverse("sales:learned")).status_code == 302
    model = learn(admin)
    page = client.get(reverse("sales:learned")).content.decode()
    assert "One rule alone" in page
    client.post(reverse("sales:learned_switch", args=[model.pk]), {"on": "yes"})
    model.refresh_from_db()
    assert model.is_on
    assert Notification.objects.filter(user=admin, icon="graduation-cap").exists()
    assert AuditEntry.objects.filter(record_kind="learned_model").count() == 2


@pytest.mark.parametrize("name", ["status", "close_reason", "score"])
def test_fields_known_only_afterwards_are_refused(admin, name):
    with pytest.raises(ValidationError, match="only afterwards"):
        actions.ask_to_learn(actor=admin, subject="lead", own_fields=[name])


def test_only_who_sets_up_leads_may_learn_and_look():
    seller = make_seller("Rupa")
    with pytest.raises(Denied):
        actions.ask_to_learn(actor=seller, subject="lead")
    with pytest.raises(Denied):
        queries.newest_model(seller, "lead")


def test_addresses_that_are_none_hinder_neither_learning_nor_scoring(admin):
    invent_leads()
    Lead.objects.filter(title="Lead 7").update(landing_page="http://[x", referrer="http://[x")
    model = learn(admin)
    assert model.evaluation["refusal"] == ""
    actions.switch_learned(model, actor=admin, is_on=True)
    lead = make_lead(by=make_seller("Rupa"), landing_page="http://[x", referrer="http://[x")
    assert lead.chance is not None
