"""Reading surveys, what was asked, and the figures."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from bandhu.customers.models import Contact
from bandhu.feedback.models import Asking, AskingState, Survey
from bandhu.feedback.public_address import asking_behind
from bandhu.feedback.scales import Figure, figure_of
from bandhu.identity.results import OutOfReach
from bandhu.interactions.models import Conversation
from bandhu.service.models import Ticket
from bandhu.ui.graphemes import shorten

VIEW = "feedback.view_asking"
_PUT = (AskingState.SENT, AskingState.ANSWERED, AskingState.EXPIRED)
# By what the figures may be told apart: where it stands at an asking, and what shows it.
GROUPS = {"agent": "agent__full_name", "channel": "channel", "language": "language"}


@dataclass
class Line:
    """What came back of one survey, or of one part of it: how many were asked, how many answered, the figure."""

    survey: Survey
    part: Any = None
    name: str = ""
    asked: int = 0
    scores: Counter[int] = field(default_factory=Counter)
    figure: Figure | None = None

    @property
    def answered(self) -> int:
        return sum(self.scores.values())

    @property
    def rate(self) -> float | None:
        return self.answered / self.asked if self.asked else None

    @property
    def bars(self) -> list[tuple[int, int, float, str]]:
        """(score, how often, its share of the most frequent one, tone), along the scale."""
        most = max(self.scores.values(), default=0) or 1
        scale = self.survey.scale
        return [(one, self.scores[one], self.scores[one] / most, scale.tone(one)) for one in scale.scores]


def surveys(user: Any) -> QuerySet[Survey]:
    """Every survey, for whoever may read answers or manage them."""
    may = user.holds(VIEW) or user.holds("feedback.manage_surveys")
    return Survey.objects.all() if may else Survey.objects.none()


def survey_for(user: Any, pk: UUID) -> Survey:
    """Raises OutOfReach."""
    found = surveys(user).filter(pk=pk).first()
    if found is None:
        raise OutOfReach
    return found


def askings(user: Any) -> Any:
    """Everything asked within reach, the newest first; a queryset to filter and cut."""
    rows = Asking.objects.visible_to(user, VIEW)
    return rows.select_related("survey", "contact", "agent").order_by("-pk")


def asking_for(user: Any, pk: UUID) -> Asking:
    """Raises OutOfReach."""
    found: Asking | None = askings(user).filter(pk=pk).first()
    if found is None:
        raise OutOfReach
    return found


def askings_of(user: Any, contact: Contact, limit: int = 5) -> list[Asking]:
    """The last answers of a contact in reach, and what is still open."""
    rows = askings(user).filter(contact=contact).exclude(state=AskingState.SKIPPED)
    return list(rows[:limit])


def asking_at(token: str) -> Asking:
    """For the customer's page. Raises OutOfReach for an address that is not ours."""
    pk = asking_behind(token)
    found = Asking.objects.select_related("survey").filter(pk=pk).first() if pk else None
    if found is None:
        raise OutOfReach
    return found


def what_it_is_about(asking: Asking) -> str:
    """The ticket or conversation that is judged, in the words the customer knows it by; empty where it is none, or another's by now."""
    rows: Any = {
        "ticket": Ticket.objects.filter(deleted_at__isnull=True),
        "conversation": Conversation.objects,
    }
    found = rows.get(asking.about_kind)
    one = found.filter(pk=asking.about_id, contact=asking.contact_id).first() if found is not None else None
    return shorten(getattr(one, "title", "") or getattr(one, "subject", ""), 120)


def within(
    rows: Any,
    *,
    survey: Survey | None = None,
    since: datetime | None = None,
    state: str = "",
    only: str = "",
    part: tuple[str, str] | None = None,
) -> Any:
    """`rows` of one survey, asked since then, in a state, only "good", "bad" or "between" scores, of one part (group, value)."""
    if survey is not None:
        rows = rows.filter(survey=survey)
    if since is not None:
        rows = rows.filter(send_at__gte=since)
    if state == "asked":
        rows = rows.filter(state__in=_PUT)
    elif state:
        rows = rows.filter(state=state)
    if only and survey is not None:
        scale = survey.scale
        good, bad = Q(score__gte=scale.good_from), Q(score__lte=scale.bad_to)
        kept = {"good": good, "bad": bad, "between": Q(score__isnull=False) & ~good & ~bad}
        rows = rows.filter(kept.get(only, Q()))
    if part is not None and part[0] in GROUPS:
        rows = rows.filter(**{part[0]: part[1] or None if part[0] == "agent" else part[1]})
    return rows


def results(user: Any, *, days: int = 90, group: str = "") -> list[Line]:
    """What came back of each survey in the last `days` days, within reach; with `group` (of GROUPS) one line for each part."""
    since = timezone.now() - timedelta(days=days)
    rows = within(Asking.objects.visible_to(user, VIEW), since=since, state="asked")
    by: dict[str, Any] = {"part": F(group), "name": F(GROUPS[group])} if group in GROUPS else {}
    counted = rows.order_by().values("survey", "score", **by).annotate(number=Count("pk"))
    known = {one.pk: one for one in surveys(user)}
    lines: dict[Any, Line] = {}
    for one in counted:
        key = (one["survey"], one.get("part"))
        line = lines.setdefault(
            key, Line(known[one["survey"]], part=one.get("part"), name=str(one.get("name") or ""))
        )
        line.asked += one["number"]
        if one["score"] is not None:
            line.scores[one["score"]] += one["number"]
    for line in lines.values():
        line.figure = figure_of(line.survey.kind, line.scores)
    return sorted(lines.values(), key=lambda line: (line.survey.name, -line.asked, line.name))


def by_week(user: Any, survey: Survey, *, weeks: int = 12) -> list[tuple[datetime, Figure]]:
    """The figure of each of the last weeks with answers, oldest first; weeks begin on Mondays in the current zone."""
    now = timezone.localtime()
    monday = (now - timedelta(days=now.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    first = monday - timedelta(weeks=weeks - 1)
    rows = within(
        Asking.objects.visible_to(user, VIEW), survey=survey, state=AskingState.ANSWERED, since=None
    )
    counts: dict[int, Counter[int]] = defaultdict(Counter)
    for at, score in rows.filter(answered_at__gte=first).values_list("answered_at", "score"):
        counts[(timezone.localtime(at) - first).days // 7][score] += 1
    found = [(first + timedelta(weeks=week), figure_of(survey.kind, counts[week])) for week in sorted(counts)]
    return [(week, figure) for week, figure in found if figure is not None]
