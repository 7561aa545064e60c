"""Reading DATABASE_URL, and choosing between it and the embedded server."""

from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandhu.platform.database_url import data_directory, database_settings, parse_database_url
from bandhu.platform.postgres_binaries import PostgresError


def test_every_part_is_read() -> None:
    settings = parse_database_url(
        "postgresql://rupa:pass@db.example:6432/crm?sslmode=require&application_name=a%20b"
    )
    assert settings == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "crm",
        "USER": "rupa",
        "PASSWORD": "pass",
        "HOST": "db.example",
        "PORT": "6432",
        "OPTIONS": {"sslmode": "require", "application_name": "a b"},
    }


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("postgres://u@%2Frun%2FpostgreSQL/crm", "/run/postgreSQL", ""),
        ("postgres:///crm?host=/run/postgresql&port=5433", "/run/postgresql", "5433"),
        ("postgres://[::1]:5432/crm", "::1", "5432"),
        ("postgres:///crm", "", ""),
    ],
)
def test_hosts_of_every_kind(url: str, host: str, port: str) -> None:
    settings = parse_database_url(url)
    assert (settings["HOST"], settings["PORT"]) == (host, port)
    assert "OPTIONS" not in settings


@given(user=st.text(min_size=1).filter(str.isprintable), password=st.text(), name=st.text(min_size=1))
def test_percent_encoding_keeps_every_character(user: str, password: str, name: str) -> None:
    name = name.lstrip("/") or "crm"
    url = f"postgresql://{quote(user, safe='')}:{quote(password, safe='')}@host/{quote(name, safe='')}"
    settings = parse_database_url(url)
    assert (settings["USER"], settings["PASSWORD"], settings["NAME"]) == (user, password, name)


@pytest.mark.parametrize(
    "url", ["mysql://u:p@h/d", "postgres://h:notaport/d", "postgres://u:p@h", "crm", "http://["]
)
def test_what_is_no_address_is_refused_in_words(url: str) -> None:
    with pytest.raises(PostgresError, match="DATABASE_URL"):
        parse_database_url(url)


def test_the_environment_chooses(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:p@h/crm")
    assert database_settings()["NAME"] == "crm"
    monkeypatch.setenv("DATABASE_URL", "")
    monkeypatch.setenv("BANDHU_DATA", str(tmp_path))
    assert data_directory() == tmp_path
    embedded = database_settings()
    assert embedded["PASSWORD"] == ""
    assert embedded["OPTIONS"]["passfile"].endswith("/password")
    assert embedded["CONN_MAX_AGE"] > 0
