"""What hangs on customers: found, merged, told and forgotten with them; and nobody sees what is out of reach."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from bandhu.customers.actions import merge_records
from bandhu.customers.tests.cast import make_contact
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.platform.queries import search
from bandhu.quotes import actions
from bandhu.quotes.documents import document_of
from bandhu.quotes.models import Acceptance, Order, Quote, QuoteVersion
from bandhu.quotes.personal import forget_quotes, quotes_of_contact
from bandhu.quotes.tests.cast import free_line, make_quote, make_shop, paper, sent_quote

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return make_shop()[0]


def ordered(admin, **values):
    quote = sent_quote(admin, [free_line()], **values)
    actions.accept_quote(quote, actor=admin, signed_name="Rahima Khatun")
    return quote


def test_merged_customers_bring_their_quotes_and_orders(admin):
    winner, loser = make_contact("Rahima", by=admin), make_contact("Rahima K.", by=admin)
    quote = ordered(admin, contact=loser)
    merge_records(winner, loser, actor=admin)
    assert Quote.objects.get(pk=quote.pk).contact == Order.objects.get().contact == winner


def test_a_person_is_told_and_forgotten(admin):
    contact = make_contact("Rahima Khatun", by=admin)
    quote = ordered(
        admin,
        contact=contact,
        title="Rahima's chairs",
        introduction="Dear {customer}",
        terms="{customer} pays.",
    )
    make_quote(admin, [free_line()], contact=contact)
    told = quotes_of_contact(contact.pk)
    assert {one.get("signed_name") for one in told} == {"Rahima Khatun", "", None}
    forget_quotes(contact.pk)
    kept = Quote.objects.get()
    assert (kept.pk, kept.contact, kept.title, kept.token_hash) == (quote.pk, None, "", "")
    assert Acceptance.objects.get().signed_name == "–"
    assert "Rahima" not in str(paper(quote).sent_document)
    assert Order.objects.get().total.minor == 11_500


def test_a_quote_of_another_system_forgets_its_words_too_and_keeps_its_day(admin):
    contact = make_contact("Rahima Khatun", by=admin)
    quote = ordered(admin, contact=contact, introduction="Dear Rahima Khatun")
    made = datetime(2024, 2, 1, 12, tzinfo=UTC)
    Quote.objects.filter(pk=quote.pk).update(import_key="theirs")
    QuoteVersion.objects.filter(quote=quote).update(sent_document=None, made_at=made)
    found = Quote.objects.get()
    document = document_of(found, paper(found))
    assert (document["made_on"], document["introduction"]) == ("2024-02-01", "Dear Rahima Khatun")
    draft = make_quote(admin, [free_line()], contact=contact)
    assert document_of(draft, paper(draft))["made_on"] == timezone.localdate().isoformat()
    forget_quotes(contact.pk)
    assert QuoteVersion.objects.get().introduction == ""


def test_quotes_are_found_by_number_and_customer(admin):
    quote = make_quote(admin, contact=make_contact("Zohra Begum", by=admin), title="Forty chairs")
    for words in (quote.number, "Zohra", "Forty"):
        assert str(quote.pk) in {str(hit.record_id) for hit in search(admin, words)}


def test_a_seller_of_another_team_sees_nothing(admin):
    make_quote(admin)
    stranger = make_user("Stranger", role="sales", team=make_team("Elsewhere"))
    assert not Quote.objects.visible_to(stranger).exists()
