"""One small world in which every row of the matrix is tried. Names of customers that could leak have "Zqqqx" in them, what hangs on customers "Zqqqy"."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.utils import timezone

from bandhu.billing import actions as billing
from bandhu.billing.models import GatewayNotice
from bandhu.calendars import actions as calendars
from bandhu.calendars.models import Booking
from bandhu.catalog import actions as catalog
from bandhu.catalog.models import TaxClass
from bandhu.catalog.product_files import ProductRow
from bandhu.channels import actions as channels
from bandhu.channels.models import Mail, RawNotice
from bandhu.contact_center import actions as routing
from bandhu.contact_center.models import Agent, AwayReason
from bandhu.contact_center.tests.cast import make_agent, make_queue, offer
from bandhu.customers import actions as customers
from bandhu.customers.actions.attachments import attach_file
from bandhu.customers.actions.imports import upload_import
from bandhu.customers.actions.relations import relate
from bandhu.customers.models import DuplicatePair, Export
from bandhu.feedback import actions as feedback
from bandhu.identity import actions as identity
from bandhu.identity.models import Grant, Role, User
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.inbox import actions as inbox
from bandhu.integrations.models import Webhook, WebhookDelivery
from bandhu.interactions import actions as interactions
from bandhu.interactions.models import MessageState
from bandhu.platform.models import BulkChange, CustomField, EventRecord, SavedView
from bandhu.platform.money import Money
from bandhu.privacy.models import Purpose
from bandhu.quotes import actions as quotes
from bandhu.quotes.models import Order
from bandhu.sales import actions as sales
from bandhu.sales.models import LeadReason, LeadSource, LearnedModel, Reassignment
from bandhu.service import actions as service
from tests.permissions.knowledge_world import make_knowledge

_UNLEARNED = {
    "rows": 3, "tried": 0, "base_rate": 0.3, "auc": None, "auc_error": None, "rule": "", "rule_auc": None, "brier": None,
    "base_brier": None, "groups": [], "refused": [], "refusal": "too_little",
}  # fmt: skip
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
    world |= _conversations(maker, world["contact"], world["holder"])
    world |= _platform(world["holder"])
    world |= _catalog(maker)
    world |= _calendars(maker, world["contact"])
    world |= _mails(maker, world["contact"], world["holder"])
    world |= _channels(maker)
    world |= _sales(maker, world["contact"])
    world |= _service(maker, world["contact"])
    world |= _quotes(maker, world["contact"])
    world |= _billing(maker, world)
    world |= _feedback(maker, world["contact"])
    world |= make_knowledge(maker)
    world |= _routing(maker, world["holder"])
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


def _conversations(maker: User, contact: Any, holder: User) -> dict[str, Any]:
    talk = interactions.start_conversation(actor=maker, channel="chat", customer=contact, subject="Zqqqy")
    said = interactions.take_in_message(talk, text="Zqqqy", html="<p>Zqqqy</p>")
    failed = interactions.write_message(talk, actor=maker, text="Zqqqy failed")
    interactions.mark_message(failed, MessageState.FAILED)
    texts, steps = {"en": "Zqqqy"}, [{"kind": "close"}]
    allow(holder, ("interactions.answer_conversation",), "everyone")
    holder.forget_reaches()
    return {
        "talk": talk,
        "said": said,
        "answer": interactions.write_message(
            talk, actor=maker, text="Zqqqy", send_at=timezone.now() + timedelta(hours=1)
        ),
        "failed_answer": failed,
        "canned_reply": inbox.save_canned_reply(actor=holder, name="Zqqqy", shortcut="zqqqy", texts=texts),
        "macro": inbox.save_macro(actor=holder, name="Zqqqy", steps=steps),
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


def _catalog(maker: User) -> dict[str, Any]:
    catalog.choose_base_currency(actor=maker, code="BDT")
    product, part = (
        catalog.create_product(actor=maker, code=code, names=f"{code} Zqqqy") for code in ("BOX", "LID")
    )
    catalog.set_part(product, actor=maker, part=part, quantity=1)
    book = catalog.create_price_book(actor=maker, name="Zqqqy", currency="BDT")
    row = ProductRow(line=2, code="Zqqqz", names={"en": "Zqqqz"})
    brought = catalog.bring_in_products([row], actor=maker, name="zqqq.csv")
    catalog.set_prices(book, [catalog.PriceRow(product, Money(100, "BDT"))], actor=maker)
    return {
        "rate": catalog.set_rate(actor=maker, currency="USD", on="2026-01-01", rate="120"),
        "product": product,
        "part": part,
        "price_book": book,
        "brought_file": brought.file,
        "tax_rate": catalog.set_tax_rate(
            actor=maker,
            tax_class=TaxClass.objects.get(key="standard"),
            country="BD",
            name="Zqqqy",
            percent="15",
            valid_from="2026-01-01",
        ),
    }


def _mails(maker: User, contact: Any, holder: User) -> dict[str, Any]:
    """Mails the holder wrote: only who wrote one takes it back."""
    account = channels.create_account(
        actor=maker,
        name="Zqqqy",
        address="zqqqy@example.com",
        smtp_host="mail.example.invalid",
        smtp_port=587,
        intake="customers",
    )

    def written(subject: str, state: str) -> Mail:
        mail = channels.write_mail(
            contact,
            actor=maker,
            account=account,
            to=["anika@example.com"],
            subject=f"Zqqqy {subject}",
            body="Text",
        )
        Mail.objects.filter(pk=mail.pk).update(written_by=holder, state=state)
        return mail

    text = {"subject": "Zqqqy", "body": "Text"}
    return {
        "mail_account": account,
        "signing_key": channels.make_signing_key(actor=maker, domain="example.com"),
        "mail_provider": channels.set_provider(
            None,
            actor=maker,
            kind="other",
            name="Zqqqy",
            client_id="Zqqqy",
            authorize_url="https://provider.example.com/authorize",
            token_url="https://provider.example.com/token",
            scopes="mail",
        ),
        "letter": channels.set_template(None, actor=maker, name="Zqqqy letter", texts={"en": text}),
        "mail": written("mail", "queued"),
        "failed_mail": written("failed", "failed"),
        "draft": written("draft", "draft"),
        "stranger": channels.receive_mail(
            account, b"From: Zqqqy <zqqqy@example.net>\r\nSubject: Zqqqy\r\n\r\nZqqqy"
        ),
    }


def _channels(maker: User) -> dict[str, Any]:
    secrets = {"secret": "Zqqqy, a secret long enough"}
    channel = channels.create_channel(actor=maker, kind="webhook", name="Zqqqy", values=secrets)
    kept = RawNotice.objects.create(
        channel=channel, received_at=timezone.now(), body=b"Zqqqy", state="failed", error="Zqqqy"
    )
    chat = channels.create_channel(actor=maker, kind="chat", name="Zqqqy chat")
    form = channels.create_channel(actor=maker, kind="form", name="Zqqqy form")
    sms = {"url": "https://sms.example.com/send", "number": "Zqqqy", "notice_secret": "a secret long enough"}
    number = channels.create_channel(actor=maker, kind="http_sms", name="Zqqqy", values=sms)
    found = {"channel": channel, "chat_channel": chat, "form_channel": form, "raw_notice": kept}
    return found | {"sms_channel": number}


def _calendars(maker: User, contact: Any) -> dict[str, Any]:
    begins = timezone.now() - timedelta(hours=2)
    ends, soon = begins + timedelta(hours=1), timezone.now() + timedelta(days=10)
    page = calendars.create_booking_page(
        actor=maker, titles={"en": "Zqqqy page"}, hosts=[maker], slug="zqqqy-page", languages=["en"]
    )
    booked = calendars.plan_meeting(
        actor=maker, title="Zqqqy booked", starts_at=soon, ends_at=soon + timedelta(hours=1)
    )
    return {
        "business_calendar": calendars.set_business_calendar(
            None, actor=maker, name="Zqqqy hours", time_zone="UTC", week=[[(0, 1440)]] * 7
        ),
        "booking_page": page,
        "booking": Booking.objects.create(
            page=page,
            meeting=booked,
            name="Zqqqy",
            time_zone="UTC",
            language="en",
            sha256="0",
            submission="zqqqy",
        ),
        "meeting": calendars.plan_meeting(
            actor=maker, title="Zqqqy talk", starts_at=begins, ends_at=ends, customer=contact
        ),
    }


def _service(maker: User, contact: Any) -> dict[str, Any]:
    talk = interactions.start_conversation(
        actor=maker, channel="chat", customer=contact, subject="Zqqqy talk"
    )
    interactions.take_in_message(talk, text="Zqqqy words")
    ticket = service.make_ticket_of(talk, actor=maker)
    other, gone = (
        service.open_ticket(actor=maker, title=name, contact=contact)
        for name in ("Zqqqy other", "Zqqqy gone")
    )
    service.delete_ticket(gone, actor=maker)
    merged = service.open_ticket(actor=maker, title="Zqqqy merged", contact=contact)
    service.merge_tickets(merged, actor=maker, into=other)
    merged.refresh_from_db()
    targets = {"urgent": {"first": 30}}
    return {
        "ticket": ticket,
        "gone_ticket": gone,
        "other_ticket": other,
        "merged_ticket": merged,
        "ticket_conversation": talk,
        "ticket_link": service.link_tickets(ticket, actor=maker, other=other, kind="related"),
        "ticket_type": service.set_ticket_type(None, actor=maker, name="Zqqqy type"),
        "ticket_status": service.set_ticket_status(None, actor=maker, name="Zqqqy status", stage="hold"),
        "service_level": service.set_service_level(None, actor=maker, name="Zqqqy level", targets=targets),
        "ticket_rule": service.set_ticket_rule(
            None, actor=maker, name="Zqqqy rule", trigger="created", steps=[{"do": "tell_owner"}]
        ),
    }


def _sales(maker: User, contact: Any) -> dict[str, Any]:
    def opportunity(name: str) -> Any:
        return sales.create_opportunity(actor=maker, name=name, contact=contact)

    made, gone = opportunity("Zqqqy rice"), opportunity("Zqqqy gone")
    sales.delete_opportunity(gone, actor=maker)
    pipeline = sales.create_pipeline(actor=maker, name="Empty")
    lead, gone_lead = (
        sales.receive_lead(actor=maker, title=name, contact=contact, owner=maker)
        for name in ("Zqqqy lead", "Zqqqy old")
    )
    sales.delete_lead(gone_lead, actor=maker)
    return {
        **_sequence(maker, contact),
        **_lead_setup(maker),
        **_reassigned(maker),
        "lead": lead,
        "binned_lead": gone_lead,
        "opportunity": made,
        "binned_opportunity": gone,
        "pipeline": pipeline,
        "stage": made.pipeline.stages.get(name="Quoted"),
        "other_stage": sales.add_stage(pipeline, actor=maker, name="Spare"),
        "reason": sales.create_reason(actor=maker, kind="lost", name="Because"),
        "stakeholder": sales.add_stakeholder(made, actor=maker, contact=contact, role="decides"),
        "competitor": sales.add_competitor(made, actor=maker, name="Meghna"),
    }


def _reassigned(maker: User) -> dict[str, Any]:
    """A territory that was applied, and a hand-over that waits."""
    away, deputy = make_user("Away Zqqqy"), make_user("Deputy Zqqqy")
    day = timezone.localdate() + timedelta(days=30)
    return {
        "away": deputy,
        "territory": sales.set_territory(
            None, actor=maker, name="Zqqqy", kind="lead", owner=maker, is_active=False
        ),
        "territory_run": Reassignment.objects.create(reason="territories", state="done", actor=maker),
        "hand_over": sales.hand_over_book(
            actor=maker, from_user=away, to_user=deputy, first_day=day, last_day=day
        ),
    }


def _quotes(maker: User, contact: Any) -> dict[str, Any]:
    def quote(name: str) -> Any:
        lines = [{"name": f"{name} line", "unit_price": Money(10_000, "BDT")}]
        return quotes.create_quote(actor=maker, contact=contact, title=name, currency="BDT", lines=lines)

    sent, gone = quotes.send_quote(quote("Zqqqy sent"), actor=maker), quote("Zqqqy gone")
    quotes.delete_quote(gone, actor=maker)
    accepted = quotes.send_quote(quote("Zqqqy ordered"), actor=maker)
    quotes.accept_quote(accepted, actor=maker, signed_name="Zqqqy")
    return {
        "quote_template": quotes.set_template(None, actor=maker, name="Zqqqy", colour="#112233"),
        "quote": quote("Zqqqy draft"),
        "sent_quote": sent,
        "binned_quote": gone,
        "accepted_quote": accepted,
        "order": Order.objects.get(quote=accepted),
    }


def _sequence(maker: User, contact: Any) -> dict[str, Any]:
    sequence = sales.set_sequence(None, actor=maker, name="Sequence", steps=[{"task": "Zqqqy call"}])
    return {"sequence": sequence, "enrolment": sales.enrol_contact(contact, actor=maker, sequence=sequence)}


def _lead_setup(maker: User) -> dict[str, Any]:
    """What an administrator sets up for leads."""
    source = LeadSource.objects.get(name="Website")
    form = sales.set_web_form(
        None, actor=maker, name="Zqqqy form", slug="zqqqy-form", source=source, fields=[{"name": "mail", "required": True}]
    )  # fmt: skip
    rule = sales.set_assignment_rule(
        None, actor=maker, name="Zqqqy rule", people=[(maker, None)], is_active=False
    )
    empty = {"all": [{"field": "message", "op": "empty"}]}
    today = timezone.localdate()
    return {
        "web_form": form,
        "assignment_rule": rule,
        "score_rule": sales.set_score_rule(None, actor=maker, name="Zqqqy", points=1, conditions=empty),
        "learned_model": LearnedModel.objects.create(subject="lead", evaluation=_UNLEARNED),
        "absence": sales.note_absence(actor=maker, user=maker, first_day=today, last_day=today),
        "lead_source": source,
        "lead_reason": LeadReason.objects.get(name="Spam"),
    }


def _billing(maker: User, world: dict[str, Any]) -> dict[str, Any]:
    billing.set_issuer(actor=maker, name="Bandhu Rice Ltd", country="BD")

    def draft() -> Any:
        line = billing.LineDraft(name="Zqqqy rice", unit_price=Money(100_000, "BDT"))
        return billing.create_invoice(actor=maker, contact=world["contact"], lines=[line], reference="Zqqqy")

    invoice = billing.issue_invoice(draft(), actor=maker)
    payment = billing.record_payment(invoice, actor=maker, amount=Money(5_000, "BDT"), method="cash")
    keys = {"merchant_id": "1", "merchant_secret": "Zqqqy"}
    account = billing.set_payment_account(None, actor=maker, gateway="payhere", name="Zqqqy", keys=keys)
    return {
        "invoice": invoice,
        "draft_invoice": draft(),
        "subscription": billing.create_subscription(
            actor=maker,
            contact=world["contact"],
            lines=[billing.LineDraft(name="Zqqqy plan", unit_price=Money(100_000, "BDT"))],
            reference="Zqqqy",
        ),
        "payment": payment,
        "payment_account": account,
        "gateway_notice": GatewayNotice.objects.create(account=account, event="Zqqqy", outcome="held"),
    }


def _feedback(maker: User, contact: Any) -> dict[str, Any]:
    survey = feedback.save_survey(actor=maker, name="Zqqqy asks", rest_days=0)
    return {"survey": survey, "asking": feedback.ask_contact(contact, actor=maker, survey=survey)}


def _routing(maker: User, holder: User) -> dict[str, Any]:
    agent = make_agent("Helper")
    queue = make_queue("Zqqqy queue", [agent])
    work = offer(queue)
    routing.assign_work(work, actor=maker, agent=agent.user)
    asked = Agent.objects.create(
        user=holder, state="available", lease_until=timezone.now() + timedelta(days=1)
    )
    offering = make_queue("Zqqqy offers", [asked], acceptance_seconds=3600)
    offered = offer(offering)
    routing.drain_agent(asked.pk)
    return {
        "work_queue": queue,
        "work": work,
        "offered_work": offered,
        "agent": agent,
        "skill": routing.set_skill(None, actor=maker, name="Zqqqy skill"),
        "away_reason": AwayReason.objects.get(key="lunch"),
    }
