"""One small world in which every row of the matrix is tried. Names of customers that could leak have "Zqx" in them, what hangs on customers "Zqy"."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.utils import timezone

from bandhu.customers import actions as customers
from bandhu.customers.actions.attachments import attach_file
from bandhu.customers.actions.relations import relate
from bandhu.identity import actions as identity
from bandhu.identity.models import Grant, Role, User
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.integrations.models import Webhook, WebhookDelivery
from bandhu.interactions import actions as interactions
from bandhu.platform.models import BulkChange, CustomField, EventRecord, SavedView
from bandhu.privacy.models import Purpose

SECRET, INNER_SECRET = "Zq", "Zqy"


def make_world() -> dict[str, Any]:
    """Things by the names the matrix uses, and the persons who try: nobody, viewer, elsewhere, holder."""
    maker = make_user("Maker", role="administrator")
    world: dict[str, Any] = {name: _person(name) for name in ("nobody", "viewer", "elsewhere", "holder")}
    world |= _customers(maker)
    world |= _timeline(maker, world["contact"])
    world |= _people(maker, world["holder"])
    world |= _platform(world["holder"])
    return world


def allow(user: User, permissions: tuple[str, ...], reach: str) -> None:
    """Give the user these permissions and no others."""
    role = user.roles.get()
    role.grants.all().delete()
    Grant.objects.bulk_create([Grant(role=role, permission=one, reach=reach) for one in permissions])


def _person(name: str) -> User:
    user = make_user(name.title(), team=make_team(f"Team of {name}"))
    user.roles.add(Role.objects.create(key=f"role-{name}", name=f"Role of {name}"))
    return user


def _customers(maker: User) -> dict[str, Any]:
    def contact(name: str) -> Any:
        return customers.create_contact(
            actor=maker, full_name=name, phones=[{"number": "+8801712345678"}], national_id="1990123456789"
        )

    def company(name: str) -> Any:
        return customers.create_company(actor=maker, name=name, phones=[{"number": "+8801812345678"}])

    person, firm = contact("Anika Zqx"), company("Padma Zqx Traders")
    gone, shut = contact("Gone Zqx"), company("Shut Zqx")
    customers.delete_contact(gone, actor=maker)
    customers.delete_company(shut, actor=maker)
    return {
        "contact": person,
        "company": firm,
        "binned_contact": gone,
        "binned_company": shut,
        "contact_phone": person.phones.get(),
        "company_phone": firm.phones.get(),
        "contact_file": attach_file(person, actor=maker, name="Zqy.txt", content=[b"Zqy"]),
        "company_file": attach_file(firm, actor=maker, name="Zqy.txt", content=[b"Zqy"]),
        "relation": relate(person, actor=maker, other=firm, role="works_for"),
        "tag": customers.create_tag(actor=maker, name="Zqy"),
        "other_tag": customers.create_tag(actor=maker, name="Zqy two"),
    }


def _timeline(maker: User, contact: Any) -> dict[str, Any]:
    Purpose.objects.get_or_create(key="marketing")
    removed = interactions.log_interaction(contact, actor=maker, kind="note", subject="Zqy", body="Zqy gone")
    interactions.remove_interaction(removed, actor=maker)
    return {
        "removed_interaction": removed,
        "interaction": interactions.log_interaction(
            contact, actor=maker, kind="note", subject="Zqy", body="Zqy"
        ),
        "follow_up": interactions.plan_follow_up(
            contact, actor=maker, what="Call Zqy", due_at=timezone.now() + timedelta(days=1)
        ),
    }


def _people(maker: User, holder: User) -> dict[str, Any]:
    token_role = holder.roles.get()
    Grant.objects.create(role=token_role, permission="identity.use_tokens", reach="everyone")
    holder.forget_reaches()
    token, _secret = identity.create_token(holder, actor=holder, name="Zqy")
    return {
        "user": make_user("Colleague"),
        "team": make_team("Empty team"),
        "role": identity.create_role(actor=maker, name="Role Zqy"),
        "token": token,
        "invitation": identity.invite_user(actor=maker, email="Zqy@example.com"),
        "session": UserSession.objects.create(
            user=holder, ip="127.0.0.1", session_key="zqy", user_agent="", data={}
        ),
    }


def _platform(holder: User) -> dict[str, Any]:
    webhook = Webhook.objects.create(
        name="Zqy", url="https://example.com/zqy", secret="whsec_Zqy", is_active=False
    )
    event = EventRecord.objects.earliest("pk")
    return {
        "webhook": webhook,
        "delivery": WebhookDelivery.objects.create(webhook=webhook, event=event),
        "field": CustomField.objects.create(record_kind="contact", type="text", labels={"en": "Zqy"}),
        "view": SavedView.objects.create(record_kind="contact", name="Zqy", owner=holder),
        "bulk": BulkChange.objects.create(
            record_kind="contact", actor=holder, field="lifecycle", state="done"
        ),
    }
