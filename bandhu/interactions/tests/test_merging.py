"""What was said with somebody and what is owed to them goes into the merged record, and comes back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bandhu.customers.actions import create_contact, merge_records, undo_merge
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.interactions.actions import plan_follow_up
from bandhu.interactions.models import FollowUp, Interaction, Participant

pytestmark = pytest.mark.django_db


def where() -> dict[str, list[tuple]]:
    return {
        model.__name__: sorted(map(str, model.objects.values_list("pk", "contact_id")))
        for model in (Interaction, Participant, FollowUp)
    }


def test_timeline_participants_and_follow_ups_move_and_come_back():
    rupa = make_user("Rupa", role="supervisor", team=make_team("Dhaka"))
    winner = create_contact(actor=rupa, full_name="Rahima Khatun")
    loser = create_contact(actor=rupa, full_name="রহিমা খাতুন")
    third = create_contact(actor=rupa, full_name="Kamal Uddin")
    for contact in (winner, loser, third):
        call = Interaction.objects.create(
            kind="call", contact=contact, occurred_at=timezone.now(), actor=rupa
        )
        Participant.objects.create(interaction=call, contact=loser)
        plan_follow_up(contact, actor=rupa, what="Call back", due_at=timezone.now() + timedelta(days=1))
    before = where()
    merge = merge_records(winner, loser, actor=rupa)
    assert Interaction.objects.filter(contact=winner).count() == 2
    assert FollowUp.objects.filter(contact=winner).count() == 2
    assert Participant.objects.filter(contact=winner).count() == 3
    assert Interaction.objects.filter(contact=third).count() == 1
    undo_merge(merge, actor=rupa)
    assert where() == before
