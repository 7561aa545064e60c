"""Where the public data sets lie that some tests read; they are never copied into the repository."""

import os
from pathlib import Path

import pytest

_REPOSITORY = Path(__file__).resolve().parents[3]


def data_set(name: str) -> Path:
    """The folder of a data set: under BANDHU_DATA_SETS, else beside the repository. Skips the test where it is absent."""
    root = Path(os.environ.get("BANDHU_DATA_SETS") or _REPOSITORY.parent / "shared" / "data")
    folder = root / name
    if not folder.exists():
        pytest.skip(f"data set {name} is not here: set BANDHU_DATA_SETS")
    return folder
