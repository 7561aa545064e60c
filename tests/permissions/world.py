"""One small world in which every row of the matrix is tried. Names of customers that could leak have "Zqqqx" in them, what hangs on customers "Zqqqy"."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.utils import timezone

from bandhu.customers import actions as customers
from bandhu.customers.actions.attachments import attach_file
from bandhu.customers.actions.imports import upload_import
from bandhu.customers.actions.relations import relate
from bandhu.customers.models import DuplicatePair, Export
from bandhu.identity import actions as identity
from bandhu.identity.models import Grant, Role, User
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.integrations.models import Webhook, WebhookDelivery
from bandhu.interactions import actions as interactions
from bandhu.platform.models import BulkChange, CustomField, EventRecord, SavedView
from bandhu.privacy.models import Purpose

SECRET, INNER_SECRET = "Zqqq", "Zqqqy"


POINTS: dict[str, Any] = {
    "phones": [{"number": "+8801712345678"}],
    "mails": [{"address": "anika@example.com"}],
    "addresses": [{"city": "Dhaka", "country": "BD"}],
    "socials": [{"network": "facebook", "handle": "anika"}],
    "other_names": [{"name": "Ani", "kind": "nickname"}],
}


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
        return customers.create_contact(actor=maker, full_name=name, national_id="1990123456789", **POINTS)

    def company(name: str) -> Any:
        return customers.create_company(actor=maker, name=name, **POINTS)

    person, firm = contact("Anika Zqqqx"), company("Padma Zqqqx Traders")
    gone, shut = contact("Gone Zqqqx"), company("Shut Zqqqx")
    double, merged = contact("Anika Zqqqx"), contact("Winner Zqqqx")
    for one in (person, firm):
        one.external_ids.create(source="old", external_id=f"Zqqqy-{one.pk}")
    customers.delete_contact(gone, actor=maker)
    customers.delete_company(shut, actor=maker)
    return {
        "contact": person,
        "company": firm,
        "binned_contact": gone,
        "binned_company": shut,
        **{f"contact_{name}": getattr(person, name).get() for name in (*POINTS, "external_ids")},
        **{f"company_{name}": getattr(firm, name).get() for name in (*POINTS, "external_ids")},
        "double": double,
        "pair": DuplicatePair.objects.update_or_create(
            first_contact=person, second_contact=double, defaults={"score": 0.9}
        )[0],
        "merge": customers.merge_records(merged, contact("Merged Zqqqy"), actor=maker),
        "contact_file": attach_file(person, actor=maker, name="Zqqqy.txt", content=[b"Zqqqy"]),
        "company_file": attach_file(firm, actor=maker, name="Zqqqy.txt", content=[b"Zqqqy"]),
        "relation": relate(person, actor=maker, other=firm, role="works_for"),
        "tag": customers.create_tag(actor=maker, name="VIP"),
        "other_tag": customers.create_tag(actor=maker, name="Friend"),
    }


def _timeline(maker: User, contact: Any) -> dict[str, Any]:
    Purpose.objects.get_or_create(key="marketing")
    removed = interactions.log_interaction(
        contact, actor=maker, kind="note", subject="Zqqqy", body="Zqqqy gone"
    )
    interactions.remove_interaction(removed, actor=maker)
    return {
        "removed_interaction": removed,
        "interaction": interactions.log_interaction(
            contact, actor=maker, kind="note", subject="Zqqqy", body="Zqqqy"
        ),
        "follow_up": interactions.plan_follow_up(
            contact, actor=maker, what="Call Zqqqy", due_at=timezone.now() + timedelta(days=1)
        ),
    }


def _people(maker: User, holder: User) -> dict[str, Any]:
    token_role = holder.roles.get()
    Grant.objects.create(role=token_role, permission="identity.use_tokens", reach="everyone")
    holder.forget_reaches()
    token, _secret = identity.create_token(holder, actor=holder, name="Zqqqy")
    return {
        "user": make_user("Colleague"),
        "team": make_team("Empty team"),
        "role": identity.create_role(actor=maker, name="Role Zqqqy"),
        "token": token,
        "invitation": identity.invite_user(actor=maker, email="Zqqqy@example.com"),
        "session": UserSession.objects.create(
            user=holder, ip="127.0.0.1", session_key="zqy", user_agent="", data={}
        ),
    }


def _import(holder: User) -> Any:
    allow(holder, ("customers.import_contacts", "customers.create_contact"), "everyone")
    holder.forget_reaches()
    return upload_import(
        actor=holder, file_name="Zqqqy.csv", blocks=[b"Name,Mail\nZqqqy,a@example.com\n"], kind="contacts"
    )


def _platform(holder: User) -> dict[str, Any]:
    webhook = Webhook.objects.create(
        name="Zqqqy", url="https://example.com/zqy", secret="whsec_Zqqqy", is_active=False
    )
    event = EventRecord.objects.earliest("pk")
    return {
        "import": _import(holder),
        "export": Export.objects.create(kind="contact", file_format="csv", actor=holder),
        "webhook": webhook,
        "delivery": WebhookDelivery.objects.create(webhook=webhook, event=event),
        "field": CustomField.objects.create(record_kind="contact", type="text", labels={"en": "Zqqqy"}),
        "view": SavedView.objects.create(record_kind="contact", name="Zqqqy", owner=holder),
        "bulk": BulkChange.objects.create(
            record_kind="contact", actor=holder, field="lifecycle", state="done"
        ),
    }
