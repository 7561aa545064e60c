"""The wizard, page by page, as a browser without JavaScript sees it."""

import shutil
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from bandhu.customers.actions.import_runs import forget_import_files, run_import, run_undo
from bandhu.customers.actions.imports import start_import
from bandhu.customers.importing.setup import folder_of
from bandhu.customers.models import Contact, Import, SavedMapping
from bandhu.customers.tests.importing import bring_in, set_up, take_back
from bandhu.identity.tests.cast import make_user
from bandhu.platform.models import AuditEntry, CustomField

pytestmark = pytest.mark.django_db
FILE = (
    "Full name;E-mail;Mobile;Shoe size\nরহমান আলী;rahman@example.org;০১৭১২৩৪৫৬৭৮;42\nBad Mail;not a mail;;\n"
)


@pytest.fixture
def manager(client):
    user = make_user("Rupa", role="administrator")
    client.force_login(user)
    return user


def upload(client, content=FILE, name="people.csv"):
    data = content.encode() if isinstance(content, str) else content
    return client.post(reverse("customers:imports"), {"file": SimpleUploadedFile(name, data)})


def page(name, run):
    return reverse(f"customers:{name}", args=[run.pk])


def test_a_file_goes_through_every_step_and_back(client, manager):
    answer = upload(client)
    run = Import.objects.get()
    assert answer.headers["Location"] == page("import_look", run)
    assert "রহমান আলী" in client.get(page("import_look", run)).content.decode()
    form = {
        "encoding": "utf-8",
        "encoding_before": "utf-8",
        "delimiter": ";",
        "quote": '"',
        "has_header": "on",
        "kind": "contacts",
    }
    assert client.post(page("import_look", run), form | {"next": "1"}).headers["Location"] == page(
        "import_columns", run
    )
    assert "Shoe size" in client.get(page("import_columns", run)).content.decode()
    targets = {
        "target_0": "name",
        "target_1": "email",
        "target_2": "phone",
        "target_3": "custom",
        "save_as": "shoes",
    }
    assert client.post(page("import_columns", run), targets).headers["Location"] == page(
        "import_options", run
    )
    assert SavedMapping.objects.get().name == "shoes"
    assert client.get(page("import_options", run)).status_code == 200
    chosen = {
        "match": ["external_id", "email"],
        "on_match": "update",
        "overwrite": "yes",
        "country": "BD",
        "tags": "fair",
    }
    assert client.post(page("import_options", run), chosen).headers["Location"] == page("import", run)
    trial = client.get(page("import", run)).content.decode()
    assert "রহমান আলী" in trial and "not a mail" in trial
    assert not Contact.objects.exists()
    client.post(page("import_start", run))
    run_import(str(run.pk))
    run.refresh_from_db()
    assert (run.state, run.created, run.failed) == ("done", 1, 1)
    contact = Contact.objects.get()
    assert (contact.primary_phone, contact.tags.get().name) == ("+8801712345678", "fair")
    failed = b"".join(client.get(page("import_failures", run)).streaming_content).decode("utf-8-sig")
    assert failed.splitlines()[0] == '"Full name","E-mail","Mobile","Shoe size","Why the row was put aside"'
    assert "not a mail" in client.get(page("import", run)).content.decode()
    client.post(page("import_undoing", run))
    run_undo(str(run.pk))
    assert not Contact.objects.exists()
    assert client.get(page("import", run)).status_code == 200


def test_a_file_that_cannot_be_read_says_why_and_leaves_nothing(client, manager):
    answer = upload(client, b"%PDF-1.7 nothing to import", "letter.pdf")
    assert answer.status_code == 422
    assert "no table" in answer.content.decode()
    assert not Import.objects.exists()


def test_a_wrong_choice_is_explained(client, manager):
    upload(client)
    run = Import.objects.get()
    answer = client.post(page("import_options", run), {"country": "Atlantis", "on_match": "update"})
    assert answer.status_code == 422
    assert "This country is not known." in answer.content.decode()


def test_who_may_not_import_sees_neither_page_nor_import(client, manager):
    upload(client)
    run = Import.objects.get()
    stranger = make_user("Kamal", role="sales")
    client.force_login(stranger)
    assert client.get(reverse("customers:imports")).status_code == 403
    for name in ("import", "import_look", "import_columns", "import_options", "import_failures"):
        assert client.get(page(name, run)).status_code == 404
    for name in ("import_start", "import_undoing", "import_stop"):
        assert client.post(page(name, run)).status_code == 404
    run.refresh_from_db()
    assert run.state == "draft"


def test_an_export_is_what_the_list_shows_and_is_written_down(client, manager):
    Contact.objects.create(full_name="=HYPERLINK(1)", sort_key=b"a")
    address = reverse("customers:export")
    assert client.get(address, {"kind": "contact"}).status_code == 200
    answer = client.post(address, {"kind": "contact", "format": "csv", "extent": "view"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in text
    assert AuditEntry.objects.filter(verb="exported", actor_id=manager.pk).exists()


UNKNOWN = "Name,Shoe size,Club,Taboo\nরহমান আলী,42,Chess,beef\n,,,\nMina Das,unknown,,\n"


def columns_of(run):
    run.refresh_from_db()
    return {one["column"]: one["target"] for one in run.mapping}


def test_columns_nobody_knows_are_shown_and_kept_as_one_likes(client, manager):
    upload(client, UNKNOWN)
    run = Import.objects.get()
    shown = client.get(page("import_columns", run)).content.decode()
    assert "3 columns have no field yet" in shown
    given = {
        "target_0": "name",
        "target_1": "custom:number",
        "target_2": "custom",
        "target_3": "culture_line",
    }
    answer = client.post(page("import_columns", run), given | {"unknown": "note_line"})
    assert answer.headers["Location"] == page("import_columns", run)
    assert columns_of(run) == {
        "Name": "name",
        "Shoe size": "note_line",
        "Club": "note_line",
        "Taboo": "note_line",
    }
    client.post(page("import_columns", run), given)
    client.post(page("import_options", run), {"match": ["email"], "on_match": "update", "overwrite": "yes"})
    run.refresh_from_db()
    # The trial knows what the field that is not there yet will refuse.
    assert (run.preview["created"], run.preview["failed"]) == (1, 1)
    assert not CustomField.objects.exists()
    client.post(page("import_start", run))
    run_import(str(run.pk))
    fields = {field.labels["en"]: field for field in CustomField.objects.all()}
    contact = Contact.objects.get()
    assert (fields["Shoe size"].type, contact.custom[fields["Shoe size"].key]) == ("number", 42)
    assert contact.custom[fields["Club"].key] == "Chess"
    assert contact.culture_note == "Taboo: beef"


def test_who_may_not_make_fields_keeps_unknown_columns_in_the_note(client):
    client.force_login(make_user("Kamal", role="manager"))
    upload(client, UNKNOWN)
    run = Import.objects.get()
    shown = client.get(page("import_columns", run)).content.decode()
    assert "Make own fields of them" not in shown and "Into the note" in shown
    assert columns_of(run) == {
        "Name": "name",
        "Shoe size": "note_line",
        "Club": "note_line",
        "Taboo": "note_line",
    }


def test_where_the_file_is_gone_every_page_says_so(client, manager):
    upload(client)
    run = Import.objects.get()
    shutil.rmtree(folder_of(run))
    for name in ("import_look", "import_columns"):
        answer = client.get(page(name, run))
        assert answer.status_code == 422 and "no longer kept" in answer.content.decode()
    for name in ("import_look", "import_options"):
        answer = client.post(page(name, run), {"encoding": "utf-16", "encoding_before": "utf-8"})
        assert answer.status_code == 422 and "no longer kept" in answer.content.decode()
    assert "no longer kept" in client.post(page("import_trial", run), follow=True).content.decode()
    start_import(run, actor=manager)
    run_import(str(run.pk))
    assert "no longer kept" in client.get(page("import", run)).content.decode()


def test_files_are_kept_for_their_time_and_an_undo_needs_none(client, manager, settings):
    run = bring_in(manager, FILE)
    waiting = set_up(manager, FILE)
    Import.objects.filter(pk=waiting.pk).update(state="paused")
    long_ago = timezone.now() - timedelta(days=91)
    Import.objects.filter(pk=run.pk).update(finished_at=long_ago)
    Import.objects.update(created_at=long_ago)
    settings.IMPORT_FILE_DAYS = 0
    assert forget_import_files() == 0
    settings.IMPORT_FILE_DAYS = 90
    assert forget_import_files() == 1 and forget_import_files() == 0
    assert not folder_of(run).exists() and folder_of(waiting).exists()
    assert b"not a mail" in b"".join(client.get(page("import_failures", run)))
    take_back(run, manager)
    assert not Contact.objects.exists()
