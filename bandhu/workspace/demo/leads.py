"""Enquiries of the last weeks from several sources: some answered, some waiting, some sales by now."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bandhu.customers.models import Contact
from bandhu.identity.models import User
from bandhu.platform.ids import new_id
from bandhu.platform.sort_keys import sort_key
from bandhu.sales import actions
from bandhu.sales.models import Lead, LeadReason, LeadSource, LeadStatus, Opportunity, StatusChange, WebForm
from bandhu.sales.response_clock import response_due
from bandhu.workspace.demo.customers import Book
from bandhu.workspace.demo.words import word_lists

LEADS, DAYS = 60, 45
_CAMPAIGNS = ("", "", "monsoon-offer", "dhaka-fair", "harvest-letter")
_WAYS = (
    LeadStatus.NEW, LeadStatus.NEW, LeadStatus.WORKING, LeadStatus.WORKING, LeadStatus.NURTURING, LeadStatus.QUALIFIED,
    LeadStatus.CLOSED,
)  # fmt: skip
_TEXTS = {
    "titles": {"en": "Ask for an offer", "bn": "দর জানতে চান?", "ta": "விலை கேளுங்கள்"},
    "introductions": {
        "en": "Tell us what you need; we answer within four hours.",
        "bn": "কী লাগবে জানান; চার ঘণ্টার মধ্যে উত্তর দেব।",
        "ta": "உங்களுக்கு என்ன வேண்டும் என்று சொல்லுங்கள்; நான்கு மணி நேரத்தில் பதில் தருகிறோம்.",
    },
    "thanks": {
        "en": "Your enquiry has arrived.",
        "bn": "আপনার বার্তা পৌঁছেছে।",
        "ta": "உங்கள் கோரிக்கை வந்து சேர்ந்தது.",
    },
}
_CONSENT = {
    "en": "You may send me news and offers.",
    "bn": "আমাকে খবর ও অফার পাঠাতে পারেন।",
    "ta": "செய்திகளையும் சலுகைகளையும் எனக்கு அனுப்பலாம்.",
}


def set_up_leads(actor: User) -> WebForm:
    """A web form in three languages, a few points, and a rule; purposes must be there."""
    form: WebForm = actions.set_web_form(
        None,
        actor=actor,
        name="Website",
        slug="offer",
        source=LeadSource.objects.get(name="Website"),
        languages=["en", "bn", "ta"],
        fields=[
            {"name": "full_name", "required": True},
            {"name": "mail", "required": False},
            {"name": "phone", "required": True},
            {"name": "message", "required": False},
        ],
        consents={"marketing": (_CONSENT, False)},
        **_TEXTS,  # type: ignore[arg-type]
    )
    website = {"all": [{"field": "web_form", "op": "filled"}]}
    silent = {"all": [{"field": "message", "op": "empty"}]}
    of_a_firm = {"all": [{"field": "company", "op": "filled"}]}
    for name, points, conditions in (
        ("Through our website", 10, website),
        ("Works for a company", 20, of_a_firm),
        ("Wrote no message", -5, silent),
    ):
        actions.set_score_rule(None, actor=actor, name=name, points=points, conditions=conditions)
    return form


def receive_leads(book: Book, form: WebForm) -> None:
    """Leads and their logs as rows of the book."""
    sources, reasons = list(LeadSource.objects.all()), list(LeadReason.objects.all())
    sold: dict[Any, Opportunity] = {}
    for opportunity in book.rows.get(Opportunity, []):
        sold.setdefault(opportunity.contact_id, opportunity)
    asking = book.rng.sample(book.contacts, min(LEADS, len(book.contacts)))
    for contact in asking:
        _receive(book, contact, book.rng.choice(sources), form, sold.get(contact.pk), reasons)


def _receive(
    book: Book,
    contact: Contact,
    source: LeadSource,
    form: WebForm,
    sold: Opportunity | None,
    reasons: list[LeadReason],
) -> None:
    rng, status = book.rng, book.rng.choice(_WAYS)
    at = max(book.past_moment(DAYS), contact.created_at)
    product = rng.choice(word_lists()["products_en"])[0]
    lead = Lead(
        id=new_id(at), title=product, sort_key=sort_key(product), contact=contact, company=contact.company,
        language=contact.language, country=contact.country, source=source, campaign=rng.choice(_CAMPAIGNS),
        web_form=form if source == form.source else None, received_at=at, response_due_at=response_due(source, at),
        status_since=at, created_at=at, updated_at=at, owner=contact.owner, team=contact.team,
        message=rng.choice(("", f"{product}, 200 kg?", f"{product}: price for 50 kg, please.")),
    )  # fmt: skip
    book.add(lead)
    book.add(StatusChange(lead=lead, at=at, to_status=LeadStatus.NEW))
    if status == LeadStatus.QUALIFIED and sold is None:
        status = LeadStatus.WORKING
    if status != LeadStatus.NEW:
        _go_on(book, lead, status, min(at + timedelta(hours=rng.randrange(1, 60)), book.now))
    if status == LeadStatus.QUALIFIED:
        lead.opportunity = sold
    if status == LeadStatus.CLOSED:
        lead.close_reason = rng.choice(reasons)
    if status == LeadStatus.NURTURING:
        lead.nurture_until = (book.now + timedelta(days=rng.randrange(10, 90))).date()


def _go_on(book: Book, lead: Lead, status: LeadStatus, at: datetime) -> None:
    change = StatusChange(lead=lead, at=at, actor=lead.owner, from_status=LeadStatus.NEW, to_status=status)
    book.add(change)
    lead.status, lead.status_since, lead.first_response_at, lead.updated_at = status, at, at, at
    if status in (LeadStatus.QUALIFIED, LeadStatus.CLOSED):
        lead.closed_at = at
