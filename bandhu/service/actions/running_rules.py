"""Running rules of tickets: each rule on each ticket in a transaction of its own, with the line that says what it did.

A worker that is killed leaves a rule done or not done, and the next one does what is missing: the line and the changes are one
transaction, and a second line for the same occasion cannot be written. What a rule makes happen never makes the same rule run
on the same ticket again: the events that led to it are asked.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from bandhu.identity.results import OutOfReach
from bandhu.platform.events import because_of
from bandhu.platform.models import EventRecord
from bandhu.platform.notifications import notify
from bandhu.platform.origin import coming_from
from bandhu.service.actions.changes import locked_ticket
from bandhu.service.actions.doing_steps import WORK, do_steps
from bandhu.service.models import TIMED, RuleRun, Ticket, TicketRule
from bandhu.service.rule_conditions import compiled, faults_of, faults_of_conditions
from bandhu.service.rule_times import DEEPEST, chain_of, due_tickets, triggers_of
from bandhu.ui.addresses import record_address

logger = logging.getLogger(__name__)
AT_ONCE = 500
MOST_AN_HOUR = 10
KEPT_FOR = timedelta(days=180)
TOO_OFTEN = gettext_noop("It ran on this ticket ten times within an hour: it seems to run in a circle.")
UNKNOWN_FAULT = gettext_noop("Something went wrong; the log of the server says what. Nothing was changed.")
DOES_NOT_WORK = gettext_noop("The rule “%(rule)s” does not work and is skipped.")
Outcome = RuleRun.Outcome
_MATCHED = (Outcome.DONE, Outcome.NOTHING)


def run_rules(record_id: int) -> int:
    """Run the rules that an event of a ticket sets off, in their order; returns how many did something or had nothing to change.

    Safe to repeat. What the database refuses for the moment is raised, so that the job tries again.
    """
    record = EventRecord.objects.select_related("cause__cause__cause").get(pk=record_id)
    if record.depth > DEEPEST:
        return 0
    triggers = triggers_of(record.name, record.payload.get("fields") or ())
    chain, ticket_id, count = chain_of(record), UUID(record.payload["ticket_id"]), 0
    for rule in TicketRule.objects.filter(is_active=True, trigger__in=triggers):
        with because_of(record):
            matched = _run(rule, ticket_id, chain[0], chain[1:])
        count += matched
        if matched and rule.stops:
            break
    return count


def run_timed_rules() -> int:
    """Run what is due with time, in the order of the rules; returns how many tickets were looked at. Safe to run at any time."""
    count = 0
    for rule in TicketRule.objects.filter(is_active=True, trigger__in=TIMED):
        if faults_of(rule):
            say_broken(rule)
            continue
        due = due_tickets(rule, timezone.now()).values_list("pk", "occasion")[:AT_ONCE]
        for ticket_id, occasion in list(due):
            try:
                _run(rule, ticket_id, occasion, ())
            except OperationalError:
                logger.exception("A rule waits for its next minute: %s", rule.pk)
            count += 1
    return count


def forget_old_runs() -> int:
    """Lines of what rules did, older than half a year, go; those of waits that may still last stay."""
    gone, _kinds = RuleRun.objects.filter(
        at__lt=timezone.now() - KEPT_FOR, occasion__startswith="event:"
    ).delete()
    return gone


def say_broken(rule: TicketRule) -> None:
    """Tell whoever wrote the rule last, once for each version; the page of rules says it as long as it is so."""
    first = TicketRule.objects.filter(pk=rule.pk).exclude(warned_version=rule.version)
    if not first.update(warned_version=rule.version):
        return
    who = rule.changed_by
    if who is not None and who.is_active:
        notify(
            who,
            DOES_NOT_WORK,
            url=record_address("service:rule", rule.pk),
            icon="triangle-alert",
            rule=rule.name,
        )


def _run(rule: TicketRule, ticket_id: UUID, occasion: str, chain: Sequence[str]) -> bool:
    """Whether the ticket fitted and the rule was done (or had nothing to change)."""
    try:
        with coming_from("rule", rule=rule.name, rule_id=str(rule.pk)), transaction.atomic():
            return _run_once(rule, ticket_id, occasion, chain)
    except OperationalError:
        raise
    except OutOfReach:
        return False  # into the bin meanwhile
    except ValidationError as problem:
        trouble = " ".join(problem.messages)[:300]
    except Exception:  # one rule that cannot be done must not keep the others from the ticket
        logger.exception("A rule could not be done: %s on %s", rule.pk, ticket_id)
        trouble = UNKNOWN_FAULT
    _write_line(rule, ticket_id, occasion, Outcome.FAILED, trouble)
    return False


def _run_once(rule: TicketRule, ticket_id: UUID, occasion: str, chain: Sequence[str]) -> bool:
    known = RuleRun.objects.filter(rule=rule, ticket=ticket_id, occasion=occasion).first()
    if known is not None:
        return known.outcome in _MATCHED
    if faults_of_conditions(rule.conditions):
        return _skip_broken(rule, ticket_id, occasion)
    if not any(step.get("do") in WORK for step in rule.steps):
        locked_ticket(
            ticket_id
        )  # what is asked of it holds until it is done; elsewhere agents are locked first
    ticket = _fitting(rule, ticket_id)
    if ticket is None or RuleRun.objects.filter(rule=rule, ticket=ticket, occasion__in=chain).exists():
        return False
    if faults_of(rule):
        return _skip_broken(rule, ticket_id, occasion)
    now = timezone.now()
    if _ran_lately(rule, ticket, now) >= MOST_AN_HOUR:
        _write_line(rule, ticket_id, occasion, Outcome.SKIPPED, TOO_OFTEN)
        return False
    line = _write_line(rule, ticket_id, occasion, Outcome.DONE)
    if line is None:
        return True  # another worker did it while we waited
    line.did = do_steps(rule, ticket, now)
    if not any(one["state"] == "done" for one in line.did):
        line.outcome = Outcome.NOTHING
    line.save(update_fields=["did", "outcome"])
    return True


def _fitting(rule: TicketRule, ticket_id: UUID) -> Ticket | None:
    rows = Ticket.objects.filter(pk=ticket_id, deleted_at__isnull=True, merged_into__isnull=True)
    return compiled(rule.conditions).apply(rows).first()


def _ran_lately(rule: TicketRule, ticket: Ticket, now: datetime) -> int:
    since = now - timedelta(hours=1)
    return RuleRun.objects.filter(rule=rule, ticket=ticket, at__gte=since, outcome__in=_MATCHED).count()


def _skip_broken(rule: TicketRule, ticket_id: UUID, occasion: str) -> bool:
    _write_line(rule, ticket_id, occasion, Outcome.SKIPPED, next(iter(faults_of(rule))))
    say_broken(rule)
    return False


def _write_line(
    rule: TicketRule, ticket_id: UUID, occasion: str, outcome: Outcome, trouble: str = ""
) -> RuleRun | None:
    """None where this occasion has its line already."""
    line = RuleRun(
        rule=rule,
        version=rule.version,
        ticket_id=ticket_id,
        occasion=occasion,
        outcome=outcome,
        trouble=trouble,
    )
    RuleRun.objects.bulk_create([line], ignore_conflicts=True)
    return line if RuleRun.objects.filter(pk=line.pk).exists() else None
