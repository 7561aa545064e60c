"""A lead no rule gives to anybody is told of, once until it is read; one with a team or an owner is not."""

import pytest

from bandhu.catalog.tests.cast import make_money
from bandhu.identity.ready_made import system_user
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.platform.models import Notification
from bandhu.platform.notifications import mark_read
from bandhu.sales.actions import receive_lead
from bandhu.sales.tests.cast import make_seller

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    boss = make_money(make_user("Boss", role="administrator"))
    make_seller("Rupa", team=make_team("Dhaka"))
    return boss


def came(title, **more):
    return receive_lead(actor=system_user(), title=title, person={"full_name": "Ann Lee"}, **more)


def told(user):
    return [one.values["title"] for one in Notification.objects.filter(user=user).order_by("id")]


def test_who_looks_after_the_rules_hears_of_it_once_until_they_read_it(boss):
    came("Rice")
    came("Tea")
    assert told(boss) == ["Rice"] and Notification.objects.exclude(user=boss).count() == 0
    mark_read(boss)
    came("Salt")
    assert told(boss) == ["Rice", "Salt"]


def test_one_that_waits_with_a_team_is_seen_there(boss):
    came("Rice", team=make_team("Khulna"))
    assert told(boss) == []
