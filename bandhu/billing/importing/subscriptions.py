"""Subscriptions of another system. Those that run go on here: the first invoice of ours is written on the day of the next renewal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy

from bandhu.billing.actions.subscriptions import keep_monthly
from bandhu.billing.models import Interval, Subscription, SubscriptionLine, SubscriptionState
from bandhu.customers.importing.attached import folded, take_back
from bandhu.customers.importing.kinds import ImportKind
from bandhu.customers.importing.plan import Outcome
from bandhu.customers.imports.records import Record
from bandhu.customers.imports.targets import Target
from bandhu.customers.models import Import, ImportedRow
from bandhu.quotes.importing.paper_rows import TARGETS
from bandhu.quotes.importing.paper_sums import PaperProblem, Sums
from bandhu.quotes.importing.papers import (
    CLEAN,
    DEFAULTS,
    TOGETHER,
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
_ACTIVE, _PAUSED, _ENDED = SubscriptionState.ACTIVE, SubscriptionState.PAUSED, SubscriptionState.ENDED
_STATES = {
    **dict.fromkeys(("active", "live", "running", "current", "open", "non renewing"), _ACTIVE),
    **dict.fromkeys(("paused", "on hold", "suspended"), _PAUSED),
    **dict.fromkeys(
        ("ended", "cancelled", "canceled", "expired", "inactive", "churned", "terminated", "incomplete expired"), _ENDED
    ),
}  # fmt: skip
_LATEST = date(2200, 1, 1)


class SubscriptionsOfFile(PapersOfFile):
    """The subscriptions of one run, chunk by chunk."""

    kind, model, line_model, link, letter = (
        "subscription",
        Subscription,
        SubscriptionLine,
        "subscription",
        "S",
    )
    states = _STATES

    def check_paper(self, record: Record, sums: Sums) -> None:
        """An interval we have, lines that come to what will be billed, and for one that runs the next renewal ahead."""
        said = record.attached
        interval = folded(said.get("paper_interval", "month")).replace("-", " ")
        if interval not in _INTERVALS:
            raise PaperProblem("no_such_choice", said["paper_interval"])
        if not sums.adds_up:
            raise PaperProblem("not_the_sum", sums.head.number)
        ends = _day(said.get("paper_ended"))
        today, renewal = timezone.localdate(), _day(said.get("paper_next"))
        is_over = ends < today if ends else self.state_of(record) == _ENDED
        said["interval"], said["ends"], said["is_over"] = _INTERVALS[interval], ends, is_over
        if is_over:
            return
        if renewal is None:
            raise PaperProblem("no_renewal")
        if renewal < today:
            raise PaperProblem("renewal_passed", renewal.isoformat())
        if max(renewal, ends or renewal) >= _LATEST:
            raise PaperProblem("too_far", renewal.isoformat())

    def record(self, outcome: Outcome, sums: Sums, columns: dict[str, Any]) -> Subscription:
        said, today, row = outcome.record.attached, timezone.localdate(), sums.head
        ends: date | None = said["ends"]
        begins = max(row.day, ends or row.day) if said["is_over"] else _day(said["paper_next"]) or today
        is_paused = not said["is_over"] and self.state_of(outcome.record) == _PAUSED
        interval, every = said["interval"]
        zone = str(outcome.pending.columns.get("time_zone") or "") if outcome.pending else ""
        return Subscription(
            state=_ENDED if said["is_over"] else _PAUSED if is_paused else _ACTIVE, interval=interval, every=every,
            time_zone=zone or settings.DEFAULT_TIME_ZONE, starts_on=row.day, anchor_on=begins, next_on=begins,
            last_day=None if said["is_over"] else ends, paused_on=today if is_paused else None,
            ended_on=begins if said["is_over"] else None, reference=said.get("paper_reference", "")[:120],
            note=self._words(outcome.record), **columns,
        )  # fmt: skip

    def _words(self, record: Record) -> str:
        title = record.attached.get("paper_title", "")
        return "\n".join(filter(None, [title, self.note_of(record)]))

    def keep_sums(self, paper: Paper, taxes: list[dict[str, Any]]) -> None:
        super().keep_sums(paper, taxes)
        keep_monthly(paper.record)


def _day(at: datetime | None) -> date | None:
    return at.date() if at is not None else None


def _take_back(run: Import, traces: Sequence[ImportedRow]) -> list[ImportedRow]:
    return take_back(Subscription, "subscription", traces, own=(SubscriptionLine,))


SUBSCRIPTIONS = ImportKind(
    name="subscriptions", label=gettext_lazy("Subscriptions"), base="companies", record_kind="subscription",
    permission="billing.create_subscription", also=("billing.change_subscription",), targets=OF_SUBSCRIPTIONS, line_target="paper_line",
    together=TOGETHER, known=known_words, attach=SubscriptionsOfFile, take_back=_take_back, choices=choices_of_papers, alone="nameless", defaults=DEFAULTS, clean=CLEAN,
)  # fmt: skip
