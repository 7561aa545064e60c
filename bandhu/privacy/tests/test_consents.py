"""What a contact allows, and how it is known."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bandhu.customers.tests.cast import make_agent, make_contact
from bandhu.identity.results import Denied
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.platform.models import AuditEntry, EventRecord
from bandhu.privacy.actions import give_consent, withdraw_consent
from bandhu.privacy.merging import export_consents, move_consents, restore_consents
from bandhu.privacy.models import Consent, ConsentProof, Purpose
from bandhu.privacy.purposes import ensure_purposes
from bandhu.privacy.queries import consents_of, history_of, may_contact, purpose_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def rupa():
    ensure_purposes()
    return make_agent("Rupa", team=make_team("Dhaka"))


@pytest.fixture
def marketing(rupa):
    return purpose_for(rupa, "marketing")


def test_seeding_twice_changes_nothing(rupa):
    Purpose.objects.filter(key="marketing").update(requires_consent=False)
    ensure_purposes()
    assert not Purpose.objects.get(key="marketing").requires_consent
    assert Purpose.objects.filter(key="service").count() == 1


def test_without_a_word_only_service_is_allowed(rupa):
    contact = make_contact(by=rupa)
    assert may_contact(contact, "service", "mail")
    refusal = may_contact(contact, "marketing", "mail")
    assert not refusal
    assert "Offers and advertising" in refusal.reason
    assert not may_contact(contact, "no such purpose", "mail")


def test_given_for_every_channel_and_withdrawn_for_one(rupa, marketing):
    contact = make_contact(by=rupa)
    give_consent(contact, actor=rupa, purpose=marketing, method="form", wording="I want offers.")
    withdraw_consent(contact, actor=rupa, purpose=marketing, channel="sms", method="said")
    assert may_contact(contact, "marketing", "mail")
    assert not may_contact(contact, "marketing", "sms")
    give_consent(contact, actor=rupa, purpose=marketing, method="form")
    assert not may_contact(contact, "marketing", "sms")


def test_withdrawing_everything_ends_what_was_given_for_a_channel(rupa, marketing):
    contact = make_contact(by=rupa)
    give_consent(contact, actor=rupa, purpose=marketing, channel="mail", method="form")
    withdraw_consent(contact, actor=rupa, purpose=marketing, method="written")
    assert not may_contact(contact, "marketing", "mail")
    give_consent(contact, actor=rupa, purpose=marketing, channel="mail", method="form")
    assert may_contact(contact, "marketing", "mail")
    assert not may_contact(contact, "marketing", "sms")


def test_an_objection_stops_even_what_needs_no_consent(rupa):
    contact = make_contact(by=rupa)
    withdraw_consent(
        contact, actor=rupa, purpose=purpose_for(rupa, "service"), channel="phone", method="said"
    )
    assert not may_contact(contact, "service", "phone")
    assert may_contact(contact, "service", "mail")


def test_every_act_leaves_a_proof_an_audit_entry_and_an_event(rupa, marketing):
    contact = make_contact(by=rupa)
    give_consent(contact, actor=rupa, purpose=marketing, method="signed", wording="Text", note="Fair, Dhaka")
    withdraw_consent(contact, actor=rupa, purpose=marketing, method="said")
    proofs = history_of(rupa, contact)
    assert [(one.state, one.method) for one in proofs] == [("withdrawn", "said"), ("given", "signed")]
    assert (proofs[1].wording, proofs[1].recorded_by) == ("Text", rupa)
    last = AuditEntry.objects.filter(verb="consent").latest("pk")
    assert last.changes == {"consent.marketing": ["given", "withdrawn"]}
    assert (
        EventRecord.objects.filter(name__in=["privacy.consent_given", "privacy.consent_withdrawn"]).count()
        == 2
    )


def test_an_old_act_written_down_late_does_not_undo_a_newer_one(rupa, marketing):
    contact = make_contact(by=rupa)
    withdraw_consent(contact, actor=rupa, purpose=marketing, method="said")
    last_year = timezone.now() - timedelta(days=365)
    give_consent(contact, actor=rupa, purpose=marketing, method="signed", at=last_year)
    assert not may_contact(contact, "marketing", "mail")
    assert ConsentProof.objects.count() == 2


@pytest.mark.parametrize(
    "wrong", [{"channel": "pigeon"}, {"method": "guessed"}, {"at": timezone.now() + timedelta(days=1)}]
)
def test_what_makes_no_sense_is_refused(rupa, marketing, wrong):
    contact = make_contact(by=rupa)
    with pytest.raises(ValidationError) as refusal:
        give_consent(contact, actor=rupa, purpose=marketing, **({"method": "form"} | wrong))
    assert set(refusal.value.message_dict) == set(wrong)
    assert not Consent.objects.exists()


def test_reach_decides(rupa, marketing):
    contact = make_contact(by=rupa)
    with pytest.raises(Http404):
        consents_of(make_user("Arjun", role="sales", team=make_team("Chennai")), contact)
    reader = make_user("Leser", role="read_only")
    assert len(consents_of(reader, contact)) == Purpose.objects.count()
    with pytest.raises(Denied):
        give_consent(contact, actor=reader, purpose=marketing, method="form")


_ACTS = st.lists(
    st.tuples(
        st.sampled_from(["winner", "loser"]), st.sampled_from(["given", "withdrawn"]),
        st.sampled_from(["", "sms", "mail"]), st.sampled_from(["marketing", "service"]), st.integers(0, 400),
    ), max_size=12,
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=_ACTS)
def test_merging_keeps_every_proof_and_undo_is_exact(rupa, acts):
    people = {"winner": make_contact("W", by=rupa), "loser": make_contact("L", by=rupa)}
    for who, state, channel, purpose, days in acts:
        act = give_consent if state == "given" else withdraw_consent
        act(
            people[who], actor=rupa, purpose=purpose_for(rupa, purpose), channel=channel, method="said",
            at=timezone.now() - timedelta(days=days),
        )  # fmt: skip
    before, proofs = _all(), ConsentProof.objects.count()
    loser, winner = people["loser"].pk, people["winner"].pk
    notes = move_consents(loser, winner)
    assert len(export_consents(winner)) == len(acts)
    restore_consents(loser, winner, notes)
    assert (_all(), ConsentProof.objects.count()) == (before, proofs)
    Consent.objects.all().delete()


def _all():
    consents = Consent.objects.values_list("pk", "contact", "purpose", "channel", "state", "changed_at")
    return sorted(map(str, consents)), sorted(map(str, ConsentProof.objects.values_list("pk", "consent")))


def test_the_panel_shows_states_and_writes_down_a_statement(rupa):
    contact = make_contact("Rahima", by=rupa)
    client = Client()
    client.force_login(rupa)
    panel = reverse("privacy:contact_consents", args=[contact.pk])
    assert "Never asked" in client.get(panel).content.decode()
    address = reverse("privacy:statement", args=[contact.pk, "marketing", "given"])
    assert client.post(address, {"method": "telepathy"}).status_code == 422
    sent = {"method": "signed", "wording": "I <b>want</b> offers", "channel": ""}
    assert client.post(address, sent).status_code == 204
    page = client.get(panel).content.decode()
    assert "I &lt;b&gt;want&lt;/b&gt; offers" in page
    assert may_contact(contact, "marketing", "mail")
    client.force_login(make_user("Leser", role="read_only"))
    assert client.post(address, sent).status_code == 403
    client.force_login(make_user("Arjun", role="sales", team=make_team("Chennai")))
    assert client.get(panel).status_code == 404
