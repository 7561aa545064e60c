"""Relations as they read from the side of one customer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bandhu.customers.models import Company, Contact, Relation

# How the same relation is called by the other side.
READ_BACKWARDS: dict[str, Any] = {
    "works_for": _("employs"),
    "reports_to": _("leads"),
    "decides_for": _("is decided for by"),
    "influences": _("is influenced by"),
    "household": _("same household as"),
    "relative": _("relative of"),
    "referred_by": _("referred"),
    "subsidiary_of": _("parent company of"),
    "supplies": _("is supplied by"),
    "partner_of": _("partner of"),
}


_MUTUAL = ("household", "relative", "partner_of")
_OF_PEOPLE = ("works_for", "reports_to", "household", "relative")


@dataclass(frozen=True)
class RelationLine:
    """One relation from the reader's side: "reports to" + the other one."""

    id: UUID
    role: str
    label: Any
    title: str
    other_kind: str
    other: Any
    since: Any
    until: Any
    outgoing: bool


def relations_of(
    user: Any, record: Contact | Company, rows: list[Relation] | None = None
) -> list[RelationLine]:
    """Both directions; those whose other side the user may not see are left out. Three statements at most.

    `rows` are the record's relations where they were read already.
    """
    side = "contact" if isinstance(record, Contact) else "company"
    if rows is None:
        rows = list(Relation.objects.filter(Q(**{f"from_{side}": record}) | Q(**{f"to_{side}": record})))
    seen = _visible_others(user, rows, record)
    lines = []
    for row in rows:
        outgoing = getattr(row, f"from_{side}_id") == record.pk
        kind, pk = _other(row, outgoing)
        if (other := seen.get(pk)) is not None:
            label = row.get_role_display() if outgoing else READ_BACKWARDS[row.role]
            lines.append(
                RelationLine(row.pk, row.role, label, row.title, kind, other, row.since, row.until, outgoing)
            )
    return sorted(lines, key=lambda line: (line.until is not None, str(line.label)))


def roles_from(kind: str) -> list[tuple[str, Any]]:
    """What one may say of a contact or company, both ways round; "-works_for" is read backwards."""
    roles = []
    for role, label in Relation.Role.choices:
        if kind == "company" and role in _OF_PEOPLE:
            continue
        roles.append((role, label))
    backwards = [
        (f"-{role}", READ_BACKWARDS[role]) for role, _label in Relation.Role.choices if role not in _MUTUAL
    ]
    return roles + backwards


def relation_of(record: Contact | Company, relation_id: UUID) -> Relation | None:
    """The relation when the record is one of its sides."""
    side = "contact" if isinstance(record, Contact) else "company"
    touching = Q(**{f"from_{side}": record}) | Q(**{f"to_{side}": record})
    return Relation.objects.filter(touching, pk=relation_id).first()


def _other(row: Relation, outgoing: bool) -> tuple[str, Any]:
    start = "to" if outgoing else "from"
    contact_id = getattr(row, f"{start}_contact_id")
    return ("contact", contact_id) if contact_id else ("company", getattr(row, f"{start}_company_id"))


def _visible_others(user: Any, rows: list[Relation], record: Any) -> dict[Any, Any]:
    wanted: dict[str, set[Any]] = {"contact": set(), "company": set()}
    for row in rows:
        for kind in wanted:
            wanted[kind] |= {getattr(row, f"from_{kind}_id"), getattr(row, f"to_{kind}_id")} - {
                None,
                record.pk,
            }
    found: dict[Any, Any] = {}
    for model, kind in ((Contact, "contact"), (Company, "company")):
        if wanted[kind]:
            found |= {one.pk: one for one in model.objects.visible_to(user).filter(pk__in=wanted[kind])}
    return found
