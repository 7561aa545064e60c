"""The people of an inbox: two agents of one team, a customer who wrote by mail."""

from __future__ import annotations

from typing import Any

from bandhu.contact_center.models import Agent, Queue, QueueMember, QueuePlace
from bandhu.customers import actions as customers
from bandhu.identity.models import User
from bandhu.identity.ready_made import system_user
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.interactions import actions as interactions
from bandhu.interactions.models import Conversation


def make_desk() -> tuple[User, User, Any]:
    """(rupa, kamal, rahima): two of one service team with a queue for everything, and a Bengali customer."""
    team = make_team("Service Dhaka")
    rupa = make_user("Rupa Das", role="service", team=team)
    kamal = make_user("Kamal Uddin", role="service", team=team)
    queue = everything(team)
    for user in (rupa, kamal):
        QueueMember.objects.create(queue=queue, agent=Agent.objects.create(user=user))
    rahima = customers.create_contact(
        actor=system_user(), full_name="রহিমা খাতুন", mails=["rahima@example.com"], language="bn", team=team
    )
    return rupa, kamal, rahima


def everything(team: Any) -> Queue:
    """The queue of what has no other queue, of this team, where nobody is given anything by itself."""
    place = QueuePlace.objects.filter(channel="", place_id=None).select_related("queue").first()
    if place is None:
        place = QueuePlace.objects.create(queue=Queue.objects.create(name="Everything"))
    Queue.objects.filter(pk=place.queue_id).update(team=team, strategy="manual")
    return Queue.objects.get(pk=place.queue_id)


def written_by(customer: Any, text: str = "চালান কোথায়?", *, channel: str = "mail", **more: Any) -> Conversation:
    """A conversation the customer began."""
    talk: Conversation = interactions.start_conversation(
        actor=system_user(),
        channel=channel,
        customer=customer,
        person=interactions.Correspondent(name=str(customer or "রহিমা খাতুন"), address="rahima@example.com"),
        **{"subject": "Invoice", **more},
    )
    interactions.take_in_message(talk, text=text)
    talk.refresh_from_db()
    return talk
