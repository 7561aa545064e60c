"""Consents of two records that turn out to be one person: the newest statement counts, and all of it comes back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bandhu.customers.actions import create_contact, merge_records, undo_merge
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.privacy.actions import give_consent, withdraw_consent
from bandhu.privacy.models import Consent, ConsentProof, Purpose
from bandhu.privacy.purposes import ensure_purposes

pytestmark = pytest.mark.django_db


def test_the_newest_word_counts_after_a_merge_and_each_has_its_own_again_after_the_undo():
    ensure_purposes()
    rupa = make_user("Rupa", role="supervisor", team=make_team("Dhaka"))
    winner = create_contact(actor=rupa, full_name="Rahima Khatun")
    loser = create_contact(actor=rupa, full_name="রহিমা খাতুন")
    purpose = Purpose.objects.first()
    earlier = timezone.now() - timedelta(days=3)
    give_consent(winner, actor=rupa, purpose=purpose, method="signed", channel="mail", at=earlier)
    withdraw_consent(loser, actor=rupa, purpose=purpose, method="signed", channel="mail")
    give_consent(loser, actor=rupa, purpose=purpose, method="signed", channel="sms", at=earlier)

    def state():
        return sorted(Consent.objects.values_list("contact_id", "channel", "state", "changed_at")), sorted(
            ConsentProof.objects.values_list("pk", "consent_id")
        )

    before = state()
    merge = merge_records(winner, loser, actor=rupa)
    kept = dict(Consent.objects.filter(contact=winner).values_list("channel", "state"))
    assert kept == {"mail": "withdrawn", "sms": "given"}
    undo_merge(merge, actor=rupa)
    assert state() == before
