"""The `bandhu` command: answers on standard output, exit codes that scripts rely on."""

import io
import json
import socket
from pathlib import Path

import pytest

from bandhu.identity.ready_made import ensure_ready_made
from bandhu.identity.tests.cast import make_user
from bandhu.platform import audit
from bandhu.platform.models import AuditEntry
from config.commands import serve
from config.commands.frame import COMMANDS, ExitCode, Failure, run

PASSWORD = "a good long phrase"


@pytest.fixture
def ready(db: None) -> None:
    ensure_ready_made()


def give_input(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_every_command_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == ExitCode.DONE
    overview = capsys.readouterr().out
    for name in COMMANDS:
        assert f"\n  {name} " in overview
        assert run([name, "--help"]) == ExitCode.DONE
        assert "Usage: bandhu " + name in capsys.readouterr().out


def test_what_is_not_understood_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["nonsense"]) == ExitCode.USAGE
    assert run(["user", "create"]) == ExitCode.USAGE
    assert "--email" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["user", "create", "--json"], ExitCode.USAGE),
        (["user", "create", "--email", "a@b.example", "--role", "king", "--password-stdin", "--json"], ExitCode.FAILED),
        (["token", "create", "--user", "nobody@example.org", "--json"], ExitCode.FAILED),
        (["export", "contacts", "{exists}", "--json"], ExitCode.REFUSED),
        (["import", "contacts", "{exists}", "--json"], ExitCode.FAILED),
    ],
)  # fmt: skip
def test_a_script_that_asks_for_json_is_told_errors_in_json(
    ready: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    arguments: list[str], code: int,
) -> None:  # fmt: skip
    (tmp_path / "empty.csv").touch()
    give_input(monkeypatch, PASSWORD + "\n")
    make_user("Rupa", role="administrator")
    assert run([part.format(exists=tmp_path / "empty.csv") for part in arguments]) == code
    said = capsys.readouterr()
    told = json.loads(said.out)
    assert told["exit_code"] == code and told["error"] in said.err


def test_an_error_nobody_foresaw_is_a_sentence_and_a_line_of_the_log(
    ready: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def break_down(*given: object, **named: object) -> None:
        raise ZeroDivisionError("deep inside")

    monkeypatch.setenv("BANDHU_DATA", str(tmp_path))
    monkeypatch.setattr(audit, "check_chain", break_down)
    assert run(["audit", "check", "--json"]) == ExitCode.FAILED
    said = capsys.readouterr()
    assert "ZeroDivisionError" in json.loads(said.out)["error"] and "Traceback" not in said.out + said.err
    assert "deep inside" in (tmp_path / "commands.log").read_text()


def test_an_administrator_and_a_token_are_made(
    ready: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    give_input(monkeypatch, PASSWORD + "\n")
    code = run(
        [
            "user",
            "create",
            "--email",
            "Rupa@Example.org",
            "--role",
            "administrator",
            "--password-stdin",
            "--json",
        ]
    )
    made = json.loads(capsys.readouterr().out)
    assert (code, made["email"], made["roles"]) == (ExitCode.DONE, "rupa@example.org", ["administrator"])
    assert run(["token", "create", "--user", "rupa@example.org"]) == ExitCode.DONE
    secret = capsys.readouterr().out
    assert secret.startswith("bandhu_")
    assert secret.count("\n") == 1
    assert run(["user", "list", "--json"]) == ExitCode.DONE
    assert [one["email"] for one in json.loads(capsys.readouterr().out)] == ["rupa@example.org"]
    assert AuditEntry.objects.filter(record_kind="user", origin__via="command").exists()


@pytest.mark.parametrize(
    ("options", "password", "says"),
    [
        (["--email", "rupa@example.org", "--role", "king"], PASSWORD, "king"),
        (["--email", "not a mail", "--role", "sales"], PASSWORD, "mail address"),
        (["--email", "rupa@example.org", "--role", "sales"], "short", "short"),
        (["--email", "rupa@example.org", "--role", "sales"], "", "password"),
    ],
)
def test_a_user_is_refused_with_the_reason(
    ready: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    password: str,
    says: str,
) -> None:
    give_input(monkeypatch, password + "\n")
    assert run(["user", "create", "--password-stdin", *options]) == ExitCode.FAILED
    captured = capsys.readouterr()
    assert says in captured.err
    assert captured.out == ""
    run(["user", "list", "--json"])
    assert json.loads(capsys.readouterr().out) == []


def test_a_token_for_nobody_is_refused(ready: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["token", "create", "--user", "nobody@example.org"]) == ExitCode.FAILED
    assert "nobody@example.org" in capsys.readouterr().err


def test_an_altered_audit_trail_is_found(ready: None, capsys: pytest.CaptureFixture[str]) -> None:
    for title in ("one", "two", "three"):
        audit.record_change("changed", actor=None, kind="contact", title=title)
    audit.seal_entries()
    assert run(["audit", "check", "--json"]) == ExitCode.DONE
    found = json.loads(capsys.readouterr().out)
    assert found["broken"] == []
    assert run(["audit", "check", "--noted", found["head"]]) == ExitCode.DONE
    assert run(["audit", "check", "--noted", "x"]) == ExitCode.USAGE
    AuditEntry.objects.filter(record_title="two").update(record_title="other")
    assert run(["audit", "check"]) == ExitCode.FAILED
    assert "altered" in capsys.readouterr().out


def test_duplicates_in_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "people.csv"
    file.write_text(
        "id,name,email\na,Rahman Ali,r@example.org\nb,Ali Rahman,r@example.org\nc,Murugan,m@example.org\n"
    )
    assert run(["duplicates", "contacts", str(file)]) == ExitCode.DONE
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "id_1,id_2,score,reasons"
    assert [line.split(",")[:2] for line in lines[1:]] == [["a", "b"]]
    assert run(["duplicates", "contacts", str(file), "--min-score", "1", "--json"]) == ExitCode.DONE
    assert json.loads(capsys.readouterr().out) == []
    assert run(["duplicates", "contacts", str(tmp_path / "missing.csv")]) == ExitCode.USAGE
    (tmp_path / "empty.csv").write_text("")
    assert run(["duplicates", "contacts", str(tmp_path / "empty.csv")]) == ExitCode.FAILED


@pytest.mark.django_db
def test_nothing_is_pending(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["migrate", "--check", "--json"]) == ExitCode.DONE
    assert json.loads(capsys.readouterr().out) == {"pending": []}


@pytest.mark.django_db
def test_the_doctor_says_what_is_wrong_by_its_code(capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["doctor", "--json"])
    findings = {(one["about"], one["level"]) for one in json.loads(capsys.readouterr().out)}
    assert ("search", "good") in findings
    assert ("migrations", "good") in findings
    assert ("worker", "warning") in findings
    # The database of the tests has fsync off, which the doctor must not let pass.
    assert ("server", "fault") in findings
    assert code == 2


CONTACTS = "First Name,Last Name,Email\nরহমান,আলী,r@example.org\nMurugan,S,m@example.org\nBad,Row,not a mail\n"


@pytest.mark.django_db(transaction=True)
def test_contacts_come_in_and_go_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ensure_ready_made()
    file, failed, out = tmp_path / "people.csv", tmp_path / "failed.csv", tmp_path / "out.jsonl"
    file.write_text(CONTACTS)
    code = run(["import", "contacts", str(file), "--yes", "--json", "--failed-rows", str(failed)])
    figures = json.loads(capsys.readouterr().out)
    assert code == ExitCode.PARTLY
    assert (figures["state"], figures["created"], figures["failed"]) == ("done", 2, 1)
    assert "not a mail" in failed.read_text()
    assert run(["export", "contacts", str(out), "--json"]) == ExitCode.DONE
    names = {json.loads(line)["Name"] for line in out.read_text().splitlines()}
    assert names == {"রহমান আলী", "Murugan S"}
    assert run(["export", "contacts", str(out)]) == ExitCode.REFUSED
    assert run(["import", "contacts", str(file), "--yes", "--json"]) == ExitCode.PARTLY
    assert AuditEntry.objects.filter(verb="exported", origin__via="command").exists()


@pytest.mark.django_db(transaction=True)
def test_an_import_asks_before_it_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ensure_ready_made()
    file, mapping = tmp_path / "people.csv", tmp_path / "mapping.json"
    file.write_text(CONTACTS)
    give_input(monkeypatch, "")
    assert run(["import", "contacts", str(file)]) == ExitCode.REFUSED
    assert run(["import", "contacts", str(file), "--dry-run", "--json"]) == ExitCode.DONE
    mapping.write_text('{"No such column": "skip"}')
    assert run(["import", "contacts", str(file), "--yes", "--mapping", str(mapping)]) == ExitCode.FAILED
    assert "No such column" in capsys.readouterr().err
    mapping.write_text("{")
    assert run(["import", "contacts", str(file), "--yes", "--mapping", str(mapping)]) == ExitCode.FAILED
    run(["export", "contacts", "--format", "jsonl", str(tmp_path / "out")])
    assert (tmp_path / "out").read_text() == ""


def test_the_search_index_is_written_again(ready: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["reindex", "contact", "--json"]) == ExitCode.DONE
    assert set(json.loads(capsys.readouterr().out)) == {"records", "words_dropped"}
    assert run(["reindex", "unicorn"]) == ExitCode.USAGE


def test_a_port_is_held_while_its_product_is_still_starting() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with serve._hold_port("127.0.0.1", port), pytest.raises(Failure, match=str(port)):
        serve._hold_port("127.0.0.1", port)
    serve._hold_port("127.0.0.1", port).close()


def test_an_export_without_a_format_is_refused_and_writes_nothing(
    ready: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["export", "contacts", str(tmp_path / "people.txt")]) == ExitCode.REFUSED
    assert "--format" in capsys.readouterr().err
    assert run(["export", "contacts", str(tmp_path / "absent" / "people.csv")]) == ExitCode.REFUSED
    assert list(tmp_path.iterdir()) == []
