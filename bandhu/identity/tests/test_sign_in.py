import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.test import Client
from django.utils import timezone

from bandhu.identity import mails
from bandhu.identity.tests.cast import PASSWORD, make_user
from bandhu.identity.tokens import invitation_secret
from bandhu.platform.models import AuditEntry, RateLimit
from bandhu.ui.digits import to_system

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
NEW = "a quite different password"


@pytest.fixture
def rupa():
    return make_user("Rupa", role="sales")


def _sign_in(client, email="rupa@example.com", password=PASSWORD, **extra):
    return client.post(LOGIN, {"login": email, "password": password}, **extra)


def _verbs():
    return list(AuditEntry.objects.order_by("id").values_list("verb", flat=True))


def test_a_stranger_is_sent_to_sign_in_and_comes_back_to_the_page_they_wanted(client, rupa):
    answer = client.get("/settings/profile/?a=1")
    assert answer.url == "/accounts/login/?next=%2Fsettings%2Fprofile%2F%3Fa%3D1"
    answer = client.post(answer.url, {"login": "RUPA@example.com", "password": PASSWORD})
    assert answer.url == "/settings/profile/?a=1"
    assert client.get("/settings/profile/").status_code == 200


def test_a_page_of_another_host_is_never_returned_to(client, rupa):
    answer = client.post(f"{LOGIN}?next=https://evil.example/", {"login": rupa.email, "password": PASSWORD})
    assert answer.url == "/"
    for_language = client.post("/accounts/language/", {"language": "bn", "next": "//evil.example/"})
    assert for_language.url == "/"


def test_the_sign_in_page_speaks_the_language_chosen_on_it(client):
    client.post("/accounts/language/", {"language": "bn", "next": LOGIN})
    assert 'lang="bn"' in client.get(LOGIN).content.decode()
    client.post("/accounts/language/", {"language": "xx"})
    assert 'lang="bn"' in client.get(LOGIN).content.decode()


def test_wrong_password_and_unknown_address_are_answered_alike(client, rupa):
    def plain(answer):
        return re.sub(r"[A-Za-z0-9]{64}", "", answer.content.decode()).replace("nobody", "rupa")

    wrong, unknown = _sign_in(client, password="wrong"), _sign_in(client, "nobody@example.com", "wrong")
    assert wrong.status_code == unknown.status_code == 200
    assert plain(wrong) == plain(unknown)
    assert _verbs()[-2:] == ["sign_in_failed"] * 2


def test_signing_in_changes_the_session_key_and_out_ends_it(client, rupa):
    client.get(LOGIN)
    session = client.session
    session["planted"] = "by an attacker"
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before
    _sign_in(client)
    assert client.session.session_key != before
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    stolen = client.session.session_key
    client.post("/accounts/logout/")
    thief = Client()
    thief.cookies["sessionid"] = stolen
    assert thief.get("/settings/profile/").status_code == 302
    assert _verbs()[-2:] == ["signed_in", "signed_out"]


def test_cookies_are_secure_behind_tls(client, rupa, settings):
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    client.get(LOGIN)
    assert client.cookies["csrftoken"]["secure"]
    _sign_in(client)
    assert client.cookies["sessionid"]["secure"]


def test_guessing_one_account_from_one_place_is_locked_with_a_time_to_come_again(client, rupa):
    for _n in range(5):
        assert _sign_in(client, password="wrong").status_code == 200
    answer = _sign_in(client)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert "Too many attempts" in answer.content.decode()
    assert _verbs().count("locked_out") == 1
    elsewhere = _sign_in(client, REMOTE_ADDR="203.0.113.9")
    assert elsewhere.status_code == 302, "the owner can still come in from elsewhere"


def test_the_lock_opens_again_and_success_clears_the_count(client, rupa):
    for _n in range(5):
        _sign_in(client, password="wrong")
    RateLimit.objects.update(at=timezone.now() - timedelta(minutes=2))
    assert _sign_in(client).status_code == 302
    client.logout()
    for _n in range(4):
        assert _sign_in(client, password="wrong").status_code == 200


def test_guessing_one_account_from_many_places_is_locked_too(client, rupa):
    statuses = [
        _sign_in(client, password="wrong", REMOTE_ADDR=f"198.51.100.{n}").status_code for n in range(32)
    ]
    assert statuses[:30] == [200] * 30
    assert statuses[30:] == [429] * 2


def test_one_place_trying_many_accounts_is_locked_even_with_an_account_of_its_own(client, rupa):
    statuses = []
    for n in range(70):
        if n % 10 == 0:
            statuses.append(_sign_in(client).status_code)
            client.logout()
        statuses.append(_sign_in(client, f"person{n}@example.com", "123456").status_code)
    assert 429 in statuses
    assert statuses.index(429) <= 70


def test_a_forwarded_address_counts_only_from_a_trusted_proxy(client, rupa, settings):
    statuses = [
        _sign_in(client, password="wrong", HTTP_X_FORWARDED_FOR=f"192.0.2.{n}").status_code for n in range(6)
    ]
    assert statuses[-1] == 429
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    assert _sign_in(client, HTTP_X_FORWARDED_FOR="192.0.2.77").status_code == 302


def _codes(user):
    """The codes of now and of the next half minutes."""
    secret = TOTP(Authenticator.objects.get(user=user, type="totp")).instance.data["secret"]
    from allauth.mfa.adapter import get_adapter

    counter = next(yield_hotp_counters_from_time())
    plain = get_adapter().decrypt(secret)
    return [format_hotp_value(hotp_value(plain, counter + n)) for n in (0, 1)]


@pytest.fixture
def guarded(rupa):
    TOTP.activate(rupa, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    return rupa


def test_the_secret_of_the_app_is_stored_encrypted(guarded):
    assert "JBSWY3DP" not in str(Authenticator.objects.get(user=guarded).data)


@pytest.mark.parametrize("system", ["latn", "beng", "taml", "arab"])
def test_the_second_step_takes_digits_of_any_script_and_each_code_once(client, guarded, system):
    assert _sign_in(client).url.endswith("/2fa/authenticate/")
    assert client.get("/settings/profile/").status_code == 302
    code = to_system(_codes(guarded)[0], system)
    typed = f"{code[:3]} {code[3:]}"
    assert client.post("/accounts/2fa/authenticate/", {"code": typed}).status_code == 302
    assert client.get("/settings/profile/").status_code == 200
    second = Client()
    _sign_in(second)
    assert second.post("/accounts/2fa/authenticate/", {"code": typed}).status_code == 200, "a replayed code"


def test_codes_cannot_be_guessed_even_with_the_password(client, guarded):
    statuses = []
    for n in range(8):
        stranger = Client(REMOTE_ADDR=f"198.51.100.{n}")
        _sign_in(stranger)
        statuses.append(stranger.post("/accounts/2fa/authenticate/", {"code": f"{n:06d}"}).status_code)
    assert statuses[:6] == [200] * 6
    assert set(statuses[6:]) == {429}


def test_setting_up_the_app_asks_for_the_password_again_when_signing_in_was_long_ago(client, rupa):
    client.force_login(rupa)
    assert "/reauthenticate/" in client.get("/accounts/2fa/totp/activate/").url
    wrong = client.post("/accounts/reauthenticate/", {"password": "wrong"})
    assert wrong.status_code == 200
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/")
    assert page.status_code == 200
    secret = page.context["form"].secret
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    done = client.post("/accounts/2fa/totp/activate/", {"code": to_system(code, "beng")})
    assert done.url.endswith("/recovery-codes/")
    assert client.get(done.url).status_code == 200
    assert "Make new codes" in client.get("/accounts/2fa/recovery-codes/generate/").content.decode()
    assert client.get("/settings/security/").status_code == 200


def _link_in_mail():
    return re.search(r"http\S+", mail.outbox[-1].body).group()


def test_a_forgotten_password_is_replaced_by_a_mailed_link_to_the_configured_host(client, rupa, settings):
    settings.PUBLIC_URL = "https://crm.example.com"
    old_session = Client()
    old_session.force_login(rupa)
    answer = client.post("/accounts/password/reset/", {"email": "Rupa@example.com"})
    assert answer.url.endswith("/password/reset/done/")
    assert mails.mail_password_reset("Rupa@example.com")
    link = _link_in_mail()
    assert link.startswith("https://crm.example.com/accounts/password/reset/key/")
    path = client.get(link.removeprefix("https://crm.example.com")).url
    assert client.post(path, {"password1": "short", "password2": "short"}).status_code == 200
    client.post(path, {"password1": NEW, "password2": NEW})
    assert _sign_in(client, password=NEW).status_code == 302
    assert old_session.get("/settings/profile/").status_code == 302, "other sessions end"
    again = Client()
    assert b"no longer works" in again.get(link.removeprefix("https://crm.example.com")).content


def test_a_false_host_header_is_refused(client, rupa):
    for host in ("evil.example", "localhost.evil.example", "evil.example:80"):
        assert (
            client.post("/accounts/password/reset/", {"email": rupa.email}, HTTP_HOST=host).status_code == 400
        )


def test_asking_for_a_link_tells_nothing_about_who_exists(client, rupa):
    known = client.post("/accounts/password/reset/", {"email": rupa.email})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.com"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert mails.mail_password_reset("nobody@example.com") is False
    assert mail.outbox == []
    statuses = [
        client.post("/accounts/password/reset/", {"email": rupa.email}).status_code for _n in range(3)
    ]
    assert statuses[-1] == 429


def test_one_sees_ones_sessions_and_ends_the_others(client, rupa):
    _sign_in(client, HTTP_USER_AGENT="Laptop")
    phone = Client()
    _sign_in(phone, HTTP_USER_AGENT="Telephone")
    client.get("/settings/profile/", HTTP_USER_AGENT="Laptop")
    phone.get("/settings/profile/", HTTP_USER_AGENT="Telephone")
    page = client.get("/settings/security/", HTTP_USER_AGENT="Laptop")
    assert b"Telephone" in page.content
    session = next(one.session for one in page.context["sessions"] if one.session.user_agent == "Telephone")
    stranger = Client()
    stranger.force_login(make_user("Arjun"))
    assert stranger.post(f"/settings/security/sessions/{session.pk}/end/").status_code == 404
    assert client.post(f"/settings/security/sessions/{session.pk}/end/").status_code == 302
    assert phone.get("/settings/profile/").status_code == 302
    assert client.get("/settings/profile/").status_code == 200


def test_a_closed_account_cannot_sign_in(client, rupa):
    rupa.is_active = False
    rupa.save()
    assert _sign_in(client).url == "/accounts/inactive/"
    assert client.get("/accounts/inactive/").status_code == 200
    assert client.get("/settings/profile/").status_code == 302


@pytest.mark.parametrize(
    "path",
    ["signup/", "email/", "confirm-email/", "confirm-email/x/", "password/set/", "login/code/confirm/"],
)
def test_pages_we_do_not_have_are_not_there(client, rupa, path):
    assert client.get(f"/accounts/{path}").status_code == 404
    client.force_login(rupa)
    assert client.post(f"/accounts/{path}").status_code == 404


@pytest.mark.parametrize("path", [LOGIN, "/accounts/password/reset/", "/accounts/password/reset/done/"])
def test_pages_for_strangers_allow_no_script_but_ours(client, path):
    answer = client.get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert "'unsafe-inline'" not in policy
    assert "'unsafe-eval'" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Frame-Options"] == "DENY"
    html = answer.content.decode()
    assert not re.search(r"<script(?![^>]*(src=|application/json))", html)
    assert not re.search(r"\son\w+=|\sstyle=", html)


def test_an_invitation_is_mailed_in_its_language_and_accepted_on_its_page(client, settings):
    from bandhu.identity import actions

    settings.PUBLIC_URL = "https://crm.example.com"
    admin = make_user("Admin", role="administrator")
    invitation = actions.invite_user(actor=admin, email="mina@example.com", full_name="Mina")
    mails.mail_invitation(invitation)
    path = _link_in_mail().removeprefix("https://crm.example.com")
    assert mail.outbox[0].to == ["mina@example.com"]
    assert b"mina@example.com" in client.get(path).content
    wishes = {"full_name": "Mina", "language": "bn", "time_zone": "Asia/Dhaka"}
    assert client.post(path, {**wishes, "password": "short"}).status_code == 422
    assert client.post(path, {**wishes, "password": PASSWORD}).url == LOGIN
    assert _sign_in(client, "mina@example.com").status_code == 302
    assert Client().get(path).status_code == 404
    assert Client().get(f"/invitations/{invitation_secret(invitation)[:-1]}0/").status_code == 404


def test_preferences_are_changed_on_the_page_and_by_the_switches_of_the_menu(client, rupa):
    client.force_login(rupa)
    assert (
        client.post(
            "/settings/profile/switches/", {"theme": "dark"}, headers={"HX-Request": "true"}
        ).status_code
        == 204
    )
    assert client.post("/settings/profile/switches/", {"theme": "pink"}).status_code == 422
    values = {
        "full_name": "রূপা", "language": "bn", "time_zone": "Asia/Kolkata", "digits": "latin",
        "theme": "light", "density": "compact",
    }  # fmt: skip
    assert client.post("/settings/profile/", values).status_code == 302
    rupa.refresh_from_db()
    assert (rupa.full_name, rupa.language, rupa.digits) == ("রূপা", "bn", "latin")
    html = client.get("/settings/profile/").content.decode()
    assert 'lang="bn"' in html
    assert 'data-density="compact"' in html
    assert client.post("/settings/profile/", {**values, "time_zone": "Mars/Base"}).status_code == 422
