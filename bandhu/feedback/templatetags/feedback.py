"""How figures of feedback are written."""

from typing import Any

from django import template

from bandhu.feedback.scales import Figure, SurveyKind
from bandhu.ui import formats

register = template.Library()


@register.filter
def written(value: float, kind: str) -> str:
    """A share as a percentage; of NPS the points from -100 to 100, with their sign."""
    reader = formats.current_reader()
    if kind != SurveyKind.NPS:
        return formats.percent(value, reader, places=0)
    points = round(value * 100)
    return ("+" if points > 0 else "") + formats.number(points, reader, places=0)


@register.filter
def between(figure: Figure, kind: str) -> tuple[str, str]:
    """From where to where it lies with 95 % certainty, written."""
    return written(figure.low, kind), written(figure.high, kind)


@register.filter
def tone_on(score: Any, survey: Any) -> str:
    """The tone of a score on its survey's scale."""
    return survey.scale.tone(score) if score is not None else ""
