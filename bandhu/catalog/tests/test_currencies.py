from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from bandhu.catalog import actions, queries
from bandhu.catalog.models import Currency, ExchangeRate
from bandhu.catalog.rates import RateRow, read_rates
from bandhu.catalog.tests.cast import make_administrator, make_money
from bandhu.identity.tests.cast import make_user
from bandhu.platform.models import AuditEntry, EventRecord
from bandhu.platform.money import Converted, Money

pytestmark = pytest.mark.django_db


def test_the_latest_rate_on_or_before_the_day_counts():
    actor = make_money()
    actions.set_rate(actor=actor, currency="USD", on="2026-06-01", rate="122.5", source="Bangladesh Bank")
    price = Money(1000, "USD")
    assert queries.to_base(price, date(2026, 5, 31)) == Converted(
        Money(120000, "BDT"), Decimal(120), date(2026, 1, 1)
    )
    assert queries.to_base(price, date(2026, 7, 1)) == Converted(
        Money(122500, "BDT"), Decimal("122.5"), date(2026, 6, 1)
    )
    same = queries.to_base(Money(5, "BDT"), date(2026, 7, 1))
    assert same == Converted(Money(5, "BDT"), Decimal(1), date(2026, 7, 1))


def test_no_rate_says_which_currency_and_day_and_what_to_do():
    make_money()
    with pytest.raises(queries.NoRate) as refusal:
        queries.to_base(Money(1, "JPY"), date(2026, 7, 1))
    assert "JPY" in refusal.value.message and "1 Jul 2026" in refusal.value.message.replace("Jul 1,", "1 Jul")
    assert "Settings" in refusal.value.message
    with pytest.raises(queries.NoRate):
        queries.to_base(Money(1, "USD"), date(2025, 12, 31))


def test_without_a_base_currency_nothing_is_converted():
    actor = make_administrator()
    with pytest.raises(queries.NoBaseCurrency):
        queries.to_base(Money(1, "BDT"), date(2026, 7, 1))
    with pytest.raises(queries.NoBaseCurrency):
        actions.set_rate(actor=actor, currency="USD", on="2026-06-01", rate="122.5")


def test_the_base_currency_is_changed_only_while_nothing_rests_on_it():
    actor = make_administrator()
    actions.choose_base_currency(actor=actor, code="USD")
    actions.choose_base_currency(actor=actor, code="BDT")
    assert queries.base_currency() == "BDT"
    actions.set_rate(actor=actor, currency="USD", on="2026-06-01", rate="122.5")
    with pytest.raises(ValidationError, match="BDT"):
        actions.choose_base_currency(actor=actor, code="USD")
    assert queries.base_currency() == "BDT"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("rate", "0"),
        ("rate", "-1"),
        ("rate", "abc"),
        ("rate", "NaN"),
        ("rate", "1e30"),
        ("rate", "0.0000000000001"),
        ("on", "31/12/2026"),
        ("on", (timezone.localdate() + timedelta(days=2)).isoformat()),
        ("currency", "BDT"),
        ("currency", "XXX"),
    ],
)
def test_bad_rates_are_refused_by_field_and_leave_nothing(field, value):
    actor = make_money()
    given = {"currency": "USD", "on": "2026-06-01", "rate": "122.5"} | {field: value}
    before = ExchangeRate.objects.count()
    with pytest.raises(ValidationError) as refusal:
        actions.set_rate(actor=actor, **given)
    assert field in refusal.value.message_dict
    assert ExchangeRate.objects.count() == before
    assert not Currency.objects.filter(code="XXX").exists()


def test_a_second_rate_of_a_day_replaces_the_first_and_is_told():
    actor = make_money()
    actions.set_rate(actor=actor, currency="USD", on="2026-01-01", rate="১২১.৫")
    assert queries.rate_for("USD", date(2026, 1, 1)).rate == Decimal("121.5")
    entry = AuditEntry.objects.filter(record_kind="currency").latest("pk")
    assert entry.changes == {"rate.2026-01-01": ["120", "121.5"]}
    assert EventRecord.objects.latest("pk").payload["latest"] == {"USD": ["2026-01-01", "121.5"]}


def test_a_file_of_rates_is_taken_whole_or_not_at_all():
    actor = make_money()
    good = "\ufeffDate;Currency;Rate;Source\n2026-02-01;usd;121;BB\n2026-02-02;EUR;১৩২.৫;\n\n"
    assert actions.set_rates(read_rates(good.encode()), actor=actor) == 2
    assert queries.rate_for("EUR", date(2026, 3, 1)).rate == Decimal("132.5")
    assert actions.set_rates(read_rates(good.encode()), actor=actor) == 0
    with pytest.raises(ValidationError) as refusal:
        read_rates(b"currency,date,rate\nUSD,2026-02-03,121\nUSD,soon,121\nUSD,2026-02-04,-1\n")
    assert [message[:7] for message in refusal.value.messages] == ["Line 3:", "Line 4:"]
    with pytest.raises(ValidationError):
        actions.set_rates(
            [RateRow("USD", date(2026, 3, 1), Decimal(1)), RateRow("QQQ", date(2026, 3, 1), Decimal(1))],
            actor=actor,
        )
    assert queries.rate_for("USD", date(2026, 3, 1)).rate == Decimal(121)


@pytest.mark.parametrize(
    "content", [b"", b"a,b\n1,2\n", b"\xff\xfe\x00bad", b"currency,date,rate\n" + b"\x00" * 50]
)
def test_a_file_that_is_no_list_of_rates_is_refused(content):
    try:
        assert read_rates(content) == []
    except ValidationError as refusal:
        assert refusal.messages


def test_only_who_may_manages_currencies():
    make_money()
    seller = make_user("Salim", role="sales")
    for attempt in (
        lambda: actions.choose_base_currency(actor=seller, code="USD"),
        lambda: actions.add_currency(actor=seller, code="EUR"),
        lambda: actions.set_rate(actor=seller, currency="USD", on="2026-06-01", rate="1"),
    ):
        with pytest.raises(PermissionDenied):
            attempt()


def test_a_currency_is_switched_off_but_never_the_base():
    actor = make_money()
    dollar = queries.currency_for(actor, "usd")
    actions.change_currency(dollar, actor=actor, is_active=False, rounding="down")
    assert [one.code for one in queries.currencies(actor, active_only=True)] == ["BDT", "LKR"]
    assert actions.add_currency(actor=actor, code="USD").is_active
    with pytest.raises(ValidationError):
        actions.change_currency(queries.currency_for(actor, "BDT"), actor=actor, is_active=False)


def test_conversion_rounds_as_the_base_currency_says():
    actor = make_money()
    actions.set_rate(actor=actor, currency="USD", on="2026-06-01", rate="0.125")
    amount, day = Money(20, "USD"), date(2026, 6, 1)
    assert queries.to_base(amount, day).base.minor == 3
    actions.change_currency(queries.currency_for(actor, "BDT"), actor=actor, rounding="half_even")
    assert queries.to_base(amount, day).base.minor == 2
