"""The book of somebody who is away, and sellers who are told of stale opportunities."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bandhu.calendars.queries import free_times
from bandhu.calendars.tests.cast import make_booking_page
from bandhu.catalog.tests.cast import make_money
from bandhu.customers.tests.cast import make_company
from bandhu.identity.results import Denied, OutOfReach
from bandhu.identity.tests.cast import make_team
from bandhu.platform.models import Notification
from bandhu.sales import actions, queries
from bandhu.sales.models import Absence, Opportunity, Reassignment
from bandhu.sales.tests.cast import make_lead, make_opportunity, make_seller, stage_named

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_the_morning():
    """Days are compared here: not at an hour at which it is tomorrow already where the house stands."""
    with time_machine.travel(datetime.now(UTC).replace(hour=9), tick=True):
        yield


@pytest.fixture
def team():
    make_money()
    dhaka = make_team("Dhaka")
    boss = make_seller("Boss", team=dhaka)
    return boss, make_seller("Anik", role="sales", team=dhaka), make_seller("Rupa", role="sales", team=dhaka)


def hand(boss, away, deputy, first=0, last=7):
    today = timezone.localdate()
    made = actions.hand_over_book(
        actor=boss,
        from_user=away,
        to_user=deputy,
        first_day=today + timedelta(days=first),
        last_day=today + timedelta(days=last),
    )
    actions.run_reassignment(made.pk) if made.state == "running" else None
    made.refresh_from_db()
    return made


class TestHandOver:
    def test_what_is_open_goes_over_and_comes_back_with_one_click(self, team):
        boss, anik, rupa = team
        firm = make_company("Jamuna", by=anik, owner=anik)
        deal, sold = (
            make_opportunity("Open", by=anik, company=firm),
            make_opportunity("Sold", by=anik, company=firm),
        )
        actions.move_opportunity(sold, actor=anik, stage=stage_named("Won"))
        lead = make_lead("Asks", by=anik, owner=anik)
        run = hand(boss, anik, rupa)
        for one in (firm, deal, sold, lead):
            one.refresh_from_db()
        assert (firm.owner, deal.owner, sold.owner, lead.owner) == (rupa, rupa, anik, rupa)
        client = Client()
        client.force_login(boss)
        client.post(reverse("sales:hand_over_return", args=[run.pk]))
        actions.run_reassignment(run.pk)
        for one in (firm, deal, lead):
            one.refresh_from_db()
        assert (firm.owner, deal.owner, lead.owner) == (anik, anik, anik)
        assert not Absence.objects.filter(last_day__gte=timezone.localdate()).exists()

    def test_work_of_the_deputy_does_not_hinder_the_way_back(self, team):
        boss, anik, rupa = team
        deal, other = make_opportunity("Deal", by=anik), make_opportunity("Given on", by=anik)
        run = hand(boss, anik, rupa)
        actions.change_opportunity(Opportunity.objects.get(pk=deal.pk), actor=rupa, note="Called")
        actions.change_opportunity(Opportunity.objects.get(pk=other.pk), actor=boss, owner=boss)
        actions.give_book_back(run, actor=boss)
        actions.run_reassignment(run.pk)
        deal.refresh_from_db()
        other.refresh_from_db()
        assert (deal.owner, deal.note, other.owner) == (anik, "Called", boss)

    def test_it_waits_for_its_first_day_and_is_asked_back_after_its_last(self, team):
        boss, anik, rupa = team
        deal = make_opportunity("Deal", by=anik)
        run = hand(boss, anik, rupa, first=2, last=5)
        assert run.state == "planned"
        actions.start_due_hand_overs()
        run.refresh_from_db()
        assert run.state == "planned"
        Reassignment.objects.update(
            first_day=timezone.localdate() - timedelta(days=5),
            last_day=timezone.localdate() - timedelta(days=1),
        )
        actions.start_due_hand_overs()
        actions.run_reassignment(run.pk)
        deal.refresh_from_db()
        assert deal.owner == rupa
        for _again in range(2):
            actions.start_due_hand_overs()
        assert Notification.objects.filter(user=boss, icon="undo-2").count() == 1

    def test_new_leads_pass_over_who_is_away(self, team):
        boss, anik, rupa = team
        admin = make_seller("Admin", role="administrator")
        actions.set_assignment_rule(None, actor=admin, name="In turn", people=[(anik, None), (rupa, None)])
        hand(boss, anik, rupa)
        assert {make_lead(f"Lead {number}", by=boss).owner for number in range(3)} == {rupa}

    def test_nobody_books_who_is_away(self, team):
        boss, anik, rupa = team
        page = make_booking_page(anik, by=anik)
        begin = timezone.now()

        def days():
            free = free_times(page, begin, begin + timedelta(days=12))
            return {(one.starts.date() - begin.date()).days for one in free}

        assert {3, 5, 8} <= days()
        run = hand(boss, anik, rupa, first=2, last=5)
        assert not {3, 4, 5} & days() and {1, 6, 8} <= days()
        actions.give_book_back(run, actor=boss)
        assert {3, 4, 5} <= days()

    def test_a_planned_one_is_called_off(self, team):
        boss, anik, rupa = team
        run = hand(boss, anik, rupa, first=2)
        actions.give_book_back(run, actor=boss)
        run.refresh_from_db()
        assert (run.state, Absence.objects.count()) == ("undone", 0)

    def test_what_is_refused(self, team):
        boss, anik, rupa = team
        stranger = make_seller("Stranger", role="sales", team=make_team("Chennai"))
        hand(boss, anik, rupa)
        with pytest.raises(ValidationError):
            hand(boss, anik, boss)
        with pytest.raises(ValidationError):
            hand(boss, rupa, rupa)
        with pytest.raises(ValidationError):
            hand(boss, rupa, boss, first=-9, last=-5)
        with pytest.raises(OutOfReach):
            hand(boss, stranger, rupa)
        with pytest.raises(Denied):
            hand(rupa, rupa, boss)

    def test_others_do_not_see_it(self, team):
        boss, anik, rupa = team
        run = hand(boss, anik, rupa)
        far = make_seller("Far", team=make_team("Chennai"))
        assert queries.hand_overs(far) == []
        with pytest.raises(OutOfReach):
            queries.run_for(far, run.pk)

    def test_by_dialog(self, team):
        boss, anik, rupa = team
        client = Client()
        client.force_login(boss)
        today = timezone.localdate().isoformat()
        sent = {"from_user": anik.pk, "to_user": rupa.pk, "first_day": today, "last_day": today}
        assert client.post(reverse("sales:hand_over_new"), sent | {"to_user": anik.pk}).status_code == 422
        assert client.post(reverse("sales:hand_over_new"), sent).status_code == 204
        assert "Anik" in client.get(reverse("sales:hand_overs")).content.decode()


class TestStale:
    def test_owners_are_told_once_of_each_stay(self, team):
        _boss, anik, rupa = team
        old, fresh = make_opportunity("Old", by=anik), make_opportunity("Fresh", by=rupa)
        Opportunity.objects.filter(pk=old.pk).update(stage_entered_at=timezone.now() - timedelta(days=30))
        assert actions.tell_stale() == 1
        assert actions.tell_stale() == 0
        told = Notification.objects.get(icon="hourglass")
        assert (told.user, told.values) == (anik, {"count": 1})
        client = Client()
        client.force_login(anik)
        listed = client.get(told.url).content.decode()
        assert "Old" in listed
        assert str(fresh) not in listed

    def test_a_new_stay_is_told_anew_and_closed_ones_never(self, team):
        _boss, anik, _rupa = team
        one = make_opportunity("One", by=anik)
        long_ago = timezone.now() - timedelta(days=60)
        Opportunity.objects.update(stage_entered_at=long_ago)
        actions.tell_stale()
        one = actions.move_opportunity(one, actor=anik, stage=stage_named("Quoted"))
        Opportunity.objects.update(
            stage_entered_at=timezone.now() - timedelta(days=20), stale_told_at=long_ago
        )
        assert actions.tell_stale() == 1
        actions.move_opportunity(one, actor=anik, stage=stage_named("Won"))
        Opportunity.objects.update(stage_entered_at=long_ago, stale_told_at=None)
        assert actions.tell_stale() == 0
