import re
import unicodedata
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test import override_settings

from bandhu.billing.models import Invoice
from bandhu.catalog import queries as catalog
from bandhu.catalog.models import Currency, PriceBook, Product, TaxRate
from bandhu.channels.models import Channel, Mail
from bandhu.contact_center.models import Queue, Skill
from bandhu.customers.models import Company, Contact, EmailAddress, Phone, Tag
from bandhu.feedback.models import Survey
from bandhu.identity.models import Role, User
from bandhu.interactions.models import FollowUp, Interaction
from bandhu.knowledge.models import Article, Category
from bandhu.platform.audit import check_chain, seal_entries
from bandhu.platform.custom_fields import clean_value
from bandhu.platform.files import open_file
from bandhu.platform.mail_addresses import parse_mail_address
from bandhu.platform.models import CustomField, SearchEntry, StoredFile
from bandhu.platform.phone_numbers import parse_phone_number
from bandhu.platform.registries import timeline_kinds
from bandhu.privacy.models import Consent
from bandhu.sales.models import ForecastSnapshot, Lead, Opportunity, WebForm
from bandhu.workspace.demo import NotEmpty, fill_demo
from bandhu.workspace.demo.words import places, stories

NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def demonstration(django_db_setup, django_db_blocker):
    """Filled once for all tests here; each test's own changes are rolled back on top of it."""
    quick = override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
    with django_db_blocker.unblock(), transaction.atomic(), quick:
        yield fill_demo(NOW, people=240, companies=30, password="mango-boat-tea-1234")
        transaction.set_rollback(True)


def names():
    return sorted(Contact.objects.values_list("full_name", flat=True))


def test_ten_people_with_every_role_can_sign_in(demonstration):
    assert len(demonstration.accounts) == 10
    for account in demonstration.accounts:
        user = User.objects.get(email=account.email)
        assert user.check_password(account.password)
        assert [role.key for role in user.roles.all()] == [account.role]
    assert {account.role for account in demonstration.accounts} == set(
        Role.objects.filter(is_ready_made=True).values_list("key", flat=True)
    )


def test_customers_have_names_of_many_scripts_and_valid_ways_to_be_reached(demonstration):
    assert Contact.objects.count() == 240 and Company.objects.count() == 30
    everything = "".join(names())
    assert any("\u0980" <= letter <= "\u09ff" for letter in everything)
    assert any("\u0b80" <= letter <= "\u0bff" for letter in everything)
    assert any(letter.isascii() and letter.isalpha() for letter in everything)
    for phone in Phone.objects.all():
        assert parse_phone_number(phone.number).e164 == phone.number
    for mail in EmailAddress.objects.all():
        assert parse_mail_address(mail.address).key == mail.key
        assert mail.key.split("@")[1].split(".")[-2] == "example"


def test_what_happened_lies_in_the_past_and_lists_know_of_it(demonstration):
    assert not Interaction.objects.filter(occurred_at__gt=NOW).exists()
    assert Interaction.objects.filter(occurred_at__lt=NOW - timedelta(days=300)).exists()
    for contact in Contact.objects.filter(last_touched_at__isnull=False)[:20]:
        assert contact.last_touched_at == contact.interactions.order_by("-occurred_at")[0].occurred_at
        assert contact.interactions.earliest("occurred_at").occurred_at >= contact.created_at - timedelta(
            days=1
        )
    assert "{" not in "".join(Interaction.objects.values_list("body", flat=True))
    assert "{" not in "".join(FollowUp.objects.values_list("what", flat=True))


def test_everybody_who_cares_for_customers_has_something_overdue_and_due_today(demonstration):
    for email in ("nasrin", "rafiq", "shirin", "tanvir", "ananya", "karthik", "priya"):
        own = FollowUp.objects.filter(owner__email__startswith=email, state=FollowUp.State.OPEN)
        assert own.filter(due_at__lt=NOW - timedelta(hours=14)).exists()
        assert own.filter(due_at__range=(NOW - timedelta(hours=14), NOW + timedelta(hours=24))).exists()


def test_some_people_are_in_the_book_twice_and_consent_has_its_proof(demonstration):
    shared = list(Phone.objects.filter(contact__isnull=False).values_list("number", flat=True))
    assert len(shared) > len(set(shared))
    for consent in Consent.objects.all()[:50]:
        assert consent.history.order_by("-at")[0].state == consent.state


def test_the_same_seed_and_moment_make_the_same_people(demonstration):
    first = names()
    made = (
        *(User, Contact, Company, Tag, Product, PriceBook, Currency, TaxRate, WebForm, ForecastSnapshot),
        *(Skill, Queue, Channel, Survey, Article, Category),
    )
    names_of_tables = ", ".join(model._meta.db_table for model in made)
    with connection.cursor() as cursor:
        # Whatever refers to them goes too, issued invoices as well, which nobody can delete.
        cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE {names_of_tables} CASCADE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    fill_demo(NOW, people=240, companies=30, password="x-1234-tea-mango")
    assert names() == first


def test_a_database_in_use_is_left_alone(demonstration):
    with pytest.raises(NotEmpty):
        fill_demo(NOW)
    assert Contact.objects.count() == 240


def test_the_audit_trail_can_be_sealed(demonstration):
    assert seal_entries() >= 270
    assert check_chain().broken == []


def test_the_data_files_are_whole():
    assert set(stories()) == {"bn", "ta", "en"}
    for told in stories().values():
        for story in told:
            assert story.steps[0].days == 0
            assert all(step.direction in ("in", "out", "none") and step.body for step in story.steps)
    assert all(place.weight > 0 for place in places())


def test_customers_and_what_was_said_are_found_and_papers_open(demonstration):
    contact = Contact.objects.filter(interactions__isnull=False).first()
    assert SearchEntry.objects.filter(record_id=contact.pk, title=contact.full_name).exists()
    assert not Interaction.objects.filter(words__isnull=True).exists()
    assert set(Interaction.objects.values_list("kind", flat=True)) <= set(timeline_kinds)
    stored = StoredFile.objects.all()
    assert {one.media_type for one in stored} == {"text/csv", "text/plain", "image/png", "message/rfc822"}
    with open_file(stored[0]) as file:
        assert file.read()


def test_the_house_has_fields_of_its_own_with_values_that_pass_its_own_checks(demonstration):
    fields = list(CustomField.objects.all())
    assert {field.record_kind for field in fields} == {"contact", "company"}
    for field in fields:
        assert set(field.labels) == {"en", "bn", "ta"}
        model = Contact if field.record_kind == "contact" else Company
        values = [record.custom[field.key] for record in model.objects.filter(custom__has_key=field.key)]
        assert values
        assert all(clean_value(field, value) == value for value in values)


def test_what_is_sold_has_a_price_in_three_currencies(demonstration):
    seller = User.objects.filter(roles__key="sales").first()
    starter = catalog.product_by_code(seller, "STARTER")
    machine = catalog.product_by_code(seller, "TX-PRO")
    prices = {
        currency: catalog.price_for(
            seller, machine, Decimal(10), currency=currency, buyer=catalog.Buyer("IN"), on=NOW.date()
        )
        for currency in ("BDT", "INR", "USD")
    }
    assert {price.amount.currency for price in prices.values()} == set(prices)
    assert all(price.min_quantity == 10 for price in prices.values())
    assert catalog.price_for(seller, starter, Decimal(1), currency="BDT", on=NOW.date()).source == "parts"
    for price in prices.values():
        assert catalog.to_base(price.amount, NOW.date()).base.currency == "BDT"


def test_opportunities_went_through_the_pipeline_move_by_move(demonstration):
    assert {"open", "won", "lost"} == set(Opportunity.objects.values_list("state", flat=True))
    for one in Opportunity.objects.prefetch_related("moves__to_stage").select_related("stage"):
        moves = sorted(one.moves.all(), key=lambda move: move.at)
        assert [move.from_stage_id for move in moves[1:]] == [move.to_stage_id for move in moves[:-1]]
        assert [move.left_at for move in moves] == [*(move.at for move in moves[1:]), None]
        assert (moves[-1].to_stage, moves[-1].at) == (one.stage, one.stage_entered_at)
        assert (one.closed_at is not None) == (one.state != "open")


def test_leads_come_from_several_sources_and_their_logs_agree(demonstration):
    leads = Lead.objects.prefetch_related("status_changes").select_related("opportunity")
    assert len(set(Lead.objects.values_list("source", flat=True))) > 3
    assert {"new", "working", "closed"} <= set(Lead.objects.values_list("status", flat=True))
    assert Lead.objects.exclude(score=0).exists()
    for one in leads:
        log = sorted(one.status_changes.all(), key=lambda change: change.at)
        assert (log[-1].to_status, log[-1].at) == (one.status, one.status_since)
        assert one.opportunity is None or one.opportunity.contact_id == one.contact_id


def test_won_sales_were_invoiced_and_most_of_them_paid(demonstration):
    issued = Invoice.objects.filter(kind="invoice").exclude(state="draft")
    states = set(issued.values_list("state", flat=True))
    assert issued.count() > 5 and {"paid", "issued"} <= states
    serials = list(issued.order_by("year", "serial").values_list("year", "serial"))
    by_year = {year: [one for found, one in serials if found == year] for year, _serial in serials}
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in by_year.values())


def test_mails_stand_on_timelines_and_a_stranger_waits(demonstration):
    assert Interaction.objects.filter(source="channels", direction="in").count() == 6
    assert Interaction.objects.filter(source="channels", direction="out").count() == 6
    assert Mail.objects.get(contact=None).sender == "nazma@example.org"


@pytest.mark.parametrize(("language", "script"), [("bn", "BENGALI"), ("ta", "TAMIL")])
def test_how_a_story_came_out_is_told_in_its_language(language, script):
    outcomes = {step.outcome for story in stories()[language] for step in story.steps if step.outcome}
    assert outcomes and all(unicodedata.name(outcome[0]).startswith(script) for outcome in outcomes)


def test_what_is_to_be_done_is_written_in_one_script_with_the_grouping_of_its_readers(demonstration):
    amounts = [one.what for one in FollowUp.objects.all() if re.search(r"[\d০-৯],", one.what)]
    assert amounts
    for text in amounts:
        mixed = re.search("[A-Za-z]", text) and re.search("[০-৯]", text)
        assert not mixed and not re.search(r"[০-৯]{3},[০-৯]{3}", text), text
