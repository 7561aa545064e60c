"""Finds the Chromium that the browser tests drive, and installs Debian's where that is possible.

Use: python -m config.chromium
"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> str | None:
    """Path of a Chromium: `BANDHU_CHROMIUM`, else the first one on the PATH."""
    return os.environ.get("BANDHU_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def main() -> int:
    """Install Chromium through apt when it is missing and we may; else say what to do."""
    if chromium():
        return 0
    if os.geteuid() == 0 and shutil.which("apt-get"):
        sys.stderr.write("Installing Chromium, which the browser tests drive…\n")
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"]):
            done = subprocess.run(["apt-get", *command], env=quiet, check=False, stdout=subprocess.DEVNULL)  # noqa: S603, S607
            if done.returncode:
                return done.returncode
        return 0
    sys.stderr.write("The browser tests need Chromium:\n\n  sudo apt-get install chromium\n\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
