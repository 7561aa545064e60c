"""The next step with a customer: planned, moved, snoozed, done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bandhu.customers.actions import plan_next_step
from bandhu.customers.models import Company, Contact
from bandhu.identity.acting import action
from bandhu.identity.models import User
from bandhu.identity.results import OutOfReach
from bandhu.interactions.events import FollowUpChanged, FollowUpDone, FollowUpPlanned
from bandhu.interactions.models import FollowUp, Interaction
from bandhu.platform.audit import record_change
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.custom_values import checked_custom, write_custom
from bandhu.platform.events import publish
from bandhu.platform.live import hint
from bandhu.platform.notifications import notify
from bandhu.platform.texts import clean_block, clean_line

KIND = "follow_up"
KINDS = ("task", "call", "mail", "meeting", "visit", "message")
_CHANGEABLE = ("what", "kind", "due_at", "remind_at", "owner", "note")


@action("interactions.plan_follow_up")
def plan_follow_up(
    customer: Contact | Company,
    *,
    actor: User,
    what: str,
    due_at: datetime,
    kind: str = "task",
    owner: User | None = None,
    remind_at: datetime | None = None,
    interaction: Interaction | None = None,
    note: str = "",
    custom: Mapping[str, Any] | None = None,
) -> FollowUp:
    """Owe `customer` a next step until `due_at` (aware). The owner, the actor by default, is told.

    `custom` are own fields by key, which where it is None nobody is asked for. Raises ValidationError by field.
    """
    owner = owner or actor
    follow_up = FollowUp(
        contact=customer if isinstance(customer, Contact) else None,
        company=customer if isinstance(customer, Company) else customer.company,
        interaction=interaction,
        kind=kind,
        what=what,
        note=note,
        owner=owner,
        team=owner.team,
        due_at=due_at,
        remind_at=remind_at,
        created_by=None if actor.is_system else actor,
    )
    _check(follow_up)
    if custom is not None:
        write_custom(follow_up, checked_custom(KIND, custom, actor, is_new=True), kind=KIND)
    follow_up.save(force_insert=True)
    settle_next_step(follow_up)
    _record(follow_up, actor, "planned", {})
    publish(FollowUpPlanned(**_facts(follow_up), due_at=due_at.isoformat()), actor=actor)
    if owner != actor:
        _tell_owner(follow_up, actor)
    return follow_up


@action("interactions.change_follow_up")
def change_follow_up(
    follow_up: FollowUp, *, actor: User, custom: Mapping[str, Any] | None = None, **changes: Any
) -> FollowUp:
    """Change what, kind, due_at, remind_at, owner, note or own fields (`custom`, by key). Raises ValidationError by field."""
    _hold(follow_up)
    before = {name: getattr(follow_up, name) for name in _CHANGEABLE if name in changes}
    for name in before:
        setattr(follow_up, name, changes[name])
    _check(follow_up)
    own = write_custom(follow_up, checked_custom(KIND, custom or {}, actor, is_new=False), kind=KIND)
    if "due_at" in before:
        follow_up.snoozed_until = None
    if "remind_at" in before:
        follow_up.reminded_at = None
    if "owner" in before:
        follow_up.team = follow_up.owner.team
    _save(follow_up, actor, "changed", before, own)
    if before.get("owner", follow_up.owner) != follow_up.owner and follow_up.owner != actor:
        _tell_owner(follow_up, actor)
    return follow_up


@action("interactions.change_follow_up")
def revise_follow_up(
    follow_up: FollowUp,
    *,
    actor: User,
    state: str | None = None,
    result: str = "",
    expected_version: int | None = None,
    **changes: Any,
) -> FollowUp:
    """Change it as `change_follow_up` does, and by `state` complete it, drop it or open it again.

    Raises ValidationError by field, and EditConflict when `expected_version` is no longer the newest.
    """
    _hold(follow_up)
    if expected_version not in (None, follow_up.version):
        raise EditConflict(follow_up.version, {}, {}, {})
    if state not in (None, *FollowUp.State.values):
        raise ValidationError({"state": _("There is no such state of a follow-up.")})
    if changes:
        change_follow_up(follow_up, actor=actor, **changes)
    if state == FollowUp.State.DONE:
        complete_follow_up(follow_up, actor=actor, result=result)
    elif state == FollowUp.State.DROPPED:
        drop_follow_up(follow_up, actor=actor, reason=result)
    elif state == FollowUp.State.OPEN and follow_up.state != FollowUp.State.OPEN:
        reopen_follow_up(follow_up, actor=actor)
    return follow_up


@action("interactions.change_follow_up")
def snooze_follow_up(follow_up: FollowUp, *, actor: User, until: datetime) -> FollowUp:
    """Hide it from My day until then; what it is due stays as it was."""
    if until <= timezone.now():
        raise ValidationError({"until": _("Choose a time that is still to come.")})
    _hold(follow_up)
    before = {"snoozed_until": follow_up.snoozed_until}
    follow_up.snoozed_until = follow_up.remind_at = until
    follow_up.reminded_at = None
    _save(follow_up, actor, "snoozed", before)
    return follow_up


@action("interactions.change_follow_up")
def complete_follow_up(follow_up: FollowUp, *, actor: User, result: str = "") -> FollowUp:
    """It is done; a second call changes nothing."""
    _hold(follow_up)
    if follow_up.state == FollowUp.State.DONE:
        return follow_up
    before = {"state": follow_up.state}
    follow_up.state = FollowUp.State.DONE
    follow_up.result = result.strip()[:300]
    follow_up.done_at, follow_up.done_by = timezone.now(), None if actor.is_system else actor
    _save(follow_up, actor, "done", before)
    publish(FollowUpDone(**_facts(follow_up)), actor=actor)
    return follow_up


@action("interactions.change_follow_up")
def drop_follow_up(follow_up: FollowUp, *, actor: User, reason: str = "") -> FollowUp:
    """It is no longer needed."""
    _hold(follow_up)
    before = {"state": follow_up.state}
    follow_up.state, follow_up.result = FollowUp.State.DROPPED, reason.strip()[:300]
    _save(follow_up, actor, "dropped", before)
    return follow_up


@action("interactions.change_follow_up")
def reopen_follow_up(follow_up: FollowUp, *, actor: User) -> FollowUp:
    """Undo done or dropped."""
    _hold(follow_up)
    before = {"state": follow_up.state}
    follow_up.state = FollowUp.State.OPEN
    follow_up.done_at = follow_up.done_by = follow_up.snoozed_until = None
    _save(follow_up, actor, "reopened", before)
    return follow_up


@transaction.atomic
def send_due_reminders(limit: int = 500) -> int:
    """Tell owners what they asked to be reminded of; returns how many. Called by the clock, safe to repeat."""
    due = FollowUp.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        state=FollowUp.State.OPEN, remind_at__lte=timezone.now(), reminded_at__isnull=True
    )
    reminded = list(due.select_related("owner")[:limit])
    for follow_up in reminded:
        follow_up.reminded_at = timezone.now()
        notify(
            follow_up.owner,
            gettext_noop("Reminder: %(what)s"),
            url=f"/follow-ups/{follow_up.pk}/",
            icon="alarm-clock",
            what=follow_up.what,
        )
    FollowUp.objects.bulk_update(reminded, ["reminded_at"])
    return len(reminded)


def _tell_owner(follow_up: FollowUp, actor: User) -> None:
    notify(
        follow_up.owner,
        gettext_noop("%(name)s gave you a follow-up: %(what)s"),
        url=f"/follow-ups/{follow_up.pk}/",
        icon="list-todo",
        name=str(actor),
        what=follow_up.what,
    )


def _hold(follow_up: FollowUp) -> None:
    """Its row locked and read anew: what somebody else changed meanwhile stays."""
    if FollowUp.objects.select_for_update(of=("self",)).filter(pk=follow_up.pk).first() is None:
        raise OutOfReach
    follow_up.refresh_from_db()


def _check(follow_up: FollowUp) -> None:
    """Texts as they are stored. Raises ValidationError by field."""
    errors: dict[str, Any] = {}
    for name, cleaned, most in (("what", clean_line, 300), ("note", clean_block, 20_000)):
        try:
            setattr(follow_up, name, cleaned(getattr(follow_up, name), most))
        except ValidationError as problem:
            errors[name] = problem.messages
    if not follow_up.what:
        errors["what"] = _("Say what is to be done.")
    if follow_up.kind not in KINDS:
        errors["kind"] = _("There is no such kind of follow-up.")
    if follow_up.owner_id is None:
        errors["owner"] = _("Choose who is to do it.")
    elif not follow_up.owner.is_active:
        errors["owner"] = _("%(name)s no longer works here. Choose somebody else.") % {
            "name": follow_up.owner
        }
    if errors:
        raise ValidationError(errors)


def _save(
    follow_up: FollowUp,
    actor: User,
    verb: str,
    before: dict[str, Any],
    own: Mapping[str, tuple[Any, Any]] | None = None,
) -> None:
    follow_up.version += 1
    follow_up.save()
    settle_next_step(follow_up)
    _record(follow_up, actor, verb, before, own)
    publish(
        FollowUpChanged(**_facts(follow_up), state=follow_up.state, due_at=follow_up.due_at.isoformat()),
        actor=actor,
    )


def settle_next_step(*follow_ups: FollowUp) -> None:
    """Keep "next step due" of their customers true."""
    for path in ("contact_id", "company_id"):
        touched = {pk for one in follow_ups if (pk := getattr(one, path)) is not None}
        rows = FollowUp.objects.filter(**{f"{path}__in": touched}, state=FollowUp.State.OPEN)
        first: dict[Any, Any] = (
            dict(rows.order_by().values_list(path).annotate(first=Min("due_at"))) if touched else {}
        )
        for pk in touched:
            plan_next_step(**{path: pk}, due_at=first.get(pk))


def _record(
    follow_up: FollowUp,
    actor: User,
    verb: str,
    before: dict[str, Any],
    own: Mapping[str, tuple[Any, Any]] | None = None,
) -> None:
    changes = {name: (_plain(old), _plain(getattr(follow_up, name))) for name, old in before.items()}
    changes |= own or {}
    record_change(verb, actor=actor, kind=KIND, record_id=follow_up.pk, title=follow_up.what, changes=changes)
    topics = [f"user:{follow_up.owner_id}"]
    topics += [f"contact:{follow_up.contact_id}"] if follow_up.contact_id else []
    topics += [f"company:{follow_up.company_id}"] if follow_up.company_id else []
    hint(*topics)


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, User) else value


def _facts(follow_up: FollowUp) -> dict[str, Any]:
    return {
        "follow_up_id": str(follow_up.pk),
        "contact_id": str(follow_up.contact_id) if follow_up.contact_id else None,
        "company_id": str(follow_up.company_id) if follow_up.company_id else None,
        "owner_id": str(follow_up.owner_id),
    }
