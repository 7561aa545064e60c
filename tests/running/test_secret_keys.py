"""The installation's secret keys: made once, private, and more than one after a change."""

import stat
from pathlib import Path

import pytest

from bandhu.platform import audit
from config.doctor import Level, examine
from config.secrets import secret_keys


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("BANDHU_SECRET_KEY", "BANDHU_OLD_SECRET_KEYS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("BANDHU_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def test_a_key_is_made_once_and_only_its_owner_reads_it(folder: Path) -> None:
    made = secret_keys()
    assert len(made) == 1 and len(made[0]) > 40
    assert secret_keys() == made
    assert stat.S_IMODE((folder / "secret-key").stat().st_mode) == 0o600
    assert [file.name for file in folder.iterdir()] == ["secret-key"]


def test_older_keys_follow_the_present_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    [old] = secret_keys()
    (folder / "secret-key").write_text(f"new-one\n{old}\n")
    assert secret_keys() == ["new-one", old]
    monkeypatch.setenv("BANDHU_SECRET_KEY", "from-outside")
    monkeypatch.setenv("BANDHU_OLD_SECRET_KEYS", "new-one, older")
    assert secret_keys() == ["from-outside", "new-one", "older"]


@pytest.mark.django_db
def test_the_doctor_says_when_the_trails_key_is_not_here(settings) -> None:
    audit.record_change("changed", actor=None, kind="contact")
    audit.seal_entries()

    def of_the_trail() -> list[Level]:
        return [found.level for found in examine() if found.about == "trail"]

    assert of_the_trail() == [Level.GOOD]
    settings.SECRET_KEY = "another"
    assert of_the_trail() == [Level.FAULT]
