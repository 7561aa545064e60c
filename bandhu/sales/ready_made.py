"""The pipeline and the reasons every installation starts with; an administrator changes them on a screen."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext_noop

from bandhu.sales.models import CloseReason, Forecast, LeadReason, LeadSource, Pipeline, Stage, StageKind

# Name, kind, probability, forecast, days until a card is stale, what must be filled.
STAGES: tuple[tuple[str, str, str, str, int | None, list[str]], ...] = (
    (gettext_noop("Qualifying"), StageKind.OPEN, "0.1", Forecast.PIPELINE, 14, []),
    (gettext_noop("Needs understood"), StageKind.OPEN, "0.25", Forecast.PIPELINE, 21, []),
    (gettext_noop("Quoted"), StageKind.OPEN, "0.5", Forecast.BEST_CASE, 14, ["amount"]),
    (gettext_noop("Negotiating"), StageKind.OPEN, "0.75", Forecast.COMMIT, 14, ["amount", "expected_close"]),
    (gettext_noop("Won"), StageKind.WON, "1", Forecast.CLOSED, None, ["amount"]),
    (gettext_noop("Lost"), StageKind.LOST, "0", Forecast.OMITTED, None, []),
)
REASONS = {
    StageKind.WON: (gettext_noop("Best fit"), gettext_noop("Best price"), gettext_noop("Knows us already")),
    StageKind.LOST: (
        gettext_noop("Too expensive"),
        gettext_noop("Chose a competitor"),
        gettext_noop("No need any more"),
        gettext_noop("No answer"),
    ),
}
# Name, hours until the first answer.
SOURCES: tuple[tuple[str, int | None], ...] = (
    (gettext_noop("Website"), 4),
    (gettext_noop("Telephone"), 8),
    (gettext_noop("Mail"), 24),
    (gettext_noop("Recommendation"), 24),
    (gettext_noop("Trade fair"), 48),
    (gettext_noop("Imported"), None),
)
LEAD_REASONS = (
    gettext_noop("No answer"),
    gettext_noop("No need"),
    gettext_noop("No money for it"),
    gettext_noop("Not what we sell"),
    gettext_noop("Spam"),
)


def ensure_pipeline() -> None:
    """Make one pipeline where there is none, and reasons where there are none. Safe to repeat."""
    if not Pipeline.objects.exists():
        pipeline = Pipeline.objects.create(name=gettext_noop("Sales"))
        Stage.objects.bulk_create(
            Stage(
                pipeline=pipeline, name=name, kind=kind, probability=Decimal(share), forecast=forecast,
                ageing_days=days, required_fields=required, position=place,
            )
            for place, (name, kind, share, forecast, days, required) in enumerate(STAGES)
        )  # fmt: skip
    if not CloseReason.objects.exists():
        CloseReason.objects.bulk_create(
            CloseReason(kind=kind, name=name, position=place)
            for kind, names in REASONS.items()
            for place, name in enumerate(names)
        )


def ensure_lead_lists() -> None:
    """Make sources and closing reasons where there are none. Safe to repeat."""
    if not LeadSource.objects.exists():
        LeadSource.objects.bulk_create(
            LeadSource(name=name, respond_within_hours=hours, position=place)
            for place, (name, hours) in enumerate(SOURCES)
        )
    if not LeadReason.objects.exists():
        LeadReason.objects.bulk_create(
            LeadReason(name=name, position=place) for place, name in enumerate(LEAD_REASONS)
        )
