"""Builders for sales in tests."""

from __future__ import annotations

from typing import Any

from bandhu.customers.tests.cast import make_company
from bandhu.identity.models import User
from bandhu.identity.tests.cast import make_user
from bandhu.platform.money import Money
from bandhu.privacy.purposes import ensure_purposes
from bandhu.sales.actions import create_opportunity, receive_lead, set_web_form
from bandhu.sales.models import CloseReason, Lead, LeadSource, Opportunity, Pipeline, Stage, WebForm


def make_seller(name: str = "Rupa", role: str = "manager", **fields: Any) -> User:
    """Somebody who sells: to the branch as manager, to the team in the role "sales"."""
    return make_user(name, role=role, **fields)


def ready_pipeline() -> Pipeline:
    """The pipeline every installation starts with; made with the first user."""
    return Pipeline.objects.order_by("position").first()


def stage_named(name: str) -> Stage:
    return Stage.objects.get(name=name, pipeline=ready_pipeline())


def reason_named(name: str) -> CloseReason:
    return CloseReason.objects.get(name=name)


def make_opportunity(
    name: str = "Two hundred sacks", *, by: User, taka: str = "5000", **values: Any
) -> Opportunity:
    """Of a company of its own unless one is given, worth so many taka."""
    if not {"contact", "company"} & values.keys():
        values["company"] = make_company(f"Buyer of {name}", by=by)
    return create_opportunity(actor=by, name=name, **{"amount": Money.of(taka, "BDT"), **values})


def make_lead(title: str = "Two hundred sacks", *, by: User, **values: Any) -> Lead:
    """Of a new contact unless one or a person is given; without an owner the rules decide."""
    if not {"contact", "person"} & values.keys():
        values["person"] = {"full_name": f"Who asks for {title}"}
    return receive_lead(actor=by, title=title, **values)


def make_web_form(name: str = "Offer", *, by: User, **values: Any) -> WebForm:
    """In three languages, asking for name, mail, number and message, and for consent to advertising."""
    wording = {"en": "You may send news.", "bn": "খবর পাঠাতে পারেন।", "ta": "செய்தி அனுப்பலாம்."}
    ensure_purposes()
    usual: dict[str, Any] = {
        "source": LeadSource.objects.get(name="Website"),
        "languages": ["en", "bn", "ta"],
        "team": by.team,
        "fields": [
            {"name": name, "required": name in ("full_name", "mail")}
            for name in ("full_name", "mail", "phone", "message")
        ],
        "thanks": {"en": "Thanks!", "bn": "ধন্যবাদ!"},
        "consents": {"marketing": (wording, False)},
    }
    return set_web_form(None, actor=by, name=name, **(usual | values))
