"""Subscriptions of another system. Those that run go on here: the first invoice of ours is written on the day of the next renewal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bandhu.billing.actions.subscriptions import keep_monthly
from bandhu.billing.models import Interval, Subscription, SubscriptionLine, SubscriptionState
from bandhu.customers.importing.attached import folded, take_back
from bandhu.customers.importing.kinds import ImportKind
from bandhu.customers.importing.plan import Outcome
from bandhu.customers.imports.problems import CellProblem
from bandhu.customers.imports.records import Record
from bandhu.customers.imports.targets import Target
from bandhu.customers.models import Import, ImportedRow
from bandhu.quotes.importing.paper_rows import TARGETS, PaperRow
from bandhu.quotes.importing.papers import (
    CLEAN,
    DEFAULTS,
    Paper,
    PapersOfFile,
    choices_of_papers,
    known_words,
)

OF_SUBSCRIPTIONS = (
    *TARGETS,
    Target("paper_interval", gettext_lazy("Billed every"), words="interval|billing interval|billing period|billing cycle|billing frequency|frequency|period|plan interval|পর্যায়|காலம்"),
    Target("paper_next", gettext_lazy("Next renewal"), "date", words="next renewal|next billing|next billing at|next billing date|next invoice date|renewal date|current period end|next charge date"),
    Target("paper_ended", gettext_lazy("Ended on"), "date", words="ended|ended on|ended at|cancelled at|canceled at|cancelled on|end date"),
)  # fmt: skip
_WEEK, _MONTH, _YEAR = Interval.WEEK, Interval.MONTH, Interval.YEAR
_INTERVALS = {
    "week": (_WEEK, 1), "weekly": (_WEEK, 1), "biweekly": (_WEEK, 2), "every 2 weeks": (_WEEK, 2), "month": (_MONTH, 1),
    "monthly": (_MONTH, 1), "bimonthly": (_MONTH, 2), "quarter": (Interval.QUARTER, 1), "quarterly": (Interval.QUARTER, 1),
    "every 3 months": (_MONTH, 3), "half yearly": (_MONTH, 6), "semi annual": (_MONTH, 6), "every 6 months": (_MONTH, 6),
    "year": (_YEAR, 1), "yearly": (_YEAR, 1), "annual": (_YEAR, 1), "annually": (_YEAR, 1),
}  # fmt: skip
_ENDED = (
    "ended",
    "cancelled",
    "canceled",
    "expired",
    "inactive",
    "churned",
    "terminated",
    "incomplete expired",
)
_PAUSED = ("paused", "on hold", "suspended")


class SubscriptionsOfFile(PapersOfFile):
    """The subscriptions of one run, chunk by chunk."""

    kind, model, line_model, link = "subscription", Subscription, SubscriptionLine, "subscription"

    def check_row(self, record: Record, row: PaperRow) -> None:
        """An interval we have; and one that runs has its next renewal ahead."""
        super().check_row(record, row)
        said = record.attached
        interval = folded(said.get("paper_interval", "month")).replace("-", " ")
        if interval not in _INTERVALS:
            record.problems.append(CellProblem("no_such_choice", None, said["paper_interval"]))
        said["interval"], said["ended"] = _INTERVALS.get(interval), _ended_on(said, row.day)
        renewal: datetime | None = said.get("paper_next")
        if said["ended"] is not None:
            return
        if renewal is None:
            record.problems.append(CellProblem("no_renewal"))
        elif renewal.date() < timezone.localdate():
            record.problems.append(CellProblem("renewal_passed", None, renewal.date().isoformat()))

    def paper(self, outcome: Outcome, row: PaperRow) -> Subscription:
        said, today = outcome.record.attached, timezone.localdate()
        ended: date | None = said["ended"]
        begins = max(row.day, ended) if ended else said["paper_next"].date()
        paused = ended is None and folded(said.get("paper_state", "")) in _PAUSED
        state = SubscriptionState.PAUSED if paused else SubscriptionState.ACTIVE
        interval, every = said["interval"]
        zone = str(outcome.pending.columns.get("time_zone") or "") if outcome.pending else ""
        return Subscription(
            state=SubscriptionState.ENDED if ended else state, interval=interval, every=every, time_zone=zone or settings.DEFAULT_TIME_ZONE,
            starts_on=row.day, anchor_on=begins, next_on=begins, paused_on=today if paused else None, ended_on=begins if ended else None,
            reference=said.get("paper_reference", "")[:120], note=self.note_of(outcome.record), **self.columns(outcome, row),
        )  # fmt: skip

    def line(self, paper: Paper, row: PaperRow) -> SubscriptionLine:
        """With the tax its renewals are to bear: as many percent as the row's own."""
        found: SubscriptionLine = super().line(paper, row)
        bearing = row.total - row.tax if row.total is not None else row.net
        if row.tax and bearing:
            found.tax_name = _("Tax")
            found.tax_percent = round(Decimal(100 * row.tax.minor) / bearing.minor, 4)
            found.tax_minor = row.net.times(found.tax_percent / 100).minor
            found.total_minor = found.net_minor + found.tax_minor
        return found

    def keep_sums(self, paper: Paper) -> None:
        super().keep_sums(paper)
        keep_monthly(paper.record)


def _ended_on(said: dict[str, Any], day: date) -> date | None:
    """The day it ended; where only its state says so, the first is all one knows."""
    at = said.get("paper_ended")
    if at is not None and at <= timezone.now():
        found: date = at.date()
        return found
    return day if folded(said.get("paper_state", "")) in _ENDED else None


def _take_back(run: Import, traces: Sequence[ImportedRow]) -> list[ImportedRow]:
    return take_back(Subscription, "subscription", traces, own=(SubscriptionLine,))


SUBSCRIPTIONS = ImportKind(
    name="subscriptions", label=gettext_lazy("Subscriptions"), base="companies", record_kind="subscription",
    permission="billing.create_subscription", targets=OF_SUBSCRIPTIONS, line_target="paper_line", known=known_words,
    attach=SubscriptionsOfFile, take_back=_take_back, choices=choices_of_papers, alone="nameless", defaults=DEFAULTS, clean=CLEAN,
)  # fmt: skip
