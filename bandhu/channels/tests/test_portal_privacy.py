"""Customers say in the portal what we may write to them about."""

import pytest
from django.test import Client

from bandhu.knowledge.portal_secrets import COOKIE
from bandhu.knowledge.tests.cast import make_customer, signed_in
from bandhu.privacy.models import ConsentProof
from bandhu.privacy.purposes import ensure_purposes
from bandhu.privacy.queries import may_contact

pytestmark = pytest.mark.django_db
PRIVACY = "/portal/privacy/"


def test_a_tick_gives_consent_with_proof_and_taking_it_away_withdraws():
    ensure_purposes()
    anika, rafi = make_customer(), make_customer("Rafi", "rafi@example.com")
    client = Client()
    client.cookies[COOKIE] = signed_in(anika)[0]
    assert client.post(PRIVACY, {"allow": ["newsletter", "service", "nonsense"]}).status_code == 302
    assert may_contact(anika, "newsletter", "mail") and not may_contact(anika, "marketing", "mail")
    proof = ConsentProof.objects.get()
    assert (proof.state, proof.method) == ("given", "form") and proof.wording
    assert client.post(PRIVACY, {"allow": []}).status_code == 302
    assert not may_contact(anika, "newsletter", "mail") and not may_contact(anika, "service", "mail")
    assert (
        may_contact(rafi, "service", "mail")
        and not ConsentProof.objects.filter(consent__contact=rafi).exists()
    )


def test_saying_the_same_again_writes_nothing():
    ensure_purposes()
    client = Client()
    client.cookies[COOKIE] = signed_in(make_customer())[0]
    for _time in range(2):
        client.post(PRIVACY, {"allow": ["newsletter", "service"]})
    assert ConsentProof.objects.count() == 1
