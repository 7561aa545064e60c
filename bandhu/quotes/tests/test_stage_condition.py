"""Won only with an accepted quote: the condition of a stage asks of an opportunity what quotes know of it."""

import pytest

from bandhu.platform.filters import compile_filter
from bandhu.platform.record_kinds import record_kinds
from bandhu.quotes.models import Quote, QuoteState
from bandhu.quotes.tests.cast import make_shop, sent_quote
from bandhu.sales import actions
from bandhu.sales.models import Opportunity
from bandhu.sales.tests.cast import make_opportunity, make_seller, stage_named

pytestmark = pytest.mark.django_db
ACCEPTED = {"all": [{"field": "has_accepted_quote", "op": "yes"}]}


def test_won_only_with_an_accepted_quote():
    boss, _chair = make_shop()
    sale = make_opportunity(by=boss)
    won = actions.change_stage(stage_named("Won"), actor=boss, condition=ACCEPTED)
    quote = sent_quote(boss, opportunity=sale)
    with pytest.raises(actions.MissingFields) as refusal:
        actions.move_opportunity(sale, actor=boss, stage=won)
    assert "Has an accepted quote is yes" in refusal.value.messages[0]
    Quote.objects.filter(pk=quote.pk).update(state=QuoteState.ACCEPTED)
    assert actions.move_opportunity(sale, actor=boss, stage=won).state == "won"


def test_who_sees_no_quotes_cannot_ask_for_them():
    boss, _chair = make_shop()
    sale = make_opportunity(by=boss)
    Quote.objects.filter(pk=sent_quote(boss, opportunity=sale).pk).update(state=QuoteState.ACCEPTED)
    found = compile_filter(boss, record_kinds["opportunity"], ACCEPTED)
    assert found.apply(Opportunity.objects.all()).get() == sale
    other = make_seller("Other", role="marketing")
    names = {
        one.name
        for one in record_kinds["opportunity"].fields
        if one.masked_by and not other.holds(one.masked_by)
    }
    assert "has_accepted_quote" in names
