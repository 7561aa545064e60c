"""The screens: queues, agents, what waits, one's own work and presence."""

import pytest
from django.urls import reverse

from bandhu.contact_center import actions
from bandhu.contact_center.models import Agent, Queue, QueuePlace, Skill
from bandhu.contact_center.tests.cast import fresh, make_agent, make_queue, offer, who_has
from bandhu.identity.tests.cast import make_user
from bandhu.platform.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client):
    user = make_user("Boss", role="supervisor")
    client.force_login(user)
    return user


def form_of(queue, **changes):
    """What the form of a queue sends when nothing but this is changed."""
    usual = {
        "name": queue.name,
        "strategy": queue.strategy,
        "priority": "0",
        "weight": "1",
        "sticky_seconds": "1 min",
        "is_active": "on",
    }
    members = [str(pk) for pk in queue.members.values_list("agent__user", flat=True)] if queue.pk else []
    return {**usual, "members": members, **changes}


def test_a_queue_is_set_up_with_people_skills_and_places(client, boss):
    rupa, skill = make_user("Rupa", role="service"), Skill.objects.create(name="Solar")
    sent = form_of(
        Queue(name="Chats", strategy="longest_idle"), members=[str(rupa.pk)], places=["chat:"],
        acceptance_seconds="30 s", **{f"skill-{skill.pk}": "3"},
    )  # fmt: skip
    answer = client.post(reverse("contact_center:queue_new"), sent)
    assert answer.status_code == 302, answer.content
    queue = Queue.objects.get(name="Chats")
    assert [one.agent.user for one in queue.members.all()] == [rupa]
    assert (queue.needs, queue.acceptance_seconds) == ([f"{skill.pk}:3"], 30)
    assert [(one.channel, one.place_id) for one in queue.places.all()] == [("chat", None)]
    assert AuditEntry.objects.filter(record_kind="queue", verb="created", record_id=queue.pk).exists()


def test_a_place_has_one_queue_and_everything_always_has_one(client, boss):
    incoming = QueuePlace.objects.get(channel="").queue
    first, second = make_queue("First"), make_queue("Second")
    QueuePlace.objects.create(queue=first, channel="mail")
    answer = client.post(
        reverse("contact_center:queue_setup", args=[second.pk]), form_of(second, places=["mail:"])
    )
    assert answer.status_code == 422
    assert "The queue “First” takes this already." in answer.content.decode()
    assert (
        client.post(reverse("contact_center:queue_setup", args=[incoming.pk]), form_of(incoming)).status_code
        == 422
    )
    client.post(reverse("contact_center:queue_setup", args=[second.pk]), form_of(second, places=[":"]))
    assert QueuePlace.objects.get(channel="").queue == second


def test_work_does_not_flow_in_a_circle_and_a_queue_with_work_stays(client, boss):
    first, second = make_queue("First"), make_queue("Second")
    actions.set_queue(first, actor=boss, overflow_queue=second, overflow_after=60)
    page = reverse("contact_center:queue_setup", args=[second.pk])
    answer = client.post(page, form_of(second, overflow_queue=str(first.pk), overflow_after="60 s"))
    assert "From there it would come back to this queue." in answer.content.decode()
    offer(second)
    answer = client.post(page, {**form_of(second), "is_active": ""})
    assert "There is open work in this queue." in answer.content.decode()


def test_a_retired_skill_is_asked_of_nobody(boss):
    skill = Skill.objects.create(name="Solar")
    rupa = make_agent("Rupa")
    queue = make_queue(members=[rupa], needs=[f"{skill.pk}:2"])
    item = offer(queue, skills=[(skill, 3)])
    assert actions.route_queue(queue.pk) == 0
    actions.set_skill(skill, actor=boss, name="Solar", is_active=False)
    assert actions.route_queue(queue.pk) == 1
    assert who_has(item) == rupa.user


def test_an_agent_gets_skills_limits_and_languages(client, boss):
    skill, rupa = Skill.objects.create(name="Solar"), make_agent("Rupa", languages=["bn", "hi"])
    sent = {"capacity": "7", "languages": ["bn", "ta"], f"skill-{skill.pk}": "2", "limit-chat": "3"}
    assert client.post(reverse("contact_center:agent", args=[rupa.pk]), sent).status_code == 302
    rupa = fresh(rupa)
    assert (rupa.capacity, rupa.languages, rupa.channel_limits) == (7, ["bn", "hi", "ta"], {"chat": 3})
    assert rupa.holdings == [f"{skill.pk}:1", f"{skill.pk}:2"]


def test_the_switch_says_whether_i_am_there(client):
    rupa = make_user("Rupa", role="service")
    client.force_login(rupa)
    page = reverse("contact_center:presence")
    assert "You are offline" in client.get(page).content.decode()
    assert (
        "You are available"
        in client.post(page, {"state": "available"}, headers={"HX-Request": "true"}).content.decode()
    )
    agent = Agent.objects.get(user=rupa)
    before = agent.lease_until
    assert client.post(reverse("contact_center:heartbeat")).status_code == 204
    assert fresh(agent).lease_until > before
    assert client.post(page, {"state": "asleep"}).status_code == 422


def test_queues_now_counts_and_each_number_opens_what_it_counts(client, boss, count_queries):
    rupa, anu = make_agent("Rupa", capacity=3), make_agent("Anu", state=Agent.State.AWAY)
    queue = make_queue("Support", [rupa, anu], max_wait=60)
    for n in range(5):
        offer(queue, minutes_ago=10 - n)
    actions.drain_agent(rupa.pk)
    page = reverse("contact_center:queue", args=[queue.pk])
    client.get(reverse("contact_center:queues_now"))
    with count_queries("queues now"):
        text = client.get(reverse("contact_center:queues_now")).content.decode()
    assert f'href="{page}?state=waiting">2</a>' in text
    assert f'href="{page}?state=assigned">3</a>' in text
    assert "1 of 2" in text
    assert "3 of 3" in text
    with count_queries("queue"):
        waiting = client.get(f"{page}?state=waiting")
    assert len(waiting.context["lines"]) == 2
    assert len(client.get(f"{page}?state=assigned").context["lines"]) == 3


def test_work_is_given_by_hand_and_taken_back_on_the_page(client, boss):
    rupa = make_agent("Rupa", capacity=0)
    item = offer(make_queue(members=[rupa]))
    dialog = reverse("contact_center:assignment", args=[item.pk])
    assert client.post(dialog, {"agent": str(rupa.user_id), "queue": str(item.queue_id)}).status_code == 422
    assert client.post(dialog, {"agent": str(rupa.user_id)}).status_code == 204
    assert who_has(item) == rupa.user
    client.post(reverse("contact_center:returning", args=[item.pk]))
    assert who_has(item) is None


def test_my_work_shows_offers_and_takes_the_next(client):
    rupa = make_agent("Rupa")
    queue = make_queue(members=[rupa], acceptance_seconds=60)
    item, other = offer(queue, minutes_ago=3), offer(queue, minutes_ago=2)
    client.force_login(rupa.user)
    actions.route_queue(queue.pk)
    assert client.get(reverse("contact_center:my_work")).content.decode().count("Accept") == 2
    client.post(reverse("contact_center:acceptance", args=[item.pk]))
    client.post(reverse("contact_center:refusal", args=[other.pk]))
    assert (fresh(item).state, fresh(other).state) == ("assigned", "waiting")
    third = offer(queue)
    client.post(reverse("contact_center:next_work"))
    assert who_has(third) == rupa.user


def test_the_api_lists_agents_with_their_skills(client, boss):
    solar = Skill.objects.create(name="Solar")
    agent = make_agent("Rupa", skills={solar: 3})
    answer = client.get("/api/v1/agents")
    assert answer.status_code == 200, answer.content
    assert [one["skills"] for one in answer.json() if one["id"] == str(agent.pk)] == [{str(solar.pk): 3}]
    changed = client.patch(
        f"/api/v1/agents/{agent.pk}", {"skills": {str(solar.pk): 5}}, content_type="application/json"
    )
    assert changed.json()["skills"] == {str(solar.pk): 5}
