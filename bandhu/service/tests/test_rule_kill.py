"""A worker killed in the middle of running rules, again and again: each rule is done once on each ticket, or not yet."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

from bandhu.identity.ready_made import ensure_ready_made
from bandhu.platform.models import EventRecord
from bandhu.service import actions
from bandhu.service.models import RuleRun, Ticket, TicketNote
from bandhu.service.tests.cast import make_agent, make_rule, make_ticket

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[3]
TICKETS, KILLS = 60, 4
WORKER = """
import json, os
import config.settings
config.settings.DATABASES["default"].update(json.loads(os.environ["RULES_DATABASE"]))
import django
django.setup()
from bandhu.platform.models import EventRecord
from bandhu.service.actions import run_rules
for pk in EventRecord.objects.filter(name="service.ticket_opened").order_by("pk").values_list("pk", flat=True):
    run_rules(pk)
"""


def worker() -> subprocess.Popen[bytes]:
    names = ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")
    given = json.dumps({name: connection.settings_dict[name] for name in names})
    environment = {**os.environ, "RULES_DATABASE": given, "DJANGO_SETTINGS_MODULE": "config.settings"}
    return subprocess.Popen(
        [sys.executable, "-c", WORKER],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def halves() -> list[str]:
    """Tickets on which a rule left anything without its line, or a line without what it says."""
    wrong = []
    for ticket in Ticket.objects.all():
        lines, notes = (
            RuleRun.objects.filter(ticket=ticket).count(),
            TicketNote.objects.filter(ticket=ticket).count(),
        )
        tagged = ticket.tags.filter(name="seen").exists()
        if (lines, notes, tagged, ticket.priority) not in ((0, 0, False, "normal"), (1, 1, True, "urgent")):
            wrong.append(f"{ticket.code}: {lines} lines, {notes} notes, {tagged}, {ticket.priority}")
    return wrong


def test_a_rule_is_done_once_or_not_yet_whoever_dies():
    ensure_ready_made()
    rafiq = make_agent(role="administrator")
    make_rule(
        "All of it",
        {"do": "note", "text": "Seen"},
        {"do": "add_tags", "text": "seen"},
        "priority urgent",
        by=rafiq,
    )
    for number in range(TICKETS):
        make_ticket(f"Sack {number}", by=rafiq)
    chance, kills, deadline = random.Random(5), 0, time.monotonic() + 240
    while RuleRun.objects.count() < TICKETS and time.monotonic() < deadline:
        running = worker()
        before = RuleRun.objects.count()
        while running.poll() is None and RuleRun.objects.count() < before + TICKETS // (KILLS + 1):
            time.sleep(0.01)
        if kills < KILLS and running.poll() is None:
            time.sleep(chance.uniform(0, 0.05))
            running.send_signal(signal.SIGKILL)
            kills += 1
        error = running.communicate()[1].decode()
        assert running.returncode in (0, -signal.SIGKILL), error
        assert halves() == []
    assert (RuleRun.objects.count(), kills) == (TICKETS, KILLS)
    for pk in EventRecord.objects.filter(name="service.ticket_opened").values_list("pk", flat=True):
        actions.run_rules(pk)  # whatever a queue delivers again
    assert halves() == [] and RuleRun.objects.count() == TICKETS
