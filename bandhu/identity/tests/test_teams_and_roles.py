import pytest
from django.core.exceptions import ValidationError

from bandhu.identity import actions, queries
from bandhu.identity.models import Grant, Role
from bandhu.identity.ready_made import ensure_ready_made
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.platform.models import AuditEntry, EventRecord

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return make_user("Rupa", role="administrator")


def test_teams_form_a_tree_without_circles(admin):
    dhaka = actions.create_team(actor=admin, name="Dhaka")
    north = actions.create_team(actor=admin, name="North", parent=dhaka)
    uttara = actions.create_team(actor=admin, name="Uttara", parent=north)
    for below in (dhaka, north, uttara):
        with pytest.raises(ValidationError):
            actions.change_team(dhaka, actor=admin, name="Dhaka", parent=below)
    actions.change_team(uttara, actor=admin, name="উত্তরা", parent=dhaka)
    tree = [(line.team.name, line.depth, line.is_empty) for line in queries.team_tree(admin)]
    assert tree == [("Dhaka", 0, False), ("North", 1, True), ("উত্তরা", 1, True)]
    assert AuditEntry.objects.get(verb="changed").changes == {
        "name": ["Uttara", "উত্তরা"],
        "parent": ["North", "Dhaka"],
    }


def test_only_an_empty_team_is_deleted(admin):
    dhaka = make_team("Dhaka")
    north = make_team("North", parent=dhaka)
    make_user("Kamal", team=north)
    for team in (dhaka, north):
        with pytest.raises(ValidationError):
            actions.delete_team(team, actor=admin)
    actions.delete_team(make_team("Empty"), actor=admin)
    assert len(queries.team_tree(admin)) == 2


def test_a_role_of_ones_own_is_made_changed_and_deleted_when_unused(admin):
    role = actions.create_role(actor=admin, name="Auditor")
    actions.change_role(
        role,
        actor=admin,
        grants={"identity.view_audit": "own", "customers.view_contact": "team", "customers.see_phones": ""},
    )
    assert dict(role.grants.values_list("permission", "reach")) == {
        "identity.view_audit": "everyone",
        "customers.view_contact": "team",
    }
    kamal = make_user("Kamal")
    kamal.roles.add(role)
    with pytest.raises(ValidationError):
        actions.delete_role(role, actor=admin)
    kamal.roles.clear()
    actions.delete_role(role, actor=admin)
    assert not Role.objects.filter(name="Auditor").exists()
    assert AuditEntry.objects.get(verb="deleted").changes["customers.view_contact"] == ["team", ""]


@pytest.mark.parametrize(
    "grants", [{"customers.fly": "own"}, {"customers.view_contact": "galaxy"}, {"\x00": "own"}]
)
def test_unknown_permissions_and_reaches_are_refused_and_nothing_changes(admin, grants):
    role = Role.objects.get(key="sales")
    before = set(role.grants.values_list("permission", "reach"))
    with pytest.raises(ValidationError):
        actions.change_role(role, actor=admin, grants={"customers.view_contact": "own", **grants})
    assert set(role.grants.values_list("permission", "reach")) == before


def test_a_ready_made_role_is_changed_and_reset_to_what_it_was(admin):
    role = Role.objects.get(key="sales")
    before = set(role.grants.values_list("permission", "reach"))
    actions.change_role(role, actor=admin, name="Sellers", grants={"customers.view_contact": "everyone"})
    assert role.grants.count() == 1
    ensure_ready_made()
    assert role.grants.count() == 1, "an upgrade must not give back what was taken away"
    changed = [
        line.permission.name
        for _g, lines in queries.role_matrix(admin, role)
        for line in lines
        if line.is_changed
    ]
    assert "customers.change_contact" in changed
    actions.reset_role(role, actor=admin)
    assert set(role.grants.values_list("permission", "reach")) == before
    assert role.name == "Sales"
    assert EventRecord.objects.filter(name="identity.role_changed").count() == 2
    with pytest.raises(ValidationError):
        actions.delete_role(role, actor=admin)


def test_the_administrator_keeps_everything_and_a_copy_of_it_is_an_ordinary_role(admin):
    role = Role.objects.get(key="administrator")
    with pytest.raises(ValidationError):
        actions.change_role(role, actor=admin, grants={})
    copy = actions.copy_role(role, actor=admin, name="Nearly everything")
    assert not copy.holds_everything
    assert copy.grants.filter(permission="identity.manage_users").exists()
    with pytest.raises(ValidationError):
        actions.copy_role(role, actor=admin, name="nearly EVERYTHING")
    with pytest.raises(ValidationError):
        actions.reset_role(copy, actor=admin)


def test_grants_of_an_app_that_is_away_survive_a_change(admin):
    role = Role.objects.get(key="sales")
    Grant.objects.create(role=role, permission="tickets.close", reach="team")
    actions.change_role(role, actor=admin, grants={})
    assert list(role.grants.values_list("permission", flat=True)) == ["tickets.close"]
