"""The installation's secret keys: from the environment, or made once and kept in the data folder."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp

from bandhu.platform.database_url import data_directory


def secret_keys() -> list[str]:
    """The present key, then older ones: from BANDHU_SECRET_KEY and BANDHU_OLD_SECRET_KEYS (commas between them).

    Without the first: the lines of `secret-key` in the data folder, the present one on top (made on first use, mode 0600).
    """
    given = os.environ.get("BANDHU_SECRET_KEY")
    older = [key.strip() for key in os.environ.get("BANDHU_OLD_SECRET_KEYS", "").split(",") if key.strip()]
    return [*([given] if given else _kept(data_directory())), *older]


def _kept(folder: Path) -> list[str]:
    file = folder / "secret-key"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        handle, written = mkstemp(prefix=".secret-key-", dir=folder)
        with os.fdopen(handle, "w") as out:
            out.write(secrets.token_urlsafe(48))
        # Never half written for a process that starts at the same moment, and the faster one wins.
        with suppress(FileExistsError):
            os.link(written, file)
        os.unlink(written)
    return file.read_text().split()
