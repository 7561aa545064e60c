"""Settings of the embedded PostgreSQL, for one machine that also runs the application."""

import os
import re
import shutil
from pathlib import Path

from bandhu.platform.postgres_binaries import Account, PostgresError
from bandhu.platform.postgres_home import PORT, Home

MIB = 1024 * 1024


def write(home: Home, account: Account, *, durable: bool) -> None:
    """Write `bandhu.conf` into the cluster; an operator's own `local.conf` beside it is read after it."""
    settings = {**_always(home), **(_durable() if durable else _for_tests())}
    lines = [f"{name} = {_quoted(value)}" for name, value in settings.items()]
    conf = home.cluster / "bandhu.conf"
    conf.write_text(
        "# Written at every start; your own settings belong into local.conf.\n" + "\n".join(lines) + "\n"
    )
    account.owns(conf)


def _always(home: Home) -> dict[str, str]:
    return {
        # The socket's folder is closed to everybody else; nothing listens on the network.
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": str(home.socket),
        "unix_socket_permissions": "0700",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "lc_messages": "C.UTF-8",
        "log_line_prefix": "%m [%p] %u ",
        "max_connections": "100",
        "jit": "off",
        "random_page_cost": "1.1",
        "work_mem": "16MB",
        "effective_cache_size": f"{max(512, _memory_mib() // 2)}MB",
        "dynamic_shared_memory_type": _shared_memory_kind(),
    }


def _durable() -> dict[str, str]:
    return {
        "shared_buffers": shared_buffers(),
        # After a restart the pages that were in memory are read again in the background.
        "shared_preload_libraries": "pg_prewarm",
        "maintenance_work_mem": f"{min(256, max(64, _memory_mib() // 16))}MB",
        "wal_compression": "pglz",
        "min_wal_size": "128MB",
        "max_wal_size": "2GB",
        "checkpoint_completion_target": "0.9",
        # The default waits for a fifth of a table to change: 200,000 contacts of a million.
        "autovacuum_vacuum_scale_factor": "0.05",
        "autovacuum_analyze_scale_factor": "0.02",
        "autovacuum_vacuum_insert_scale_factor": "0.05",
        "logging_collector": "on",
        "log_directory": str(Path("..") / "log"),
        "log_filename": "postgresql-%a.log",
        "log_truncate_on_rotation": "on",
        "log_rotation_age": "1d",
        "log_rotation_size": "0",
        "log_min_duration_statement": "2s",
        "log_lock_waits": "on",
    }


def _for_tests() -> dict[str, str]:
    return {
        # A browser of the tests keeps its connections, and each thread behind them keeps one of ours.
        "max_connections": "400",
        "shared_buffers": "128MB",
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "max_wal_size": "1GB",
        "autovacuum": "off",
    }


def shared_buffers() -> str:
    """PostgreSQL's own cache: `BANDHU_POSTGRES_SHARED_BUFFERS` ("512MB"), else an eighth of the memory, 64 MB to 4 GB."""
    given = os.environ.get("BANDHU_POSTGRES_SHARED_BUFFERS", "").strip()
    if not given:
        return f"{min(4096, max(64, _memory_mib() // 8))}MB"
    if not re.fullmatch(r"[1-9][0-9]{0,6}(kB|MB|GB)", given):
        raise PostgresError(f"BANDHU_POSTGRES_SHARED_BUFFERS is {given!r}; it should look like 512MB.")
    return given


def _shared_memory_kind() -> str:
    """Containers often get 64 MB of /dev/shm, which one parallel query can exceed; files have no such limit."""
    try:
        return "posix" if shutil.disk_usage("/dev/shm").total >= 256 * MIB else "mmap"  # noqa: S108
    except OSError:
        return "mmap"


def _memory_mib() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MIB


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
