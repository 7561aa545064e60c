"""Starts the product as people do and measures how long it takes and how much memory it holds."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import psutil

_PATIENCE = 300
_SETTLE_SECONDS = 15


def measure_serving(folder: Path) -> dict[str, Any]:
    """Run `bandhu demo` twice on the folder, which is emptied first: seconds until a page, memory once it idles."""
    shutil.rmtree(folder, ignore_errors=True)
    first, _none = _start(folder, settle=False)
    again, memory = _start(folder, settle=True)
    return {"first_start": first, "next_start": again, **memory}


def _start(folder: Path, *, settle: bool) -> tuple[float, dict[str, Any]]:
    port = _free_port()
    environment = os.environ | {"BANDHU_DATA": str(folder.absolute()), "BANDHU_PORT": str(port)}
    environment.pop("DATABASE_URL", None)
    begun = time.perf_counter()
    command = [sys.executable, "-m", "config.commands", "demo"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for_page(f"http://127.0.0.1:{port}/accounts/login/", process)
        took = time.perf_counter() - begun
        memory: dict[str, Any] = {}
        if settle:
            time.sleep(_SETTLE_SECONDS)
            memory = _memory(psutil.Process(process.pid))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
    return took, memory


def _wait_for_page(url: str, process: subprocess.Popen[bytes]) -> None:
    for _attempt in range(_PATIENCE * 10):
        if process.poll() is not None:
            raise RuntimeError(f"bandhu demo ended with code {process.returncode}")
        try:
            with urllib.request.urlopen(url, timeout=30):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError("no page came")


def _memory(root: psutil.Process) -> dict[str, Any]:
    """Proportional set sizes: memory that processes share is counted once."""
    processes, database = [], 0.0
    for one in [root, *root.children(recursive=True), *_postgres(root)]:
        size = one.memory_full_info().pss / 1e6
        if "postgres" in one.name():
            database += size
        else:
            processes.append((one.name(), size))
    return {
        "memory_mb": sum(size for _name, size in processes),
        "processes": processes,
        "database_mb": database,
    }


def _postgres(root: psutil.Process) -> list[psutil.Process]:
    """The server may have been started apart from the process tree; it is known by the folder it works in."""
    known = {one.pid for one in root.children(recursive=True)}
    folder = root.environ().get("BANDHU_DATA", "?")
    found = []
    for one in psutil.process_iter():
        try:
            if "postgres" in one.name() and one.pid not in known and one.cwd().startswith(folder):
                found.append(one)
        except (psutil.AccessDenied, psutil.NoSuchProcess):
            continue
    return found


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
