"""Backup and restore between two installations, through the command."""

import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bandhu.platform.postgres_home import Home
from config.commands.frame import ExitCode

CHECKOUT = Path(__file__).resolve().parents[2]
ATTACHMENT = "কাগজ.txt"
# One backup for all of them: they must not be spread over processes.
pytestmark = pytest.mark.xdist_group("backup")


def bandhu(data: Path, *arguments: object, give: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "config.commands", *map(str, arguments)],
        cwd=CHECKOUT,
        env={**os.environ, "BANDHU_DATA": str(data), "DATABASE_URL": ""},
        input=give,
        text=True,
        capture_output=True,
        check=False,
    )


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="bandhu-test-", dir="/tmp"))
    folder.chmod(0o711)
    yield folder
    for data in folder.iterdir():
        shutil.rmtree(Home(data).folder, ignore_errors=True)
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def saved(place: Path) -> Path:
    """A backup of an installation with a user and an attachment."""
    data = place / "first"
    made = bandhu(
        data, "user", "create", "--email", "rupa@example.org", "--name", "রূপা", "--password-stdin",
        give="a good long phrase\n",
    )  # fmt: skip
    assert made.returncode == ExitCode.DONE, made.stderr
    (data / "files" / "ab").mkdir(parents=True)
    (data / "files" / "ab" / ATTACHMENT).write_text("রহমান")
    done = bandhu(data, "backup", place / "saved.tar", "--json")
    assert done.returncode == ExitCode.DONE, done.stderr
    assert json.loads(done.stdout)["rows"] > 0
    assert (place / "saved.tar").stat().st_mode & 0o077 == 0
    return place / "saved.tar"


def test_a_restored_installation_is_the_same(saved: Path, place: Path) -> None:
    second = place / "second"
    done = bandhu(second, "restore", saved)
    assert done.returncode == ExitCode.DONE, done.stderr
    assert (
        bandhu(second, "user", "list", "--json").stdout
        == bandhu(place / "first", "user", "list", "--json").stdout
    )
    assert (second / "files" / "ab" / ATTACHMENT).read_text() == "রহমান"
    assert (second / "secret-key").read_text() == (place / "first" / "secret-key").read_text()
    again = bandhu(second, "restore", saved)
    assert again.returncode == ExitCode.REFUSED
    assert "not empty" in again.stderr


def test_a_backup_never_overwrites(saved: Path, place: Path) -> None:
    before = saved.read_bytes()
    assert bandhu(place / "first", "backup", saved).returncode == ExitCode.REFUSED
    assert saved.read_bytes() == before


def test_damage_is_found_before_anything_is_written(saved: Path, place: Path) -> None:
    folder = place / "unpacked"
    with tarfile.open(saved) as tar:
        tar.extractall(folder)
    assert bandhu(place / "third", "restore", folder, "--check").returncode == ExitCode.DONE
    (folder / "files" / "ab" / ATTACHMENT).write_text("রহমান!")
    done = bandhu(place / "third", "restore", folder)
    assert done.returncode == ExitCode.FAILED
    assert ATTACHMENT in done.stderr
    assert not (place / "third" / "files").exists()
    assert bandhu(place / "third", "migrate", "--check").returncode == ExitCode.FAILED


def test_rows_that_differ_from_the_manifest_are_reported(saved: Path, place: Path) -> None:
    folder = place / "altered"
    with tarfile.open(saved) as tar:
        tar.extractall(folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["tables"]["public.identity_user"]["rows"] += 1
    (folder / "manifest.json").write_text(json.dumps(manifest))
    done = bandhu(place / "fourth", "restore", folder)
    assert done.returncode == ExitCode.FAILED
    assert "identity_user" in done.stderr


@pytest.mark.parametrize("content", [b"", b"no archive", b"\x1f\x8b\x08broken"])
def test_what_is_no_backup_is_refused(place: Path, content: bytes) -> None:
    (place / "strange.tar").write_bytes(content)
    done = bandhu(place / "third", "restore", place / "strange.tar")
    assert done.returncode == ExitCode.FAILED
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["../outside.txt", "/tmp/bandhu-outside.txt"])
def test_an_archive_cannot_write_outside_itself(place: Path, name: str) -> None:
    with tarfile.open(place / "hostile.tar", "w") as tar:
        member = tarfile.TarInfo(name)
        member.size = 3
        tar.addfile(member, io.BytesIO(b"bad"))
    done = bandhu(place / "third", "restore", place / "hostile.tar")
    assert done.returncode == ExitCode.FAILED
    assert not (place / "outside.txt").exists()
    assert not Path("/tmp/bandhu-outside.txt").exists()
