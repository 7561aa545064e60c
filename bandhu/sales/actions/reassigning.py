"""Giving many records to others: by the territories, or because somebody is away; each through its own change action, and back again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bandhu.customers.record_values import linked_record
from bandhu.identity.acting import action
from bandhu.identity.models import Team, User
from bandhu.identity.results import Denied, OutOfReach
from bandhu.identity.scoping import reason_for
from bandhu.platform import audit
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.notifications import notify
from bandhu.platform.queue import enqueue
from bandhu.platform.record_kinds import record_kinds
from bandhu.sales import territories as places
from bandhu.sales.models import Absence, ReassignedRecord, Reassignment
from bandhu.sales.queries.forecast import within_subject_reach
from bandhu.sales.queries.reassigning import HAND_OVER, MANAGE

CHUNK = 200
KINDS = ("lead", "opportunity", "company", "contact")
_OPEN = {"opportunity": Q(state="open"), "lead": Q(status__in=("new", "working", "nurturing"))}
_FINISHED = gettext_noop("%(done)s records were given to others; %(failed)s could not be.")
_BACK = gettext_noop("%(name)s is back: give the book back?")
_State, _Reason = Reassignment.State, Reassignment.Reason
Row = ReassignedRecord.State


@action(MANAGE, on_record=False)
def apply_territories(*, actor: Any) -> Reassignment:
    """Queue giving every record to whom its territory names. Raises ValidationError where nothing would move."""
    run = Reassignment.objects.create(reason=_Reason.TERRITORIES, actor=actor)
    for kind in KINDS:
        known = places.in_use(kind)
        if known:
            found = places.movers(actor, kind, known)
            _write_rows(run, kind, found.values_list("pk", "owner", "team", "to_owner", "to_team"))
    run.total = run.rows.count()
    if not run.total:
        raise ValidationError(_("Every record is where it belongs: nothing would move."))
    run.save(update_fields=["total"])
    _begin(run, "applied", {"records": (None, run.total)})
    return run


@action(HAND_OVER, on_record=False)
def hand_over_book(
    *, actor: Any, from_user: Any, to_user: Any, first_day: date, last_day: date
) -> Reassignment:
    """What is open of somebody who is away, with their customers, goes to a colleague from the first of these days on.

    The absence is written down too, so that no rule gives them leads. Raises ValidationError by field.
    """
    away, deputy = linked_record("owner", from_user, actor), linked_record("owner", to_user, actor)
    if away is None or deputy is None or away == deputy or not deputy.is_active:
        raise ValidationError({"to_user": _("Choose somebody else who may sign in.")})
    _require_over(actor, away)
    if last_day < first_day or last_day < timezone.localdate():
        raise ValidationError({"last_day": _("The last day is before the first.")})
    going = Reassignment.objects.filter(reason=_Reason.HAND_OVER, from_user=away)
    if going.filter(state__in=(_State.PLANNED, _State.RUNNING, _State.DONE)).exists():
        raise ValidationError({"from_user": _("The book of this person is handed over already.")})
    run = Reassignment.objects.create(
        reason=_Reason.HAND_OVER, state=_State.PLANNED, actor=actor, from_user=away, to_user=deputy, first_day=first_day, last_day=last_day
    )  # fmt: skip
    Absence.objects.get_or_create(user=away, first_day=first_day, last_day=last_day)
    _written(run, "created", {"to": (str(away), str(deputy)), "days": (None, f"{first_day} – {last_day}")})
    if first_day <= timezone.localdate():
        _start_hand_over(run)
    return run


@action(MANAGE, on_record=False)
def undo_territories(run: Reassignment, *, actor: Any) -> None:
    """Give every record back whose owner and team are still those of the run."""
    _undo(run, actor)


@action(HAND_OVER, on_record=False)
def give_book_back(run: Reassignment, *, actor: Any) -> None:
    """What the deputy still has goes back; what was given to others meanwhile stays there. A planned one is called off."""
    if run.from_user is None or run.first_day is None or run.last_day is None:
        raise OutOfReach
    _require_over(actor, run.from_user)
    today = timezone.localdate()
    running = Absence.objects.filter(user=run.from_user, first_day=run.first_day, last_day=run.last_day)
    running.filter(first_day__gte=today).delete()
    running.update(last_day=today - timedelta(days=1))
    _undo(run, actor)


def start_due_hand_overs() -> None:
    """By the clock: planned ones whose first day has come begin; who arranged one is asked to give it back once it is over."""
    today = timezone.localdate()
    with transaction.atomic():
        due = Reassignment.objects.select_for_update().filter(state=_State.PLANNED, first_day__lte=today)
        for run in due:
            _start_hand_over(run)
    over = Reassignment.objects.filter(
        reason=_Reason.HAND_OVER, state=_State.DONE, last_day__lt=today, reminded_at__isnull=True
    )
    for run in over.select_related("actor", "from_user"):
        if run.actor is not None:
            notify(run.actor, _BACK, url=reverse("sales:hand_overs"), icon="undo-2", name=str(run.from_user))
        Reassignment.objects.filter(pk=run.pk).update(reminded_at=timezone.now())


def run_reassignment(run_id: UUID) -> None:
    """Work through the rows that wait, chunk by chunk; called by the job, safe to repeat."""
    run = Reassignment.objects.select_related("actor").get(pk=run_id)
    is_undo = run.state == _State.UNDOING
    while _run_chunk(run, is_undo):
        if not is_undo and Reassignment.objects.get(pk=run.pk).state == _State.UNDOING:
            return  # taken back while it ran; the job of the undo follows
    run.refresh_from_db()
    run.state = _State.UNDONE if is_undo else _State.DONE
    run.save(update_fields=["state"])
    if run.actor is not None:
        notify(
            run.actor,
            _FINISHED,
            url=_page(run),
            icon="arrow-right-left",
            done=run.done - run.failed,
            failed=run.failed,
        )


def _start_hand_over(run: Reassignment) -> None:
    for kind in KINDS:
        model: Any = record_kinds[kind].model
        own = model._default_manager.filter(
            _OPEN.get(kind, Q()), owner=run.from_user, deleted_at__isnull=True
        )
        rows = own.annotate(same_team=F("team")).values_list("pk", "owner", "team", "same_team")
        given = ((pk, owner, team, run.to_user_id, same) for pk, owner, team, same in rows.iterator())
        _write_rows(run, kind, given)
    run.total, run.state = run.rows.count(), _State.RUNNING
    run.save(update_fields=["total", "state"])
    _begin(run, "started", {"records": (None, run.total)})


def _write_rows(run: Reassignment, kind: str, rows: Any) -> None:
    ReassignedRecord.objects.bulk_create(
        (
            ReassignedRecord(
                run=run, record_kind=kind, record_id=pk, owner_before=owner, team_before=team, owner_after=to_owner, team_after=to_team
            )
            for pk, owner, team, to_owner, to_team in rows
        ),
        batch_size=5000,
    )  # fmt: skip


def _begin(run: Reassignment, verb: str, changes: Mapping[str, Any]) -> None:
    _written(run, verb, changes)
    enqueue("sales.run_reassignment", run_id=str(run.pk), lock=f"reassign:{run.pk}")


def _undo(run: Reassignment, actor: Any) -> None:
    fresh = Reassignment.objects.select_for_update().get(pk=run.pk)
    if fresh.state == _State.PLANNED:
        fresh.state = _State.UNDONE
        fresh.save(update_fields=["state"])
        _written(fresh, "undone", {}, actor)
        return
    if not fresh.can_be_undone:
        raise ValidationError(_("This was already taken back."))
    fresh.state, fresh.done, fresh.failed, fresh.actor = _State.UNDOING, 0, 0, actor
    fresh.save(update_fields=["state", "done", "failed", "actor"])
    _begin(fresh, "undone", {})


def _run_chunk(run: Reassignment, is_undo: bool) -> int:
    with transaction.atomic():
        waiting = Row.DONE if is_undo else Row.WAITING
        rows = list(run.rows.select_for_update().filter(state=waiting).order_by("id")[:CHUNK])
        users = User.objects.in_bulk({pk for row in rows for pk in (row.owner_before, row.owner_after) if pk})
        teams = Team.objects.in_bulk({pk for row in rows for pk in (row.team_before, row.team_after) if pk})
        for row in rows:
            _give(run, row, users, teams, is_undo)
        ReassignedRecord.objects.bulk_update(rows, ["state", "problem"])
        failed = sum(row.state in (Row.FAILED, Row.KEPT) for row in rows)
        Reassignment.objects.filter(pk=run.pk).update(done=F("done") + len(rows), failed=F("failed") + failed)
    return len(rows)


def _give(run: Reassignment, row: ReassignedRecord, users: dict, teams: dict, is_undo: bool) -> None:
    """One record to whom it goes, or back; what somebody gave away meanwhile is left as it is."""
    done, wrong = (Row.UNDONE, Row.KEPT) if is_undo else (Row.DONE, Row.FAILED)
    before, after = (row.owner_before, row.team_before), (row.owner_after, row.team_after)
    expected, wanted = (after, before) if is_undo else (before, after)
    kind = record_kinds[row.record_kind]
    record: Any = kind.model._default_manager.filter(pk=row.record_id, deleted_at__isnull=True).first()
    if record is None or kind.change is None or (record.owner_id, record.team_id) != expected:
        row.state, row.problem = wrong, _("Somebody gave it to somebody else meanwhile.")
        return
    try:
        with transaction.atomic():
            owner = users.get(wanted[0]) if wanted[0] else None
            kind.change(
                record, actor=run.actor, owner=owner, team=teams.get(wanted[1]) if wanted[1] else None
            )
    except (ValidationError, PermissionDenied, Http404, EditConflict) as error:
        messages = error.messages if isinstance(error, ValidationError) else [str(error)]
        row.state, row.problem = wrong, " ".join(messages)[:300]
        return
    row.state = done


def _require_over(actor: Any, person: User) -> None:
    if not within_subject_reach(actor, HAND_OVER, person):
        if actor.holds(HAND_OVER):
            raise OutOfReach
        raise Denied(HAND_OVER, reason_for(HAND_OVER))


def _page(run: Reassignment) -> str:
    return reverse("sales:territories" if run.reason == _Reason.TERRITORIES else "sales:hand_overs")


def _written(run: Reassignment, verb: str, changes: Mapping[str, Any], actor: Any = None) -> None:
    title = str(run.from_user) if run.from_user else str(run)
    audit.record_change(
        verb, actor=actor or run.actor, kind=run.reason, record_id=run.pk, title=title, changes=dict(changes)
    )
