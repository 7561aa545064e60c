"""Rows into records: created, matched, changed, linked, put aside, tried out, and taken back exactly."""

import csv
import io

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from bandhu.customers import actions as doors
from bandhu.customers import queries
from bandhu.customers.actions import imports as actions
from bandhu.customers.actions.exports import export_records
from bandhu.customers.actions.import_runs import continue_abandoned
from bandhu.customers.importing import chunks
from bandhu.customers.importing.personal import forget_imports_of, imports_of_contact
from bandhu.customers.models import Company, Contact, ExternalId, Import
from bandhu.customers.tests.importing import bring_in, finish, set_up, take_back
from bandhu.identity.results import Denied
from bandhu.identity.tests.cast import grant, make_team, make_user
from bandhu.platform.models import AuditEntry, CustomField, EventRecord
from bandhu.platform.queries import search

pytestmark = pytest.mark.django_db
HEAD = "id,name,email,phone,company,tags,birthday,shoe size\n"
ANN = "1,Ann Lee,ann@example.org,+8801712345678,Acme Ltd,vip,1990-04-14,38\n"
BEN = "2,রহমান আলী,ben@example.org,০১৮১২৩৪৫৬৭৮,Acme Ltd,,,42\n"
TABLES = ("customers_contact", "customers_company", "customers_phone", "customers_emailaddress", "customers_externalid",
          "customers_postaladdress", "customers_contact_tags", "platform_searchentry")  # fmt: skip


@pytest.fixture
def rupa():
    return make_user("Rupa", role="administrator")


def everything():
    """The customer tables as they stand, save what a change must move (version, time of change)."""
    found = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT to_jsonb(t) - 'version' - 'updated_at' FROM {table} t ORDER BY 1")
            found[table] = [row[0] for row in cursor.fetchall()]
    return found


def test_everything_of_a_row_arrives_and_is_found(rupa):
    run = bring_in(rupa, HEAD + ANN + BEN, country="BD")
    assert (run.state, run.created, run.failed, run.companies_created) == ("done", 2, 0, 1)
    ann = Contact.objects.get(full_name="Ann Lee")
    assert (ann.primary_mail, ann.primary_phone, str(ann.birthday)) == (
        "ann@example.org",
        "+8801712345678",
        "1990-04-14",
    )
    assert ann.company == Company.objects.get() and ann.company.name == "Acme Ltd"
    assert ann.tags.get().name == "vip"
    assert ann.owner == rupa and ann.created_by == rupa
    field = CustomField.objects.get(record_kind="contact")
    assert field.labels == {"en": "shoe size"} and ann.custom == {field.key: "38"}
    assert ExternalId.objects.get(contact=ann).external_id == "1"
    assert [hit.title for hit in search(rupa, "Rahman")][:1] == ["রহমান আলী"]
    entry = AuditEntry.objects.get(record_id=ann.pk)
    assert (entry.verb, entry.changes["mails"]) == ("created", [[], ["ann@example.org"]])
    assert EventRecord.objects.filter(name="records_imported").count() == 1
    assert EventRecord.objects.get(name="import_finished").payload["created"] == 2


def test_a_second_run_changes_what_differs_and_nothing_else(rupa):
    bring_in(rupa, HEAD + ANN + BEN, country="BD")
    before = everything()
    again = bring_in(rupa, HEAD + ANN + BEN, country="BD")
    assert (again.created, again.updated, again.skipped) == (0, 0, 2)
    assert everything() == before
    third = bring_in(rupa, HEAD + ANN.replace("Ann Lee", "Ann Lee-Roy") + BEN, country="BD")
    assert (third.updated, third.skipped) == (1, 1)
    assert Contact.objects.filter(full_name="Ann Lee-Roy", version=2).exists()


def test_skip_and_create_do_as_they_say(rupa):
    bring_in(rupa, "name,email\nAnn,ann@example.org\n")
    skipped = bring_in(rupa, "name,email\nAnna,ANN@example.org\n", on_match="skip")
    assert (skipped.skipped, Contact.objects.get().full_name) == (1, "Ann")
    created = bring_in(rupa, "name,email\nAnna,ann@example.org\n", on_match="create")
    assert (created.created, created.suspects) == (1, 1)
    assert [line["other"] for line in queries.suspects(rupa, created)] == ["Ann"]


def test_filling_only_empty_fields_overwrites_nothing(rupa):
    bring_in(rupa, "name,email,job title\nAnn,ann@example.org,\n")
    bring_in(rupa, "name,email,job title\nSomebody,ann@example.org,Director\n", overwrite=False)
    ann = Contact.objects.get()
    assert (ann.full_name, ann.job_title) == ("Ann", "Director")


def test_rows_of_one_file_that_mean_one_person_become_one(rupa):
    run = bring_in(rupa, "name,email,phone\nAnn,ann@example.org,\nAnn,ann@example.org,+8801712345678\n")
    assert (run.created, run.updated, Contact.objects.count()) == (1, 1, 1)
    assert Contact.objects.get().primary_phone == "+8801712345678"


def test_two_ids_of_one_system_are_two_people_with_one_mail(rupa):
    run = bring_in(rupa, "id,name,email\n1,Ann,family@example.org\n2,Ben,family@example.org\n")
    assert (run.created, run.suspects) == (2, 1)


def test_bad_rows_are_put_aside_mended_and_taken(rupa):
    bad = "id,name,email,birthday\n1,Ann,not a mail,\n2,Ben,ben@example.org,31/02/1990\n3,,,\n4,Cho,cho@example.org,1990-01-01\n"
    run = bring_in(rupa, bad)
    assert (run.created, run.failed, Contact.objects.count()) == (1, 3, 1)
    text = b"".join(queries.failed_file(rupa, run)).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["id"] for row in rows] == ["1", "2", "3"]
    assert (
        "not a mail" in rows[0]["Why the row was put aside"]
        and "31/02/1990" in rows[1]["Why the row was put aside"]
    )
    mended = text.replace('not a mail"', 'ann@example.org"', 1).replace("31/02/1990", "28/02/1990", 1)
    mended = mended.replace('"3",""', '"3","Dia"')
    # The column with the reasons is known and left out.
    second = bring_in(rupa, mended)
    assert (second.created, second.failed) == (3, 0)


def test_a_bad_cell_may_go_to_the_note_instead(rupa):
    run = bring_in(
        rupa,
        "name,email\nAnn,ann at example\nBen,b@example.org\n",
        columns={"email": "email"},
        bad_cells="note",
    )
    assert (run.created, run.warned) == (2, 1)
    assert "ann at example" in Contact.objects.get(full_name="Ann").note


def test_links_hold_whichever_file_comes_first(rupa):
    people = "CONTACTID,Last Name,Contact Owner,Account Id,Email\n7,Tucker,Nobody,386,t@example.org\n"
    firms = "ACCOUNTID,Account Name,Account Owner Id,Industry\n386,Acme,9,Tools\n"
    bring_in(rupa, people)
    assert Contact.objects.get().company.name == "386"
    run = bring_in(rupa, firms)
    assert (run.created, run.updated, Company.objects.count()) == (0, 1, 1)
    assert Contact.objects.get().company.name == "Acme"
    assert [hit.title for hit in search(rupa, "Acme", kinds=["contact"])] == ["Tucker"]


def test_parents_are_linked_wherever_they_stand_in_the_file(rupa):
    bring_in(rupa, "account,sector,subsidiary_of\nSmall,tools,Large\nLarge,tools,\n", kind="companies")
    assert Company.objects.count() == 2
    assert Company.objects.get(name="Small").parent.name == "Large"


def test_undo_leaves_no_trace_of_what_was_made(rupa):
    before = everything()
    run = bring_in(rupa, HEAD + ANN + BEN, country="BD")
    take_back(run, rupa)
    assert (run.state, run.undone, run.kept) == ("undone", 3, 0)
    assert everything() == before
    assert bring_in(rupa, HEAD + ANN + BEN, country="BD").created == 2


def test_the_trail_names_what_an_undo_took_away(rupa):
    take_back(bring_in(rupa, HEAD + ANN + BEN, country="BD"), rupa)
    gone = AuditEntry.objects.filter(verb="deleted")
    assert set(gone.values_list("record_title", flat=True)) == set(
        AuditEntry.objects.filter(verb="created", record_kind__in=["contact", "company"]).values_list(
            "record_title", flat=True
        )
    )


def test_undo_gives_back_former_values_exactly(rupa):
    bring_in(rupa, HEAD + ANN + BEN, country="BD")
    before = everything()
    changed = 'id,name,email,phone,company,tags,note,city\n1,Anna Lee,new@example.org,+8801712345679,Other Ltd,"vip, gold",Hello,Dhaka\n'
    run = bring_in(rupa, changed)
    assert run.updated == 1 and everything() != before
    take_back(run, rupa)
    assert run.kept == 0
    assert everything() == before


def test_undo_spares_and_lists_what_was_changed_since(rupa):
    run = bring_in(rupa, HEAD + ANN + BEN, country="BD")
    ann = Contact.objects.get(full_name="Ann Lee")
    doors.change_contact(ann, actor=rupa, nickname="Annie")
    take_back(run, rupa)
    assert Contact.objects.get() == ann
    assert {line["title"] for line in queries.kept_records(rupa, run)} == {"Ann Lee", "Acme Ltd"}


def test_undo_of_three_imports_one_after_the_other(rupa):
    first = bring_in(rupa, HEAD + ANN)
    second = bring_in(rupa, HEAD + ANN.replace("Lee", "Li"))
    third = bring_in(rupa, HEAD + ANN.replace("Lee", "Lo"))
    take_back(third, rupa)
    assert Contact.objects.get().full_name == "Ann Li"
    take_back(second, rupa)
    assert Contact.objects.get().full_name == "Ann Lee"
    take_back(first, rupa)
    assert not Contact.objects.exists() and first.kept == 0


def test_the_trial_tells_the_truth_and_writes_nothing(rupa, monkeypatch):
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 2)
    bring_in(rupa, HEAD + ANN)
    before = everything()
    file = HEAD + ANN.replace("38", "39") + BEN + BEN + "5,,,,,,,\n" + "6,Bad,no mail,,,,,\n" + ANN
    run = set_up(rupa, file, country="BD")
    told = actions.try_import(run, actor=rupa).preview
    assert everything() == before and not CustomField.objects.filter(labels__en="x").exists()
    actions.start_import(run, actor=rupa)
    finish(run)
    for name in ("created", "updated", "skipped", "failed", "companies_created"):
        assert told[name] == getattr(run, name), name
    assert told["first"][0]["title"] == "Ann Lee"


def test_pause_continue_and_stop(rupa, monkeypatch):
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 2)
    rows = "".join(f"{n},Person {n}\n" for n in range(10))
    run = set_up(rupa, "id,name\n" + rows)
    actions.start_import(run, actor=rupa)
    write = chunks.Runner.write
    monkeypatch.setattr(
        chunks.Runner,
        "write",
        lambda self, chunk: (write(self, chunk), actions.pause_import(run, actor=rupa)),
    )
    finish(run)
    assert (run.state, run.done_rows, Contact.objects.count()) == ("paused", 2, 2)
    monkeypatch.setattr(chunks.Runner, "write", write)
    actions.resume_import(run, actor=rupa)
    finish(run)
    assert (run.state, run.created, Contact.objects.count()) == ("done", 10, 10)
    with pytest.raises(ValidationError):
        actions.cancel_import(run, actor=rupa)


def test_nobody_imports_without_permission_or_over_others_records(rupa):
    kamal = make_user("Kamal", role="sales")
    with pytest.raises(Denied):
        bring_in(kamal, HEAD + ANN)
    bring_in(rupa, HEAD + ANN)
    mina = make_user("Mina", team=make_team("Other"))
    for permission in ("customers.import_contacts", "customers.create_contact"):
        grant(mina, permission)
    grant(mina, "customers.view_contact", "own")
    grant(mina, "customers.change_contact", "own")
    run = bring_in(mina, "name,email\nStolen,ann@example.org\n")
    assert (run.created, run.updated) == (1, 0)
    assert Contact.objects.filter(full_name="Ann Lee").exists()


def test_broken_bytes_and_nul_fail_one_row_and_come_back_in_the_file(rupa):
    run = bring_in(
        rupa,
        b"name,email\nGood,g@example.org\n"
        + "রহমান,r@example.org\n".encode() * 3
        + b"br\xffken,b@example.org\n",
    )
    assert (run.failed, run.created) == (1, 2)
    assert b"br\xffken" in b"".join(queries.failed_file(rupa, run))


def test_an_export_comes_in_again_as_it_was(rupa):
    bring_in(rupa, HEAD + ANN + BEN, country="BD")
    for file_format in ("csv", "xlsx"):
        data = b"".join(export_records(actor=rupa, kind="contact", file_format=file_format))
        before = everything()
        run = bring_in(rupa, data, name=f"out.{file_format}")
        assert (run.created, run.updated, run.failed, run.skipped) == (0, 0, 0, 2), file_format
        assert everything() == before


def test_an_import_whose_worker_died_is_queued_again(rupa):
    run = set_up(rupa, HEAD + ANN)
    actions.start_import(run, actor=rupa)
    Import.objects.filter(pk=run.pk).update(state="running", beat_at="2020-01-01T00:00Z")
    continue_abandoned()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'customers.run_import' AND queueing_lock LIKE 'continue-import%%'"
        )
        assert cursor.fetchone()[0] == 1
    assert finish(run).state == "done"


def test_what_an_import_knows_of_a_person_is_told_and_erased(rupa):
    bring_in(rupa, HEAD + ANN)
    bring_in(rupa, HEAD + ANN.replace("Lee", "Li"))
    ann = Contact.objects.get()
    told = imports_of_contact(ann.pk)
    assert [(line["did"], line["former_values"].get("full_name")) for line in told] == [
        ("created", None),
        ("changed", "Ann Lee"),
    ]
    forget_imports_of(ann.pk)
    assert imports_of_contact(ann.pk) == []


def test_where_two_systems_disagree_nothing_either_says_is_lost(rupa):
    firm = "ACCOUNTID,Account Name,Account Owner Id\n386,Meghna Traders,1\n"
    contact = "CONTACTID,Last Name,Contact Owner,Account Id,Email,Lead Source\n1,Khatun,Mina,386,r@example.org,Partner\n"
    lead = "LEADID,Last Name,Company,Lead Owner,Email,Lead Source,Lead Status\n9,Khatun,Padma Stores,Mina,r@example.org,Fair,New\n"
    bring_in(rupa, firm)
    for text in (contact, lead, lead):
        bring_in(rupa, text, kind="contacts")
    one = Contact.objects.get()
    assert (one.company.name, one.source) == ("Meghna Traders", "Fair")
    assert one.note == "Lead Source: Partner"
    assert [relation.to_company.name for relation in one.relations_out.all()] == ["Padma Stores"]


def test_a_poorer_address_is_no_second_one(rupa):
    bring_in(rupa, "Email,Street,City,Country\nr@example.org,1 Lake Road,Dhaka,Bangladesh\n")
    bring_in(rupa, "Email,Country\nr@example.org,Bangladesh\n")
    assert Contact.objects.get().addresses.count() == 1
