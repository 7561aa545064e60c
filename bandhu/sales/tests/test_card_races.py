"""Many sellers who move one card at the same moment: one move counts, the others learn where the card is now."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from bandhu.catalog.tests.cast import make_money
from bandhu.identity.tests.cast import make_team
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.models import EventRecord
from bandhu.sales import actions
from bandhu.sales.models import Opportunity, StageMove
from bandhu.sales.tests.cast import make_opportunity, make_seller, stage_named

pytestmark = pytest.mark.django_db(transaction=True)
AIMS = ("Needs understood", "Quoted", "Needs understood", "Quoted", "Needs understood", "Quoted")


def together(act, items):
    def run(item):
        try:
            return act(item)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(items)) as pool:
        return list(pool.map(run, items))


@pytest.fixture
def sellers():
    make_money()
    team = make_team("Dhaka")
    return [make_seller(f"Seller {number}", team=team) for number in range(len(AIMS))]


def test_of_six_moves_at_once_one_counts(sellers):
    made = make_opportunity(by=sellers[0], team=sellers[0].team)
    stages, before = [stage_named(name) for name in AIMS], made.stage

    def move(place):
        try:
            moved = actions.move_opportunity(
                made, actor=sellers[place], stage=stages[place], from_stage=before
            )
        except EditConflict as told:
            return told.theirs["stage"]
        return moved.stage.name

    standing = together(move, range(len(AIMS)))
    stored = Opportunity.objects.get()
    assert set(standing) == {stored.stage.name}  # the winner moved it there, the others were told so
    assert StageMove.objects.filter(opportunity=stored).count() == 2
    assert EventRecord.objects.filter(name="sales.opportunity_moved").count() == 1


def test_the_boards_tell_the_same(sellers):
    made = make_opportunity(by=sellers[0], team=sellers[0].team)
    stages, before = [stage_named(name) for name in AIMS], made.stage_id

    def drop(place):
        client = Client(headers={"HX-Request": "true"})
        client.force_login(sellers[place])
        sent = {"stage": stages[place].pk, "from": before}
        answer = client.post(reverse("sales:moving", args=[made.pk]), sent)
        return json.dumps(json.loads(answer["HX-Trigger"]), ensure_ascii=False)

    told = together(drop, range(len(AIMS)))
    standing = Opportunity.objects.get().stage.name
    # Who wanted it where it stands now has nothing to be told.
    late = [words for words, aim in zip(told, AIMS, strict=True) if aim != standing]
    assert len(late) == 3 and all(f"it is in “{standing}” now" in words for words in late)
    assert StageMove.objects.filter(opportunity=made).count() == 2
