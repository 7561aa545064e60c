"""Bengali and Tamil are complete: nothing missing, nothing fuzzy, every placeholder in its place."""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("bn", "ta")
_PLACEHOLDER = re.compile(r"%\(\w+\)[sdf]|%%|</?\w+[^>]*>")


def _catalogue(language: str, root: Path = ROOT):
    with (root / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as source:
        return read_po(source, locale=language)


def _texts(value) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated(language):
    missing = [
        message.id for message in _catalogue(language) if message.id and not all(_texts(message.string))
    ]
    fuzzy = [message.id for message in _catalogue(language) if message.id and message.fuzzy]
    assert missing == [] and fuzzy == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_placeholder_and_tag_survives(language):
    wrong = []
    for message in _catalogue(language):
        if not message.id:
            continue
        sources = _texts(message.id)
        for place, text in enumerate(_texts(message.string)):
            source = sources[min(place, len(sources) - 1)]
            if Counter(_PLACEHOLDER.findall(source)) != Counter(_PLACEHOLDER.findall(text)):
                wrong.append((source, text))
    assert wrong == []


def test_the_catalogues_hold_every_text_of_the_product(tmp_path):
    for name in ("bandhu", "config", "locale"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("tests", "dist", "*.mo"))
    shutil.copy(ROOT / "manage.py", tmp_path)
    options = ["--no-obsolete", "--add-location", "file", "--no-wrap"]
    subprocess.run(
        [sys.executable, "manage.py", "makemessages", "-l", "bn", *options],
        cwd=tmp_path, check=True, capture_output=True, env={**_environment(), "PYTHONPATH": str(tmp_path)},
    )  # fmt: skip
    gathered = {str(message.id) for message in _catalogue("bn", tmp_path) if message.id}
    kept = {str(message.id) for message in _catalogue("bn") if message.id}
    assert sorted(gathered - kept) == []


def _environment() -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C.UTF-8"}
