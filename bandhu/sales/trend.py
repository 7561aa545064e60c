"""What the next period will bring if things go on as they went: three plain methods, tried on the past in the order of time. Pure.

Repeating the last value, repeating the same period of last year, and simple exponential smoothing (Hyndman and Athanasopoulos,
Forecasting: Principles and Practice, 3rd edition, sections 5.2 and 8.1). Each past period is forecast from what lay before it alone
(section 5.10, rolling origin); the method used there is the one that had erred least until then. The interval is that of split
conformal prediction (Lei and others 2018, JASA 113:1094-1111): as wide as four fifths of the past errors.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import ceil

SURE = 0.8
# Fewer periods than this cannot be tried out: six go by before the first is forecast, six must be forecast.
FEWEST, FIRST = 12, 6
# Errors an interval is made of, at least.
_FEWEST_ERRORS = 6
_ALPHAS = tuple(step / 10 for step in range(1, 10))
REPEAT, SEASON, SMOOTHED = "repeat", "season", "smoothed"


@dataclass(frozen=True)
class Trial:
    """A past period as it was forecast from what lay before it, beside what came, and beside simply repeating."""

    place: int
    method: str
    forecast: float
    repeated: float
    actual: float
    low: float | None = None
    high: float | None = None

    @property
    def error(self) -> float:
        return abs(self.actual - self.forecast)

    @property
    def repeat_error(self) -> float:
        return abs(self.actual - self.repeated)


@dataclass
class Trend:
    """A forecast of the next period with an interval that should hold in `SURE` of all cases.

    `error` and `repeat_error` are mean absolute errors over the same trials. Where ours is not the smaller one, repeating is what is
    forecast (`is_better` says which). `held` of `judged` past intervals, each made from errors before it, held what came. With
    `periods` below FEWEST nothing else is filled.
    """

    periods: int
    method: str = ""
    forecast: float | None = None
    low: float | None = None
    high: float | None = None
    error: float | None = None
    repeat_error: float | None = None
    judged: int = 0
    held: int = 0
    trials: list[Trial] = field(default_factory=list)

    @property
    def is_known(self) -> bool:
        return self.forecast is not None

    @property
    def is_better(self) -> bool:
        """Whether trying out showed a smaller error than repeating the last period."""
        return self.error is not None and self.repeat_error is not None and self.error < self.repeat_error


def trend_of(values: Sequence[float], season: int) -> Trend:
    """`values` by period, the oldest first, without gaps; `season` periods are a year."""
    found = Trend(len(values))
    if len(values) < FEWEST:
        return found
    errors: dict[str, list[float]] = {}
    for place in range(FIRST, len(values)):
        past, actual = values[:place], values[place]
        guesses = {
            name: guess for name, method in _METHODS.items() if (guess := method(past, season)) is not None
        }
        chosen = _best(errors, guesses)
        ours = [trial.error for trial in found.trials]
        reach = _reach(ours)
        guess = guesses[chosen]
        low, high = (max(guess - reach, 0.0), guess + reach) if reach is not None else (None, None)
        found.trials.append(Trial(place, chosen, guess, guesses[REPEAT], actual, low, high))
        for name, one in guesses.items():
            errors.setdefault(name, []).append(abs(actual - one))
    _judge(found)
    _look_ahead(found, values, season, errors)
    return found


def _judge(found: Trend) -> None:
    found.error = _mean([trial.error for trial in found.trials])
    found.repeat_error = _mean([trial.repeat_error for trial in found.trials])
    judged = [trial for trial in found.trials if trial.low is not None and trial.high is not None]
    found.judged = len(judged)
    found.held = sum(trial.low <= trial.actual <= trial.high for trial in judged)  # type: ignore[operator]


def _look_ahead(found: Trend, values: Sequence[float], season: int, errors: dict[str, list[float]]) -> None:
    guesses = {
        name: guess for name, method in _METHODS.items() if (guess := method(values, season)) is not None
    }
    found.method = _best(errors, guesses) if found.is_better else REPEAT
    found.forecast = guesses[found.method]
    past = [trial.error if found.is_better else trial.repeat_error for trial in found.trials]
    reach = _reach(past)
    if reach is not None:
        found.low, found.high = max(found.forecast - reach, 0.0), found.forecast + reach


def _best(errors: dict[str, list[float]], guesses: dict[str, float]) -> str:
    """The method with the smallest mean error so far; repeating before anything is known."""
    known = [name for name in guesses if errors.get(name)]
    return min(known, key=lambda name: _mean(errors[name]), default=REPEAT)


def _reach(errors: Sequence[float]) -> float | None:
    """The error that `SURE` of all stay within, with the correction for a small sample; None for too few."""
    if len(errors) < _FEWEST_ERRORS:
        return None
    place = min(ceil((len(errors) + 1) * SURE), len(errors))
    return sorted(errors)[place - 1]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _repeat(past: Sequence[float], _season: int) -> float:
    return past[-1]


def _same_season(past: Sequence[float], season: int) -> float | None:
    return past[-season] if len(past) >= season else None


def _smooth(past: Sequence[float], _season: int) -> float:
    """Simple exponential smoothing from the first value, with the weight that erred least on the past itself."""
    return min((_run(past, alpha) for alpha in _ALPHAS), key=lambda one: one[1])[0]


def _run(past: Sequence[float], alpha: float) -> tuple[float, float]:
    """(the level after the last value, the sum of squared errors on the way)."""
    level, squares = past[0], 0.0
    for value in past[1:]:
        squares += (value - level) ** 2
        level += alpha * (value - level)
    return level, squares


_METHODS: dict[str, Callable[[Sequence[float], int], float | None]] = {
    REPEAT: _repeat,
    SMOOTHED: _smooth,
    SEASON: _same_season,
}
