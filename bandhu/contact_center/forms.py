"""Forms of the contact center. What they refuse stands at its field; the actions decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bandhu.calendars.queries import business_calendars
from bandhu.contact_center.models import Agent, Queue
from bandhu.contact_center.models.agents import LEVELS
from bandhu.contact_center.models.queues import PRIORITIES, WEIGHTS
from bandhu.contact_center.places import CHANNELS, offered_places, read_place, written
from bandhu.contact_center.queries import agents_for, away_reasons, queues_for, skills
from bandhu.contact_center.skill_levels import read_needs
from bandhu.customers.forms.choices import team_choices, user_choices
from bandhu.identity.models import User
from bandhu.ui.spans import SpanField

_LEVELS = [("", "–"), *((str(level), str(level)) for level in range(LEVELS[0], LEVELS[1] + 1))]


class Refusing(forms.Form):
    """A form that takes what an action refuses."""

    def take_errors(self, problem: ValidationError) -> None:
        """To its field, the rest above the form."""
        found = problem.message_dict if hasattr(problem, "error_dict") else {"": problem.messages}
        for name, texts in found.items():
            self.add_error(name if name in self.fields else None, texts)


class _WithSkills(Refusing):
    """Has a field for each skill in use."""

    def add_skills(self, user: User, levels: dict[Any, int]) -> None:
        self.skill_names = {f"skill-{one.pk}": one for one in skills(user)}
        for name, one in self.skill_names.items():
            self.fields[name] = forms.ChoiceField(
                label=one.name, choices=_LEVELS, required=False, initial=str(levels.get(one.pk, ""))
            )

    def take_skills(self, found: dict[str, Any]) -> dict[Any, int]:
        """{skill id: level} of what was chosen; the fields are taken out."""
        chosen = {one.pk: found.pop(name) for name, one in self.skill_names.items()}
        return {pk: int(level) for pk, level in chosen.items() if level}

    @property
    def skill_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.skill_names]


class QueueForm(_WithSkills):
    """Everything about a queue."""

    name = forms.CharField(label=_("Name"), max_length=120)
    team = forms.ChoiceField(
        label=_("Team"), choices=team_choices, required=False, help_text=_("Reads what waits in this queue.")
    )
    strategy = forms.ChoiceField(label=_("Who gets it"), choices=Queue.Strategy.choices)
    priority = forms.IntegerField(
        label=_("Priority"), initial=0, min_value=PRIORITIES[0], max_value=PRIORITIES[1],
        help_text=_("The higher goes first where people serve several queues."),
    )  # fmt: skip
    weight = forms.IntegerField(
        label=_("Units a piece takes"), initial=1, min_value=WEIGHTS[0], max_value=WEIGHTS[1],
        help_text=_("Of the capacity of whoever has it."),
    )  # fmt: skip
    calendar = forms.ChoiceField(
        label=_("Working hours"), required=False, help_text=_("Waiting is counted while they are open.")
    )
    acceptance_seconds = SpanField(
        label=_("Time to accept"), help_text=_("Empty: what is given needs no answer.")
    )
    pauses_who_misses = forms.BooleanField(
        label=_("Whoever does not answer is set away"), required=False, initial=True
    )
    is_sticky = forms.BooleanField(label=_("Back to whoever had it before"), required=False, initial=True)
    sticky_seconds = SpanField(
        label=_("Kept for them for"), help_text=_("While they are there; then anybody gets it."), initial=60
    )
    return_after = SpanField(
        label=_("Goes back when its agent is gone for"),
        help_text=_("Empty: it stays with them, as is right for mails. For chats a minute or two."),
    )
    relax_after = SpanField(
        label=_("Language and skills count for"),
        help_text=_("Empty: always. Afterwards anybody of the queue gets it."),
    )
    max_wait = SpanField(
        label=_("Waits too long after"), help_text=_("Then it is told to who listens, and shown in red.")
    )
    overflow_queue = forms.ChoiceField(label=_("Goes on to the queue"), required=False)
    overflow_after = SpanField(label=_("After"))
    members = forms.MultipleChoiceField(
        label=_("People"),
        required=False,
        choices=lambda: user_choices()[1:],
        widget=forms.CheckboxSelectMultiple(),
    )
    places = forms.MultipleChoiceField(
        label=_("What comes in here"), required=False, widget=forms.CheckboxSelectMultiple()
    )
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, *arguments: Any, user: User, queue: Queue | None = None, **keywords: Any) -> None:
        keywords["initial"] = self.initial_of(queue) if queue else {}
        super().__init__(*arguments, **keywords)
        others = queues_for(user).exclude(pk=queue.pk) if queue else queues_for(user)
        self._choose("overflow_queue", [("", "–"), *((str(one.pk), str(one)) for one in others)])
        hours = [(str(one.pk), str(one)) for one in business_calendars(user)]
        self._choose("calendar", [("", _("Around the clock")), *hours])
        self._choose("places", offered_places(user))
        self.add_skills(user, read_needs(queue.needs) if queue else {})

    def _choose(self, name: str, choices: Any) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @classmethod
    def initial_of(cls, queue: Queue) -> dict[str, Any]:
        """The form's values as they are typed."""
        linked = {
            name: str(getattr(queue, f"{name}_id") or "") for name in ("team", "overflow_queue", "calendar")
        }
        plain = {
            name: getattr(queue, name)
            for name in cls.base_fields
            if name not in ("members", "places", *linked)
        }
        members = [str(pk) for pk in queue.members.values_list("agent__user", flat=True)]
        return {**plain, **linked, "members": members, "places": [written(one) for one in queue.places.all()]}

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        found = dict(self.cleaned_data)
        found["skills"] = self.take_skills(found)
        found["members"] = list(User.objects.filter(pk__in=found["members"], is_active=True, is_system=False))
        found["places"] = [read_place(one) for one in found["places"]]
        found["sticky_seconds"] = found["sticky_seconds"] or 0
        return found


class AgentForm(_WithSkills):
    """What somebody can do, and how much at once."""

    capacity = forms.IntegerField(label=_("Capacity in units"), min_value=0, max_value=1000)
    languages = forms.MultipleChoiceField(
        label=_("Languages"), required=False, choices=settings.LANGUAGES, widget=forms.CheckboxSelectMultiple(),
        help_text=_("None ticked: work in any language."),
    )  # fmt: skip

    def __init__(self, *arguments: Any, user: User, agent: Agent, **keywords: Any) -> None:
        keywords["initial"] = {"capacity": agent.capacity, "languages": agent.languages}
        super().__init__(*arguments, **keywords)
        self.other_languages = [one for one in agent.languages if one not in dict(settings.LANGUAGES)]
        self.other_limits = {
            name: most for name, most in agent.channel_limits.items() if name not in CHANNELS
        }
        for channel, label in CHANNELS.items():
            self.fields[f"limit-{channel}"] = forms.IntegerField(
                label=label,
                required=False,
                min_value=0,
                max_value=1000,
                initial=agent.channel_limits.get(channel),
            )
        self.add_skills(user, {one.skill_id: one.level for one in agent.skills.all()})

    @property
    def limit_fields(self) -> list[forms.BoundField]:
        return [self[f"limit-{channel}"] for channel in CHANNELS]

    def values(self) -> dict[str, Any]:
        """What the action takes; what the form does not show stays."""
        found = dict(self.cleaned_data)
        levels = self.take_skills(found)
        limits = {channel: found.pop(f"limit-{channel}") for channel in CHANNELS}
        given = {channel: most for channel, most in limits.items() if most is not None}
        return {
            "capacity": found["capacity"],
            "languages": [*found["languages"], *self.other_languages],
            "channel_limits": {**self.other_limits, **given},
            "skills": levels,
        }


class NameForm(Refusing):
    """A skill, or a reason to be away."""

    name = forms.CharField(label=_("Name"), max_length=80)
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, *arguments: Any, row: Any = None, **keywords: Any) -> None:
        keywords["initial"] = {"name": row.name, "is_active": row.is_active} if row else {}
        super().__init__(*arguments, **keywords)


class AssignmentForm(Refusing):
    """Who shall have a piece of work, or which queue; whoever is there with room comes first."""

    agent = forms.ChoiceField(label=_("Person"), required=False)
    queue = forms.ChoiceField(label=_("Or another queue"), required=False)

    def __init__(self, *arguments: Any, user: User, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        people = [
            (
                str(one.user.pk),
                _("%(name)s: %(state)s, %(load)s of %(capacity)s")
                % {
                    "name": one.user, "state": one.agent.get_state_display(), "load": one.load, "capacity": one.agent.capacity,
                },
            )
            for one in agents_for(user)
        ]  # fmt: skip
        known = {pk for pk, _words in people}
        others = [pair for pair in user_choices()[1:] if pair[0] not in known]
        self.fields["agent"].choices = [("", "–"), *people, *others]  # type: ignore[attr-defined]
        queues = [(str(one.pk), str(one)) for one in queues_for(user)]
        self.fields["queue"].choices = [("", "–"), *queues]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if bool(found.get("agent")) == bool(found.get("queue")):
            raise ValidationError(_("Choose a person or a queue."))
        return found


class PresenceForm(Refusing):
    """Whether I am there: "available", "offline", or "away" with the id of a reason."""

    state = forms.ChoiceField(choices=Agent.State.choices)
    reason = forms.ChoiceField(required=False)

    def __init__(self, *arguments: Any, user: User, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.reasons = {str(one.pk): one for one in away_reasons(user)}
        choices = [("", "–"), *((pk, str(one)) for pk, one in self.reasons.items())]
        self.fields["reason"].choices = choices  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        found = self.cleaned_data
        return {"state": found["state"], "reason": self.reasons.get(found["reason"])}
