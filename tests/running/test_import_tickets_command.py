"""`bandhu import tickets`: what a file is, is found out or said; tried out, brought in, told as JSON."""

import json
from email.message import EmailMessage
from pathlib import Path

import pytest

from bandhu.channels.models import Mail, MailAccount
from bandhu.identity.ready_made import ensure_ready_made
from bandhu.interactions.models import Message
from bandhu.service.models import Ticket
from bandhu.service.tests.exports import (
    freshdesk_account,
    freshdesk_ticket,
    json_lines,
    zendesk_ticket,
    zendesk_zip,
)
from config.commands.frame import ExitCode, run

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready(db: None) -> None:
    ensure_ready_made()


def said_by(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict]:
    code = run([*arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_an_export_is_tried_out_then_brought_in_then_known(ready, tmp_path: Path, capsys) -> None:
    file = tmp_path / "export.zip"
    file.write_bytes(zendesk_zip(zendesk_ticket(), "{broken"))
    code, said = said_by(capsys, "import", "tickets", str(file), "--from", "zendesk", "--dry-run")
    assert (code, said["created"], said["failed"]) == (ExitCode.DONE, 1, 1) and not Ticket.objects.exists()
    aside = tmp_path / "aside.csv"
    code, said = said_by(capsys, "import", "tickets", str(file), "--yes", "--failed-rows", str(aside))
    assert (code, said["created"], said["failed"]) == (ExitCode.PARTLY, 1, 1)
    assert "{broken" in aside.read_text()
    code, said = said_by(capsys, "import", "tickets", str(file), "--yes")
    assert (said["created"], said["updated"], said["skipped"]) == (0, 0, 1)


def test_both_desks_and_one_record_a_line(ready, tmp_path: Path, capsys) -> None:
    for name, form, content in (
        ("a.zip", "freshdesk", freshdesk_account(freshdesk_ticket())),
        ("b.json", "zendesk", json_lines(zendesk_ticket(5), zendesk_ticket(6))),
    ):
        (tmp_path / name).write_bytes(content)
        code, said = said_by(capsys, "import", "tickets", str(tmp_path / name), "--from", form, "--yes")
        assert code == ExitCode.DONE, said
    assert sorted(Ticket.objects.values_list("came_from", flat=True)) == ["freshdesk", "zendesk", "zendesk"]


def test_a_maildir_and_its_mailbox(ready, tmp_path: Path, capsys) -> None:
    box = MailAccount.objects.create(
        name="Office", address="office@example.com", key="office@example.com", intake="inbox"
    )
    for number, folder in enumerate(("cur", "new")):
        (tmp_path / "box" / folder).mkdir(parents=True)
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "ann@example.org", box.address, f"Rice {number}"
        mail["Date"], mail["Message-ID"] = "Mon, 02 May 2022 09:00:00 +0000", f"<{number}@x>"
        mail.set_content("Sacks?\n\nFrom here: 10:00\n")
        (tmp_path / "box" / folder / f"{number}:2,S").write_bytes(mail.as_bytes())
    asked = ["import", "tickets", str(tmp_path / "box"), "--from", "mbox", "--yes"]
    code, said = said_by(capsys, *asked, "--mailbox", "nobody@example.com")
    assert code == ExitCode.FAILED
    code, said = said_by(capsys, *asked, "--mailbox", "Office@example.com")
    assert (code, said["created"]) == (ExitCode.DONE, 2), said
    assert Mail.objects.count() == 2
    assert {one.text for one in Message.objects.all()} == {"Sacks?\n\nFrom here: 10:00"}


def test_what_is_no_such_file_is_said(ready, tmp_path: Path, capsys) -> None:
    (tmp_path / "x.json").write_bytes(b'{"tickets": [{"id": 1')
    code, said = said_by(capsys, "import", "tickets", str(tmp_path / "x.json"), "--from", "zendesk", "--yes")
    assert code == ExitCode.FAILED and "breaks off" in json.dumps(said)
    (tmp_path / "y.mbox").write_bytes(b"From - Mon May  2 09:00:00 2022\nSubject: x\n\n")
    code, said = said_by(capsys, "import", "tickets", str(tmp_path / "y.mbox"), "--yes")
    assert code == ExitCode.FAILED and "mailbox" in json.dumps(said)
