"""How customers stand to each other."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.customers.actions.records import KIND_OF, Record, title_of
from bandhu.customers.events import RelationChanged
from bandhu.customers.models import Company, Contact, Relation
from bandhu.identity.acting import action
from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import require
from bandhu.platform import audit, live
from bandhu.platform.events import publish
from bandhu.platform.texts import clean_line


def relate(
    record: Record,
    *,
    actor: Any,
    other: Record,
    role: str,
    title: str = "",
    since: date | None = None,
    until: date | None = None,
) -> Relation:
    """`record` stands to `other` as `role` says ("works_for"). The same relation again changes its title and dates.

    Needs the right to change `record` and to see `other`. Raises ValidationError.
    """
    act: Any = _relate_contact if isinstance(record, Contact) else _relate_company
    return act(record, actor=actor, other=other, role=role, title=title, since=since, until=until)


@action("customers.change_contact")
def _relate_contact(contact: Contact, *, actor: Any, **details: Any) -> Relation:
    return _relate(contact, actor=actor, **details)


@action("customers.change_company")
def _relate_company(company: Company, *, actor: Any, **details: Any) -> Relation:
    return _relate(company, actor=actor, **details)


def _relate(
    record: Record,
    *,
    actor: Any,
    other: Record,
    role: str,
    title: str,
    since: date | None,
    until: date | None,
) -> Relation:
    require(actor, f"customers.view_{KIND_OF[type(other)]}", other)
    if role not in Relation.Role.values:
        raise ValidationError({"role": _("There is no such relation.")}, code="no_choice")
    if record.pk == other.pk:
        raise ValidationError({"other": _("Nobody is related to themselves.")}, code="same")
    if since and until and until < since:
        raise ValidationError({"until": _("It ends before it begins.")}, code="order")
    sides: dict[str, Any] = {f"from_{KIND_OF[type(record)]}": record, f"to_{KIND_OF[type(other)]}": other}
    relation, made = Relation.objects.update_or_create(
        **sides,
        role=role,
        defaults={"title": clean_line(title, 150), "since": since, "until": until},
    )
    _tell(relation, record, other, "added" if made else "changed", actor)
    return relation


def end_relation(relation: Relation, *, actor: Any, seen_from: Record) -> None:
    """Remove the relation; whoever may change either side may. Raises OutOfReach for a relation of others."""
    act: Any = _end_from_contact if isinstance(seen_from, Contact) else _end_from_company
    act(seen_from, actor=actor, relation=relation)


@action("customers.change_contact")
def _end_from_contact(contact: Contact, *, actor: Any, relation: Relation) -> None:
    _end(contact, relation, actor)


@action("customers.change_company")
def _end_from_company(company: Company, *, actor: Any, relation: Relation) -> None:
    _end(company, relation, actor)


def _end(record: Record, relation: Relation, actor: Any) -> None:
    sides: list[Any] = [
        relation.from_contact or relation.from_company,
        relation.to_contact or relation.to_company,
    ]
    if record not in sides:
        raise OutOfReach
    _tell(relation, sides[0], sides[1], "removed", actor)
    relation.delete()


def _tell(relation: Relation, start: Record, end: Record, change: str, actor: Any) -> None:
    words = f"{relation.get_role_display()} {title_of(end)}"
    before_after = (words, None) if change == "removed" else (None, words)
    topics = [f"{KIND_OF[type(side)]}:{side.pk}" for side in (start, end)]
    audit.record_change(
        "changed",
        actor=actor,
        kind=KIND_OF[type(start)],
        record_id=start.pk,
        title=title_of(start),
        changes={"relations": before_after},
    )
    publish(
        RelationChanged(
            relation_id=str(relation.pk),
            change=change,
            role=relation.role,
            from_side=topics[0],
            to_side=topics[1],
        ),
        actor=actor,
    )
    live.hint(*topics)
