from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils import timezone

from bandhu.customers import actions as customers
from bandhu.identity.tests.cast import make_user
from bandhu.interactions import queries
from bandhu.interactions.actions import Person, log_interaction, remove_interaction, restore_interaction
from bandhu.interactions.models import Interaction
from bandhu.interactions.queries import TimelineFilter
from bandhu.interactions.tests.cast import make_world
from bandhu.platform.ids import time_of
from bandhu.platform.models import AuditEntry, EventRecord

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


def _log(contact, actor, body="Called back", **facts):
    return log_interaction(contact, actor=actor, kind=facts.pop("kind", "call"), body=body, **facts)


def test_a_logged_call_is_on_the_timeline_and_touches_the_customer(world):
    rupa, _arjun, contact = world
    at = timezone.now() - timedelta(hours=3)
    logged = _log(contact, rupa, occurred_at=at, direction="out")
    assert abs(time_of(logged.pk) - at) < timedelta(milliseconds=2)
    assert [entry.pk for entry in queries.timeline(rupa, contact).items] == [logged.pk]
    contact.refresh_from_db()
    assert contact.last_touched_at == at and contact.last_touched_by == rupa
    assert EventRecord.objects.get(name="interactions.interaction_logged").payload["contact_id"] == str(
        contact.pk
    )
    assert AuditEntry.objects.filter(record_id=logged.pk, verb="logged").count() == 1


def test_the_newest_by_time_of_happening_comes_first_whatever_was_written_first(world):
    rupa, _arjun, contact = world
    now = timezone.now()
    for days in (1, 400, 30, 0):
        _log(contact, rupa, body=str(days), occurred_at=now - timedelta(days=days))
    assert [entry.body for entry in queries.timeline(rupa, contact).items] == ["0", "1", "30", "400"]


def test_pages_follow_each_other_without_gap(world):
    rupa, _arjun, contact = world
    for number in range(7):
        _log(contact, rupa, body=str(number), occurred_at=timezone.now() - timedelta(days=number))
    seen, cursor = [], None
    while True:
        page = queries.timeline(rupa, contact, cursor=cursor, limit=3)
        seen += [entry.body for entry in page.items]
        cursor = page.next
        if not cursor:
            break
    assert seen == [str(number) for number in range(7)]


@pytest.mark.parametrize(
    ("only", "bodies"),
    [
        (TimelineFilter(kinds=("note",)), {"note of দাম"}),
        (TimelineFilter(words="দা"), {"note of দাম"}),
        (TimelineFilter(words="refund late"), {"Refund is late"}),
        (TimelineFilter(department="billing"), {"Refund is late"}),
        (TimelineFilter(words="'); drop -- :*"), set()),
        (TimelineFilter(since=timezone.now().date() - timedelta(days=2)), {"note of দাম"}),
        (TimelineFilter(until=timezone.now().date() - timedelta(days=2)), {"Refund is late"}),
    ],
)
def test_the_timeline_can_be_filtered(world, only, bodies):
    rupa, _arjun, contact = world
    _log(contact, rupa, kind="note", body="note of দাম")
    _log(
        contact,
        rupa,
        body="Refund is late",
        department="billing",
        occurred_at=timezone.now() - timedelta(days=9),
    )
    assert {entry.body for entry in queries.timeline(rupa, contact, only=only).items} == bodies


def test_somebody_who_took_part_has_it_on_the_own_timeline_too(world):
    rupa, _arjun, contact = world
    other = customers.create_contact(actor=rupa, full_name="Murugan")
    logged = _log(
        contact, rupa, kind="meeting", people=[Person(contact=other), Person(address="x@example.com")]
    )
    assert [entry.pk for entry in queries.timeline(rupa, other).items] == [logged.pk]


def test_a_company_sees_what_was_said_with_its_people(world):
    rupa, _arjun, _contact = world
    company = customers.create_company(actor=rupa, name="Meghna Traders")
    person = customers.create_contact(actor=rupa, full_name="Kamal", company=company)
    logged = _log(person, rupa)
    assert [entry.pk for entry in queries.timeline(rupa, company).items] == [logged.pk]


def test_another_team_can_neither_log_nor_read(world):
    rupa, arjun, contact = world
    logged = _log(contact, rupa)
    with pytest.raises(Http404):
        _log(contact, arjun)
    with pytest.raises(Http404):
        queries.interaction_for(arjun, logged.pk)
    assert Interaction.objects.count() == 1


def test_html_is_cleaned_before_it_is_kept(world):
    rupa, _arjun, contact = world
    body = '<p onclick="x()">Hello <b>you</b></p><script>alert(1)</script><svg onload=alert(2)>'
    kept = _log(contact, rupa, kind="mail", body=body, is_html=True).body
    assert "<b>you</b>" in kept
    assert "script" not in kept and "onclick" not in kept and "svg" not in kept


def test_the_same_foreign_message_is_logged_once(world):
    rupa, _arjun, contact = world
    first = _log(contact, rupa, source="imap", external_id="<1@example.com>")
    assert _log(contact, rupa, source="imap", external_id="<1@example.com>") == first
    assert Interaction.objects.count() == 1


@pytest.mark.parametrize(
    "facts",
    [
        {"kind": "telepathy"},
        {"subject": "x" * 301},
        {"body": "a\x00b"},
        {"occurred_at": timezone.now() + timedelta(days=1)},
    ],
)
def test_what_cannot_be_is_refused_by_field(world, facts):
    rupa, _arjun, contact = world
    with pytest.raises(ValidationError) as refusal:
        _log(contact, rupa, **facts)
    assert list(refusal.value.message_dict) == list(facts)
    assert not Interaction.objects.exists()


def test_taken_off_and_put_back(world):
    rupa, _arjun, contact = world
    boss = make_user("Boss", role="supervisor")
    logged = _log(contact, rupa)
    remove_interaction(logged, actor=boss)
    assert queries.timeline(rupa, contact).items == []
    restore_interaction(queries.removed_interaction_for(boss, logged.pk), actor=boss)
    assert len(queries.timeline(rupa, contact).items) == 1


def test_a_colleague_is_told_that_another_was_just_here(world):
    rupa, _arjun, contact = world
    kamal = make_user("Kamal", role="sales", team=rupa.team)
    logged = _log(contact, rupa, direction="out")
    assert queries.touched_recently(kamal, contact) == logged
    assert queries.touched_recently(rupa, contact) is None
