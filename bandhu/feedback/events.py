"""What feedback tells the house."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from bandhu.platform.events import Event


@dataclass(frozen=True, kw_only=True)
class FeedbackAsked(Event, name="feedback.asked", sentence=_("A customer was asked for feedback")):
    asking_id: str
    survey_id: str
    contact_id: str


@dataclass(frozen=True, kw_only=True)
class FeedbackGiven(Event, name="feedback.given", sentence=_("A customer gave feedback")):
    asking_id: str
    survey_id: str
    contact_id: str
    kind: str
    score: int
    is_low: bool
    about_kind: str
    about_id: str | None
