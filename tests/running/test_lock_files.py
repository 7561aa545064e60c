"""The lock files: complete, with hashes, and silent about where packages were fetched."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted(ROOT.glob("requirements*.lock"))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_version_is_exact_and_hashed(lock: Path) -> None:
    entries = re.split(r"\n(?=\S)", lock.read_text().partition("\n")[2].strip())
    assert entries
    for entry in entries:
        assert re.match(r"[A-Za-z0-9._-]+(\[[a-z0-9,]+\])?==\S+ \\\n\s+--hash=sha256:[0-9a-f]{64}", entry), (
            entry[:80]
        )


@pytest.mark.parametrize("lock", [*LOCKS, ROOT / "assets" / "package-lock.json"], ids=lambda lock: lock.name)
def test_no_lock_file_names_an_address(lock: Path) -> None:
    text = lock.read_text()
    assert "--index-url" not in text
    assert "--find-links" not in text
    assert '"resolved"' not in text


def test_the_front_end_lock_names_every_optional_package() -> None:
    packages = json.loads((ROOT / "assets" / "package-lock.json").read_text())["packages"]
    for path, package in packages.items():
        for name in package.get("optionalDependencies", {}):
            assert f"node_modules/{name}" in packages or f"{path}/node_modules/{name}" in packages, name
