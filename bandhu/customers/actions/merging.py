"""Merging duplicates and taking a merge back; each in one transaction, so that a crash leaves all or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.customers import events
from bandhu.customers.actions.records import (
    KIND_OF,
    Changes,
    Record,
    announce,
    changed_event,
    derive,
    plain,
    refresh_list_columns,
    title_of,
)
from bandhu.customers.merging import LOSER, move_back, move_into
from bandhu.customers.models import Company, Contact, DuplicatePair, Merge
from bandhu.customers.record_values import COLUMNS
from bandhu.customers.untaken import Values, add_to_note, covered, single_values, untaken
from bandhu.identity.acting import action
from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import require
from bandhu.platform.events import publish

MERGE = "customers.merge_contact"
Offered = tuple[Values, Values]


@action(MERGE)
def merge_records(
    winner: Record,
    loser: Record,
    *,
    actor: Any,
    choices: Mapping[str, str] | None = None,
    pair: DuplicatePair | None = None,
    automatic: bool = False,
) -> Merge:
    """Merge `loser` into `winner`, two contacts or two companies; the actor needs the right on both.

    `choices` maps a column or "custom.<key>" to "winner" or "loser": whose value stands. Without a choice the winner's
    stands and empty ones are filled. Every name, phone, mail, address, tag and id is kept; a single value that yields
    becomes a line of the note, or stays in the audit trail where not everybody may see it. Raises ValidationError,
    OutOfReach, Denied.
    """
    require(actor, MERGE, loser)
    _check_choices(type(winner), choices or {})
    if type(winner) is not type(loser) or winner.pk == loser.pk:
        raise ValidationError(_("Choose two different records of one kind."), code="same")
    kept, gone = _both_locked(winner, loser)
    before, offered = _readable(kept), (single_values(kept), single_values(gone))
    moved, notes = move_into(kept, gone, choices or {}, settle=lambda one: _settle_merged(one, offered))
    merge = Merge.objects.create(
        kind=KIND_OF[type(kept)],
        winner_id=kept.pk,
        loser_id=gone.pk,
        winner_title=title_of(kept)[:300],
        loser_title=title_of(gone)[:300],
        pair=pair or _pair_of(kept, gone),
        moved=moved,
        notes=notes,
        automatic=automatic,
        actor=actor,
    )
    _decide(merge.pair, DuplicatePair.State.MERGED, actor)
    changes = _changes(before, _readable(kept)) | {"merged": (None, title_of(gone))}
    announce(kept, "merged", changed_event(kept, changes), actor=actor, changes=changes)
    gone_with = {"merged_into": (None, title_of(kept))} | _covered_of(kept, offered)
    announce(gone, "deleted", _deleted_event(gone), actor=actor, changes=gone_with)
    publish(_merge_event(kept, merge), actor=actor)
    return merge


def undo_merge(merge: Merge, *, actor: Any) -> Merge:
    """Take a merge back: both records are again what they were, but for what somebody changed since.

    The actor needs the right to merge on the record that stayed. Raises ValidationError when the merge was taken
    back already, when the winner has itself been merged or binned since, or when one of the two is gone for good.
    """
    with transaction.atomic():
        merge = Merge.objects.select_for_update().get(pk=merge.pk)
        model = Contact if merge.kind == "contact" else Company
        rows = {
            row.pk: row
            for row in model._default_manager.select_for_update(of=("self",))
            .filter(pk__in=[merge.winner_id, merge.loser_id])
            .order_by("pk")
        }
        winner, loser = rows.get(merge.winner_id), rows.get(merge.loser_id)
        if winner is None:
            raise OutOfReach
        require(actor, MERGE, winner)
        _check_undoable(merge, winner, loser)
        assert loser is not None
        before = _readable(winner)
        move_back(winner, loser, merge.moved, merge.notes)
        merge.undone_at, merge.undone_by = timezone.now(), actor
        merge.save(update_fields=["undone_at", "undone_by"])
        _decide(merge.pair, DuplicatePair.State.OPEN, None)
        changes = _changes(before, _readable(winner)) | {"merged": (title_of(loser), None)}
        announce(winner, "unmerged", changed_event(winner, changes), actor=actor, changes=changes)
        announce(
            loser,
            "restored",
            _restored_event(loser),
            actor=actor,
            changes={"merged_into": (title_of(winner), None)},
        )
        publish(_undone_event(winner, merge), actor=actor)
    return merge


def _check_choices(model: Any, choices: Mapping[str, str]) -> None:
    for name, chosen in choices.items():
        known = name in COLUMNS[model] or name.startswith("custom.")
        if not known or chosen not in ("winner", LOSER):
            raise ValidationError(
                _("“%(name)s” cannot be chosen; choose “winner” or “loser” for a field of the record."),
                code="no_choice",
                params={"name": name[:60]},
            )


def _both_locked(winner: Record, loser: Record) -> tuple[Any, Any]:
    """Both rows, locked in one order, so that two merges at once cannot wait for each other."""
    rows: Any = type(winner)._default_manager.select_for_update(of=("self",)).select_related("owner", "team")
    found = {row.pk: row for row in rows.filter(pk__in=[winner.pk, loser.pk], deleted_at=None).order_by("pk")}
    if len(found) < 2:
        raise OutOfReach
    return found[winner.pk], found[loser.pk]


def _settle(record: Record) -> None:
    derive(record)
    refresh_list_columns(record)


def _settle_merged(record: Record, offered: Offered) -> None:
    add_to_note(record, KIND_OF[type(record)], untaken(record, offered))
    _settle(record)


def _covered_of(winner: Record, offered: Offered) -> Changes:
    """What the loser takes along that is not for every reader; what the winner loses stands among its own changes."""
    lost = covered(KIND_OF[type(winner)], untaken(winner, offered[1:]))
    return {name: (plain(value), None) for name, value in lost.items()}


def _readable(record: Record) -> dict[str, Any]:
    """The record's fields as the audit trail writes them."""
    own = {f"custom.{key}": value for key, value in record.custom.items()}
    return {name: plain(getattr(record, name)) for name in COLUMNS[type(record)]} | own


def _changes(before: dict[str, Any], after: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    # An own field is there only where it was filled.
    pairs = {name: (before.get(name), after.get(name)) for name in {**before, **after}}
    return {name: (old, new) for name, (old, new) in pairs.items() if old != new}


def _pair_of(winner: Record, loser: Record) -> DuplicatePair | None:
    side = KIND_OF[type(winner)]
    first, second = sorted((winner.pk, loser.pk))
    return DuplicatePair.objects.filter(**{f"first_{side}": first, f"second_{side}": second}).first()


def _decide(pair: DuplicatePair | None, state: str, actor: Any) -> None:
    if pair is not None:
        pair.state, pair.decided_by = state, actor
        pair.decided_at = timezone.now() if actor else None
        pair.save(update_fields=["state", "decided_by", "decided_at"])


def _check_undoable(merge: Merge, winner: Record, loser: Record | None) -> None:
    if merge.undone_at:
        raise ValidationError(_("This merge was taken back already."), code="undone")
    if loser is None or loser.merged_into_id != winner.pk:
        raise ValidationError(_("The merged record is no longer there."), code="gone")
    if winner.merged_into_id:
        raise ValidationError(
            _("The record has been merged into another one since; take that merge back first."),
            code="merged_since",
        )
    if winner.deleted_at:
        raise ValidationError(_("The record is in the bin; bring it back first."), code="in_bin")
    later = Merge.objects.filter(
        Q(winner_id=winner.pk) | Q(winner_id=loser.pk), undone_at=None, at__gt=merge.at
    )
    if later.exists():
        raise ValidationError(
            _("Another record was merged into this one since; take that merge back first."),
            code="merged_since",
        )


def _deleted_event(record: Record) -> Any:
    if isinstance(record, Contact):
        return events.ContactDeleted(contact_id=str(record.pk), title=title_of(record))
    return events.CompanyDeleted(company_id=str(record.pk), title=title_of(record))


def _restored_event(record: Record) -> Any:
    if isinstance(record, Contact):
        return events.ContactRestored(contact_id=str(record.pk), title=title_of(record))
    return events.CompanyRestored(company_id=str(record.pk), title=title_of(record))


def _merge_event(record: Record, merge: Merge) -> Any:
    told = {"merged_id": str(merge.loser_id), "merge_id": str(merge.pk), "title": title_of(record)}
    if isinstance(record, Contact):
        return events.ContactsMerged(contact_id=str(record.pk), **told)
    return events.CompaniesMerged(company_id=str(record.pk), **told)


def _undone_event(record: Record, merge: Merge) -> Any:
    told = {"merged_id": str(merge.loser_id), "merge_id": str(merge.pk), "title": title_of(record)}
    if isinstance(record, Contact):
        return events.ContactMergeUndone(contact_id=str(record.pk), **told)
    return events.CompanyMergeUndone(company_id=str(record.pk), **told)
