"""Follow-ups from a file: each row is a task, a call or the like with somebody who is in the book already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, override

from bandhu.customers.importing.attached import (
    EARLIEST,
    check_moment,
    created,
    folded,
    key_of,
    leave_traces,
    take_back,
    told,
    users_by_name,
)
from bandhu.customers.importing.kinds import Choice, ImportKind
from bandhu.customers.importing.lookup import companies_by_name
from bandhu.customers.importing.people import People
from bandhu.customers.importing.plan import Outcome, Policy
from bandhu.customers.imports.problems import CellProblem
from bandhu.customers.imports.records import Record
from bandhu.customers.imports.targets import Target
from bandhu.customers.models import Company, Import, ImportedRow
from bandhu.identity.models import User
from bandhu.identity.queries import colleagues
from bandhu.interactions.actions.follow_ups import KIND, settle_next_step
from bandhu.interactions.follow_up_words import KINDS
from bandhu.interactions.models import FollowUp
from bandhu.platform.notifications import notify
from bandhu.platform.texts import fold

PLAN = "interactions.plan_follow_up"
TARGETS = (
    Target("step_what", gettext_lazy("What is to be done"), words="what|subject|task|task name|task title|task subject|title|activity|activity subject|name|to do|todo|summary|call subject|কাজ|বিষয়|பணி|பொருள்"),
    Target("step_kind", gettext_lazy("Kind of follow-up"), words="kind|type|task type|activity type|task subtype|ধরন|வகை"),
    Target("step_due", gettext_lazy("Due"), "date", words="due|due date|due at|due on|due time|deadline|activity date|task due date|call start time|date|সময়সীমা|মেয়াদ|তারিখ|கடைசி தேதி|தேதி"),
    Target("step_state", gettext_lazy("State"), words="state|status|task status|done|completed|is done|is closed|অবস্থা|நிலை"),
    Target("step_done_at", gettext_lazy("Done on"), "date", words="done on|done at|completed at|completed on|completed date|completion date|date completed|closed time|marked as done time"),
    Target("step_mail", gettext_lazy("Mail address of the contact"), words="email|contact email|mail|mail address|email address|contact mail|person email|ইমেইল|மின்னஞ்சல்"),
    Target("step_contact", gettext_lazy("Contact"), words="contact|contact name|associated contact|contact person|person|related contact|lead|full name|customer|যোগাযোগ|গ্রাহক|தொடர்பு|வாடிக்கையாளர்"),
    Target("step_company", gettext_lazy("Company"), words="company|company name|associated company|account|account name|organization|organisation|কোম্পানি|প্রতিষ্ঠান|நிறுவனம்"),
    Target("step_owner", gettext_lazy("Owner of the follow-up"), "known", words="owner|task owner|assigned to|assignee|activity owner|responsible|salesperson|দায়িত্বপ্রাপ্ত|பொறுப்பாளர்"),
    Target("step_result", gettext_lazy("Result"), words="result|outcome|call result|call outcome|ফলাফল|முடிவு"),
    Target("step_note", gettext_lazy("Note"), "long_text", words="note|notes|description|comments|body|task notes|নোট|মন্তব্য|குறிப்பு"),
    Target("step_id", gettext_lazy("Id of the follow-up"), "id", words="task id|activity id|record id|id"),
    Target("step_line", gettext_lazy("A line of the note"), "line"),
)  # fmt: skip
# What other programs call them, besides our own words.
_KINDS: dict[str, str] = {
    "to do": "task", "todo": "task", "to-do": "task", "deadline": "task", "email": "mail", "e-mail": "mail", "phone": "call", "phone call": "call",
    "appointment": "meeting", "lunch": "meeting", "event": "meeting", "sms": "message", "whatsapp": "message", "on site": "visit",
}  # fmt: skip
_DONE, _DROPPED, _OPEN = FollowUp.State.DONE, FollowUp.State.DROPPED, FollowUp.State.OPEN
_STATES: dict[str, str] = {
    "completed": _DONE, "complete": _DONE, "closed": _DONE, "finished": _DONE, "yes": _DONE, "true": _DONE, "1": _DONE, "held": _DONE,
    "cancelled": _DROPPED, "canceled": _DROPPED, "not held": _DROPPED, "deferred": _OPEN, "not started": _OPEN, "in progress": _OPEN,
    "waiting": _OPEN, "waiting for input": _OPEN, "waiting on someone else": _OPEN, "planned": _OPEN, "scheduled": _OPEN, "pending": _OPEN,
    "to do": _OPEN, "no": _OPEN, "false": _OPEN, "0": _OPEN,
}  # fmt: skip
# When something is due of which a file says the day alone.
_END_OF_WORK, _LATEST = time(17), 2199
_TOLD = gettext_noop("%(number)s follow-ups from a file are yours")


def _known(run: Import) -> dict[str, dict[str, Any]]:
    return {"step_owner": users_by_name()}


def _in_all_languages(choices: Sequence[tuple[str, Any]]) -> dict[str, str]:
    """Values by themselves and by their words, in every language of the house."""
    found = {str(value): str(value) for value, _label in choices}
    for language, _name in settings.LANGUAGES:
        with override(language):
            found |= {folded(label): str(value) for value, label in choices}
    return found


class FollowUpsOfFile:
    """The follow-ups of one run, chunk by chunk."""

    def __init__(self, run: Import, policy: Policy) -> None:
        self.run, self.policy = run, policy
        self.kinds = _KINDS | _in_all_languages(KINDS)
        self.states = _STATES | _in_all_languages(FollowUp.State.choices)
        self.teams = dict(User.objects.values_list("pk", "team_id"))
        self.zone = ZoneInfo(run.actor.time_zone or "UTC")
        self.known: set[str] = set()
        self.fresh: list[Outcome] = []

    def check(self, records: Sequence[Record]) -> None:
        """Something to be done, until a day there can be, for somebody in the book on whom the actor may plan follow-ups."""
        names = [
            word
            for record in records
            for word in (record.attached.get("step_mail"), record.attached.get("step_contact"))
            if word
        ]
        people = People(self.run.actor, names, PLAN)
        companies = self._companies(record.attached.get("step_company", "") for record in records)
        for record in records:
            if not record.attached.get("step_what"):
                record.problems.append(CellProblem("nothing_to_do"))
            self._settle_word(record, "step_kind", self.kinds, "task")
            self._settle_word(record, "step_state", self.states, _OPEN)
            self._settle_due(record)
            self._settle_customer(record, people, companies)

    def _companies(self, names: Iterable[str]) -> dict[str, UUID]:
        found = companies_by_name(names, self.run.actor)
        rows = Company.objects.visible_to(self.run.actor, PLAN).filter(pk__in=found.values())
        allowed = set(rows.values_list("pk", flat=True)) if found else set()
        return {name: pk for name, pk in found.items() if pk in allowed}

    def _settle_word(self, record: Record, name: str, words: dict[str, str], usual: str) -> None:
        """Ours for what another program says; what nobody knows is kept in the note."""
        text = record.attached.get(name, "")
        found = words.get(folded(text))
        if text and found is None:
            record.lines.append(text)
            record.warnings.append(CellProblem("kept_as_written", None, text))
        record.attached[name] = found or usual

    def _settle_due(self, record: Record) -> None:
        """Until when; what is over and does not say it was due when it was done."""
        said = record.attached
        is_over = said["step_state"] != _OPEN
        done_at = check_moment(record, "step_done_at") if is_over else None
        due = said.get("step_due") or done_at
        if due is None:
            record.problems.append(CellProblem("no_due_day", None, said.get("step_what", "")))
        elif not EARLIEST <= due.year <= _LATEST:
            record.problems.append(CellProblem("out_of_range", None, due.date().isoformat()))
        else:
            local = due.astimezone(self.zone)
            is_day = local.time() == time()
            said["due_at"] = datetime.combine(local.date(), _END_OF_WORK, self.zone) if is_day else due
            said["done_at"] = (done_at or min(said["due_at"], timezone.now())) if is_over else None

    def _settle_customer(self, record: Record, people: People, companies: dict[str, UUID]) -> None:
        """The contact by mail address, else by name (in the company the row names, if any), else the company."""
        said = record.attached
        mail, name, firm = (said.get(f"step_{one}", "") for one in ("mail", "contact", "company"))
        company = companies.get(fold(firm)) if firm else None
        contact = people.only(mail) if mail else None
        if contact is None and name:
            # One of this name at another company is somebody else.
            contact = people.find(name, company) if firm else people.only(name)
        if contact is None and company is None:
            text = name or mail or firm
            problem = CellProblem("customer_unknown", None, text) if text else CellProblem("no_customer")
            record.problems.append(problem)
        elif contact is None and (name or mail):
            record.lines.append(" ".join(word for word in (name, mail) if word))
            record.warnings.append(CellProblem("kept_as_written", None, name or mail))
        said["contact_id"] = contact
        said["company_id"] = people.company_of(contact) if contact else company

    def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Which rows are new follow-ups."""
        self.fresh = []
        good = [one for one in outcomes if one.verb != "failed"]
        for one in good:
            said = one.record.attached
            said["key"] = key_of(one.record, self.policy.source, _named(said.get("step_id", "")))
        keys = [one.record.attached["key"] for one in good]
        there = FollowUp.objects.filter(import_key__in=keys).values_list("import_key", flat=True)
        self.known |= {str(key) for key in there}
        for one in good:
            key = one.record.attached["key"]
            one.verb = "skipped" if key in self.known else "created"
            if one.verb == "created":
                self.known.add(key)
                self.fresh.append(one)

    def write(self, now: datetime) -> None:
        """Follow-ups, what is due next with their customers, and a word to who has to do them."""
        made = [(one.record.number, self._follow_up(one.record)) for one in self.fresh]
        rows = [follow_up for _number, follow_up in made]
        FollowUp.objects.bulk_create(rows, batch_size=1_000)
        settle_next_step(*rows)
        given = Counter(
            one.owner_id for one in rows if one.state == _OPEN and one.owner_id != self.run.actor_id
        )
        for owner in User.objects.filter(pk__in=given):
            notify(
                owner, _TOLD, url=reverse("interactions:follow_ups"), icon="list-todo", number=given[owner.pk]
            )
        leave_traces(self.run, KIND, [created(number, one, _filled(one)) for number, one in made], now)

    def _follow_up(self, record: Record) -> FollowUp:
        said = record.attached
        owner = said.get("step_owner") or self.policy.owner_id or self.run.actor_id
        return FollowUp(
            contact_id=said["contact_id"], company_id=said["company_id"], kind=said["step_kind"], what=said["step_what"],
            note=told(said.get("step_note", ""), record.lines), owner_id=owner, team_id=self.teams.get(owner), due_at=said["due_at"],
            state=said["step_state"], result=said.get("step_result", ""), done_at=said["done_at"] if said["step_state"] == _DONE else None,
            done_by_id=owner if said["step_state"] == _DONE else None, custom=dict(record.custom), import_key=said["key"],
            created_by=self.run.actor,
        )  # fmt: skip


def _named(said: str) -> str:
    """The id of a task says nothing about a payment that has the same."""
    return f"follow_up\x1f{said}" if said else ""


def _filled(one: FollowUp) -> dict[str, Any]:
    return {"what": one.what, "due_at": one.due_at.isoformat(), "state": one.state, "note": one.note}


def _take_back(run: Import, traces: Sequence[ImportedRow]) -> list[ImportedRow]:
    """Those somebody worked on since stay."""
    rows = list(FollowUp.objects.filter(pk__in=[one.record_id for one in traces]))
    undone = take_back(FollowUp, KIND, traces, own=())
    settle_next_step(*rows)
    return undone


def _choices(user: Any) -> list[Choice]:
    people = [(str(one.pk), str(one)) for one in colleagues(user)]
    return [Choice("owner", _("Owner of rows that name none"), "", [("", _("Me")), *people])]


FOLLOW_UPS = ImportKind(
    name="follow_ups", label=gettext_lazy("Follow-ups"), base="contacts", record_kind=KIND, permission=PLAN, targets=TARGETS,
    line_target="step_line", known=_known, attach=FollowUpsOfFile, take_back=_take_back, choices=_choices, alone="always",
    defaults={"match": []},
)  # fmt: skip
