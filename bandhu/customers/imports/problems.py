"""What is wrong with a file, a row or a cell, in words a person can act on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from .xlsx_formulas import FORMULA_MARK


class SourceProblem(Exception):
    """A file that cannot be read as it stands. `code` is stable for scripts, `sentence` is translated."""

    def __init__(self, code: str, message: str | Promise, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.message = message
        self.params = params

    @property
    def sentence(self) -> str:
        return str(self.message) % self.params if self.params else str(self.message)

    def __str__(self) -> str:
        return f"{self.code} {self.params}" if self.params else self.code


# The last column of the file of rows put aside. So that it is known again, no other file is likely to have it.
REASON = _("Why the row was put aside")


def is_reason(header: str) -> bool:
    """Whether a column is the one we put beside rows that failed, in any language of the house."""
    return any(header == translated(REASON, language) for language, _name in settings.LANGUAGES)


def translated(text: str | Promise, language: str) -> str:
    with override(language):
        return str(text)


SENTENCES: dict[str, str | Promise] = {
    "ambiguous_date": _(
        "In “%(value)s” day and month cannot be told apart, since the column writes them both ways; it was read as %(detail)s."
    ),
    "broken_bytes": _(
        "“%(value)s” holds bytes that are not of the chosen encoding. Choose another encoding, or mend the cell."
    ),
    "closed_before_created": _("“%(value)s” lies before the day it was created."),
    "country_understood": _("“%(value)s” was understood as %(detail)s."),
    "credited_unknown": _(
        "This is a credit note of the invoice “%(value)s”, and no such invoice is here on which you may write one. Bring the invoice in first, or in the same file."
    ),
    "credits_nothing": _(
        "“%(value)s” is a credit note and does not say of which invoice. Name the number of the invoice in a column of its own."
    ),
    "customer_unknown": _(
        "“%(value)s” is nobody in the book whom you may plan for, or several are called so. Bring in contacts and companies first, or name the mail address."
    ),
    "deleted_elsewhere": _("It was deleted or marked as spam in the other system."),
    "external_id_taken": _("The id “%(value)s” is in use already."),
    "cell_with_error": _("The cell shows the error “%(value)s” and no value. Mend it in the workbook."),
    "formula_without_result": _(
        "The cell holds the formula “%(value)s”, whose result is not in the file. Open the workbook in a spreadsheet program and save it."
    ),
    "in_the_future": _("“%(value)s” lies in the future."),
    "joined_lines": _(
        "Lines %(value)s were read as one row, since a quotation mark opens in the first and closes in the last of them."
    ),
    "kept_as_written": _("“%(value)s” is not known here; it was kept as written."),
    "known_other_line": _(
        "“%(value)s” is known already and was not changed. This line differs: here it is “%(detail)s”."
    ),
    "known_other_lines": _(
        "“%(value)s” is known already and was not changed. The number of its lines differs: here it has %(detail)s."
    ),
    "known_other_paid": _(
        "“%(value)s” is known already and was not changed. What was paid differs: here it is %(detail)s."
    ),
    "known_other_state": _(
        "“%(value)s” is known already and was not changed. Its state differs: here it is “%(detail)s”."
    ),
    "known_other_total": _(
        "“%(value)s” is known already and was not changed. Its total differs: here it is %(detail)s."
    ),
    "looks_like_another": _("“%(value)s” is probably a record that exists already."),
    "no_birthday": _("“%(value)s” is no birthday: it lies in the past, after 1850."),
    "negative_amount": _("“%(value)s” is below nought."),
    "no_closing_day": _("What is won or lost needs the day on which it was closed."),
    "no_customer": _("The row names neither a contact nor a company."),
    "no_due_day": _("“%(value)s” does not say until when."),
    "no_name": _("The row names nobody: there is no name, company, mail or telephone."),
    "no_rate": _(
        "There is no exchange rate for %(value)s on %(detail)s or before. Enter one, or choose that the first rate there is counts, then bring the row in again."
    ),
    "no_ticket_id": _("The ticket has no number of its own, so it could not be known again."),
    "no_paper_amount": _("“%(value)s” has neither a total nor an amount of a line."),
    "no_paper_date": _("“%(value)s” has no date."),
    "no_paper_number": _("The row has no number by which its paper could be known."),
    "no_such_customer": _(
        "“%(value)s” is nobody in the book, and the row names no company. Bring in the contacts first."
    ),
    "no_such_invoice": _("There is no invoice “%(value)s” here. Bring in the invoices first."),
    "nothing_to_do": _("The row does not say what is to be done."),
    "number_taken": _("“%(value)s” is the number of a paper that was written here."),
    "not_issued_there": _("“%(value)s” was never issued. Write it here."),
    "other_currency": _("“%(value)s” is not the currency of its invoice."),
    "renewal_passed": _("The next renewal, “%(value)s”, lies in the past."),
    "no_renewal": _("A subscription that runs needs the day of its next renewal."),
    "tax_above_total": _("“%(value)s” of taxes is more than the whole."),
    "two_currencies": _("The row has amounts in several currencies: %(value)s."),
    "more_than_left": _("“%(value)s” is more than is left to credit on the invoice: %(detail)s."),
    "not_taken_back": _("“%(value)s” goes the other way than the rest of the credit note."),
    "more_than_open": _("“%(value)s” is more than is still open on the invoice."),
    "not_the_sum": _("The lines of “%(value)s” do not come to its total."),
    "rows_apart": _(
        "Other rows of “%(value)s” stand elsewhere in the file. Put the rows of one number below each other."
    ),
    "too_far": _("“%(value)s” is too far away."),
    "with_its_paper": _("Another row of “%(value)s” cannot be taken over, so none of them was."),
    "no_such_choice": _("“%(value)s” is not one of the choices of this field."),
    "not_a_count": _("“%(value)s” is not a whole number."),
    "not_a_date": _("“%(value)s” is not a date."),
    "not_a_mail": _("“%(value)s” is not a mail address."),
    "not_a_number": _("“%(value)s” is not a number."),
    "not_a_phone": _("“%(value)s” is not a telephone number."),
    "not_a_url": _("“%(value)s” is not a web address."),
    "not_yes_or_no": _("“%(value)s” is neither yes nor no."),
    "out_of_range": _("“%(value)s” is outside of what the field allows."),
    "phone_kept_as_typed": _("“%(value)s” is no number in use; it was kept as written."),
    "surplus_cells": _("The row has more cells than the header: %(value)s. Check quotes and delimiters."),
    "too_long": _("“%(value)s” is longer than the field can hold."),
    "too_many_decimals": _("“%(value)s” has more decimals than its currency."),
    "unclosed_quote": _(
        "A quotation mark opens in this row and does not close (lines %(value)s). Only its first line is put aside; the lines after it were read as rows of their own."
    ),
    "unreadable_mail": _("This mail cannot be read: %(value)s"),
    "unreadable_record": _("This part of the file is no whole record: %(value)s"),
    "unreadable": _("“%(value)s” cannot be read."),
}


class ValueProblem(ValueError):
    """A text that is not what its column should hold; `code` is a key of SENTENCES."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class CellProblem:
    """One cell (or, with `column` None, a whole row) that cannot be taken over; `code` is a key of SENTENCES."""

    code: str
    column: str | None = None
    value: str = ""
    # What was made of the value, where the sentence says so.
    detail: str = ""

    def as_dict(self) -> dict[str, Any]:
        """As it is stored; the sentence is made when somebody reads it, in their language."""
        value = self.value[:300].replace("\x00", "").encode("utf-8", "replace").decode()
        said = {"code": self.code, "column": self.column, "value": value}
        return {**said, "detail": self.detail} if self.detail else said


def sentence_of(problem: dict[str, Any]) -> str:
    """A stored problem as a sentence in the active language."""
    sentence = str(SENTENCES.get(problem["code"], SENTENCES["unreadable"]))
    return sentence % {
        "value": shortened(problem.get("value") or ""),
        "detail": shortened(problem.get("detail") or ""),
    }


def sentences_of(problems: Iterable[dict[str, Any]]) -> list[str]:
    """Stored problems as sentences, each with the name of its column before it."""
    return [
        f"{one['column']}: {sentence_of(one)}" if one.get("column") else sentence_of(one) for one in problems
    ]


def shortened(text: str, limit: int = 80) -> str:
    """`text` for a message: one line, at most `limit` characters, nothing that cannot be stored."""
    plain = " ".join(
        text.replace("\x00", "").removeprefix(FORMULA_MARK).encode("utf-8", "replace").decode().split()
    )
    return plain if len(plain) <= limit else plain[: limit - 1] + "…"
