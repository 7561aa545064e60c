"""Leads from files: the person is found or made, never twice; tried out, put aside, taken back, gone on with after a kill."""

import csv
import io

import pytest
from django.db import OperationalError

from bandhu.customers.actions import imports as actions
from bandhu.customers.importing import chunks
from bandhu.customers.models import Company, Contact
from bandhu.customers.queries.imports import failed_file, imported_records
from bandhu.customers.tests.cast import make_contact
from bandhu.customers.tests.importing import bring_in, finish, set_up, take_back
from bandhu.identity.results import Denied
from bandhu.identity.tests.cast import grant, make_user
from bandhu.platform.models import AuditEntry
from bandhu.platform.queries import search
from bandhu.platform.tests.data_sets import data_set
from bandhu.sales.actions import work_on_lead
from bandhu.sales.models import Lead, LeadSource, StatusChange

pytestmark = pytest.mark.django_db
HEAD = "Lead Id,Name,Email,Mobile,Company,Interest,Lead Source,Campaign,Status,Created,Shoe size\n"
ANN = "1,Ann Lee,ann@example.org,+8801712345678,Acme Ltd,Two hundred sacks,Website,Spring,Contacted,2026-03-01 10:00,38\n"
BEN = "2,Ben Roy,ben@example.org,,,Rice,Trade fair,,New,,\n"


@pytest.fixture
def rupa():
    return make_user("Rupa", role="administrator", time_zone="UTC")


def test_a_row_becomes_a_lead_of_the_person_it_describes(rupa):
    run = bring_in(rupa, HEAD + ANN + BEN, kind="leads")
    assert (run.state, run.created, run.failed) == ("done", 2, 0)
    lead = Lead.objects.get(title="Two hundred sacks")
    assert (lead.contact.full_name, lead.company.name, lead.contact.lifecycle) == (
        "Ann Lee",
        "Acme Ltd",
        "lead",
    )
    assert (lead.source.name, lead.campaign, lead.status) == ("Website", "Spring", "working")
    assert (lead.received_at.isoformat(), lead.owner) == ("2026-03-01T10:00:00+00:00", rupa)
    assert (
        lead.message == "Shoe size: 38\nStatus: Contacted"
    )  # what has no field, and the word that says more than ours
    assert lead.contact.custom == {} and lead.response_due_at is None
    assert StatusChange.objects.get(lead=lead).to_status == "working"
    assert LeadSource.objects.get(name="Trade fair") == Lead.objects.get(title="Rice").source
    assert AuditEntry.objects.filter(record_kind="lead", verb="created").count() == 2
    # The lead, and what was said on the timeline.
    assert lead.pk in [hit.record_id for hit in search(rupa, "sacks")]
    assert {line["title"] for line in imported_records(rupa, run)} == {"Two hundred sacks", "Rice"}


def test_who_is_known_stays_one_person_and_as_known(rupa):
    ann = make_contact("Ann Lee-Khan", by=rupa, mails=[{"address": "ann@example.org"}])
    again = ANN.replace("1,Ann", "3,Ann").replace("Two hundred sacks", "Lentils")
    bring_in(rupa, HEAD + ANN + again, kind="leads")
    assert Contact.objects.get() == ann and ann.leads.count() == 2
    ann.refresh_from_db()
    assert (ann.full_name, ann.primary_phone) == (
        "Ann Lee-Khan",
        "+8801712345678",
    )  # only what was empty is filled


def test_the_same_file_again_makes_nothing(rupa):
    without_ids = "Name,Email,Interest\nAnn Lee,ann@example.org,Rice\nAnn Lee,ann@example.org,Rice\nAnn Lee,ann@example.org,Salt\n"
    for text, made in ((HEAD + ANN + BEN, 2), (without_ids, 2)):
        assert bring_in(rupa, text, kind="leads").created == made
        again = bring_in(rupa, text, kind="leads")
        assert (again.created, again.failed) == (0, 0)
    assert Contact.objects.count() == 2


def test_the_trial_says_what_happens_and_writes_nothing(rupa):
    run = set_up(rupa, HEAD + ANN + ANN + BEN + "4,Cy,no mail,,,,,,,,\n", kind="leads")
    told = actions.try_import(run, actor=rupa).preview
    assert (told["created"], told["skipped"], told["failed"]) == (2, 1, 1)
    assert not Lead.objects.exists() and not Contact.objects.exists()
    actions.start_import(run, actor=rupa)
    finish(run)
    assert (run.created, run.skipped, run.failed) == (2, 1, 1)


def test_rows_that_cannot_be_are_put_aside_mended_and_brought_in(rupa):
    future = "5,Dev Das,dev@example.org,,,Tea,,,New,2099-01-01,\n"
    run = bring_in(rupa, HEAD + ANN + future, kind="leads")
    assert (run.created, run.failed) == (1, 1) and not Contact.objects.filter(full_name="Dev Das").exists()
    rows = list(csv.reader(io.StringIO(b"".join(failed_file(rupa, run)).decode("utf-8-sig"))))
    assert "lies in the future" in rows[1][-1]
    mended = io.StringIO()
    csv.writer(mended).writerows([rows[0], [cell.replace("2099", "2020") for cell in rows[1]]])
    assert bring_in(rupa, mended.getvalue(), kind="leads").created == 1


def test_words_nobody_knows_are_kept_and_said(rupa):
    run = bring_in(rupa, HEAD + ANN.replace("Contacted", "On the moon"), kind="leads")
    assert (run.created, run.warned) == (1, 1)
    assert Lead.objects.get().status == "new" and "Status: On the moon" in Lead.objects.get().message


def test_undo_takes_leads_and_their_new_people_and_keeps_what_was_used(rupa):
    run = bring_in(rupa, HEAD + ANN + BEN, kind="leads")
    work_on_lead(Lead.objects.get(title="Rice"), actor=rupa)
    take_back(run, rupa)
    assert run.state == "undone"
    assert [lead.title for lead in Lead.objects.all()] == ["Rice"]
    assert [one.full_name for one in Contact.objects.all()] == ["Ben Roy"] and not Company.objects.exists()
    assert not search(rupa, "sacks")


def test_a_killed_import_goes_on_where_it_was(rupa, monkeypatch):
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 2)
    rows = "".join(f"{n},Person {n},p{n}@example.org,,,Rice,,,New,,\n" for n in range(7))
    run = set_up(rupa, HEAD + rows, kind="leads")
    actions.start_import(run, actor=rupa)
    written = chunks.write_reports

    def dies_in_the_third(run, *rest):
        if run.done_rows >= 4:
            raise OperationalError("the connection is gone")
        return written(run, *rest)

    monkeypatch.setattr(chunks, "write_reports", dies_in_the_third)
    with pytest.raises(OperationalError):
        finish(run)
    assert (Lead.objects.count(), Contact.objects.count()) == (4, 4)
    monkeypatch.setattr(chunks, "write_reports", written)
    finish(run)
    assert (run.state, run.created, Lead.objects.count(), Contact.objects.count()) == ("done", 7, 7, 7)


def test_who_may_not_write_down_leads_brings_none_in(rupa):
    mina = make_user("Mina")
    for name in ("customers.import_contacts", "customers.create_contact", "customers.view_contact"):
        grant(mina, name)
    run = set_up(mina, HEAD + ANN)
    assert run.kind == "contacts"
    run = set_up(mina, HEAD + ANN, kind="leads")
    with pytest.raises(Denied):
        actions.start_import(run, actor=mina)


def test_the_leads_of_zoho_come_in_whole(rupa):
    """3,900 rows of the public demonstration export: one lead each, every status ours, nobody twice."""
    text = (data_set("zoho_crm_demo_export") / "Leads.csv").read_text(encoding="utf-8", errors="replace")
    rows = list(csv.DictReader(io.StringIO(text)))
    run = bring_in(rupa, text, name="Leads.csv", country="US")
    assert (run.kind, run.layout, run.created, run.failed) == ("leads", "zoho_leads", len(rows), 0)
    assert run.warned == 0
    closed = sum(row["Lead Status"] in ("Junk Lead", "Lost Lead") for row in rows)
    warm = sum(row["Lead Status"] == "Contact in Future" for row in rows)
    assert Lead.objects.filter(status="closed").count() == closed
    assert Lead.objects.filter(status="nurturing").count() == warm
    assert {lead.source.name for lead in Lead.objects.select_related("source")} == {
        row["Lead Source"] for row in rows
    }
    mails = {row["Email"].strip().lower() for row in rows if row["Email"].strip()}
    assert Contact.objects.count() <= len(rows) and Contact.objects.exclude(primary_mail="").count() >= 1
    assert {one.primary_mail.lower() for one in Contact.objects.exclude(primary_mail="")} <= mails
