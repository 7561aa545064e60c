"""Sequences: set up, contacts enrolled, step after step taken by the clock, stopped as soon as there is a reason."""

from __future__ import annotations

import logging
from collections.abc import Hashable, Mapping
from collections.abc import Sequence as Several
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Case, F, PositiveSmallIntegerField, When
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.channels.actions import write_mail
from bandhu.channels.models import MailTemplate
from bandhu.channels.queries import drafted_from, sending_account_for
from bandhu.customers.models import Contact
from bandhu.identity.acting import action
from bandhu.identity.models import User
from bandhu.interactions.actions import plan_follow_up
from bandhu.platform.audit import record_change
from bandhu.platform.events import publish
from bandhu.platform.texts import clean_line
from bandhu.sales.events import ContactEnrolled, EnrolmentEnded
from bandhu.sales.models import Enrolment, Lead, Sequence, SequenceStep, StepTaken
from bandhu.sales.working_time import after_working_days

logger = logging.getLogger(__name__)
MANAGE, ENROL = "sales.manage_sequences", "sales.change_enrolment"
MOST_STEPS, LONGEST_WAIT = 30, 250
State, Reason = Enrolment.State, Enrolment.Reason


@action(MANAGE, on_record=False)
def set_sequence(
    sequence: Sequence | None,
    *,
    actor: Any,
    name: str,
    steps: Several[Mapping[str, Any]],
    is_active: bool = True,
) -> Sequence:
    """Change a sequence, or make one (None). `steps` are {"wait_days", "template" or "task"}.

    Who is under way goes on behind the last of the new steps that was taken for them already: nobody gets a letter twice.
    Raises ValidationError by field.
    """
    row = sequence or Sequence()
    row.name, row.is_active = clean_line(name, 120), is_active
    cleaned = [_clean_step(one, place) for place, one in enumerate(steps)]
    if not row.name:
        raise ValidationError({"name": _("A name is needed.")})
    if not 0 < len(cleaned) <= MOST_STEPS:
        raise ValidationError(
            {"steps": _("A sequence has between one and %(limit)d steps.") % {"limit": MOST_STEPS}}
        )
    row.save()
    _carry_on(row, cleaned)
    row.steps.all().delete()
    SequenceStep.objects.bulk_create(
        SequenceStep(sequence=row, position=place, **one) for place, one in enumerate(cleaned)
    )
    verb = "created" if sequence is None else "changed"
    record_change(verb, actor=actor, kind="sequence", record_id=row.pk, title=row.name)
    return row


def _carry_on(sequence: Sequence, steps: Several[Mapping[str, Any]]) -> None:
    """Point those under way to their place among the new steps; their rows are locked by it until the steps are there."""
    rows = SequenceStep.objects.filter(
        sequence=sequence
    )  # read now: what the form was filled from may be older
    old = [(step.template_id, step.task) for step in rows]
    new = [(step["template"].pk if step["template"] else None, step["task"]) for step in steps]
    places = [When(position=position, then=place) for position, place in enumerate(_places(old, new))]
    if places:
        sequence.enrolments.filter(state__in=(State.RUNNING, State.PAUSED)).update(
            position=Case(*places, default=F("position"), output_field=PositiveSmallIntegerField())
        )


def _places(old: Several[Hashable], new: Several[Hashable]) -> list[int]:
    """For each number of steps taken, from 0 on, the place of the new step that comes next.

    Behind the last of those taken; where none of them is left, the first that was still to come, else the same place as before or the end.
    """
    found = _found_again(old, new)
    places = [0]
    for count in range(1, len(old) + 1):
        behind = [place for place in found[:count] if place is not None]
        ahead = [place for place in found[count:] if place is not None]
        places.append(max(behind) + 1 if behind else min(ahead, default=min(count, len(new))))
    return places


def _found_again(old: Several[Hashable], new: Several[Hashable]) -> list[int | None]:
    """Where each old step stands among the new ones: as it was, wherever it was moved, else what was written in its stead."""
    left, found = dict(enumerate(new)), list[int | None]()
    for step in old:
        at = next((place for place, other in left.items() if other == step), None)
        found.append(at)
        if at is not None:
            del left[at]
    for number, at in enumerate(found):
        before = found[number - 1] if number else -1
        if at is None and before is not None and before + 1 in left:
            found[number] = before + 1
            del left[before + 1]
    return found


@action("channels.send_mail")
def enrol_contact(
    contact: Contact, *, actor: User, sequence: Sequence, lead: Lead | None = None, owner: User | None = None
) -> Enrolment:
    """Begin `sequence` with a contact, in the actor's name, or where a rule begins it in that of `owner`. Raises ValidationError when it cannot or need not begin."""
    first = sequence.steps.first()
    if not sequence.is_active or first is None:
        raise ValidationError({"sequence": _("This sequence is not in use.")})
    if lead is not None and lead.contact_id != contact.pk:
        raise ValidationError({"lead": _("This lead is somebody else's.")})
    if not contact.primary_mail:
        raise ValidationError({"sequence": _("The contact has no mail address.")})
    if sequence.enrolments.filter(contact=contact, state__in=(State.RUNNING, State.PAUSED)).exists():
        raise ValidationError({"sequence": _("The contact is in this sequence already.")})
    enrolment = Enrolment.objects.create(
        sequence=sequence,
        contact=contact,
        lead=lead,
        owner=owner or actor,
        next_at=_due(contact, first, timezone.now()),
    )
    _record(enrolment, actor, "created")
    publish(ContactEnrolled(**_facts(enrolment)), actor=actor)
    return enrolment


@action(ENROL)
def pause_enrolment(enrolment: Enrolment, *, actor: User) -> Enrolment:
    """Nothing more is sent until it is resumed."""
    return _switch(enrolment, actor, State.RUNNING, State.PAUSED)


@action(ENROL)
def resume_enrolment(enrolment: Enrolment, *, actor: User) -> Enrolment:
    """Go on with the next step; one that was due meanwhile comes in the next working hour."""
    return _switch(enrolment, actor, State.PAUSED, State.RUNNING)


@action(ENROL)
def stop_enrolment(enrolment: Enrolment, *, actor: User) -> Enrolment:
    """Take the contact out; a second call changes nothing."""
    _end(_locked(enrolment.pk), State.STOPPED, Reason.BY_HAND, actor=actor)
    enrolment.refresh_from_db()
    return enrolment


def stop_for(
    contact_id: UUID | str,
    reason: str,
    *,
    leads: Several[UUID] | None = None,
    begun_by: datetime | None = None,
) -> int:
    """Stop everything that runs with a contact; with `leads`, what was begun for those alone. Returns how many.

    With `begun_by` only what had begun at that moment: a call of last week that is written down today answers nothing of today.
    """
    rows = Enrolment.objects.filter(contact=UUID(str(contact_id)), state__in=(State.RUNNING, State.PAUSED))
    if leads is not None:
        rows = rows.filter(lead__in=leads)
    if begun_by is not None:
        rows = rows.filter(created_at__lte=begun_by)
    ended = 0
    for pk in list(rows.values_list("pk", flat=True)):
        with transaction.atomic():
            ended += _end(_locked(pk), State.STOPPED, reason)
    return ended


def run_due_steps(now: datetime | None = None, limit: int = 200) -> int:
    """Take the steps that are due, each in a transaction of its own; called by the clock. Returns how many."""
    due = Enrolment.objects.filter(state=State.RUNNING, next_at__lte=now or timezone.now())
    return sum(_run_one(pk) for pk in list(due.order_by("next_at").values_list("pk", flat=True)[:limit]))


def _run_one(pk: UUID) -> int:
    try:
        with transaction.atomic():
            enrolment = _locked(pk)
            if (
                enrolment.state != State.RUNNING
                or enrolment.next_at is None
                or enrolment.next_at > timezone.now()
            ):
                return 0
            step = enrolment.sequence.steps.filter(position=enrolment.position).first()
            if step is not None:
                _take(enrolment, step)
            _go_on(enrolment)
        return 1
    except (ValidationError, PermissionDenied, Http404) as problem:
        # No consent any more, an address that came back, a seller without a mailbox: somebody has to look.
        words = " ".join(problem.messages) if isinstance(problem, ValidationError) else str(problem)
        with transaction.atomic():
            enrolment = _locked(pk)
            enrolment.problem = words[:300] or _("There is no mailbox to write from.")
            _end(enrolment, State.STOPPED, Reason.TROUBLE)
        return 0


def _take(enrolment: Enrolment, step: SequenceStep) -> None:
    contact, owner = enrolment.contact, enrolment.owner
    if contact.deleted_at is not None or not owner.is_active:
        raise ValidationError(_("The contact is in the bin, or who enrolled them no longer works here."))
    # Counted, not the step's place: that changes with the sequence.
    taken = StepTaken(enrolment=enrolment, position=enrolment.taken.count())
    if step.template is None:
        taken.follow_up = plan_follow_up(
            contact, actor=owner, what=step.task, due_at=_after(contact, timezone.now(), 1)
        )
    else:
        letter = drafted_from(step.template, contact, owner)
        if letter.missing:
            labels = ", ".join(str(one) for one in letter.missing)
            raise ValidationError(_("For the letter is not known: %(fields)s") % {"fields": labels})
        taken.mail = enrolment.last_mail = write_mail(
            contact,
            actor=owner,
            account=sending_account_for(
                owner, enrolment.last_mail.account_id if enrolment.last_mail else None
            ),
            to=[contact.primary_mail],
            subject=letter.subject,
            body=letter.body,
            purpose=letter.purpose,
            answers=enrolment.last_mail,
            about=("lead", enrolment.lead_id) if enrolment.lead_id else None,
        )
    taken.save()


def _go_on(enrolment: Enrolment) -> None:
    enrolment.position += 1
    following = enrolment.sequence.steps.filter(position=enrolment.position).first()
    if following is None:
        _end(enrolment, State.FINISHED, "")
        return
    enrolment.next_at = _due(enrolment.contact, following, timezone.now())
    enrolment.save()


def _due(contact: Contact, step: SequenceStep, now: datetime) -> datetime:
    return _after(contact, now, step.wait_days)


def _after(contact: Contact, moment: datetime, days: int) -> datetime:
    return after_working_days(moment, days, country=contact.country, zone=contact.time_zone)


def _switch(enrolment: Enrolment, actor: User, before: str, after: str) -> Enrolment:
    row = _locked(enrolment.pk)
    if row.state != before:
        raise ValidationError(_("Somebody else changed this just now. Look at the page again."))
    row.state = after
    row.save(update_fields=["state"])
    _record(row, actor, after)
    return row


def _end(enrolment: Enrolment, state: str, reason: str, actor: Any = None) -> int:
    if enrolment.state not in (State.RUNNING, State.PAUSED):
        return 0
    enrolment.state, enrolment.reason, enrolment.next_at = state, reason, None
    enrolment.save()
    _record(enrolment, actor, state)
    publish(EnrolmentEnded(**_facts(enrolment), state=state, reason=reason), actor=actor)
    return 1


def _locked(pk: UUID) -> Enrolment:
    rows = Enrolment.objects.select_for_update(of=("self",))
    return rows.select_related("sequence", "contact__company", "owner", "last_mail").get(pk=pk)


def _clean_step(given: Mapping[str, Any], place: int) -> dict[str, Any]:
    wait, template = int(given.get("wait_days") or 0), given.get("template")
    task = clean_line(given.get("task") or "", 300)
    if not 0 <= wait <= LONGEST_WAIT:
        raise ValidationError({"steps": _("Wait at most %(limit)d days.") % {"limit": LONGEST_WAIT}})
    if bool(template) == bool(task):
        raise ValidationError(
            {"steps": _("Step %(number)d is either a letter or a task.") % {"number": place + 1}}
        )
    if template and not isinstance(template, MailTemplate):
        template = MailTemplate.objects.filter(pk=template).first()
        if template is None:
            raise ValidationError(
                {"steps": _("Step %(number)d names a letter there is not.") % {"number": place + 1}}
            )
    return {"wait_days": wait, "template": template or None, "task": task}


def _facts(enrolment: Enrolment) -> dict[str, Any]:
    return {
        "enrolment_id": str(enrolment.pk),
        "sequence": enrolment.sequence.name,
        "contact_id": str(enrolment.contact_id),
        "lead_id": str(enrolment.lead_id) if enrolment.lead_id else None,
        "owner_id": str(enrolment.owner_id),
    }


def _record(enrolment: Enrolment, actor: Any, verb: str) -> None:
    record_change(verb, actor=actor, kind="enrolment", record_id=enrolment.pk, title=str(enrolment))
