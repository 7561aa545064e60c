"""Who answers customers in the demonstration: two queues, in Bengali, Tamil and English."""

from __future__ import annotations

from bandhu.contact_center import actions
from bandhu.contact_center.actions.holding import agent_of
from bandhu.contact_center.models import Queue
from bandhu.identity.models import User
from bandhu.workspace.demo.office import Office

# account → languages, units at once, levels of skills
_AGENTS = {
    "shirin": (["bn", "en"], 8, {"Orders and deliveries": 4, "Invoices": 3}),
    "priya": (["ta", "en"], 8, {"Orders and deliveries": 4}),
    "ananya": (["bn", "en"], 5, {"Orders and deliveries": 5, "Invoices": 5}),
    "rafiq": (["bn"], 4, {"Invoices": 2}),
}
_SKILLS = ("Orders and deliveries", "Invoices")


def set_up_queues(office: Office, actor: User) -> None:
    """“Support” takes mails and messages, “Chats” whoever waits at the other end."""
    skills = {name: actions.set_skill(None, actor=actor, name=name) for name in _SKILLS}
    by_account = {user.email.partition("@")[0]: user for user in office.users}
    people = [by_account[name] for name in _AGENTS]
    for name, (languages, capacity, levels) in _AGENTS.items():
        actions.change_agent(
            agent_of(by_account[name]), actor=actor, languages=languages, capacity=capacity,
            channel_limits={"chat": 2}, skills={skills[one].pk: level for one, level in levels.items()},
        )  # fmt: skip
    support = actions.set_queue(
        None, actor=actor, name="Support", team=office.teams["house"], members=people, relax_after=4 * 3600,
        max_wait=8 * 3600, places=[("mail", None), ("form", None), ("sms", None), ("telegram", None)],
    )  # fmt: skip
    actions.set_queue(
        None, actor=actor, name="Chats", team=office.teams["house"], members=people[:3], priority=10, weight=2,
        strategy=Queue.Strategy.LEAST_LOADED, acceptance_seconds=30, return_after=120, relax_after=60, max_wait=90,
        overflow_queue=support, overflow_after=600, places=[("chat", None), ("whatsapp", None), ("messenger", None)],
    )  # fmt: skip
