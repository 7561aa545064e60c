"""A file with faults comes in through the wizard, is paused, mended and sent again, and taken back without a trace."""

import threading

import pytest
from django.db import connection
from django.urls import reverse

from bandhu.customers.actions import import_runs
from bandhu.customers.importing import chunks
from bandhu.customers.models import Contact, Import
from bandhu.customers.tests.cast import make_contact
from bandhu.identity.tests.cast import make_team, make_user
from tests.journeys.accessibility import violations
from tests.journeys.test_two_people import sign_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
FILE = """Kunden-Nr;Vorname;Nachname;E-Mail;Geburtstag;Schuhgröße
1;Jürgen;Müßig;juergen@example.org;14.04.1990;42
2;Käthe;Größ;kaethe@example.org;31.02.1991;38
3;François;Lefèvre;francois@example.org;01.12.1985;44
4;Zoë;Møller;zoe at example.org;02.11.1979;39
5;Amélie;Brûlé;amelie@example.org;23.06.2001;37
"""


@pytest.fixture
def page(browser, live_server):
    user = make_user("Rupa", role="administrator", team=make_team("Dhaka"), toured_at="2026-01-01T00:00Z")
    make_contact("Rahima Khatun", by=user)
    opened = sign_in(browser, live_server, user)
    opened.goto(live_server.url + reverse("customers:imports"))
    yield opened
    opened.context.close()


def upload(page, path):
    page.set_input_files("input[name=file]", path)
    page.get_by_role("button", name="Upload and look").click()
    page.wait_for_url("**/look/")


def try_out(page):
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/options/")
    page.get_by_role("button", name="Try it out").click()
    page.get_by_text("What would happen").wait_for()


def test_a_file_with_faults_is_mended_and_taken_back(page, live_server, tmp_path, monkeypatch):
    (tmp_path / "kunden.csv").write_bytes(FILE.encode("cp1252"))
    upload(page, tmp_path / "kunden.csv")
    assert page.get_by_label("Encoding", exact=True).input_value() == "cp1252"
    page.get_by_role("cell", name="Müßig").wait_for()
    assert violations(page) == []
    page.get_by_role("button", name="Looks right").click()

    choices = {
        "Kunden-Nr": "external_id", "Vorname": "given_name", "Nachname": "family_name", "E-Mail": "email",
        "Geburtstag": "birthday", "Schuhgröße": "custom:number",
    }  # fmt: skip
    page.get_by_text("have no field yet").wait_for()
    assert violations(page) == []
    for column, target in choices.items():
        page.get_by_label(f"What {column} becomes").select_option(target)
    try_out(page)
    page.get_by_text("zoe at example.org").wait_for()
    assert violations(page) == []
    assert Contact.objects.count() == 1

    reached, go_on = _pausing_worker(monkeypatch)
    page.get_by_role("button", name="Bring 5 rows in").click()
    page.get_by_role("button", name="Pause").wait_for()
    first = Import.objects.get()
    worker = threading.Thread(target=_work, args=(first,))
    worker.start()
    assert reached.wait(30)
    page.reload()
    page.get_by_text("2 of 5").wait_for()
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Continue").wait_for()
    go_on.set()
    worker.join(30)
    first.refresh_from_db()
    assert (first.state, first.done_rows) == ("paused", 4)
    page.get_by_role("button", name="Continue").click()
    import_runs.run_import(str(first.pk))
    page.get_by_text("2 rows could not be brought in and were put aside.").wait_for()
    assert violations(page) == []

    second = _mend_and_send_again(page, tmp_path)
    assert Contact.objects.count() == 6
    for run in (second, first):
        page.goto(live_server.url + reverse("customers:import", args=[run.pk]))
        page.get_by_role("button", name="Take it back").click()
        page.get_by_role("dialog").get_by_role("button", name="Take it back").click()
        import_runs.run_undo(str(run.pk))
        page.get_by_text("Everything was taken back.").wait_for()
    assert [contact.full_name for contact in Contact.objects.all()] == ["Rahima Khatun"]


def _mend_and_send_again(page, folder):
    with page.expect_download() as download:
        page.get_by_role("link", name="Rows put aside (CSV)").click()
    text = download.value.path().read_text("utf-8-sig")
    assert "31.02.1991" in text and "zoe at example.org" in text
    mended = text.replace("31.02.1991", "28.02.1991").replace("zoe at example.org", "zoe@example.org")
    (folder / "mended.csv").write_text(mended, "utf-8")
    page.get_by_role("link", name="Imports").first.click()
    upload(page, folder / "mended.csv")
    page.get_by_role("button", name="Looks right").click()
    for column, target in {
        "Kunden-Nr": "external_id",
        "Vorname": "given_name",
        "Nachname": "family_name",
    }.items():
        page.get_by_label(f"What {column} becomes").select_option(target)
    page.get_by_label("What Geburtstag becomes").select_option("birthday")
    assert page.get_by_label("What Schuhgröße becomes").input_value().startswith("field:")
    try_out(page)
    page.get_by_role("button", name="Bring 2 rows in").click()
    page.get_by_role("button", name="Pause").wait_for()
    run = Import.objects.latest("created_at")
    import_runs.run_import(str(run.pk))
    page.get_by_text("Every row was brought in.").wait_for()
    run.refresh_from_db()
    assert (run.created, run.failed) == (2, 0)
    return run


def _pausing_worker(monkeypatch):
    """Chunks of two rows; before the second one the worker waits until it may go on."""
    reached, go_on, write = threading.Event(), threading.Event(), import_runs.run_import_chunk

    def write_slowly(run, *, actor, runner):
        if run.done_rows and not reached.is_set():
            reached.set()
            go_on.wait(30)
        return write(run, actor=actor, runner=runner)

    monkeypatch.setattr(chunks, "CHUNK_ROWS", 2)
    monkeypatch.setattr(import_runs, "run_import_chunk", write_slowly)
    return reached, go_on


def _work(run):
    try:
        import_runs.run_import(str(run.pk))
    finally:
        connection.close()
