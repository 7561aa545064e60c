import pytest
from django.test import Client

from bandhu.identity import actions
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.identity.throttling import Limit

pytestmark = pytest.mark.django_db
API = "/api/v1"


@pytest.fixture
def rupa():
    return make_user("Rupa", role="manager")


@pytest.fixture
def headers(rupa):
    return {"Authorization": f"Bearer {actions.create_token(rupa, actor=rupa, name='T')[1]}"}


def test_colleagues_are_listed_page_by_page_and_found(client, rupa, headers):
    for name in ("Arjun", "Kamal", "মিনা"):
        make_user(name)
    make_user("Gone", is_active=False)
    first = client.get(f"{API}/users?limit=2", headers=headers).json()
    rest = client.get(f"{API}/users", {"limit": 2, "cursor": first["next"]}, headers=headers).json()
    assert [one["full_name"] for one in first["items"] + rest["items"]] == ["Arjun", "Kamal", "Rupa", "মিনা"]
    assert rest["next"] is None
    found = client.get(f"{API}/users?q=aRju", headers=headers).json()["items"]
    assert [one["email"] for one in found] == ["arjun@example.com"]
    assert client.get(f"{API}/users/{rupa.pk}", headers=headers).json()["full_name"] == "Rupa"
    gone = make_user("Gone too", is_active=False)
    assert client.get(f"{API}/users/{gone.pk}", headers=headers).status_code == 404


def test_roles_and_teams_are_listed(client, headers):
    north = make_team("North", parent=make_team("Dhaka"))
    roles = client.get(f"{API}/roles", headers=headers).json()["items"]
    assert {"key": "sales", "name": "Sales"}.items() <= next(r for r in roles if r["key"] == "sales").items()
    teams = client.get(f"{API}/teams", headers=headers).json()["items"]
    assert [team["name"] for team in teams] == ["Dhaka", "North"]
    assert teams[1]["parent_id"] == str(north.parent_id)


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer x", "Basic x", "Bearer bandhu_\x00"])
def test_a_wrong_token_is_refused_with_a_problem(client, sent):
    answer = client.get(f"{API}/users", headers={"Authorization": sent} if sent else {})
    assert answer.status_code == 401
    assert answer.headers["Content-Type"].startswith("application/problem+json")


@pytest.mark.parametrize("sent", ["", "Bearer x", "Basic x"])
def test_a_program_that_writes_without_a_token_hears_of_the_token_and_not_of_csrf(sent):
    answer = Client(enforce_csrf_checks=True).post(
        f"{API}/contacts", {}, "application/json", headers={"Authorization": sent} if sent else {}
    )
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_page_of_ours_still_proves_that_it_is_ours(rupa):
    client = Client(enforce_csrf_checks=True)
    client.force_login(rupa)
    assert client.post(f"{API}/contacts", {}, "application/json").status_code == 403
    assert client.get(f"{API}/me").status_code == 200


def test_a_revoked_token_and_a_closed_account_are_refused(client, rupa, headers):
    admin = make_user("Admin", role="administrator")
    assert client.get(f"{API}/me", headers=headers).status_code == 200
    actions.deactivate_user(rupa, actor=admin)
    assert client.get(f"{API}/me", headers=headers).status_code == 401


def test_a_runaway_program_is_told_when_to_come_again(client, headers, monkeypatch):
    monkeypatch.setattr("bandhu.identity.api_tokens.API", Limit("api", 2, 60))
    statuses = [client.get(f"{API}/me", headers=headers).status_code for _n in range(3)]
    assert statuses == [200, 200, 429]
    answer = client.get(f"{API}/me", headers=headers)
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert answer.headers["Content-Type"].startswith("application/problem+json")
