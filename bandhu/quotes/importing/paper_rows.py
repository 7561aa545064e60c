"""One row of a file of quotes, orders or invoices: what it says of its paper, and of the line it adds.

Amounts are in the row's own currency, else in the one their sign or code names, else in the one chosen for the file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bandhu.customers.importing.attached import check_moment, folded
from bandhu.customers.imports.problems import CellProblem, ValueProblem
from bandhu.customers.imports.records import Record
from bandhu.customers.imports.targets import Target
from bandhu.customers.imports.values import read_money, read_number
from bandhu.platform.money import Money, MoneyError

_MOST_QUANTITY, _SMALLEST = Decimal(10) ** 11, Decimal("0.000001")
_CODE = re.compile(r"\b[A-Z]{3}\b")
# Who else writes with the sign that usually means the first.
_SHARED = {
    "USD": ("AUD", "CAD", "HKD", "MXN", "NZD", "SGD", "TWD"), "INR": ("LKR", "MUR", "NPR", "PKR"), "JPY": ("CNY",), "CNY": ("JPY",),
}  # fmt: skip
TARGETS = (
    Target("paper_number", _("Number"), "id", words="number|document number|quote number|quote no|estimate number|quotation number|order number|order no|sales order number|invoice number|invoice no|invoice id|invoice|bill number|নম্বর|எண்"),
    Target("paper_date", _("Date"), "date", words="date|document date|quote date|estimate date|order date|invoice date|issue date|issued on|date of issue|created|created at|created time|তারিখ|தேதி"),
    Target("paper_until", _("Valid until, or due"), "date", words="valid until|valid till|expiry date|expiration date|expires|due|due date|due on|payment due|due at|মেয়াদ|செலுத்த வேண்டிய நாள்"),
    Target("paper_state", _("State"), words="status|state|quote status|estimate status|quote stage|order status|invoice status|payment status|অবস্থা|நிலை"),
    Target("paper_title", _("Title"), words="subject|title|quote name|order name|heading|বিষয়|பொருள்"),
    Target("paper_total", _("Total with taxes"), words="total|grand total|total amount|amount|invoice total|invoice amount|order total|quote total|total with tax|মোট|மொத்தம்"),
    Target("paper_tax", _("Taxes in the total"), words="tax|tax amount|total tax|tax total|vat|vat amount|gst|কর|ভ্যাট|வரி"),
    Target("paper_currency", _("Currency"), words="currency|currency code|transaction currency|মুদ্রা|நாணயம்"),
    Target("paper_item", _("What a line sells"), words="item|item name|line item|lineitem name|product|product name|service|পণ্য|பொருள் பெயர்"),
    Target("paper_quantity", _("How many"), words="quantity|qty|item quantity|lineitem quantity|পরিমাণ|அளவு"),
    Target("paper_price", _("Price of one"), words="price|unit price|item price|rate|lineitem price|দর|விலை"),
    Target("paper_line_total", _("Amount of the line"), words="item total|line total|line amount|item amount|amount of the line"),
    Target("paper_contact", _("Contact"), words="contact|contact name|customer email|contact email|customer mail|buyer email|bill to email|যোগাযোগ|தொடர்பு"),
    Target("paper_owner", _("Owner"), "known", words="owner|salesperson|sales person|sales rep|assigned to|quote owner|order owner|invoice owner"),
    Target("paper_reference", _("Customer's reference"), words="reference|reference number|po number|purchase order|purchase order number|p o"),
    Target("paper_note", _("Note"), "long_text", words="note|notes|description|comments|remarks|customer notes|মন্তব্য|குறிப்பு"),
    Target("paper_line", _("A line of the note"), "line"),
)  # fmt: skip
# Set on rows of what takes back, for the total and for the lines: -1 where they are written below nought, 1 where above it.
TAKES_BACK = "paper_takes_back"
_AMOUNTS = ("paper_total", "paper_tax", "paper_price", "paper_line_total", "paper_paid", "paper_balance")


@dataclass(frozen=True, kw_only=True)
class PaperRow:
    """What a row says, checked. `amount` (of its line, before tax) and `item` are None and "" where it has no line of its own; `balance` is
    what it says is still open. `contact` is somebody the book knows."""

    number: str
    day: date
    until: date | None
    currency: str
    total: Money | None
    tax: Money
    item: str
    quantity: Decimal
    price: Money | None
    amount: Money | None
    paid: Money | None
    balance: Money | None
    paid_on: date | None
    contact: UUID | None


class RowsOfPapers:
    """Reads the rows of one run; `default` is the currency of amounts that name none, `known` those the house uses."""

    def __init__(self, default: str, known: Mapping[str, str]) -> None:
        self.default, self.known = default, known

    def read(self, record: Record) -> PaperRow | None:
        """None where something cannot be: it is in the problems of the record then."""
        said, before = record.attached, len(record.problems)
        number, at = said.get("paper_number", ""), check_moment(record, "paper_date")
        paid_on = check_moment(record, "paper_paid_on")
        if not number:
            record.problems.append(CellProblem("no_paper_number"))
        elif at is None:
            record.problems.append(CellProblem("no_paper_date", None, number))
        currency, amounts = self._amounts(record)
        quantity = _quantity(record)
        amount = _amount(record, amounts, quantity)
        if len(record.problems) > before or at is None:
            return None
        return PaperRow(
            number=number, day=at.date(), until=_day(said.get("paper_until")), currency=currency,
            total=amounts.get("paper_total"), tax=amounts.get("paper_tax", Money(0, currency)), item=said.get("paper_item", ""),
            quantity=quantity, price=amounts.get("paper_price"), amount=amount, paid=amounts.get("paper_paid"),
            balance=amounts.get("paper_balance"), paid_on=_day(paid_on), contact=said.get("contact_id"),
        )  # fmt: skip

    def _amounts(self, record: Record) -> tuple[str, dict[str, Money]]:
        """The currency of the row and its amounts by target; they are all in one, and none is below nought."""
        said, found = record.attached, {}
        written = said.get("paper_currency", "")
        named = self.known.get(folded(written), "") if written else ""
        if written and not named:
            record.problems.append(CellProblem("no_such_choice", None, written))
        for name in _AMOUNTS:
            if text := said.get(name, ""):
                try:
                    found[name] = money_of(text, named, self.default, _turned(said.get(TAKES_BACK), name))
                except ValueProblem as problem:
                    record.problems.append(CellProblem(problem.code, None, text))
        codes = {one.currency for one in found.values()} | ({named} if named else set())
        if len(codes) > 1:
            record.problems.append(CellProblem("two_currencies", None, ", ".join(sorted(codes))))
        return (codes.pop() if codes else self.default), found


def _turned(signs: tuple[int, int] | None, name: str) -> int:
    """How an amount of such a row is turned: total and lines as those of its paper are, the rest (taxes, prices) to above nought."""
    if signs is None:
        return 0
    return dict(zip(("paper_total", "paper_line_total"), signs, strict=True)).get(name, 2)


def money_of(text: str, named: str, default: str, turned: int = 0) -> Money:
    """An amount of a cell, not below nought, in the currency it names, else the row's own, else `default`. A sign several currencies
    share ("$") is that of the row's own or the default one, where they share it.

    `turned`: 0 or 1 takes it as it is written, -1 the other way round, 2 either way. Raises ValueProblem.
    """
    amount, said = read_money(text)
    own = named or default
    if not _CODE.search(text) and own in _SHARED.get(said, ()):
        said = own
    try:
        found = Money.of(Decimal(amount), said or own)
    except MoneyError as problem:
        raise ValueProblem("too_many_decimals" if "decimals" in problem.code else "out_of_range") from None
    if turned == -1 or (turned == 2 and found.minor < 0):
        found = -found
    if found.minor < 0:
        raise ValueProblem("negative_amount")
    return found


def _day(at: datetime | None) -> date | None:
    return at.date() if at is not None else None


def _quantity(record: Record) -> Decimal:
    text = record.attached.get("paper_quantity", "")
    if not text:
        return Decimal(1)
    try:
        found = Decimal(read_number(text)).quantize(_SMALLEST)
    except (ValueProblem, InvalidOperation):
        record.problems.append(CellProblem("not_a_number", None, text))
        return Decimal(1)
    if TAKES_BACK in record.attached:
        found = abs(found)
    if not 0 < found < _MOST_QUANTITY:
        record.problems.append(CellProblem("out_of_range", None, text))
        return Decimal(1)
    return found.normalize()


def _amount(record: Record, amounts: Mapping[str, Money], quantity: Decimal) -> Money | None:
    """The line's own, before tax: as written, else price times quantity."""
    if "paper_line_total" in amounts or "paper_price" not in amounts:
        return amounts.get("paper_line_total")
    try:
        return amounts["paper_price"].times(quantity)
    except MoneyError:
        record.problems.append(CellProblem("out_of_range", None, str(quantity)))
        return None
