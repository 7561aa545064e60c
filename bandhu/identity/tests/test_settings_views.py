import re

import pytest

from bandhu.identity.models import ApiToken, Invitation, Role, Team, User
from bandhu.identity.tests.cast import PASSWORD, make_team, make_user
from bandhu.identity.tokens import user_for_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    user = make_user("Rupa", role="administrator")
    client.force_login(user)
    return user


def _id(key):
    return str(Role.objects.get(key=key).pk)


def test_users_are_listed_found_and_filtered(client, admin):
    make_user("কামাল", role="sales", team=make_team("North"))
    closed = make_user("Arjun")
    User.objects.filter(pk=closed.pk).update(is_active=False)
    page = client.get("/settings/users/").content.decode()
    assert "কামাল" in page
    assert "Arjun" not in page
    assert "system@" not in page
    rows = client.get("/settings/users/?state=closed&q=arj", headers={"HX-Request": "true"}).content.decode()
    assert "Arjun" in rows
    assert "<html" not in rows
    assert client.get("/settings/users/?q=%00&state=zzz").status_code == 200


def test_a_user_is_invited_or_made_with_a_password(client, admin):
    values = {"full_name": "Mina", "email": "mina@example.com", "roles": [_id("sales")], "language": "bn"}
    assert client.post("/settings/users/new/", values).status_code == 302
    assert Invitation.objects.get().language == "bn"
    assert "/invitations/" in client.get("/settings/users/").content.decode()
    values |= {"email": "rita@example.com", "password": PASSWORD}
    assert client.post("/settings/users/new/", values).status_code == 302
    assert User.objects.get(email="rita@example.com").check_password(PASSWORD)
    again = client.post("/settings/users/new/", values)
    assert again.status_code == 422
    assert "already a user" in again.content.decode()


def test_invitations_are_sent_again_and_taken_back(client, admin):
    client.post("/settings/users/new/", {"full_name": "M", "email": "m@example.com", "language": "en"})
    invitation = Invitation.objects.get()
    assert client.post(f"/settings/invitations/{invitation.pk}/sending/").status_code == 302
    assert Invitation.objects.get().sha256 != invitation.sha256
    assert client.post(f"/settings/invitations/{invitation.pk}/revocation/").status_code == 302
    assert client.post(f"/settings/invitations/{invitation.pk}/sending/").status_code == 404


def test_a_user_is_changed_closed_with_a_handover_and_opened_again(client, admin):
    kamal, rita = make_user("Kamal", role="sales"), make_user("Rita")
    url = f"/settings/users/{kamal.pk}/"
    assert "Kamal" in client.get(url).content.decode()
    values = {"full_name": "Kamal H", "email": "kamal.h@example.com", "roles": [_id("service")]}
    assert client.post(url, values).status_code == 302
    kamal.refresh_from_db()
    assert (kamal.email, kamal.roles.get().key) == ("kamal.h@example.com", "service")
    closure = {"hand_over_to": str(rita.pk), "note": "Three open offers"}
    assert client.post(f"{url}closure/", closure).status_code == 302
    page = client.get(url).content.decode()
    assert "Three open offers" in page
    assert "Rita took over" in page
    assert client.post(f"{url}opening/").status_code == 302
    assert User.objects.get(pk=kamal.pk).is_active


def test_the_last_administrator_is_told_why_not(client, admin):
    answer = client.post(
        f"/settings/users/{admin.pk}/", {"full_name": "Rupa", "email": admin.email, "roles": []}
    )
    assert answer.status_code == 422
    assert "nobody who can manage users" in answer.content.decode()
    assert admin.roles.count() == 1
    answer = client.post(f"/settings/users/{admin.pk}/closure/", {})
    assert answer.status_code == 422
    assert "your own account" in answer.content.decode()


def test_teams_are_made_moved_and_deleted_on_their_pages(client, admin):
    client.post("/settings/teams/new/", {"name": "Dhaka"})
    dhaka = Team.objects.get()
    client.post("/settings/teams/new/", {"name": "North", "parent": str(dhaka.pk)})
    north = Team.objects.get(name="North")
    page = client.get("/settings/teams/").content.decode()
    assert page.index("Dhaka") < page.index("North")
    circle = client.post(f"/settings/teams/{dhaka.pk}/", {"name": "Dhaka", "parent": str(north.pk)})
    assert circle.status_code == 422
    assert "cannot stand below itself" in circle.content.decode()
    client.post(f"/settings/teams/{dhaka.pk}/deletion/")
    assert Team.objects.count() == 2
    client.post(f"/settings/teams/{north.pk}/deletion/")
    assert Team.objects.count() == 1


def test_the_matrix_of_a_role_shows_and_saves_every_permission(client, admin):
    role = Role.objects.get(key="sales")
    url = f"/settings/roles/{role.pk}/"
    html = client.get(url).content.decode()
    granted = dict(role.grants.values_list("permission", "reach"))
    checked = {}
    for tag in re.findall(r"<input type=\"radio\"[^>]*>", html):
        name, value = re.search(r'name="grant:([^"]*)" value="([^"]*)"', tag).groups()
        if " checked" in tag:
            checked[name] = value
    assert {name: reach for name, reach in checked.items() if reach} == granted
    grants = {f"grant:{name}": reach for name, reach in checked.items()}
    same = client.post(url, {"name": "Sales", "description": role.description, **grants})
    assert same.status_code == 302
    assert dict(role.grants.values_list("permission", "reach")) == granted
    grants["grant:customers.view_contact"] = "own"
    client.post(url, {"name": "Sales", "description": role.description, **grants})
    assert role.grants.get(permission="customers.view_contact").reach == "own"
    assert "changed" in client.get(url).content.decode()
    client.post(f"{url}reset/")
    assert dict(role.grants.values_list("permission", "reach")) == granted
    bad = client.post(url, {"name": "Sales", "grant:customers.view_contact": "galaxy"})
    assert bad.status_code == 422
    assert dict(role.grants.values_list("permission", "reach")) == granted


def test_own_roles_are_made_copied_and_deleted(client, admin):
    made = client.post("/settings/roles/new/", {"name": "Auditor"})
    assert made.status_code == 302
    assert client.post("/settings/roles/new/", {"name": "auditor"}).status_code == 422
    copy = client.post(f"/settings/roles/{_id('sales')}/copies/")
    role = Role.objects.get(name="Copy of Sales")
    assert copy.url == f"/settings/roles/{role.pk}/"
    assert role.grants.count() == Role.objects.get(key="sales").grants.count()
    client.post(f"/settings/roles/{role.pk}/deletion/")
    assert not Role.objects.filter(pk=role.pk).exists()
    client.post(f"/settings/roles/{_id('sales')}/deletion/")
    assert Role.objects.filter(key="sales").exists()
    assert client.get("/settings/roles/").status_code == 200


def test_a_token_is_shown_once_and_revoked(client, admin):
    answer = client.post("/settings/tokens/", {"name": "Web shop", "role": _id("administrator")})
    secret = answer.context["secret"]
    assert secret in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert user_for_token(secret) == admin
    assert secret not in client.get("/settings/tokens/").content.decode()
    assert client.post("/settings/tokens/", {"name": "T", "role": _id("sales")}).status_code == 422
    past = client.post("/settings/tokens/", {"name": "T", "expires_on": "2020-01-01"})
    assert past.status_code == 422
    client.post(f"/settings/tokens/{ApiToken.objects.get().pk}/revocation/")
    assert user_for_token(secret) is None


def test_a_refusal_says_why_and_what_is_missing_looks_like_what_is_out_of_reach(client):
    client.force_login(make_user("Kamal", role="sales"))
    refused = client.get("/settings/users/")
    assert refused.status_code == 403
    assert "Manage users, teams and roles" in refused.content.decode()
    someone = make_user("Arjun")
    token = ApiToken.objects.create(user=someone, name="x", prefix="x", sha256="x")
    missing = client.post(f"/settings/tokens/{someone.pk}/revocation/")
    foreign = client.post(f"/settings/tokens/{token.pk}/revocation/")
    assert missing.status_code == foreign.status_code == 404

    def plain(answer):
        return re.sub(r"[A-Za-z0-9]{64}", "", answer.content.decode())

    assert plain(missing) == plain(foreign)
