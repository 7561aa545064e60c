"""Deciding about pairs, looking through the whole book, and the rules by which a scan merges by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.customers.actions.merging import MERGE, merge_records
from bandhu.customers.book_records import MODELS, size_of_book, whole_book
from bandhu.customers.matching.scan import Found, Scan
from bandhu.customers.models import DuplicatePair, DuplicateScan
from bandhu.customers.queries.duplicates import RULES, AutomaticRules, automatic_rules
from bandhu.customers.scan_care import empty, folder_for, read_ids, remove, write_ids
from bandhu.identity.acting import action
from bandhu.identity.scoping import require, require_anywhere
from bandhu.platform import audit, live
from bandhu.platform.models import Setting
from bandhu.platform.queue import enqueue

SCAN = "customers.scan_duplicates"
BATCH = 1_000
# How the bar is divided among the steps after reading.
SHARES = {"pair": (0.0, 0.15), "learn": (0.15, 0.25), "compare": (0.25, 1.0)}
NEEDS = ("same_mail", "same_phone", "same_national_id")


def judge_pair(first: Any, second: Any, *, actor: Any, different: bool) -> DuplicatePair:
    """Write down that two records are not the same (or open the question again); needs the right to merge both.

    A pair that nobody had found is made, so that no scan brings it up.
    """
    with transaction.atomic():
        for record in (first, second):
            require(actor, MERGE, record)
        if type(first) is not type(second) or first.pk == second.pk:
            raise ValidationError(_("Choose two different records of one kind."), code="same")
        kind = next(name for name, model in MODELS.items() if isinstance(first, model))
        one, other = sorted((first.pk, second.pk))
        pair, _made = DuplicatePair.objects.select_for_update().get_or_create(
            **{f"first_{kind}_id": one, f"second_{kind}_id": other},
            defaults={"score": 0.0, "found_by": DuplicatePair.Found.ENTRY},
        )
        pair.state = DuplicatePair.State.DIFFERENT if different else DuplicatePair.State.OPEN
        pair.decided_at, pair.decided_by = (timezone.now(), actor) if different else (None, None)
        pair.save()
        audit.record_change(
            "not_a_duplicate" if different else "maybe_a_duplicate",
            actor=actor,
            kind=kind,
            record_id=first.pk,
            title=str(first),
            changes={"duplicate_of": (None, str(second))},
        )
    return pair


@action(SCAN, on_record=False)
def start_scan(*, actor: Any, kind: str = "contact") -> DuplicateScan:
    """Look through the whole book in the background; the scan that runs already is returned instead of a second one."""
    running = DuplicateScan.objects.filter(kind=kind, state__in=DuplicateScan.RUNNING).first()
    if running:
        return running
    scan = DuplicateScan.objects.create(kind=kind, actor=actor)
    enqueue("customers.scan_duplicates", lock=f"duplicates-{kind}", scan_id=str(scan.pk))
    return scan


@action(SCAN, on_record=False)
def stop_scan(*, actor: Any, kind: str = "contact") -> None:
    """Ask the running scan to stop; what earlier scans found stays."""
    DuplicateScan.objects.filter(kind=kind, state__in=DuplicateScan.RUNNING).update(
        state=DuplicateScan.State.CANCELLED, finished_at=timezone.now()
    )


@action(SCAN, on_record=False)
def change_automatic_rules(
    *, actor: Any, on: bool, least: float = 0.99, needs: tuple[str, ...] = NEEDS
) -> AutomaticRules:
    """Set when a scan merges by itself. `least` is a score from 0.9 to 1; one of `needs` must agree."""
    if not 0.9 <= least <= 1.0 or not needs or set(needs) - set(NEEDS):
        raise ValidationError(
            _("Ask for a score of at least 90 % and for one thing that must agree."), code="rules"
        )
    before = automatic_rules()
    value = {"on": bool(on), "least": least, "needs": list(needs)}
    Setting.objects.update_or_create(name=RULES, defaults={"value": value})
    audit.record_change(
        "changed", actor=actor, kind="setting", title=RULES,
        changes={"on": (before.on, bool(on)), "least": (before.least, least), "needs": (list(before.needs), list(needs))},
    )  # fmt: skip
    return automatic_rules()


class Stopped(Exception):
    """Somebody stopped the scan, or another worker took it."""


def run_scan(scan_id: UUID) -> None:
    """The scan itself, in a job. It writes pairs only at its end; a killed one goes on with what it had not compared."""
    scan = DuplicateScan.objects.get(pk=scan_id)
    if scan.state not in DuplicateScan.RUNNING:
        return
    folder = folder_for(scan)
    try:
        if Scan.can_go_on(folder):
            _tell(scan, state="comparing")
        else:
            empty(folder)
            started = {"total": size_of_book(scan.kind), "read": 0, "started_at": timezone.now()}
            _tell(scan, state="reading", compared_share=0.0, **started)
        ids, found = _found_in_book(scan, folder)
    except Stopped:
        remove(folder)
        return
    new = _write_pairs(scan.kind, ids, found)
    merged = _merge_by_rules(scan, ids, found)
    _tell(scan, state="done", found=len(found), new_pairs=new, merged=merged, finished_at=timezone.now())
    remove(folder)


def _found_in_book(scan: DuplicateScan, folder: Path) -> tuple[list[UUID], list[Found]]:
    def tell(step: str, share: float) -> None:
        begin, end = SHARES[step]
        _tell(scan, compared_share=begin + share * (end - begin))

    with Scan(expected_records=max(1_000, scan.total), folder=folder) as matching:
        if Scan.can_go_on(folder):
            return read_ids(folder), matching.go_on(progress=tell)
        ids: list[UUID] = []
        for pk, record in whole_book(scan.kind):
            matching.add(record)
            ids.append(pk)
            if len(ids) % 5_000 == 0:
                _tell(scan, state="reading", read=len(ids), total=max(scan.total, len(ids)))
        write_ids(folder, ids)
        _tell(scan, state="comparing", read=len(ids), total=len(ids))
        return ids, matching.found(progress=tell)


def _tell(scan: DuplicateScan, **changes: Any) -> None:
    """Write progress where pages read it. Raises Stopped when the scan is no longer to run."""
    rows = DuplicateScan.objects.filter(pk=scan.pk, state__in=DuplicateScan.RUNNING)
    if not rows.update(beat_at=timezone.now(), **changes):
        raise Stopped
    for name, value in changes.items():
        setattr(scan, name, value)
    live.hint(f"duplicates:{scan.pk}")


def _write_pairs(kind: str, ids: list[UUID], found: list[Found]) -> int:
    """Make the open pairs exactly those found now; what somebody decided stays decided. Returns how many are new."""
    first, second = f"first_{kind}_id", f"second_{kind}_id"
    pairs = {tuple(sorted((ids[one.one], ids[one.other]))): one for one in found}
    stored = DuplicatePair.objects.filter(**{f"{first}__isnull": False})
    known = {
        (one, other): (pk, state)
        for pk, state, one, other in stored.values_list("pk", "state", first, second)
    }
    # What was found on entry (an id both claim) no scan sees: it waits until somebody decides.
    scanned = set(stored.exclude(found_by=DuplicatePair.Found.ENTRY).values_list("pk", flat=True))
    gone = [
        pk for pair, (pk, state) in known.items()
        if pair not in pairs and state == "open" and pk in scanned
    ]  # fmt: skip
    with transaction.atomic():
        for at in range(0, len(gone), BATCH):
            DuplicatePair.objects.filter(pk__in=gone[at : at + BATCH], state="open").delete()
        rows = [
            DuplicatePair(**{first: one, second: other}, score=match.score, reasons=list(match.reasons))
            for (one, other), match in pairs.items()
        ]
        for at in range(0, len(rows), BATCH):
            part = rows[at : at + BATCH]
            wanted = [getattr(row, side) for row in part for side in (first, second)]
            standing = set(
                MODELS[kind]
                ._default_manager.filter(pk__in=wanted, deleted_at=None)
                .values_list("pk", flat=True)
            )
            DuplicatePair.objects.bulk_create(
                [row for row in part if getattr(row, first) in standing and getattr(row, second) in standing],
                update_conflicts=True,
                unique_fields=[f"first_{kind}", f"second_{kind}"],
                update_fields=["score", "reasons"],
            )
    return sum(1 for pair in pairs if pair not in known)


def _merge_by_rules(scan: DuplicateScan, ids: list[UUID], found: list[Found]) -> int:
    """Merge what the rules allow, the older record standing; one transaction per merge."""
    rules, merged = automatic_rules(), 0
    if not rules.on or scan.actor is None:
        return 0
    require_anywhere(scan.actor, MERGE)
    rows = MODELS[scan.kind].objects.visible_to(scan.actor, MERGE)
    for match in found:
        if not rules.allow(match.score, match.reasons):
            continue
        both: list[Any] = list(
            rows.filter(pk__in=[ids[match.one], ids[match.other]]).order_by("created_at", "pk")
        )
        if len(both) == 2 and not _judged_different(scan.kind, *both):
            merge_records(both[0], both[1], actor=scan.actor, automatic=True)
            merged += 1
    return merged


def _judged_different(kind: str, *both: Any) -> bool:
    one, other = sorted(record.pk for record in both)
    return DuplicatePair.objects.filter(
        **{f"first_{kind}": one, f"second_{kind}": other}, state=DuplicatePair.State.DIFFERENT
    ).exists()
