"""Quotas, adjustments of a forecast, and the weekly snapshots."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.catalog.queries import NoBaseCurrency, base_currency
from bandhu.identity.acting import action
from bandhu.identity.models import Team, User
from bandhu.identity.results import Denied, OutOfReach
from bandhu.identity.scoping import reason_for
from bandhu.platform import audit
from bandhu.platform.events import publish
from bandhu.platform.money import MAX_MINOR, Money
from bandhu.platform.texts import clean_line
from bandhu.sales.events import QuotaSet
from bandhu.sales.models import ForecastAdjustment, ForecastSnapshot, Quota
from bandhu.sales.queries.forecast import ADJUSTED, MANAGE, SEE, own_figure, within_subject_reach
from bandhu.sales.queries.periods import ForecastPeriod

# Every open opportunity as it stands, in one statement: half a hundred thousand rows are no work for Python.
_COPY = """
    INSERT INTO sales_snapshotline (snapshot_id, opportunity_id, line, expected_close, base_amount_minor)
    SELECT %(snapshot)s, one.id,
           CASE coalesce(nullif(one.forecast, ''), stage.forecast) WHEN 'closed' THEN 'commit'
                ELSE coalesce(nullif(one.forecast, ''), stage.forecast) END,
           one.expected_close, one.base_amount_minor
    FROM sales_opportunity AS one JOIN sales_stage AS stage ON stage.id = one.stage_id
    WHERE one.state = 'open' AND one.deleted_at IS NULL
"""


@action(MANAGE, on_record=False)
def set_quota(
    subject: User | Team, *, actor: Any, period: ForecastPeriod, amount: Money | None
) -> Quota | None:
    """What a person or team is to close in the period; None takes the quota back. The amount is in the base currency."""
    _require_over(actor, subject)
    minor = None if amount is None else _clean_amount(amount)
    if minor == 0:
        raise ValidationError({"amount": _("A quota is above nought.")})
    key = {"kind": period.kind, "begins": period.begins, **_key(subject)}
    former = Quota.objects.select_for_update().filter(**key).first()
    before = former.amount_minor if former else None
    if before == minor:
        return former
    made = None
    if minor is None:
        Quota.objects.filter(**key).delete()
    else:
        made, _new = Quota.objects.update_or_create(**key, defaults={"amount_minor": minor})
    _written("quota", subject, period, actor, {"amount": (_words(before), _words(minor))})
    whose = {f"{name}_id": str(one.pk) if one else None for name, one in _key(subject).items()}
    told = QuotaSet(
        **whose, kind=period.kind, begins=period.begins.isoformat(), amount_minor=minor, currency=base_currency()
    )  # fmt: skip
    publish(told, actor=actor)
    return made


@action(MANAGE, on_record=False)
def adjust_forecast(
    subject: User | Team, *, actor: Any, period: ForecastPeriod, line: str, amount: Money | None, note: str
) -> ForecastAdjustment:
    """What the manager expects of one line instead of the sellers' figure, and why; None goes back to their figure.

    The sellers' figure is kept beside it as it stood, and so is every earlier adjustment.
    """
    _require_over(actor, subject)
    if line not in ADJUSTED:
        raise ValidationError({"line": _("Choose one of the list.")})
    said = clean_line(note, 500)
    if not said:
        raise ValidationError({"note": _("Say why: whoever reads the figure wants to know.")})
    made = ForecastAdjustment.objects.create(
        kind=period.kind,
        begins=period.begins,
        line=line,
        amount_minor=None if amount is None else _clean_amount(amount),
        figure_minor=own_figure(actor, period, subject, line),
        note=said,
        actor=actor,
        **_key(subject),
    )
    changes = {line: (_words(made.figure_minor), _words(made.amount_minor)), "note": (None, said)}
    _written("forecast_adjustment", subject, period, actor, changes)
    return made


@transaction.atomic
def take_snapshot() -> ForecastSnapshot | None:
    """How all open opportunities stand now, once a week (None: this week has one); those too old to be kept go."""
    today = timezone.now().date()
    monday = today - timedelta(days=today.weekday())
    snapshot, is_new = ForecastSnapshot.objects.get_or_create(week=monday)
    if not is_new:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_COPY, {"snapshot": snapshot.pk})
    oldest = monday - timedelta(weeks=ForecastSnapshot.KEPT_WEEKS)
    ForecastSnapshot.objects.filter(week__lt=oldest).delete()
    return snapshot


def _require_over(actor: Any, subject: User | Team) -> None:
    """The permission's reach must include the person or team; whom one cannot even see is not there (404)."""
    if within_subject_reach(actor, MANAGE, subject):
        return
    if within_subject_reach(actor, SEE, subject):
        raise Denied(MANAGE, reason_for(MANAGE))
    raise OutOfReach


def _clean_amount(amount: Money) -> int:
    base = base_currency()
    if not base:
        raise NoBaseCurrency
    if amount.currency != base:
        raise ValidationError({"amount": _("Write the amount in %(currency)s.") % {"currency": base}})
    if not 0 <= amount.minor <= MAX_MINOR:
        raise ValidationError({"amount": _("An amount is not below nought.")})
    return amount.minor


def _key(subject: User | Team) -> dict[str, Any]:
    return {"user": subject if isinstance(subject, User) else None, "team": subject if isinstance(subject, Team) else None}  # fmt: skip


def _words(minor: int | None) -> str | None:
    return None if minor is None else str(Money(minor, base_currency()))


def _written(kind: str, subject: Any, period: ForecastPeriod, actor: Any, changes: dict[str, Any]) -> None:
    title = f"{subject}: {period.begins}"
    audit.record_change("changed", actor=actor, kind=kind, record_id=subject.pk, title=title, changes=changes)
