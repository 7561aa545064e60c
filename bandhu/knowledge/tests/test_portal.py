"""The portal: coming in, staying in, going out; nobody sees what is another's."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bandhu.identity.results import OutOfReach
from bandhu.knowledge import actions, jobs, queries
from bandhu.knowledge.models import PortalAccount, PortalLink, PortalSession
from bandhu.knowledge.portal import _sections
from bandhu.knowledge.portal_secrets import COOKIE
from bandhu.knowledge.tests.cast import links_of, mailed_secrets, make_customer, make_writer, signed_in
from bandhu.platform.models import AuditEntry

pytestmark = pytest.mark.django_db
SIGN_IN, HOME, DETAILS = "/portal/sign-in/", "/portal/", "/portal/details/"


def client_of(contact):
    """A browser in which the customer is signed in."""
    client = Client()
    client.cookies[COOKIE] = signed_in(contact)[0]
    return client


def test_a_mailed_link_lets_in_once(client, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    make_customer(language="bn")
    jobs.send_portal_links(address="Anika@Example.com", language="en")
    (letter,) = mail.outbox
    assert letter.to == ["Anika@Example.com"]
    address = re.search(r"https?://[^/]+(/portal/link/\S+)", letter.body)[1]
    for _time in range(2):
        looked = client.get(address)
        assert looked.status_code == 200 and COOKIE not in looked.cookies, "looking at a link uses nothing up"
    answer = client.post(address)
    assert answer.status_code == 302
    cookie = answer.cookies[COOKIE]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    home = client.get(HOME)
    assert home.status_code == 200 and 'lang="bn"' in home.text
    assert "no-store" in home["Cache-Control"]
    assert Client().post(address).status_code == 404, "a link works once"


def test_nothing_tells_whether_an_address_is_known(client):
    make_customer()
    answers = [client.post(SIGN_IN, {"mail": one}) for one in ("anika@example.com", "nobody@example.com")]
    texts = [re.sub(r"\S+@example.com|csrf\S+ \S+ value=\S+", "", one.text) for one in answers]
    assert texts[0] == texts[1] and {one.status_code for one in answers} == {200}
    wrong = [
        client.post(SIGN_IN, {"mail": one, "password": "wrong"})
        for one in ("anika@example.com", "no@example.com")
    ]
    assert {one.status_code for one in wrong} == {422}


def test_the_request_itself_does_the_same_for_known_and_unknown(client):
    make_customer()

    statements = []
    for one in ("anika@example.com", "nobody@example.com"):
        with CaptureQueriesContext(connection) as caught:
            client.post(SIGN_IN, {"mail": one})
        statements.append(len(caught))
    assert statements[0] == statements[1]


def test_asking_is_throttled_by_mailbox_and_by_visitor(client):
    make_customer()
    codes = [client.post(SIGN_IN, {"mail": "anika@example.com"}).status_code for _time in range(4)]
    assert codes == [200, 200, 200, 429]


def test_a_flooded_mailbox_gets_no_more_links():
    contact = make_customer()
    for _time in range(8):
        actions.make_links("anika@example.com")
    assert len(links_of(contact)) == 5


def test_several_people_at_one_address_get_a_link_each_and_a_crowd_gets_none():
    for name in ("Anika", "Rafi"):
        make_customer(name, "family@example.com")
    assert len(mailed_secrets("family@example.com")) == 2
    for number in range(6):
        make_customer(f"P {number}", "list@example.com")
    assert mailed_secrets("list@example.com") == []


@pytest.mark.parametrize("change", ["expired", "used", "blocked", "binned", "forged"])
def test_links_that_do_not_work(client, change):
    contact = make_customer()
    (secret,) = mailed_secrets("anika@example.com")
    if change == "expired":
        PortalLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif change == "used":
        assert actions.sign_in_by_link(queries.open_link(secret))
    elif change == "blocked":
        PortalAccount.objects.update(is_blocked=True)
    elif change == "binned":
        contact.deleted_at = timezone.now()
        contact.save()
    else:
        secret = "0" + secret[1:] if secret[0] != "0" else "1" + secret[1:]
    for answer in (client.get(f"/portal/link/{secret}/"), client.post(f"/portal/link/{secret}/")):
        assert answer.status_code == 404 and COOKIE not in answer.cookies


def test_of_two_who_follow_a_link_at_once_one_comes_in():
    make_customer()
    (secret,) = mailed_secrets("anika@example.com")
    first, second = queries.open_link(secret), queries.open_link(secret)
    assert actions.sign_in_by_link(first) and actions.sign_in_by_link(second) is None


@pytest.mark.parametrize("change", ["ended", "expired", "idle", "blocked", "binned"])
def test_sessions_that_do_not_work_any_more(change):
    contact = make_customer()
    client = client_of(contact)
    assert client.get(HOME).status_code == 200
    now = timezone.now()
    if change == "ended":
        client.post("/portal/sign-out/")
    elif change == "expired":
        PortalSession.objects.update(expires_at=now)
    elif change == "idle":
        PortalSession.objects.update(last_seen_at=now - timedelta(days=15))
    elif change == "blocked":
        actions.block_account(actor=make_writer(), account=PortalAccount.objects.get(), is_blocked=True)
    else:
        contact.deleted_at = now
        contact.save()
    assert client.get(HOME).status_code == 302


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    cookie=st.text(
        alphabet=st.characters(min_codepoint=33, max_codepoint=126, blacklist_characters='";\\,'),
        max_size=120,
    )
)
def test_a_forged_cookie_opens_nothing(cookie):
    client = Client()
    client.cookies[COOKIE] = cookie
    assert client.get(HOME).status_code == 302


def test_a_prepared_session_is_not_the_one_a_customer_signs_in_to():
    """Session fixation: the cookie somebody planted is not kept, and its own session ends."""
    rafi, anika = make_customer("Rafi", "rafi@example.com"), make_customer()
    planted = signed_in(rafi)[0]
    client = Client()
    client.cookies[COOKIE] = planted
    (secret,) = mailed_secrets("anika@example.com")
    answer = client.post(f"/portal/link/{secret}/")
    assert answer.cookies[COOKIE].value != planted
    assert queries.visitor_of(planted) is None
    assert queries.visitor_of(answer.cookies[COOKIE].value).contact_id == anika.pk


def test_posts_from_elsewhere_are_refused():
    contact = make_customer()
    client = Client(enforce_csrf_checks=True)
    client.cookies[COOKIE] = signed_in(contact)[0]
    for address in (
        DETAILS,
        "/portal/details/points/",
        "/portal/details/password/",
        "/portal/details/sessions/",
        "/portal/sign-out/",
        SIGN_IN,
    ):
        assert client.post(address, {"name": "Hacked", "number": "+8801712345678"}).status_code == 403
    contact.refresh_from_db()
    assert contact.full_name == "Anika Rahman" and queries.visitor_of(client.cookies[COOKIE].value)


def test_the_portal_is_no_way_into_the_house():
    client = client_of(make_customer())
    assert client.get("/contacts/").status_code == 302
    assert client.get("/api/v1/contacts").status_code == 401


def test_a_password_signs_in_and_ends_all_other_sessions(client):
    contact = make_customer()
    first, second = client_of(contact), client_of(contact)
    assert first.post("/portal/details/password/", {"password": "short"}).status_code == 422
    assert first.post("/portal/details/password/", {"password": "boats on the Padma"}).status_code == 302
    assert first.get(HOME).status_code == 200 and second.get(HOME).status_code == 302
    assert client.post(SIGN_IN, {"mail": "anika@example.com", "password": "wrong"}).status_code == 422
    answer = client.post(
        SIGN_IN, {"mail": "ANIKA@example.com", "password": "boats on the Padma", "next": "//evil.example/"}
    )
    assert answer["Location"] == HOME
    assert client.get(HOME).status_code == 200


def test_passwords_are_throttled(client):
    make_customer()
    codes = [
        client.post(SIGN_IN, {"mail": "anika@example.com", "password": "x"}).status_code for _time in range(6)
    ]
    assert codes == [422] * 5 + [429]


def test_customers_change_what_is_theirs():
    contact = make_customer()
    client = client_of(contact)
    sent = {"name": "Anika R. Khan", "language": "bn", "time_zone": "Asia/Dhaka"}
    assert client.post(DETAILS, sent).status_code == 302
    contact.refresh_from_db()
    assert (contact.full_name, contact.language, contact.time_zone) == ("Anika R. Khan", "bn", "Asia/Dhaka")
    assert client.post(DETAILS, {**sent, "name": " "}).status_code == 422
    client.post("/portal/details/points/", {"number": "01712 345678"})
    phone = contact.phones.get()
    assert phone.number == "+8801712345678"
    assert client.post("/portal/details/points/", {"number": "no number"}).status_code == 422
    client.post("/portal/details/points/", {"kind": "phones", "pk": str(phone.pk), "remove": "1"})
    assert not contact.phones.exists()
    last = contact.mails.get()
    answer = client.post("/portal/details/points/", {"kind": "mails", "pk": str(last.pk), "remove": "1"})
    assert answer.status_code == 422 and contact.mails.count() == 1


def test_a_new_mail_address_is_theirs_once_they_read_it(client, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    contact = make_customer()
    theirs = client_of(contact)
    theirs.post("/portal/details/points/", {"address": "new@example.com"})
    assert contact.mails.count() == 1
    link = PortalLink.objects.get(new_mail="new@example.com")
    jobs.send_mail_proof(link_id=str(link.pk), language="en")
    address = re.search(r"https?://[^/]+(/portal/link/\S+)", mail.outbox[-1].body)[1]
    assert client.post(address).status_code == 200
    assert COOKIE not in client.cookies, "proving an address signs nobody in"
    assert set(contact.mails.values_list("address", flat=True)) == {"anika@example.com", "new@example.com"}
    assert client.post(address).status_code == 404


def test_what_is_another_s_is_not_there():
    anika, rafi = (
        make_customer(),
        make_customer("Rafi Islam", "rafi@example.com", phones=[{"number": "+8801712345678"}]),
    )
    client = client_of(anika)
    _secret, visitor = signed_in(rafi)
    phone, address = rafi.phones.get(), rafi.mails.get()
    for kind, one in (("phones", phone), ("mails", address), ("addresses", phone)):
        for verb in ("remove", "prefer"):
            assert client.post(
                "/portal/details/points/", {"kind": kind, "pk": str(one.pk), verb: "1"}
            ).status_code in (404, 422)
    assert client.post("/portal/details/sessions/", {"pk": str(visitor.session_id)}).status_code == 404
    assert queries.own_sessions(visitor).exists() and rafi.phones.exists()
    for address_ in (HOME, DETAILS):
        assert "Rafi" not in client.get(address_).text
    with pytest.raises(OutOfReach):
        actions.end_session(signed_in(anika)[1], visitor.session_id)


def test_every_section_answers_for_its_own_customer_alone():
    """Walks through what the apps above have plugged in: a stranger to all of them sees empty lists everywhere."""
    client = client_of(make_customer())
    for section in list(_sections.values()):
        address = reverse(section.url_name) if section.url_name else f"/portal/mine/{section.name}/"
        assert Client().get(address).status_code == 302, f"{section.name} asks nobody to sign in"
        assert client.get(address).status_code in (200, 404)
        if section.rows:
            visitor = queries.visitor_of(client.cookies[COOKIE].value)
            assert list(section.rows(visitor)) == []
    assert client.get("/portal/mine/nonsense/").status_code == 404


def test_signing_in_stands_in_the_trail():
    contact = make_customer()
    client_of(contact)
    assert AuditEntry.objects.filter(record_id=contact.pk, verb="portal_signed_in").count() == 1
