"""The installation's secret key: from the environment, or made once and kept in the data folder."""

import os
import secrets

from bandhu.platform.database_url import data_directory


def secret_key() -> str:
    """BANDHU_SECRET_KEY, else the content of `secret-key` in the data folder (made on first use, mode 0600)."""
    given = os.environ.get("BANDHU_SECRET_KEY")
    if given:
        return given
    folder = data_directory()
    file = folder / "secret-key"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:  # another process of this installation was faster
            return file.read_text()
        with os.fdopen(handle, "w") as out:
            out.write(secrets.token_urlsafe(48))
    return file.read_text()
