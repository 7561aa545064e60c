"""Leads from a file: each row is an enquiry of the person it describes, who is found or made by the rules of contacts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, override

from bandhu.customers.importing.attached import (
    CHANGED,
    Trace,
    by_label,
    change_columns,
    check_moment,
    created,
    differing,
    folded,
    key_of,
    known_of,
    leave_traces,
    settle_once,
    take_back,
    told,
    users_by_name,
)
from bandhu.customers.importing.kinds import Choice, ImportKind
from bandhu.customers.importing.plan import Outcome, Policy
from bandhu.customers.imports.problems import CellProblem
from bandhu.customers.imports.records import Record
from bandhu.customers.imports.targets import Target
from bandhu.customers.models import Contact, Import, ImportedRow
from bandhu.identity.models import User
from bandhu.identity.ready_made import system_user
from bandhu.interactions.actions import Entry, forget_entries, log_many
from bandhu.interactions.models import Interaction
from bandhu.platform.notifications import notify
from bandhu.platform.search.indexing import index_records
from bandhu.platform.sort_keys import sort_key
from bandhu.sales.actions.assignment import choices_for
from bandhu.sales.actions.lead_changes import give_customers
from bandhu.sales.actions.lead_setup import set_lead_source
from bandhu.sales.actions.scoring import score_leads
from bandhu.sales.models import Lead, LeadSource, LeadStatus, StatusChange
from bandhu.sales.response_clock import response_due

TARGETS = (
    Target("lead_title", gettext_lazy("What it is about"), words="subject|interest|interested in|product interest|enquiry|inquiry|requirement|topic|আগ্রহ|ஆர்வம்"),
    Target("lead_message", gettext_lazy("Message"), "long_text", words="message|enquiry text|question|comments|বার্তা|செய்தி"),
    Target("lead_source", gettext_lazy("Source of the lead"), words="lead source|source|origin|original source|উৎস|மூலம்"),
    Target("lead_campaign", gettext_lazy("Campaign"), words="campaign|campaign name|utm campaign|ক্যাম্পেইন"),
    Target("lead_status", gettext_lazy("Status of the lead"), words="lead status|status|stage|অবস্থা|நிலை"),
    Target("lead_owner", gettext_lazy("Owner of the lead"), "known", words="lead owner|owner|assigned to|salesperson|sales rep|sales agent"),
    Target("lead_received_at", gettext_lazy("Received"), "date", words="received|received at|created|created time|created at|create date|created date|created on|date created|enquiry date|lead date"),
    Target("lead_id", gettext_lazy("Id of the lead"), "id", words="lead id|leadid|enquiry id|inquiry id"),
    Target("lead_line", gettext_lazy("A line of the message"), "line"),
)  # fmt: skip
# What other programs call where a lead stands.
_STATUSES = {
    "not contacted": LeadStatus.NEW, "open": LeadStatus.NEW, "unread": LeadStatus.NEW, "assigned": LeadStatus.NEW,
    "attempted to contact": LeadStatus.WORKING, "contacted": LeadStatus.WORKING, "in progress": LeadStatus.WORKING,
    "working - contacted": LeadStatus.WORKING, "connected": LeadStatus.WORKING, "open deal": LeadStatus.WORKING,
    "pre qualified": LeadStatus.WORKING, "pre-qualified": LeadStatus.WORKING,
    "contact in future": LeadStatus.NURTURING, "nurture": LeadStatus.NURTURING, "bad timing": LeadStatus.NURTURING,
    "converted": LeadStatus.QUALIFIED, "closed - converted": LeadStatus.QUALIFIED,
    "junk lead": LeadStatus.CLOSED, "lost lead": LeadStatus.CLOSED, "not qualified": LeadStatus.CLOSED,
    "unqualified": LeadStatus.CLOSED, "closed - not converted": LeadStatus.CLOSED, "junk": LeadStatus.CLOSED,
    "lost": LeadStatus.CLOSED, "recycled": LeadStatus.NURTURING, "dead": LeadStatus.CLOSED,
}  # fmt: skip
RULES, CHOSEN, CLOCK = "rules", "chosen", "clock"
_CLOSED = (LeadStatus.CLOSED, LeadStatus.QUALIFIED)
_CHANGEABLE = (
    "title", "sort_key", "campaign", "message", "source", "owner", "status", "status_since", "closed_at", "version", "updated_at",
)  # fmt: skip
_TOLD = gettext_noop("%(number)s leads from a file are yours")


def _known(run: Import) -> dict[str, dict[str, Any]]:
    return {"lead_owner": users_by_name()}


def _own_statuses() -> dict[str, LeadStatus]:
    """Our own words for where a lead stands, in every language of the house."""
    found = {str(status): status for status in LeadStatus}
    for language, _name in settings.LANGUAGES:
        with override(language):
            found |= {folded(status.label): status for status in LeadStatus}
    return found


class LeadsOfFile:
    """The leads of one run, chunk by chunk."""

    def __init__(self, run: Import, policy: Policy) -> None:
        self.run, self.policy = run, policy
        self.sources = by_label(LeadSource.objects.all())
        self.statuses = _own_statuses()
        self.may_make_sources = run.actor.holds("sales.manage_leads")
        self.keys: dict[int, str] = {}
        self.known: set[str] = set()
        self.fresh: list[Outcome] = []
        self.there: dict[str, Lead] = {}
        self.untouched: set[UUID] = set()
        self.changed: list[tuple[int, Lead, dict[str, Any]]] = []
        self._names_owner: dict[UUID, bool] = {}

    def check(self, records: Sequence[Record]) -> None:
        """Nothing is received in the future; a status or source we do not have is kept as it was written."""
        for record in records:
            check_moment(record, "lead_received_at")
            self._settle_status(record)
            source = record.attached.get("lead_source", "")
            if source and folded(source) not in self.sources and not self.may_make_sources:
                del record.attached["lead_source"]
                _keep_as_written(record, _("Source: %(source)s") % {"source": source}, source)

    def _settle_status(self, record: Record) -> None:
        """Ours; or what another program's word means, with that word kept: it says more than ours."""
        text = record.attached.get("lead_status", "")
        ours, theirs = self.statuses.get(folded(text)), _STATUSES.get(folded(text))
        record.attached["status"] = ours or theirs or LeadStatus.NEW
        if text and not ours:
            line = _("Status: %(status)s") % {"status": text}
            if theirs:
                record.lines.append(line)
            else:
                _keep_as_written(record, line, text)

    def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Which rows are new enquiries."""
        self.keys = {
            one.record.number: key_of(one.record, self.policy.source, one.record.attached.get("lead_id", ""))
            for one in outcomes
        }
        there = Lead.objects.filter(submission__in=self.keys.values())
        self.known |= set(there.values_list("submission", flat=True))  # type: ignore[arg-type]
        self.there, self.untouched = known_of(
            Lead.objects.filter(deleted_at__isnull=True), self.keys.values(), "submission"
        )
        self.changed = []
        self.fresh = settle_once(outcomes, self.keys, self.known, self._again)

    def _again(self, outcome: Outcome) -> bool:
        """A row that comes again under its id, saying something else."""
        record = outcome.record
        lead = self.there.pop(self.keys[record.number], None)
        if lead is None or not record.attached.get("lead_id") or self.policy.on_match != "update":
            return False
        columns = differing(lead, self._said(record), lead.pk in self.untouched)
        if "title" in columns:
            columns["sort_key"] = sort_key(columns["title"])
        if columns:
            self.changed.append((record.number, lead, columns))
        return bool(columns)

    def _said(self, record: Record) -> dict[str, Any]:
        """Columns the row gives a value for."""
        said = record.attached
        source = self.sources.get(folded(said.get("lead_source", "")))
        given = {
            "title": said.get("lead_title"), "campaign": said.get("lead_campaign", "")[:200],
            "message": told(said.get("lead_message", ""), record.lines), "source_id": source.pk if source else None,
            "owner_id": said.get("lead_owner"), "status": said["status"] if said.get("lead_status") else None,
        }  # fmt: skip
        return {column: value for column, value in given.items() if value}

    def write(self, now: datetime) -> None:
        """Leads with their first status. An answer is owed to new ones where one chose so: else nobody knows when they were answered."""
        leads = [(one.record.number, self._lead(one, now)) for one in self.fresh]
        self._names_owner = {
            lead.pk: bool(one.record.attached.get("lead_owner"))
            for one, (_number, lead) in zip(self.fresh, leads, strict=True)
        }
        Lead.objects.bulk_create([lead for _number, lead in leads], batch_size=1_000)
        StatusChange.objects.bulk_create(
            [
                StatusChange(lead=lead, at=lead.received_at, actor=self.run.actor, to_status=lead.status)
                for _number, lead in leads
            ],
            batch_size=2_000,
        )
        self._assign([lead for _number, lead in leads if lead.is_open and not self._names_owner[lead.pk]])
        self._give_customers([lead for _number, lead in leads])
        log_many(
            [_entry(lead) for _number, lead in leads if lead.contact_id],
            actor=system_user(), kind="lead_received", direction=Interaction.Direction.IN, source="sales",
        )  # fmt: skip
        again = self._change(now)
        score_leads([lead.pk for _number, lead in [*leads, *((one.number, one.record) for one in again)]])
        made = [created(number, lead, _filled(lead)) for number, lead in leads]
        leave_traces(self.run, "lead", [*made, *again], now)

    def _assign(self, leads: Sequence[Lead]) -> None:
        """Rows that name no owner go by the assignment rules, unless one chose otherwise; those no rule fits stay as they are."""
        if not leads or self.run.options.get("assigning", RULES) != RULES:
            return
        given: Counter[User] = Counter()
        for lead, choice in zip(leads, choices_for(leads), strict=True):
            if choice.rule is not None:
                lead.owner, lead.team = choice.user, choice.team or lead.team
                if choice.user is not None:
                    given[choice.user] += 1
        Lead.objects.bulk_update(leads, ["owner", "team"], batch_size=1_000)
        for user, count in given.items():
            if user != self.run.actor:
                notify(user, _TOLD, url=reverse("sales:leads"), icon="inbox", number=count)

    def _give_customers(self, leads: Sequence[Lead]) -> None:
        """People made with their lead go with it, unless the file says whose they are; known ones where they are nobody's."""
        made = {
            one.pending.id
            for one in self.fresh
            if one.pending
            and one.pending.is_new
            and one.pending.columns.get("owner_id") == self.policy.owner_id
        }
        given: dict[tuple[Any, Any], set[UUID]] = defaultdict(set)
        for lead in leads:
            if lead.contact_id in made:
                given[lead.owner_id, lead.team_id].add(lead.contact_id)
        for (owner, team), ids in given.items():
            if (owner, team) != (self.policy.owner_id, self.policy.team_id):
                Contact.objects.filter(pk__in=ids).update(owner=owner, team=team)
                index_records("contact", list(ids))
        for lead in leads:
            if lead.contact_id not in made:
                give_customers(lead, actor=system_user())

    def _change(self, now: datetime) -> list[Trace]:
        """Write what rows that came again say otherwise."""
        traces, moves = [], []
        for number, lead, columns in self.changed:
            former = lead.status
            trace = change_columns(number, lead, columns)
            if "status" in columns:
                closed = lead.status in _CLOSED
                trace.before["columns"] |= {
                    "status_since": lead.status_since.isoformat(),
                    "closed_at": lead.closed_at.isoformat() if lead.closed_at else None,
                }
                lead.status_since, lead.closed_at = now, now if closed else None
                moves.append(
                    StatusChange(
                        lead=lead, at=now, actor=self.run.actor, from_status=former, to_status=lead.status
                    )
                )
            lead.updated_at = now
            traces.append(trace)
        Lead.objects.bulk_update([one.record for one in traces], _CHANGEABLE, batch_size=1_000)
        StatusChange.objects.bulk_create(moves, batch_size=2_000)
        return traces

    def _lead(self, outcome: Outcome, now: datetime) -> Lead:
        record, person = outcome.record, outcome.pending
        assert person is not None  # `settle_once` passes over rows without one
        said = record.attached
        at, status = said.get("lead_received_at", now), said["status"]
        title = said.get("lead_title") or _("Enquiry")
        source = self._source(said.get("lead_source", ""))
        waits = status == LeadStatus.NEW and self.run.options.get("answering") == CLOCK
        return Lead(
            title=title, sort_key=sort_key(title), contact_id=person.id, company_id=person.columns.get("company_id"),
            message=told(said.get("lead_message", ""), record.lines), language=person.columns.get("language") or "",
            country=person.columns.get("country") or "", source=source, response_due_at=response_due(source, at) if waits else None,
            campaign=said.get("lead_campaign", "")[:200], status=status, status_since=at, received_at=at,
            closed_at=at if status in _CLOSED else None, owner_id=said.get("lead_owner") or self.policy.owner_id,
            team_id=self.policy.team_id, submission=self.keys[record.number], created_by=self.run.actor, created_at=now,
        )  # fmt: skip

    def _source(self, name: str) -> LeadSource | None:
        if not name:
            return None
        found: LeadSource | None = self.sources.get(folded(name))
        if found is None:
            found = set_lead_source(None, actor=self.run.actor, name=name[:120])
            self.sources[folded(name)] = found
        return found


def _keep_as_written(record: Record, line: str, value: str) -> None:
    record.lines.append(line)
    record.warnings.append(CellProblem("kept_as_written", None, value))


def _filled(lead: Lead) -> dict[str, Any]:
    return {
        "title": lead.title, "source": str(lead.source or ""), "campaign": lead.campaign,
        "status": str(LeadStatus(lead.status).label), "message": lead.message,
    }  # fmt: skip


def _entry(lead: Lead) -> Entry:
    """As an enquiry that comes in otherwise stands on the timeline."""
    assert lead.contact_id is not None  # asked before
    return Entry(
        contact_id=lead.contact_id, company_id=lead.company_id, occurred_at=lead.received_at, external_id=str(lead.pk),
        subject=lead.title, body=lead.message, outcome=str(lead.source or ""), details={"lead_id": str(lead.pk)},
    )  # fmt: skip


def _take_back(run: Import, traces: Sequence[ImportedRow]) -> list[ImportedRow]:
    undone = take_back(Lead, "lead", traces, own=(StatusChange,))
    gone = [str(one.record_id) for one in undone if one.verb != CHANGED]
    forget_entries("sales", gone)
    return undone


def _choices(user: Any) -> list[Choice]:
    return [
        Choice(
            "assigning",
            _("Rows that name no owner"),
            "",
            [(RULES, _("By the assignment rules, where one fits")), (CHOSEN, _("The owner chosen above"))],
        ),
        Choice(
            "answering",
            _("Time to answer"),
            _("Only leads that are new, by the time their source allows."),
            [("", _("No answer is due")), (CLOCK, _("Runs from when they were received"))],
        ),
    ]


def _one_of(*offered: str) -> Callable[[Any, Any], str]:
    def clean(value: Any, _actor: Any) -> str:
        if (value or offered[0]) not in offered:
            raise ValidationError(_("Choose one of the values offered."), code="no_choice")
        return str(value or offered[0])

    return clean


LEADS = ImportKind(
    name="leads", label=gettext_lazy("Leads"), base="contacts", record_kind="lead", permission="sales.create_lead",
    targets=TARGETS, line_target="lead_line", known=_known, attach=LeadsOfFile, take_back=_take_back, choices=_choices,
    clean={"assigning": _one_of(RULES, CHOSEN), "answering": _one_of("", CLOCK)},
    # Who is known stays as known: an enquiry fills what is empty and changes nothing.
    defaults={
        "match": ["external_id", "email", "phone"], "overwrite": False, "on_suspect": "update", "lifecycle": "lead",
    },
)  # fmt: skip
