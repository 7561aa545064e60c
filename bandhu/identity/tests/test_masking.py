import pytest
from django.http import Http404

from bandhu.customers.models import Contact, Phone
from bandhu.identity.masking import mask_id, mask_phone, masked, may_reveal, may_see, reveal_field
from bandhu.identity.results import Denied
from bandhu.identity.tests.cast import grant, make_team, make_user
from bandhu.platform.models import AuditEntry


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+880 1712-345678", "+880 1•••-•••678"),
        ("+8801712345678", "+8801••••••678"),
        ("01712 345678", "01••• •••678"),
        ("০১৭১২৩৪৫৬৭৮", "০১••••••৬৭৮"),
        ("16247", "••••7"),
        ("", ""),
    ],
)
def test_a_masked_number_keeps_its_shape_start_and_end(number, shown):
    assert mask_phone(number) == shown


def test_an_identity_number_shows_its_end_only():
    assert mask_id("1990-1234-56789") == "••••-••••-••789"
    assert mask_id("AB1234") == "••••••"


@pytest.fixture
def world(db):
    dhaka, chennai = make_team("Dhaka"), make_team("Chennai")
    north = make_team("Dhaka north", parent=dhaka)
    rupa, arjun = make_user("Rupa", team=dhaka), make_user("Arjun", team=chennai)
    contacts = {
        team.name: Contact.objects.create(
            full_name=f"In {team}", team=team, sort_key=b"x", national_id="1990123456789"
        )
        for team in (dhaka, north, chennai)
    }
    return rupa, arjun, contacts


@pytest.mark.parametrize(
    ("reach", "seen"),
    [
        (None, set()),
        ("own", set()),
        ("team", {"Dhaka"}),
        ("branch", {"Dhaka", "Dhaka north"}),
        ("everyone", {"Dhaka", "Dhaka north", "Chennai"}),
    ],
)
def test_a_number_is_whole_within_reach_and_masked_outside(world, reach, seen):
    rupa, _arjun, contacts = world
    if reach:
        grant(rupa, "customers.see_phones", reach)
    whole = {
        name
        for name, one in contacts.items()
        if masked(rupa, one, "+8801712345678", "phone")[-7:] == "2345678"
    }
    assert whole == seen
    phones = {name: Phone(contact=one, number="+8801712345678") for name, one in contacts.items()}
    assert {name for name, one in phones.items() if may_see(rupa, "customers.see_phones", one)} == seen


def test_the_owner_sees_the_number_of_their_own_customer(world):
    rupa, _arjun, contacts = world
    grant(rupa, "customers.see_phones", "own")
    contacts["Chennai"].owner = rupa
    assert masked(rupa, contacts["Chennai"], "+8801712345678", "phone") == "+8801712345678"


def test_a_national_id_stays_masked_until_asked_for_and_the_look_is_audited(world):
    rupa, _arjun, contacts = world
    contact = contacts["Dhaka"]
    grant(rupa, "customers.view_contact", "team")
    grant(rupa, "customers.see_national_ids", "team")
    assert masked(rupa, contact, contact.national_id, "national_id") == "••••••••••789"
    assert may_reveal(rupa, contact, "national_id")
    assert reveal_field(contact, actor=rupa, field="national_id") == "1990123456789"
    entry = AuditEntry.objects.get(verb="revealed")
    assert (entry.actor_id, entry.record_id, list(entry.changes)) == (rupa.pk, contact.pk, ["national_id"])
    assert "1990123456789" not in str(entry.changes)


def test_without_the_grant_nothing_is_revealed_and_nothing_told(world):
    rupa, arjun, contacts = world
    grant(rupa, "customers.view_contact", "team")
    with pytest.raises(Denied):
        reveal_field(contacts["Dhaka"], actor=rupa, field="national_id")
    with pytest.raises(Http404):
        reveal_field(contacts["Dhaka"], actor=arjun, field="national_id")
    assert not AuditEntry.objects.filter(verb="revealed").exists()
