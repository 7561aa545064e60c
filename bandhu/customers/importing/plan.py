"""Row by row: which record does it mean, and what happens to it? The same code answers the dry run and the import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from bandhu.customers.importing.likeness import LIKELY, Likeness
from bandhu.customers.importing.lookup import (
    Found,
    companies_by_external_id,
    companies_by_name,
    find_records,
    load,
    names_of,
)
from bandhu.customers.importing.pending import LINK_COLUMN, Pending, Suspect
from bandhu.customers.imports.layouts import OWN_SOURCE
from bandhu.customers.imports.problems import CellProblem
from bandhu.customers.imports.records import Record
from bandhu.platform.ids import new_id
from bandhu.platform.mail_addresses import mail_key
from bandhu.platform.texts import fold


@dataclass(frozen=True)
class Policy:
    """What the person chose. `match`: keys in order ("external_id", "email", "phone", "name"); `on_match`: update, skip
    or create; `overwrite`: whether a filled field yields; `on_suspect`: what becomes of a row that is probably a known
    record though no key says so: create, skip, update (the found one) or fail."""

    kind: str = "contact"
    source: str = "import"
    company_source: str = "import"
    match: tuple[str, ...] = ("external_id", "email")
    on_match: str = "update"
    overwrite: bool = True
    on_suspect: str = "create"
    lifecycle: str = "prospect"
    owner_id: UUID | None = None
    team_id: UUID | None = None
    tags: tuple[str, ...] = ()
    # What the file calls the columns and custom fields it fills, for values that only the note can keep.
    titles: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Outcome:
    """What becomes of one row: created, updated, same, skipped or failed, and the record it went to."""

    record: Record
    verb: str
    pending: Pending | None = None
    suspect: Suspect | None = None


MOST_REMEMBERED = 20_000


@dataclass
class Memory:
    """What earlier rows made. Within a chunk it stands for what is not yet written; a dry run keeps it to the end."""

    contacts: Found = field(default_factory=Found)
    companies: Found = field(default_factory=Found)
    pendings: dict[UUID, Pending] = field(default_factory=dict)
    made: set[UUID] = field(default_factory=set)

    def forget_details(self) -> None:
        """Keep only who was made, not what they are, once there are many: a dry run of any length stays small."""
        if len(self.pendings) < MOST_REMEMBERED:
            return
        self.made.update(pk for pk, pending in self.pendings.items() if pending.is_new)
        self.pendings.clear()

    def of(self, kind: str) -> Found:
        return self.contacts if kind == "contact" else self.companies


class Plan:
    """Decides for the rows of one chunk. Nothing is written."""

    def __init__(
        self, policy: Policy, actor: Any, records: list[Record], memory: Memory, likeness: Likeness
    ) -> None:
        self.policy, self.actor, self.memory, self.likeness = policy, actor, memory, likeness
        self.outcomes: list[Outcome] = []
        good = [record for record in records if not record.problems and not record.is_alone]
        self.found = find_records(
            policy.kind,
            actor,
            source=policy.source,
            external_ids={record.external_id for record in good if record.external_id},
            mails={mail_key(mail) for record in good for _label, mail in record.emails},
            phones={number for record in good for _label, number, _ext, _typed in record.phones},
            names={record.fallback_name for record in good} if "name" in policy.match else (),
            pairs={pair for record in good for pair in record.other_ids},
        )
        named = [pair for record in good for pair in record.companies()]
        self.company_ids, self.taken_company_ids = companies_by_external_id(
            policy.company_source, {external_id for _name, external_id in named if external_id}, actor
        )
        self.company_names = companies_by_name({name for name, _external_id in named if name}, actor)
        known = self.found or memory.of(policy.kind)
        matched = (self._match(record)[0] for record in good) if known else ()
        wanted = {pk for pk in matched if pk} - memory.made
        likeness.look_up(self._new_ones(good), self.found)
        if policy.on_suspect == "update":
            wanted |= likeness.known.keys()
        memory.pendings.update(load(policy.kind, wanted - set(memory.pendings)))
        self.links: list[Outcome] = []
        self.present = names_of(
            {pending.columns.get(LINK_COLUMN[policy.kind]) for pending in memory.pendings.values()}
        )
        for record in records:
            self.outcomes.append(self._decide(record))
        for outcome in self.links:
            if self._link(outcome.pending, outcome.record) and outcome.verb == "same":
                outcome.verb = "updated"

    def _new_ones(self, records: list[Record]) -> list[Record]:
        """The rows that mean no record of the book, and those that shall make another one all the same."""
        if self.policy.on_match == "create" or not self.found:
            return records
        return [record for record in records if self._match(record)[0] is None]

    def _match(self, record: Record) -> tuple[UUID | None, UUID | None]:
        """(the record this row is, a record that has the same id or mail address and yet is another)."""
        mine, earlier = self.found, self.memory.of(self.policy.kind)
        if record.external_id and (
            pk := earlier.by_external_id.get(record.external_id)
            or mine.by_external_id.get(record.external_id)
        ):
            return (pk, None) if "external_id" in self.policy.match else (None, pk)
        for pair in record.other_ids:
            if "external_id" in self.policy.match and (
                pk := earlier.by_pair.get(pair) or mine.by_pair.get(pair)
            ):
                return pk, None
        mails = [mail_key(mail) for _label, mail in record.emails]
        numbers = [number for _label, number, _ext, _typed in record.phones]
        same_mail = [
            pk for key in mails for pk in (*earlier.by_mail.get(key, ()), *mine.by_mail.get(key, ()))
        ]
        same_phone = [
            pk for key in numbers for pk in (*earlier.by_phone.get(key, ()), *mine.by_phone.get(key, ()))
        ]
        for key, candidates in (("email", same_mail), ("phone", same_phone)):
            if key in self.policy.match:
                for pk in candidates:
                    if not self._is_another(pk, record):
                        return pk, None
        if "name" in self.policy.match and record.fallback_name:
            name = fold(record.fallback_name)
            named = earlier.by_name.get(name) or mine.by_name.get(name)
            if named and not self._is_another(named, record):
                return named, None
        return None, next(iter(same_mail), None)

    def _is_another(self, pk: UUID, record: Record) -> bool:
        """A record that already has another id of the same system is another one, whatever mail they share."""
        earlier = self.memory.of(self.policy.kind)
        ids = self.found.own_ids.get(pk, set()) | earlier.own_ids.get(pk, set())
        return bool(record.external_id and ids and record.external_id not in ids)

    def _decide(self, record: Record) -> Outcome:
        policy = self.policy
        if record.problems:
            return Outcome(record, "failed")
        if record.is_alone:
            return Outcome(record, "skipped")
        matched, certain = self._match(record)
        if matched is None and record.external_id in self.found.taken_ids:
            record.problems.append(CellProblem("external_id_taken", None, record.external_id))
            return Outcome(record, "failed")
        if matched and policy.on_match == "create":
            if record.external_id and self._has_id(matched, record.external_id):
                return Outcome(record, "skipped")
            matched, certain = None, matched
        suspect = None if matched else self._suspect_for(record, certain)
        if suspect and policy.on_suspect in ("skip", "fail"):
            return self._turned_away(record, suspect)
        if suspect and policy.on_suspect == "update" and self._may_be_updated(record, suspect):
            matched = suspect.id
        pending = self.memory.pendings.get(matched) if matched else None
        if pending is None and matched in self.memory.made:
            verb = "skipped" if policy.on_match == "skip" and not suspect else "updated"
            return Outcome(record, verb, suspect=suspect)
        if pending is None:
            return self._create(record, suspect)
        return self._change(record, pending, suspect)

    def _suspect_for(self, record: Record, certain: UUID | None) -> Suspect | None:
        """Whom the row probably repeats; of one with the same mail but another id both are told, whatever the score."""
        suspect = self.likeness.suspect_for(record, certain)
        if suspect is None or not self._is_another(suspect.id, record):
            return suspect
        shared = ("same_mail",) if suspect.id == certain and "same_mail" not in suspect.reasons else ()
        return suspect._replace(reasons=(*shared, *suspect.reasons, "external_id_differs"))

    def _turned_away(self, record: Record, suspect: Suspect) -> Outcome:
        """A row that is probably somebody known, when the person wants no such records made."""
        if self.policy.on_suspect == "skip":
            return Outcome(record, "skipped", suspect=suspect)
        record.problems.append(CellProblem("looks_like_another", None, record.fallback_name))
        return Outcome(record, "failed", suspect=suspect)

    def _may_be_updated(self, record: Record, suspect: Suspect) -> bool:
        """Not where it only shares a mail address, nor where it has another id of the same system."""
        pending = self.memory.pendings.get(suspect.id)
        ids = (*pending.known.get("external_ids", ()), *pending.external_ids) if pending else ()
        theirs = {external_id for source, external_id in ids if source == self.policy.source}
        return suspect.score >= LIKELY and not (record.external_id and theirs - {record.external_id})

    def _change(self, record: Record, pending: Pending, suspect: Suspect | None) -> Outcome:
        policy = self.policy
        if policy.on_match == "skip" and not pending.linked and not suspect:
            return Outcome(record, "skipped", pending)
        edits = pending.edits
        self._spare_taken_ids(record, pending.id)
        pending.take(
            record,
            source=policy.source,
            overwrite=policy.overwrite or pending.linked,
            titles=policy.titles if self._is_known_elsewhere(pending) else None,
        )
        pending.number = record.number
        self._tag(pending)
        self._remember(pending, record)
        return self._to_link(
            Outcome(record, "updated" if pending.edits > edits else "same", pending, suspect)
        )

    def _is_known_elsewhere(self, pending: Pending) -> bool:
        """Another system has an id for this record: where the two disagree, neither corrects the other."""
        sources = {source for source, _id in (*pending.known.get("external_ids", ()), *pending.external_ids)}
        return self.policy.source != OWN_SOURCE and bool(sources - {self.policy.source})

    def _to_link(self, outcome: Outcome) -> Outcome:
        """Links wait until every row of the chunk is known: a parent may stand below its subsidiary."""
        self.links.append(outcome)
        return outcome

    def _has_id(self, pk: UUID, external_id: str) -> bool:
        pending = self.memory.pendings.get(pk)
        return self.found.by_external_id.get(external_id) == pk or bool(
            pending and any(one[1] == external_id for one in pending.external_ids)
        )

    def _create(self, record: Record, suspect: Suspect | None) -> Outcome:
        policy = self.policy
        pending = Pending(policy.kind, new_id(), True, record.number, suspect=suspect)
        pending.columns = {
            "lifecycle": policy.lifecycle,
            "owner_id": policy.owner_id,
            "team_id": policy.team_id,
        }
        self._spare_taken_ids(record, pending.id)
        pending.take(record, source=policy.source, overwrite=True)
        self._tag(pending)
        self.memory.pendings[pending.id] = pending
        self._remember(pending, record)
        self.likeness.remember(record, pending.id)
        return self._to_link(Outcome(record, "created", pending, suspect))

    def _spare_taken_ids(self, record: Record, mine: UUID) -> None:
        """An id another record carries cannot be given twice: it goes to the note, so that it is not lost."""
        earlier = self.memory.of(self.policy.kind)
        for pair in list(record.other_ids):
            if any(pair in known and known[pair] != mine for known in (self.found.by_pair, earlier.by_pair)):
                record.other_ids.remove(pair)
                record.notes.append(f"{pair[0]}: {pair[1]}")
            else:
                earlier.by_pair[pair] = mine

    def _tag(self, pending: Pending) -> None:
        for name in self.policy.tags:
            pending.add("tags", fold(name)[:60], name)

    def _remember(self, pending: Pending, record: Record) -> None:
        memory = self.memory.of(self.policy.kind)
        if record.external_id:
            memory.by_external_id.setdefault(record.external_id, pending.id)
            memory.own_ids[pending.id].add(record.external_id)
        for _label, mail in record.emails:
            memory.by_mail[mail_key(mail)].append(pending.id)
        for _label, number, _ext, _typed in record.phones:
            memory.by_phone[number].append(pending.id)
        if self.policy.kind == "company":
            memory.by_name.setdefault(fold(pending.title), pending.id)

    def _link(self, pending: Pending | None, record: Record) -> bool:
        """Tie the record to its companies (or a company to its parent), making the company when there is none.

        Returns whether that changed the record.
        """
        if pending is None:
            return False
        edits = pending.edits
        present = pending.columns.get(LINK_COLUMN[self.policy.kind])
        named = record.company_name or record.company_id
        # Of several firms of one name, the one it is linked to is meant.
        if named and (
            record.company_id or not present or self.present.get(present) != fold(record.company_name)
        ):
            target = self._company(record, record.company_name, record.company_id)
            # A firm known by its id is not given up for one that another system only names.
            yields = self.policy.overwrite and bool(
                record.company_id or not self._is_known_elsewhere(pending)
            )
            if target and target != pending.id:
                pending.link(LINK_COLUMN[self.policy.kind], target, yields)
        for name, external_id in record.works_for.values():
            pending.relate(self._company(record, name, external_id))
        return pending.edits > edits

    def _company(self, record: Record, name: str, external_id: str) -> UUID:
        memory, folded = self.memory.companies, fold(name)
        if external_id in self.taken_company_ids:
            # A company out of reach, or in the bin, carries it: the name alone is left to go by.
            name, external_id, folded = name or external_id, "", fold(name or external_id)
        if external_id:
            known = memory.by_external_id.get(external_id) if self._same_source else None
            known = known or memory.by_name.get(f"\x00{external_id}") or self.company_ids.get(external_id)
        else:
            known = memory.by_name.get(folded) or self.company_names.get(folded)
        return known or self._make_company(record, name, external_id)

    @property
    def _same_source(self) -> bool:
        return self.policy.kind == "company" and self.policy.source == self.policy.company_source

    def _make_company(self, record: Record, name: str, external_id: str) -> UUID:
        """A company that so far is only a name, or an id whose name another file will bring."""
        policy, memory = self.policy, self.memory.companies
        company = Pending("company", new_id(), True, record.number, linked=True)
        company.columns = {
            "name": name or external_id,
            "owner_id": policy.owner_id,
            "team_id": policy.team_id,
            "lifecycle": policy.lifecycle,
        }
        if record.company_domain and name == record.company_name:
            company.set("website", record.company_domain, True)
        if external_id:
            company.external_ids[(policy.company_source, external_id)] = None
            memory.by_name[f"\x00{external_id}"] = company.id
        if name:
            memory.by_name.setdefault(fold(name), company.id)
        self.memory.pendings[company.id] = company
        return company.id
