import pytest
from django.http import Http404

from bandhu.customers.models import Contact
from bandhu.identity.acting import action
from bandhu.identity.results import Denied
from bandhu.identity.tests.cast import grant, make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    dhaka = make_team("Dhaka")
    dhaka_north = make_team("Dhaka north", parent=dhaka)
    chennai = make_team("Chennai")
    rupa, arjun = make_user("Rupa", team=dhaka), make_user("Arjun", team=chennai)
    kamal = make_user("Kamal", team=dhaka_north)
    for user in (rupa, arjun, kamal):
        Contact.objects.create(full_name=f"Of {user}", owner=user, team=user.team, sort_key=b"x")
    return rupa, arjun, kamal


def _seen_by(user):
    user.forget_reaches()
    return {contact.full_name for contact in Contact.objects.visible_to(user)}


def test_without_a_grant_nothing_is_seen(world):
    assert _seen_by(world[0]) == set()


@pytest.mark.parametrize(
    ("reach", "names"),
    [
        ("own", {"Of Rupa"}),
        ("team", {"Of Rupa"}),
        ("branch", {"Of Rupa", "Of Kamal"}),
        ("everyone", {"Of Rupa", "Of Kamal", "Of Arjun"}),
    ],
)
def test_each_reach_shows_its_records(world, reach, names):
    grant(world[0], "customers.view_contact", reach)
    assert _seen_by(world[0]) == names


def test_the_widest_of_several_roles_counts(world):
    rupa = world[0]
    grant(rupa, "customers.view_contact", "own")
    rupa.roles.add(make_user("Boss", role="service").roles.get())
    assert len(_seen_by(rupa)) == 3


def test_an_action_out_of_reach_is_not_found_and_one_without_the_verb_is_denied_with_a_reason(world):
    rupa, arjun, _kamal = world

    @action("customers.change_contact")
    def rename(contact, *, actor, name):
        contact.full_name = name
        contact.save(update_fields=["full_name"])

    grant(rupa, "customers.view_contact", "team")
    mine, foreign = Contact.objects.get(owner=rupa), Contact.objects.get(owner=arjun)
    with pytest.raises(Http404):
        rename(foreign, actor=rupa, name="Changed")
    with pytest.raises(Denied) as refusal:
        rename(mine, actor=rupa, name="Changed")
    assert "Change contacts" in refusal.value.reason
    assert not Contact.objects.filter(full_name="Changed").exists()


def test_deleted_records_are_left_out(world):
    rupa = world[0]
    grant(rupa, "customers.view_contact", "own")
    Contact.objects.filter(owner=rupa).update(deleted_at="2026-01-01T00:00Z")
    assert _seen_by(rupa) == set()
    assert Contact.objects.visible_to(rupa, deleted=True).count() == 1
