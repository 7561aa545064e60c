"""The three scales and their figures.

CSAT: "how satisfied were you", 1 to 5; its figure is the share of 4 and 5. NPS: "would you recommend us", 0 to 10; the share of
9 and 10 less the share of 0 to 6 (Reichheld, Harvard Business Review, December 2003). CES: "we made it easy", 1 to 7, from
disagree to agree (CES 2.0, Corporate Executive Board, 2013); its figure is the share of 5 to 7.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

_Z = 1.96


class SurveyKind(TextChoices):
    CSAT = "csat", _("Satisfaction (CSAT, 1 to 5)")
    NPS = "nps", _("Recommendation (NPS, 0 to 10)")
    CES = "ces", _("Effort (CES, 1 to 7)")


@dataclass(frozen=True)
class Scale:
    """The scores from `first` to `last`; `good_from` upwards are good, those up to `bad_to` bad."""

    first: int
    last: int
    good_from: int
    bad_to: int

    @property
    def scores(self) -> range:
        return range(self.first, self.last + 1)

    def tone(self, score: int) -> str:
        """ "success", "danger", or "warning" in between."""
        if score >= self.good_from:
            return "success"
        return "danger" if score <= self.bad_to else "warning"


SCALES: Mapping[str, Scale] = {
    SurveyKind.CSAT: Scale(1, 5, good_from=4, bad_to=2),
    SurveyKind.NPS: Scale(0, 10, good_from=9, bad_to=6),
    SurveyKind.CES: Scale(1, 7, good_from=5, bad_to=3),
}


@dataclass(frozen=True)
class Figure:
    """What many answers say. `value` is a share of one (for NPS from -1 to 1); `low` and `high` hold it with 95 % certainty."""

    answers: int
    value: float
    low: float
    high: float


def figure_of(kind: str, counts: Mapping[int, int]) -> Figure | None:
    """The figure of a scale from how often each score was given; None without answers.

    Of a share the interval is Wilson's (1927); of NPS the normal one from the variance of a difference of two shares
    of one sample: p + q - (p - q)².
    """
    answers = sum(counts.values())
    if not answers:
        return None
    scale = SCALES[kind]
    good = sum(number for score, number in counts.items() if score >= scale.good_from) / answers
    if kind != SurveyKind.NPS:
        return Figure(answers, good, *_wilson(good, answers))
    bad = sum(number for score, number in counts.items() if score <= scale.bad_to) / answers
    value = good - bad
    half = _Z * sqrt(max(good + bad - value**2, 0) / answers)
    return Figure(answers, value, max(-1.0, value - half), min(1.0, value + half))


def _wilson(share: float, number: int) -> tuple[float, float]:
    middle = (share + _Z**2 / (2 * number)) / (1 + _Z**2 / number)
    half = _Z / (1 + _Z**2 / number) * sqrt(share * (1 - share) / number + _Z**2 / (4 * number**2))
    return max(0.0, middle - half), min(1.0, middle + half)
