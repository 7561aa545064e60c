"""The administrator's screens of leads, and trying a rule out before it is saved."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bandhu.catalog.tests.cast import make_money
from bandhu.identity.tests.cast import make_team
from bandhu.platform.models import SavedView
from bandhu.sales import actions, queries
from bandhu.sales.models import (
    Absence,
    AssignmentRule,
    Lead,
    LeadReason,
    LeadSource,
    ScoreRule,
    Seat,
    Way,
    WebForm,
)
from bandhu.sales.tests.cast import make_lead, make_seller, make_web_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    make_money()
    return make_seller("Boss", role="administrator", team=make_team("Dhaka"))


@pytest.fixture
def client(boss):
    client = Client()
    client.force_login(boss)
    return client


def view_of(boss, field, op, value=None):
    condition = {"field": field, "op": op, **({"value": value} if value else {})}
    return SavedView.objects.create(
        record_kind="lead", name="Some", owner=boss, definition={"filter": {"all": [condition]}}
    )


def test_a_trial_says_who_would_have_got_what_and_writes_nothing(client, boss):
    arjun, emma = (make_seller(name, role="sales", team=boss.team) for name in ("Arjun", "Emma"))
    for number in range(4):
        make_lead(f"Lead {number}", by=boss, owner=boss, language="ta" if number == 2 else "bn")
    tamil = view_of(boss, "language", "in", ["ta"])
    sent = {
        "name": "Tamil",
        "view": str(tamil.pk),
        "way": "round_robin",
        "user-0": arjun.pk,
        "user-1": emma.pk,
        "try": "yes",
    }
    page = client.post(reverse("sales:assignment_rule_new"), sent)
    assert page.status_code == 200
    chosen = {one.lead.title: one.choice.user for one in page.context["trials"]}
    assert chosen == {"Lead 0": None, "Lead 1": None, "Lead 2": arjun, "Lead 3": None}
    assert not AssignmentRule.objects.exists()
    assert set(Lead.objects.values_list("owner", flat=True)) == {boss.pk}
    sent.pop("try")
    assert client.post(reverse("sales:assignment_rule_new"), sent)["Location"] == reverse("sales:lead_setup")
    assert make_lead("Lead 4", by=boss, language="ta").owner == arjun
    assert "Arjun" in client.get(reverse("sales:lead_setup")).content.decode()


def test_a_trial_goes_round_as_the_rule_will(boss):
    sellers = [make_seller(name, role="sales", team=boss.team) for name in ("Arjun", "Emma", "Kamal")]
    for number in range(6):
        make_lead(f"Lead {number}", by=boss, owner=boss)
    draft = actions.draft_rule(
        None,
        actor=boss,
        way=Way.LEAST_LOADED,
        team=None,
        people=[(one, 2) for one in sellers[:2]],
        conditions=None,
    )
    trials = queries.simulate_assignment(boss, draft=draft)[::-1]
    assert [one.choice.user for one in trials] == [*sellers[:2], *sellers[:2], None, None]


def test_a_changed_rule_keeps_the_turns_that_were_given(boss):
    arjun, emma = (make_seller(name, role="sales", team=boss.team) for name in ("Arjun", "Emma"))
    rule = actions.set_assignment_rule(None, actor=boss, name="All", people=[(arjun, None), (emma, None)])
    assert make_lead("One", by=boss).owner == arjun
    actions.set_assignment_rule(rule, actor=boss, name="Everything", people=[(arjun, 5), (emma, None)])
    assert make_lead("Two", by=boss).owner == emma
    assert Seat.objects.get(user=arjun).capacity == 5


def test_refused_rules(boss):
    for values, field in (
        ({"way": Way.TEAM}, "team"),
        ({"people": []}, "people"),
        ({"way": "by dice"}, "way"),
        ({"people": [(boss, None)], "conditions": {"all": [{"field": "nonsense", "op": "is"}]}}, "view"),
    ):
        with pytest.raises(ValidationError) as refused:
            actions.set_assignment_rule(None, actor=boss, name="Odd", **values)
        assert list(refused.value.message_dict) == [field]
    assert not AssignmentRule.objects.exists()


def test_points_change_the_scores_of_open_leads(client, boss):
    lead = make_lead("Rice", by=boss, owner=boss, campaign="spring")
    view = view_of(boss, "campaign", "is", "spring")
    made = client.post(
        reverse("sales:score_rule_new"), {"name": "Spring", "points": "30", "view": str(view.pk)}
    )
    assert made.status_code == 204
    actions.score_open_leads()
    lead.refresh_from_db()
    assert (lead.score, lead.score_reasons[0]["name"]) == (30, "Spring")
    page = client.get(reverse("sales:lead", args=[lead.pk])).content.decode()
    assert "Spring" in page
    rule = ScoreRule.objects.get()
    changed = {"name": "Spring", "points": "-3", "view": "keep", "is_active": "on"}
    assert client.post(reverse("sales:score_rule", args=[rule.pk]), changed).status_code == 204
    assert ScoreRule.objects.get().conditions == rule.conditions
    assert client.post(reverse("sales:score_rule_new"), {"name": "All", "points": "3"}).status_code == 422
    client.post(reverse("sales:score_rule_deletion", args=[rule.pk]))
    actions.score_open_leads()
    lead.refresh_from_db()
    assert (lead.score, lead.score_reasons) == (0, [])


def test_a_web_form_is_made_and_changed_on_its_page(client, boss):
    address = reverse("sales:lead_web_form_new")
    assert client.get(address).status_code == 200
    sent = {
        "name": "Offer", "languages": ["en", "bn"], "source": LeadSource.objects.get(name="Website").pk,
        "asked": ["full_name", "mail", "message"], "needed": ["mail"], "is_active": "on",
        "titles-en": "Ask us", "consent-marketing-en": "You may write to me.", "consent-marketing-required": "on",
    }  # fmt: skip
    page = client.post(address, sent)
    form = WebForm.objects.get()
    assert page["Location"] == reverse("sales:lead_web_form", args=[form.pk])
    assert (form.slug, [one["name"] for one in form.fields if one["required"]]) == ("offer", ["mail"])
    assert form.consents.get().is_required
    shown = client.get(page["Location"]).content.decode()
    assert "/f/offer/embed.js" in shown
    unreachable = client.post(page["Location"], sent | {"asked": ["full_name"], "slug": "offer"})
    assert unreachable.status_code == 422
    for slip in ({"thanks_url": "javascript:alert(1)"}, {"languages": []}):
        assert client.post(page["Location"], sent | slip).status_code == 422
    twin = client.post(address, sent)
    assert twin.status_code == 422


def test_sources_reasons_and_absences(client, boss):
    assert (
        client.post(
            reverse("sales:lead_source_new"), {"name": "Radio", "respond_within_hours": "2"}
        ).status_code
        == 204
    )
    radio = LeadSource.objects.get(name="Radio")
    make_lead("Rice", by=boss, owner=boss, source=radio)
    client.post(reverse("sales:lead_source_deletion", args=[radio.pk]))
    assert LeadSource.objects.filter(pk=radio.pk).exists()
    assert client.post(reverse("sales:lead_reason_new"), {"name": "Moved away"}).status_code == 204
    reason = LeadReason.objects.get(name="Moved away")
    client.post(reverse("sales:lead_reason_deletion", args=[reason.pk]))
    assert not LeadReason.objects.filter(pk=reason.pk).exists()
    today = timezone.localdate()
    days = {"user": boss.pk, "first_day": today.isoformat(), "last_day": today.isoformat()}
    assert client.post(reverse("sales:absence_new"), days).status_code == 204
    assert client.post(reverse("sales:absence_new"), days | {"last_day": "2020-01-01"}).status_code == 422
    client.post(reverse("sales:absence_removal", args=[Absence.objects.get().pk]))
    assert not Absence.objects.exists()


def test_the_order_of_rules(client, boss):
    first, second = (
        actions.set_assignment_rule(None, actor=boss, name=name, people=[(boss, None)]) for name in ("A", "B")
    )
    client.post(reverse("sales:assignment_order"), {"up": str(second.pk)})
    assert list(AssignmentRule.objects.all()) == [second, first]
    client.post(reverse("sales:assignment_rule_deletion", args=[first.pk]))
    assert list(AssignmentRule.objects.all()) == [second]


def test_a_form_in_use_is_listed(client, boss):
    make_web_form(by=boss)
    assert "/f/offer/" in client.get(reverse("sales:lead_setup")).content.decode()
