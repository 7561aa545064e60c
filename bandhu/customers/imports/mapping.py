"""Propose what each column of a file means, from its header, its values, and the layout it belongs to.

Nothing is dropped: a column that says nothing is proposed as a custom field that keeps its text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from .headers import Meaning, read_header
from .layouts import OWN_COMPANIES, OWN_CONTACTS, OWN_SOURCE, Layout, recognise_layout
from .problems import is_reason
from .targets import CONSTRAINED, Target, targets_of
from .values import guess_holds

CUSTOM = "custom"
SKIP = "skip"
# What our export writes behind the title of an own field that is called like one of its columns.
OWN_FIELD = " (own field)"


def marked(title: str, kind: str) -> str:
    """The header of an own field in our export: what could be read as a column of ours says that it is none."""
    is_taken = title in OWN_CONTACTS or title in OWN_COMPANIES or read_header(title, kind)
    return f"{title}{OWN_FIELD}" if is_taken else title


def is_marked(header: str) -> bool:
    return header.endswith(OWN_FIELD)


def title_of(header: str) -> str:
    """The title of the own field that a column stands for."""
    return header.removesuffix(OWN_FIELD)


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """What one column becomes. `target` is a key of `targets_of(kind)`, "custom" (kept as custom field `title`),
    "field:<key>" (a custom field that exists), "note_line" or "skip". `fallback` is the custom field for texts the
    house does not know (an owner who is no user). `holds` is the type of the values."""

    column: str
    target: str
    slot: str = ""
    label: str = ""
    holds: str = "text"
    confidence: float = 1.0
    why: str = "header"
    fallback: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> ColumnMapping:
        return cls(**{name: data[name] for name in cls.__slots__ if name in data})


def propose_mapping(
    headers: list[str],
    sample_rows: Iterable[list[str]] = (),
    fields: Mapping[str, str] | None = None,
    kind: str = "contacts",
) -> list[ColumnMapping]:
    """One ColumnMapping per header, in order. `fields` are custom fields that exist: title to id."""
    layout = recognise_layout(headers)
    rows = list(sample_rows)[:200]
    own = {" ".join(title.casefold().split()): key for title, key in (fields or {}).items()}
    targets = targets_of(kind)
    proposals: list[ColumnMapping] = []
    for place, header in enumerate(headers):
        values = [row[place] for row in rows if place < len(row) and row[place].strip()]
        proposals.append(_proposal(header, values, layout, own, kind))
    # What the layout knows for sure takes its place before what merely looks like it ("Occupation" beside "Title").
    taken = {(p.target, p.slot) for p in proposals if p.why == "layout"}
    for place, proposal in enumerate(proposals):
        where = (proposal.target, proposal.slot)
        if proposal.why != "layout" and proposal.target in targets and where in taken:
            proposals[place] = _second_of(proposal, targets[proposal.target])
        taken.add(where)
    return proposals


def _proposal(
    header: str, values: list[str], layout: Layout | None, own: dict[str, str], kind: str
) -> ColumnMapping:
    if is_reason(header):
        return ColumnMapping(header, SKIP, why="reason")
    targets = targets_of(kind)
    named = layout.columns.get(header) if layout else None
    is_ours = bool(layout and layout.source == OWN_SOURCE)
    mine = None if is_ours and named else own.get(" ".join(title_of(header).casefold().split()))
    if mine and (is_marked(header) or not _takes_only_known(header, named, kind)):
        return ColumnMapping(header, f"field:{mine}", why="field")
    if is_marked(header):
        return ColumnMapping(header, CUSTOM, holds=guess_holds(values), why="field")
    if layout and header in layout.columns:
        target, *slot = layout.columns[header]
        if target in targets:
            return ColumnMapping(
                header,
                target,
                slot[0] if slot else "",
                holds=targets[target].holds,
                why="layout",
                fallback=mine or "",
            )
        if target == CUSTOM:
            return ColumnMapping(header, CUSTOM, holds=guess_holds(values), confidence=0.9, why="layout")
    found = read_header(header, kind)
    holds = guess_holds(values)
    if found:
        found = _checked(found, holds, values)
    if not found and values:
        found = _from_values(header, holds, kind)
    if not found or found.target not in targets:
        return ColumnMapping(header, CUSTOM, holds=holds, confidence=0.3, why="unknown")
    return ColumnMapping(
        header,
        found.target,
        found.slot,
        found.label,
        targets[found.target].holds,
        found.confidence,
        found.why,
        mine or "",
    )


def _takes_only_known(header: str, named: tuple[str, ...] | None, kind: str) -> bool:
    """Whether the column is an owner, a team or the like. An own field of its name was made for the texts that the
    house did not know: it is where those go, not what the column means."""
    if named:
        return named[0] in CONSTRAINED
    found = read_header(header, kind)
    return bool(found and found.confidence == 1.0 and found.target in CONSTRAINED)


def _checked(found: Meaning, holds: str, values: list[str]) -> Meaning | None:
    """What the values say against the header: numbers under "company" are ids, no mails under "email" are no mails."""
    if not values:
        return found
    if (
        found.target == "company_name"
        and holds == "number"
        and all(value.strip().isdigit() for value in values)
    ):
        return Meaning("company_external_id", confidence=0.85, why="values")
    if found.target == "email" and not any("@" in value for value in values):
        return None
    if found.target == "phone" and not any(re.search(r"\d", value) for value in values):
        return None
    if found.target == "website" and holds == "email":
        return Meaning("email", found.slot or "1", confidence=0.8, why="values")
    return found


def _from_values(header: str, holds: str, kind: str) -> Meaning | None:
    if holds in ("email", "phone", "url"):
        target = {"email": "email", "phone": "phone", "url": "website"}[holds]
        return Meaning(target, header, confidence=0.7, why="values")
    if holds == "country":
        return Meaning("address_country", "1", confidence=0.6, why="values")
    return None


def _second_of(proposal: ColumnMapping, target: Target) -> ColumnMapping:
    """The second column of one meaning: another slot where there may be many, otherwise a custom field."""
    if target.many and not target.key.startswith("address"):
        return ColumnMapping(**{**proposal.as_dict(), "slot": proposal.column})
    return ColumnMapping(proposal.column, CUSTOM, holds=proposal.holds, confidence=0.5, why="repeated")


def share_mapped(proposals: list[ColumnMapping]) -> float:
    """The share of columns that found a field of ours without help (custom fields that were made up do not count)."""
    return sum(1 for p in proposals if p.target not in (CUSTOM, SKIP)) / len(proposals) if proposals else 0.0
